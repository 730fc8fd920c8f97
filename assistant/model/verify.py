"""Whether another wording says the same as the sentence that it is to replace: a table of rules, each with what it counts as a breach.

A wording is kept only if it holds the same things in the same order: the markers, the quotations, the numbers, the names of the
vocabulary (by any of their synonyms), every word on which the meaning turns (negation, quantity, comparison, time, certainty, verdict,
relation) and every other word but mere connectives. So nothing new can be said and nothing be turned round, whatever the model is or was
told. Pure text in, a rule's name out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from index.vocabulary import vocabulary

_WORDS: dict[str, str] = {
    "negation": "no not nor none never neither without non lack lacks lacking absent absence nothing nobody cannot n't isn't doesn't don't aren't "
    "wasn't hasn't can't deny denies denied negative free fails failed fail failure refuse refused",
    "quantity": "all any every each some most many few only both either least half several more less fewer another other others and or but except "
    "excluding including unless than up additional further single double twice one two three four five six seven eight nine ten eleven twelve "
    "first second third last next",
    "comparison": "above below over under at-least at-most maximum minimum max min greater lower higher lowest highest equal equals exceeds exceed "
    "exceeding between within beyond outside inside larger smaller",
    "time": "before after since ago prior previous previously earlier later current currently now past today until during history ever still yet "
    "already soon planned recent recently future again",
    "certainty": "may might could would should must can possible possibly probable probably likely unlikely certain certainly uncertain unknown "
    "unclear assumed apparently perhaps if else whether suspected confirmed definite definitely proven sure",
    "verdict": "eligible ineligible eligibility excluded exclude excludes exclusion included include includes inclusion pass passes passed met meets "
    "meet unmet qualify qualifies qualified fit fits fitting suitable unsuitable allow allows allowed accept accepts accepted permit permits "
    "permitted "
    "require requires required requirement need needs needed blocks block determined determine against for-sure stated found contraindicated "
    "recommended recommend safe unsafe effective enrolled enrol enroll join joins barred violated violates clear cleared ok okay approved approve",
    "relation": "to from by with against due because despite therefore",
}
_CRITICAL = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_CONNECTIVES = frozenset(
    "a an the this that these those it its there here of in on for as at about regarding concerning is are which also then namely "
    "asks ask says say reads read writes write list lists named trial trials study document documents text criterion criteria rule words sentence "
    "according".split()
)
"""Words that may be added: they name documents and join what is there; none says anything about a patient or a treatment."""
_QUOTE = re.compile(r"“[^”]*”|\"[^\"\n]*\"")
_MARKER = re.compile(r"\[(\d+)\]")
_NUMBER = re.compile(r"[^\s“”\"()\[\];,]*\d[^\s“”\"()\[\];]*")
_SIGN = re.compile(r"[<>≤≥=±×%→/+]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MARKUP = re.compile(r"https?:|www\.|[\w.+-]+@[\w-]+\.|\]\(|<\s*/?[a-zA-Z!]|[`\\{}]|!\[", re.I)
_PLAIN = re.compile(r"[\w\s.,;:!?'’“”\"()\[\]/%<>≤≥=±×·°→^&*+#–—…-]*")
Token = tuple[str, str]


@dataclass(frozen=True)
class Sentence:
    """A sentence taken apart."""

    text: str

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Everything but the connectives, as (kind, form), in its order."""
        found: list[tuple[int, Token]] = []
        text = self.text

        def take(pattern: re.Pattern[str], kind: str, form: Callable[[str], str] = str) -> None:
            nonlocal text
            for match in pattern.finditer(text):
                found.append((match.start(), (kind, form(match[0]))))
            text = pattern.sub(lambda match: "\x00" * len(match[0]), text)

        take(_QUOTE, "quotes", lambda quote: " ".join(quote[1:-1].split()))
        take(_MARKER, "citations")
        for mention in vocabulary().mentions(text):
            found.append((mention.start, ("names", mention.concept)))
            text = text[: mention.start] + "\x00" * (mention.end - mention.start) + text[mention.end :]
        take(_NUMBER, "numbers", lambda number: number.strip(".,:!?").casefold())
        take(_SIGN, "comparison")
        for match in _WORD.finditer(text):
            word = match[0].casefold().replace("’", "'")
            if len(match[0]) > 1 and match[0].isupper():
                found.append((match.start(), ("names", match[0])))
            elif pieces := [p for p in (word, *word.split("-")) if p in _CRITICAL]:
                found.append((match.start(), (_CRITICAL[pieces[0]], word)))
            elif word.endswith("n't"):
                found.append((match.start(), ("negation", word)))
            elif word not in _CONNECTIVES:
                found.append((match.start(), ("words", word)))
        return tuple(token for _, token in sorted(found))

    def of(self, *kinds: str) -> list[str]:
        """The forms of these kinds, in their order."""
        return [form for kind, form in self.tokens if kind in kinds]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's name, under which breaches are counted, and whether a wording (second) of a sentence (first) keeps it."""

    name: str
    kept: Callable[[Sentence, Sentence], bool]


def _same(*kinds: str) -> Callable[[Sentence, Sentence], bool]:
    return lambda source, draft: source.of(*kinds) == draft.of(*kinds)


RULES: tuple[Rule, ...] = (
    Rule("empty", lambda source, draft: bool(draft.text.strip()) and "\n" not in draft.text.strip()),
    Rule("length", lambda source, draft: len(draft.text) <= 1.5 * len(source.text) + 60),
    Rule("markup", lambda source, draft: _PLAIN.fullmatch(draft.text) is not None and _MARKUP.search(draft.text) is None),
    Rule("citation", _same("citations")),
    Rule("quotation", _same("quotes")),
    Rule("number", _same("numbers")),
    Rule("name", _same("names")),
    Rule("verdict", _same("verdict")),
    Rule("negation", _same("negation")),
    Rule("quantity", _same("quantity")),
    Rule("comparison", _same("comparison")),
    Rule("time", _same("time")),
    Rule("certainty", _same("certainty")),
    Rule("relation", _same("relation")),
    Rule("word", lambda source, draft: set(draft.of("words")) <= set(source.of("words"))),
    Rule("omission", lambda source, draft: set(source.of("words")) <= set(draft.of("words"))),
    Rule("order", lambda source, draft: source.tokens == draft.tokens),
)
"""Every rule, in the order in which they are tried."""


def breach(source: str, draft: str) -> str | None:
    """The name of the first rule that `draft` breaks as another wording of `source`; None if it may stand."""
    one, other = Sentence(source), Sentence(draft)
    return next((rule.name for rule in RULES if not rule.kept(one, other)), None)
