// The page's script. It runs once per region (`element`, `trigger`, `watch` are that region's) and sends every click, form and
// dropped file to Python as one typed action. It decides nothing: what is shown comes rendered and escaped from Python.
(() => {
  const NOTE_BYTES = 200000;
  const FILE_BYTES = 20000000;
  const NOTE_TYPES = ["txt", "md", "json", "csv", "tsv"];

  const start = () => {
    const page = { senders: new Map(), open: new Set(), filters: new Map(), typed: new Map(), last: 0 };
    const byId = (id) => document.getElementById(id);

    const announcer = document.createElement("div");
    announcer.id = "announcer";
    announcer.setAttribute("role", "status");
    announcer.setAttribute("aria-live", "polite");
    document.body.append(announcer);
    let hiding;
    page.say = (words, visible = false) => {
      announcer.textContent = words;
      announcer.classList.toggle("visible", visible);
      clearTimeout(hiding);
      if (visible) hiding = setTimeout(() => announcer.classList.remove("visible"), 8000);
    };

    page.busy = () => document.querySelector("#transcript [data-busy]") !== null;

    // Views: which region is shown where there is no room for all.
    const shownTabs = () => [...document.querySelectorAll('#tabs [role="tab"]')].filter((tab) => tab.offsetParent !== null);
    page.mark = () => {
      const tabs = shownTabs();
      const wanted = byId("regions")?.dataset.view;
      const named = (name) => tabs.find((tab) => tab.dataset.view === name);
      const current = named(wanted) ?? named("chat") ?? named("trials");
      byId("regions").dataset.current = current?.dataset.view ?? "trials";
      tabs.forEach((tab) => {
        tab.setAttribute("aria-selected", String(tab === current));
        tab.tabIndex = tab === current ? 0 : -1;
      });
    };
    page.view = (name) => {
      byId("regions").dataset.view = name;
      page.mark();
    };
    addEventListener("resize", page.mark);

    // Files: read here, so that no copy of a note is ever stored.
    const decoded = (bytes) => {
      if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
      try {
        return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      } catch {
        return new TextDecoder("windows-1252").decode(bytes);
      }
    };
    const base64 = (file) =>
      new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(file);
      });
    const kind = (file) => file.name.split(".").pop().toLowerCase();
    page.take = async (purpose, files, send) => {
      if (!files.length) return;
      if (purpose === "drop_note") {
        if (files.length > 1) return page.say("One note at a time: one patient, one conversation.", true);
        const [file] = files;
        if (!NOTE_TYPES.includes(kind(file))) return page.say(`A note is one of: ${NOTE_TYPES.join(", ")}.`, true);
        if (file.size > NOTE_BYTES) return page.say("The file is larger than 200 kB.", true);
        page.view("chat");
        return send({ kind: purpose, name: file.name, text: decoded(new Uint8Array(await file.arrayBuffer())) });
      }
      const total = files.reduce((sum, file) => sum + file.size, 0);
      if (total > FILE_BYTES) return page.say("These files are larger than 20 MB together.", true);
      page.view("library");
      return send({ kind: purpose, files: await Promise.all(files.map(async (file) => ({ name: file.name, data: await base64(file) }))) });
    };
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    const purposeAt = (target) => (target.closest?.("#library-panel") ? "ingest" : "drop_note");
    document.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      document.body.dataset.dragging = purposeAt(event.target);
    });
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) delete document.body.dataset.dragging;
    });
    document.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.stopPropagation();
      delete document.body.dataset.dragging;
      const purpose = purposeAt(event.target);
      page.take(purpose, [...event.dataTransfer.files], page.senders.get(purpose === "ingest" ? "library" : "typed"));
    }, true);

    // A menu closes when the reader turns elsewhere.
    const close = (except) => document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (!menu.contains(except)) menu.open = false; });
    document.addEventListener("click", (event) => close(event.target.closest("summary")));
    document.addEventListener("keydown", (event) => {
      const menu = event.target.closest?.("details[data-menu][open]");
      if (event.key === "Escape" && menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });

    // Signals from Python.
    page.obey = (span) => {
      const { number, view, focus, say, name, type, base64: content } = span.dataset;
      if (Number(number) <= page.last) return;
      page.last = Number(number);
      if (view) page.view(view);
      if (say) page.say(say, !view && !name && say.length < 200);
      if (focus) setTimeout(() => {
        const target = byId(focus);
        target?.scrollIntoView({ block: "center" });
        target?.focus({ preventScroll: true });
      }, 120);
      if (name) {
        const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([bytes], { type }));
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
        span.remove();
      }
    };
    return page;
  };

  const page = (window.trialmatch ??= start());
  const root = element.closest("#header, #tabs, #patient, #transcript, #typed, #trials, #evidence, #library, #signal") ?? element;
  const name = root.id;
  const send = (action) => trigger("submit", { action });
  page.senders.set(name, send);

  const number = (value) => (value === undefined ? undefined : Number(value));
  const NUMBERS = ["index", "start", "end", "turn", "n"];
  const FIELDS = ["trial", "document", "criterion", "lead", "text", "format", ...NUMBERS];
  const read = (data) => Object.fromEntries(
    FIELDS.filter((field) => data[field] !== undefined).map((field) => [field, NUMBERS.includes(field) ? number(data[field]) : data[field]]),
  );

  const filter = (card, wanted) => {
    card.querySelectorAll("[data-filter]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.filter === wanted)));
    card.querySelectorAll("[data-standing]").forEach((row) => { row.hidden = wanted !== "all" && row.dataset.standing !== wanted; });
  };

  element.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) return page.view(tab.dataset.view);
    const chosen = event.target.closest("[data-filter]");
    if (chosen) {
      const card = chosen.closest(".trial");
      page.filters.set(card.dataset.trial, chosen.dataset.filter);
      return filter(card, chosen.dataset.filter);
    }
    const copied = event.target.closest("[data-copy]");
    if (copied) {
      const turn = copied.closest(".turn").cloneNode(true);
      turn.querySelectorAll(".foot, .visually-hidden").forEach((part) => part.remove());
      turn.querySelectorAll(".cite").forEach((cite) => cite.replaceWith(`[${cite.textContent}]`));
      turn.querySelectorAll("p, li, tr").forEach((part) => part.append("\n"));
      return navigator.clipboard?.writeText(turn.textContent.trim()).then(() => page.say("Copied.", true));
    }
    const button = event.target.closest("[data-action]");
    if (button) return send({ kind: button.dataset.action, ...read(button.dataset) });
  });

  element.addEventListener("keydown", (event) => {
    if (event.target.id === "message" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
    const tab = event.target.closest('[role="tab"]');
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (tab && step) {
      const tabs = [...tab.parentElement.children].filter((t) => t.offsetParent !== null);
      const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
      page.view(next.dataset.view);
      next.focus();
    }
  });

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target.closest("[data-form]");
    if (!form) return;
    const action = { kind: form.dataset.form, ...read(form.dataset), ...Object.fromEntries(new FormData(form)) };
    if ("text" in action && !action.text.trim()) return;
    if (action.kind === "send" && page.busy()) return page.say("Still working; wait for the answer, or stop it.", true);
    form.querySelectorAll("[id]").forEach((input) => page.typed.delete(input.id));
    send(action);
    if (form.dataset.reset !== undefined) form.reset();
  });

  element.addEventListener("input", (event) => {
    if (event.target.id && event.target.type === "text") page.typed.set(event.target.id, event.target.value);
  });

  element.addEventListener("change", (event) => {
    const input = event.target.closest("[data-drop]");
    if (!input) return;
    page.take(input.dataset.drop, [...input.files], send);
    input.value = "";
  });

  element.addEventListener("toggle", (event) => {
    const { key, load, trial } = event.target.dataset ?? {};
    if (!key) return;
    page.open[event.target.open ? "add" : "delete"](key);
    if (event.target.open && load) send({ kind: load, trial });
  }, true);

  let focused = null;
  element.addEventListener("focusin", (event) => {
    const label = event.target.getAttribute("aria-label");
    focused = event.target.id ? `#${CSS.escape(event.target.id)}` : label ? `[aria-label="${CSS.escape(label)}"]` : null;
  });
  element.addEventListener("focusout", (event) => { if (event.relatedTarget) focused = null; });

  // What the reader had open, chosen, typed and focused survives when Python renders the region anew.
  const restore = () => {
    element.querySelectorAll("details[data-key]").forEach((part) => { if (page.open.has(part.dataset.key)) part.open = true; });
    element.querySelectorAll(".trial").forEach((card) => {
      const wanted = page.filters.get(card.dataset.trial);
      if (wanted && card.querySelector(`[data-filter="${wanted}"]`)) filter(card, wanted);
    });
    page.typed.forEach((value, id) => { const input = document.getElementById(id); if (input && element.contains(input)) input.value = value; });
    if (focused && document.activeElement === document.body) element.querySelector(focused)?.focus({ preventScroll: true });
    if (name === "transcript") {
      document.body.classList.toggle("busy", page.busy());
      const said = [...element.querySelectorAll(".turn.user, .turn.page")].pop() ?? element.firstElementChild;
      const scroller = root.closest(".scroller") ?? root;
      const turns = element.querySelectorAll(".turn");
      if (turns.length) scroller.scrollTop += said.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
    }
    if (name === "signal") element.querySelectorAll("span[data-number]").forEach(page.obey);
  };
  watch("value", restore);

  if (name === "tabs") {
    document.querySelectorAll(".pane").forEach((panel) => {
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", `tab-${panel.id.replace("-panel", "")}`);
    });
    page.mark();
  }
})();
