"""Questions about what a record states: one sentence for one trial, a table for several, and "not stated" for the rest."""

from assistant.ask import properties
from assistant.ask.asked import Asked, Draft
from assistant.ask.not_stated import not_stated
from assistant.ask.record import label_of, prose, stated
from assistant.ask.render import NOT_STATED, name, names, quoted, sentence, table
from assistant.ask.resolve import profile
from assistant.ask.snippets import Snippet, snippets
from assistant.ask.topics import BY_ID
from index.trials import Trial

_MOST_TRIALS = 12
_DESIGN_TOPICS = {
    "allocation": "allocation",
    "masking": "masking",
    "intervention_model": "arms",
    "control": "arms",
    "arm": "arms",
    "sites_count": "centres",
}


def answer_field(asked: Asked) -> Draft | None:
    """The stated value of each topic asked for, by trial."""
    topics = asked.request.topics
    if not topics:
        return None
    if len(asked.trials) == 1:
        return _one(asked, asked.trials[0], topics)
    return _several(asked, topics)


def _one(asked: Asked, trial: Trial, topics: tuple[str, ...]) -> Draft | None:
    lines: list[str] = []
    if (premise := correction(asked, trial)) is not None:
        lines.append(premise)
    missing: list[str] = []
    for topic in topics:
        if topic == "phase" and lines and "phase" in asked.request.asserted:
            continue
        text = stated(asked, trial, topic)
        if text is None:
            missing.append(topic)
        else:
            lines.append(sentence(f"{name(trial)}: {label_of(topic)}: {text}" if not lines else f"{label_of(topic)}: {text}"))
    if lines:
        # A design property that was confirmed or corrected is answered.
        missing = [t for t in missing if t not in ("allocation", "masking", "intervention_model", "sites_count", "design")]
    if missing and lines:
        lines.append(sentence(f"{' and '.join(label_of(t) for t in missing)} of {name(trial)}: {NOT_STATED}"))
    if not lines:
        what = "The " + " and ".join(label_of(t) for t in missing)
        return not_stated(asked, what, [trial], [(trial, s) for s in nearest(asked, trial, missing)[:1]], because(trial, missing))
    return Draft("answer" if len(missing) < len(topics) else "not_stated", " ".join(lines), (trial.id,))


def because(trial: Trial, missing: list[str]) -> str:
    """A clause that explains a gap, where there is more to say than that it is one."""
    if "why_stopped" in missing and (status := trial.first("status")) is not None:
        return f"the record's status is “{status.value}” and it gives no reason for a stop"
    if "nct_id" in missing:
        return "the document contains no registry number"
    return ""


def nearest(asked: Asked, trial: Trial, missing: list[str]) -> list[Snippet]:
    """The nearest thing stated to a topic that is not: the other age limit, the design of a study without control, the status of one not stopped."""
    wanted = {
        "maximum_age": ("minimum_age", "age"),
        "minimum_age": ("maximum_age", "age"),
        "why_stopped": ("status",),
        "end_date": ("start_date",),
        "start_date": ("end_date",),
        "control": ("intervention_model",),
        "sponsor": ("collaborator",),
        "dose": ("intervention",),
        "schedule": ("intervention",),
        "arm": ("intervention_model",),
        "secondary_outcome": ("outcome",),
        "results": (),
        "location": ("sites_count",),
        "sites_count": ("location",),
        "study_population": ("condition",),
    }
    for topic in missing:
        for other in wanted.get(topic, ()):
            fields = [f for n in BY_ID[other].fields for f in trial.all(n)]
            found = [s for s in snippets(trial) if s.field is not None and any(s.field is f for f in fields)]
            if other == "age" or not found:
                found = found or prose(trial, BY_ID[other], (), 1)
            if not found and other in ("minimum_age", "age"):
                found = [s for s in snippets(trial) if s.section in ("criterion", "eligibility") and "c:age" in s.keys][:1]
            if found:
                return found
    return []


def correction(asked: Asked, trial: Trial) -> str | None:
    """The design property that the question names, confirmed or corrected with the words that state it."""
    asserted = dict(asked.request.asserted)
    if (wanted := asserted.pop("phase", None)) is not None:
        return _phase(asked, trial, wanted)
    if not asserted:
        return None
    held = properties.stated(trial)
    for property_, value in asserted.items():
        if property_ not in held:
            continue
        stated_ = held[property_]
        marker = asked.evidence.snippet(trial, stated_.snippet)
        if stated_.value != value:
            if property_ == "arms" and value == "multi-arm":
                return sentence(f"{name(trial)} is stated to be {stated_.value}: {quoted(stated_.snippet.text, 350)} {marker}")
            lead = "No: " if asked.request.yes_no else ""
            if stated_.value == f"not {value}":
                return sentence(f"{lead}{name(trial)} is {stated_.value}: {quoted(stated_.snippet.text, 350)} {marker}")
            return sentence(f"{lead}{name(trial)} is not {value}; it is stated to be {stated_.value}: {quoted(stated_.snippet.text, 350)} {marker}")
        if asked.request.yes_no and len(asserted) == 1 and (property_ != "arms" or value == "single-arm"):
            return sentence(f"Yes: {name(trial)} is {value}: {quoted(stated_.snippet.text, 350)} {marker}")
    return None


def _phase(asked: Asked, trial: Trial, wanted: str) -> str | None:
    """Whether the trial is of the phase that the question names, with the words that state its phase."""
    held = profile(trial).phases
    text = stated(asked, trial, "phase")
    if not held or text is None:
        return None
    same = set(wanted.split("/")) <= held
    lead = ("Yes" if same else "No") if asked.request.yes_no else ("Correct" if same else "Not so")
    return sentence(f"{lead}: {name(trial)}: phase: {text}")


def _several(asked: Asked, topics: tuple[str, ...]) -> Draft | None:
    rows: list[tuple[Trial, list[str]]] = []
    silent: list[Trial] = []
    for trial in asked.trials:
        found = [stated(asked, trial, topic) for topic in topics]
        if all(c is None for c in found):
            silent.append(trial)
        elif len(rows) < _MOST_TRIALS:
            rows.append((trial, [c or NOT_STATED for c in found]))
    labels = [label_of(t) for t in topics]
    if not rows:
        because_ = (
            f"none of {names(asked.trials)} states {'it' if len(labels) == 1 else 'them'}"
            if len(asked.trials) <= 8
            else "no indexed document states it"
        )
        return not_stated(asked, "The " + " and ".join(labels), asked.trials, because=because_)
    rest = f" For {names(silent)}: {NOT_STATED}." if silent else ""
    if len(rows) == 1:
        trial, cells = rows[0]
        text = sentence(f"{name(trial)}: " + "; ".join(f"{label}: {cell}" for label, cell in zip(labels, cells, strict=True)))
        return Draft("answer", text + rest, (trial.id,))
    text = f"{', '.join(labels)[:1].upper()}{', '.join(labels)[1:]} by trial:\n\n" + table(
        ["trial", *labels], [[name(t), *cells] for t, cells in rows]
    )
    return Draft("answer", text + (f"\n\n{rest.strip()}" if rest else ""), tuple(t.id for t, _ in rows))
