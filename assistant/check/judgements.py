"""Criteria that a person settles: the investigator's opinion, and what happens at the consent visit. Never guessed."""

import re

from assistant.check.context import Context
from assistant.check.judged import Judged, fails, holds, open_
from assistant.check.plan import STATED
from assistant.check.words import quoted
from assistant.patient.facts import Fact
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
    """Unknown, unless the note states the procedural item itself ("will provide informed consent", "refuses contraception")."""
    for phrase in STATED.get(leaf.topic, ()) if leaf.by == "procedural" else ():
        found = context.chart.phrase(phrase)
        kept = {_kept(fact, context) for _, fact in found}
        facts = tuple(i for i, _ in found)
        if kept == {False}:
            # Its lack is what an exclusion of this kind names ("poor compliance", "unable to consent").
            verdict = fails if context.sign > 0 else holds
            return verdict(f"the note states the contrary: {quoted(found[0][1])}", facts)
        if kept == {True} and not (context.sign < 0 and _of_use(leaf, context)):
            # Where it is required the statement meets it; where its lack excludes ("unable to consent") it speaks against that.
            verdict = holds if context.sign > 0 else fails
            return verdict(f"the note states it: {quoted(found[0][1])}", facts)
    return open_(leaf.by, _TOPICS[leaf.topic], mentioned=False)


_CONTRARY = re.compile(
    r"\b(?:refus\w*|declin\w*|withdr[ae]w\w*|withheld|revok\w*|reject\w*|object\w*|oppos\w*|unwilling|unable|inab\w+|incapab\w+|"
    r"cannot|can't|can not|could not|"
    r"(?:will|would|does|did|do|is|was|has|have)\s*(?:not|n't)|won't|wouldn't|not able|not willing|not agree\w*|not possible|not capable|"
    r"never|no|poor\w*|bad|"
    r"doubtful|insufficient|inadequate|lack\w*|without|impossible|non|erratic|problems?|difficult\w*|miss(?:es|ed|ing)?|fail\w*|against)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:not yet|yet to|pending|awaited|awaiting|to be|if|whether|unless|un(?:clear|certain|known)|under discussion|"
    r"discussed|considering|undecided|"
    r"hesita\w+|asked|asks?|suspected|possible|\?)\b",
    re.IGNORECASE,
)
_NO_TROUBLE = re.compile(
    r"\b(?:without|no|nor|not|never|had no)\s+(?:any\s+|a\s+|known\s+|practical\s+|major\s+|foreseeable\s+)*"
    r"(?:issues?|problems?|difficult\w*|trouble|hesitation|objections?|reservations?|concerns?|barriers?|doubts?|delay|refus\w*|object\w*|declin\w*|miss\w*|poor\w*|fail\w*)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;\n]|,?\s\bbut\b|,(?=\s*(?:no|not|and)\b)")


def _kept(fact: Fact, context: Context) -> bool | None:
    """Whether the clause around the words says that the patient agrees or keeps to it; None where it leaves that open."""
    text = context.chart.patient.text
    start = max(
        (m.end() for m in _CLAUSE_END.finditer(text, max(0, fact.source.start - 70), fact.source.start)), default=max(0, fact.source.start - 70)
    )
    ending = _CLAUSE_END.search(text, fact.source.end)
    end = min(ending.start() if ending else len(text), fact.source.end + 120)
    clause = text[start:end]
    if _NOT_YET.search(clause):
        return None
    if _CONTRARY.search(_NO_TROUBLE.sub(" ", clause)):
        return False
    return True if fact.status != "possible" else None


_USE = re.compile(r"\b(?:us(?:e|es|ed|ing|age)|tak(?:e|es|ing)|on|receiv\w+|treat\w+|therap\w+|current)\b", re.IGNORECASE)


def _of_use(leaf: Judgement, context: Context) -> bool:
    """Whether the exclusion names the thing itself ("use of hormonal contraceptives"), so that the statement is no agreement."""
    if context.criterion is None or leaf.topic != "contraception":
        return False
    words = context.criterion.quote
    return _USE.search(words) is not None and not _CONTRARY.search(words)


def judge_not_compiled(leaf: NotCompiled, context: Context) -> Judged:
    """Unknown: these words were not understood and are shown as they stand."""
    return open_("not_compiled", f"not read by the program ({leaf.why}): to be read by a person", mentioned=False)
