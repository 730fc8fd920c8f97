"""What to ask next: the facts whose answers would settle most, over all trials that are still open for the patient."""

from collections import Counter
from collections.abc import Sequence

from assistant.check import words
from assistant.check.criteria import Checked
from assistant.check.evidence import Chart
from assistant.check.tree import Atom
from assistant.results import Question
from index.conditions import Allergy, Category, Finding, Limit, Treatment
from index.trials import Trial

MOST = 10
"""Questions shown per trial."""
_GATING = 3
"""How much more a question counts that would settle a gating criterion."""

_HISTORY = "anticancer_therapy"


def questions(trials: Sequence[Trial], checked: Sequence[Sequence[Checked]], chart: Chart) -> list[tuple[Question, ...]]:
    """For each trial its open questions, those first that would settle most across all trials that no criterion excludes."""
    asked: list[dict[str, tuple[list[str], int]]] = []
    weight: Counter[str] = Counter()
    wording: dict[str, Question] = {}
    for trial, criteria in zip(trials, checked, strict=True):
        here: dict[str, tuple[list[str], int]] = {}
        if not any(c.report.outcome == "FAIL" for c in criteria):
            for c in criteria:
                if c.report.outcome != "UNKNOWN":
                    continue
                for key, question in _open(c, chart):
                    wording.setdefault(key, question)
                    ids, worth = here.get(key, ([], 0))
                    here[key] = ([*ids, f"{trial.id}:{c.report.id}"], worth + (_GATING if c.report.gating else 1))
        for key, (_, worth) in here.items():
            weight[key] += worth
        asked.append(here)
    found = []
    for here in asked:
        keys = sorted(here, key=lambda key: (-weight[key], -here[key][1], wording[key].question))[:MOST]
        found.append(tuple(wording[key].model_copy(update={"criteria": tuple(here[key][0])}) for key in keys))
    return found


def _open(checked: Checked, chart: Chart) -> list[tuple[str, Question]]:
    """The questions whose answers would help to settle a criterion, each once, as (key, question)."""
    found: dict[str, Question] = {}
    for atom in checked.atoms:
        if atom.outcome == "UNKNOWN" and atom.judged.truth is None:
            pair = _question(atom, chart)
            if pair is not None:
                found.setdefault(*pair)
    return list(found.items())


def _question(atom: Atom, chart: Chart) -> tuple[str, Question] | None:
    leaf, why = atom.leaf, atom.judged.why
    match leaf:
        case Limit():
            name = words.label(leaf.measure)
            row = chart.words.measures.get(leaf.measure)
            if why == "conflict":
                return f"conflict:{leaf.measure}", _asked(f"Which {name} is current?", lead=name)
            if why == "needs_uln":
                return f"uln:{leaf.measure}", _asked(f"The laboratory's upper limit of normal for {name}?", lead=f"{name} ULN")
            if why == "unit":
                return f"unit:{leaf.measure}", _asked(f"The unit of the {name} value?")
            unit = f" ({words.unit_label(row.unit)})" if row and row.unit else ""
            return leaf.measure, _asked(f"{name[:1].upper()}{name[1:]}{unit}, with its date?", lead=name)
        case Category():
            name = words.label(leaf.scale)
            return leaf.scale, _asked(f"Which {name} is current?" if why == "conflict" else f"{name[:1].upper()}{name[1:]}?", lead=name)
        case Finding():
            key, either = "|".join(sorted(leaf.concepts)), words.either(leaf.concepts)
            if atom.judged.facts:
                return f"more:{key}", _asked(f"More about {words.label(chart.facts[atom.judged.facts[0]].concept)}: {atom.judged.reason}")
            before = "history of " if leaf.tense == "ever" else ""
            yes = f"{before}{either}" if len(leaf.concepts) == 1 else ""
            return key, _asked(f"{'Ever' if before else 'Any'} {either}?", yes=yes, no=f"no {before}{either}")
        case Treatment():
            if any(chart.words.is_a(t, _HISTORY) for t in leaf.targets):
                return _HISTORY, _asked("All earlier cancer treatments, with dates, lines and how each ended?")
            either = words.either(leaf.targets)
            asked = f"Any {either}{f' ({words.window(leaf.window)})' if leaf.window else ''}?"
            return "|".join(sorted(leaf.targets)), _asked(asked, no=f"no {either}")
        case Allergy():
            return "allergies", _asked("Known allergies?", lead="allergic to", no="no known allergies")
        case _:
            return None


def _asked(question: str, *, lead: str = "", yes: str = "", no: str = "") -> Question:
    return Question(question=question, criteria=(), lead=lead, yes=yes, no=no)
