"""Criteria that a person settles: the investigator's opinion, and what happens at the consent visit. Never guessed."""

from assistant.check.context import Context
from assistant.check.judged import Judged, fails, holds, open_
from assistant.check.plan import STATED
from assistant.check.words import quoted
from index.conditions import Judgement, NotCompiled

_TOPICS = {
    "opinion": "left to the investigator's judgement",
    "consent": "settled at the consent visit",
    "compliance": "the patient's ability to comply is judged at the consent visit",
    "contraception": "contraception is agreed at the consent visit",
    "tissue": "availability of tissue is settled by the site",
    "other": "settled by the site",
}


def judge_judgement(leaf: Judgement, context: Context) -> Judged:
    """Unknown, unless the note states the procedural item itself ("will provide informed consent")."""
    for phrase in STATED.get(leaf.topic, ()) if leaf.by == "procedural" else ():
        found = context.chart.phrase(phrase)
        said = [(i, fact) for i, fact in found if fact.status in ("present", "planned")]
        if said and len(said) == len(found):
            # Where it is required the statement meets it; where its lack excludes ("unable to consent") it speaks against that.
            verdict = holds if context.sign > 0 else fails
            return verdict(f"the note states it: {quoted(said[0][1])}", tuple(i for i, _ in said))
    return open_(leaf.by, _TOPICS[leaf.topic], mentioned=False)


def judge_not_compiled(leaf: NotCompiled, context: Context) -> Judged:
    """Unknown: these words were not understood and are shown as they stand."""
    return open_("not_compiled", f"not read by the program ({leaf.why}): to be read by a person", mentioned=False)
