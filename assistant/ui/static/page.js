// Sends clicks and small forms of a region to Python as one typed action. Runs once per region.
(() => {
  const number = (value) => (value === undefined ? undefined : Number(value));
  const send = (action) => trigger("submit", { action });

  element.addEventListener("click", (event) => {
    const filter = event.target.closest("[data-filter]");
    if (filter) {
      const card = filter.closest(".trial");
      card.querySelectorAll("[data-filter]").forEach((b) => b.setAttribute("aria-pressed", String(b === filter)));
      card.querySelectorAll("[data-outcome]").forEach((row) => {
        row.hidden = filter.dataset.filter !== "all" && row.dataset.outcome !== filter.dataset.filter;
      });
      return;
    }
    const button = event.target.closest("[data-action]");
    if (!button) return;
    const { action: kind, index, trial, document: name, start, end } = button.dataset;
    const action = { kind };
    if (index !== undefined) action.index = number(index);
    if (trial !== undefined) action.trial = trial;
    if (name !== undefined) Object.assign(action, { document: name, start: number(start), end: number(end) });
    send(action);
  });

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target.closest("[data-form]");
    if (!form) return;
    const { form: kind, index, trial, criterion, question } = form.dataset;
    const action = { kind, ...Object.fromEntries(new FormData(form)) };
    if (index !== undefined) action.index = number(index);
    if (trial !== undefined) Object.assign(action, { trial, criterion });
    if (question !== undefined) action.question = question;
    send(action);
  });
})();
