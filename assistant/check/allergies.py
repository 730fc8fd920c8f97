"""Allergies: what the patient reacts to, and what is denied."""

from assistant.check import words
from assistant.check.context import Context
from assistant.check.judged import Judged, fails, holds, open_
from index.conditions import TEXT, Allergy
from index.vocabulary import vocabulary

# "No known drug allergies" denies every drug; the reader writes it as a denial of one of these.
_ANYTHING = ("drug_allergy", "allergy", "hypersensitivity")


def _class_of(target: str) -> str:
    """The class that open words name as a whole ("monoclonal antibodies"), else the words themselves."""
    if not target.startswith(TEXT):
        return target
    phrase = target.removeprefix(TEXT)
    named = [m for m in vocabulary().mentions(phrase, ("drug", "drug_class")) if m.start == 0 and m.end == len(phrase)]
    return named[0].concept if named else target


def judge_allergy(leaf: Allergy, context: Context) -> Judged:
    """Whether the patient is known to be allergic to any of the targets, severely if the text asks for that."""
    chart = context.chart
    name = words.either(leaf.targets)
    unsure: Judged | None = None
    denied: list[int] = []
    for target in leaf.targets:
        target = _class_of(target)
        found = chart.allergies(target)
        for i, fact in (*found.narrow, *found.broad):
            if fact.status == "absent":
                if fact in (f for _, f in found.broad) or chart.words.is_a(target, fact.concept):
                    denied.append(i)
            elif fact.status == "present" and not chart.words.is_a(fact.concept, target):
                unsure = unsure or open_("ambiguous", f"{words.quoted(fact)}: whether that covers {words.label(target)} is not stated", (i,))
            elif fact.status == "present":
                if leaf.severe and not set(fact.qualifiers) & {"severe", "life_threatening", "requires_hospitalisation"}:
                    if "mild" not in fact.qualifiers:
                        unsure = open_("missing", f"{words.quoted(fact)}: severity not stated", (i,))
                    continue
                return holds(f"allergy to {words.label(fact.concept)}: {words.quoted(fact)}", (i,))
            elif fact.status == "possible":
                unsure = open_("ambiguous", f"only suspected: {words.quoted(fact)}", (i,))
    if unsure is not None:
        return unsure
    general = tuple(i for i, fact in chart.all_allergies() if fact.status == "absent" and fact.concept in _ANYTHING)
    if denied or general:
        facts = tuple(dict.fromkeys((*denied, *general)))
        return fails(f"denied: {words.quoted(chart.facts[facts[0]])}", facts)
    return open_("missing", f"allergy to {name} not mentioned")
