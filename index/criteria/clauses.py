"""A clause -> one condition: negation, frames, lists with shared heads and shared windows, brackets, narrowing tails."""

import csv
import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from index.conditions import TEXT, AllOf, AnyOf, Bounds, Category, Condition, Except, Finding, Judgement, Limit, Not, NotCompiled, Qualifier, Treatment, Window, leaves
from index.criteria import leaves as leaf_of
from index.criteria import limits, scales, special, toxicity, windows
from index.criteria.leaves import Phrase, narrowed, residue, words_of
from index.criteria.lexis import CONNECTOR, EXAMPLES, FRAME, MIXED_BASIS, NEGATION, NOISE, ORGAN, OPEN_LIST, QUALIFIER, TAIL, Frame, frame, qualifier
from index.criteria.limits import Atom
from index.criteria.passage import Passage
from index.vocabulary import vocabulary


@dataclass(frozen=True, slots=True)
class Env:
    """What a clause inherits: the side it stands on, the window, frame and measure of its head, the last treatment named."""

    exclusion: bool
    window: Window | None = None
    frame: Frame = field(default_factory=Frame)
    subject: tuple[str, ...] = ()
    any_of: bool = False
    depth: int = 0


@dataclass(slots=True)
class _Item:
    """A finished piece of a list."""

    start: int
    end: int
    conn: str
    negated: bool
    phrase: Phrase | None = None
    atom: Atom | None = None
    made: Condition | None = None
    asides: list[tuple[int, int]] = field(default_factory=list)
    verb: bool = False


_WORDS = re.compile(r"[A-Za-zÀ-ÿ][\w'’-]*")
_WITH_LIMIT = re.compile(r"\s*(?:with|having|defined as|as defined by|i\.?e\.?,?|as evidenced by|evidenced by|as demonstrated by|indicated by)\s+", re.I)
_METHOD = re.compile(
    r"\b(?:mammogra\w+|clinical|examinations?|physical|palpation|magnetic|resonance|computed|tomography|any|echocardiogra\w+|echo|MUGA|multi-?gated|acquisition|scans?|ECG|EKG|electrocardiogra\w+|CT|MRI|PET|imaging|ultraso\w+|x-?ray|radiogra\w+|dipsticks?|urinalysis|Cockc?roft|Gault|formula|equation|calculat\w+|measured|MDRD|CKD-EPI|Fridericia\w*|Bazett\w*|correction|method|corrected|using|criteria|nomogram|institutional|facility|local|standard|resting|triplicate|average|mean|readings?|consecutive|12-lead|room air|rest|pulse oximetry|fasting|modified|RECIST|mRECIST|CTCAE|NCI|version|scale|performance|status|score|predicted|lower|upper|limits?|normal|ULN|LLN|institution|laboratory|reference|ranges?|both|scr|ccr|[a-z]{0,2}\d?\.\d|grades?|support|calculated|estimated|either|i\.?e|g|e|mg|without correction|doppler|ultrasound|2d|two|dimensional|independent|adult|eastern|cooperative|oncology|group|classification|functional|class)\b",
    re.I,
)
_CARVE = re.compile(r"^\W*(?:except(?:ing|ion|ions)?(?:\s+(?:for|of|when|if|in|that))?|excluding|excludes|exclusive of|with (?:the )?exceptions?(?:\s+of)?|other than|apart from|aside from|but not|not including|does not include|unless|without(?= \w+ing))\b\s*:?", re.I)
_CARVE_INSIDE = re.compile(r"[\s,;(]+(?:except(?:ing|ion|ions)?(?:\s+(?:for|of|when|if|in|that))?|excluding|with the exceptions?(?:\s+of)?|other than|apart from|but not|not including|unless)\b\s*:?\s*", re.I)
_SEX = "sex"
CONNECTOR_OR = re.compile(r",|;|\bor\b", re.I)


@cache
def _markers() -> frozenset[tuple[str, str]]:
    with (Path(__file__).parent / "markers.csv").open(encoding="utf-8", newline="") as file:
        return frozenset((row["marker"], row["finding"]) for row in csv.DictReader(file))


def implies(condition: Condition, concept: str) -> bool:
    """Whether a limit or category already says that the patient has the finding ("HBV DNA > 2000": hepatitis B)."""
    ids = {leaf.measure if isinstance(leaf, Limit) else leaf.scale for leaf in leaves(condition) if isinstance(leaf, Limit | Category)}
    vocab = vocabulary()
    known = vocab.ancestors(concept)
    return any((i, c) in _markers() for i in ids for c in known) or any(concept in vocab.ancestors(i) or known & set(vocab.concepts[i].parents) for i in ids if i in vocab.concepts)


def clause(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """The condition that `text[start:end]` states, or None if it states nothing. Polarity is not applied here."""
    start, end = _trim(p.text, start, end)
    if start >= end or env.depth > 8:
        return None if start >= end else NotCompiled(span=p.span(start, end))
    if inner := _inside(p, start, end):
        a, b = inner
        carved = _CARVE.match(p.text[a + 1 : b - 1])
        gloss = EXAMPLES.match(p.text, a + 1, b - 1) or _gloss(p, a, b, end)
        at = a + 1 + (carved.end() if carved else 0)
        extra = None if gloss else clause(p, at, b - 1, replace(env, window=None, frame=Frame(), any_of=env.exclusion or bool(carved), depth=env.depth + 1))
        shorter = p.without([(a - 1 if p.text[a - 1 : a] == " " else a, b)])
        main = clause(shorter, start, end - (b - (a - 1 if p.text[a - 1 : a] == " " else a)), replace(env, depth=env.depth + 1))
        if main is None or extra is None:
            return main or extra
        if carved:
            inner_main = main.item if isinstance(main, Not) else main
            excepted = Except(span=p.span(start, end), trigger=inner_main, carve_out=extra)
            return Not(span=excepted.span, item=excepted) if isinstance(main, Not) else excepted
        return AllOf(span=p.span(start, end), items=(main, extra))
    if made := special.special(p, start, end, env.window, env.exclusion):
        return made
    if (n := NEGATION.match(p.text, start, end)) and re.search(r"allerg|sensitiv|anaphyl", p.text[n.end() : end], re.I) and (found := special.allergy(p, n.end(), end)):
        return _with_rest(p, Not(span=p.span(start, found[1]), item=found[0]), found[1], end, env)
    if re.search(r"allerg|sensitiv|anaphyl|contraindicat|intoleran|idiosync", p.text[start:end], re.I) and (found := special.allergy(p, start, end)):
        return _with_rest(p, found[0], found[1], end, env)
    if (trial := special.other_trial(p, start, end, env.window)) and not p.entities.within(start, end):
        return trial
    if (m := special.INVESTIGATOR.search(p.text, start, end)) and not CONNECTOR_OR.search(p.text[start : m.start()]) and not p.entities.within(start, m.start()) and not p.measures.within(start, m.start()):
        return Judgement(span=p.span(start, end), by="investigator")
    if made := toxicity.toxicity(p, start, end, env.window):
        inner = _CARVE_INSIDE.search(p.text, start, end)
        if inner is None:
            return made
        stop = _closing(p.text, inner.start() + p.text[inner.start() : inner.end()].find("("), end) if "(" in inner[0] else end
        carve = clause(p, inner.end(), stop - 1 if "(" in inner[0] and p.text[stop - 1] == ")" else stop, replace(env, any_of=True, window=None, depth=env.depth + 1))
        carve = carve or NotCompiled(span=p.span(inner.end(), stop))
        span = p.span(start, end)
        if env.exclusion:
            return Except(span=span, trigger=made, carve_out=carve)
        barred = made.item if isinstance(made, Not) else Not(span=made.span, item=made)
        return Not(span=span, item=Except(span=span, trigger=barred, carve_out=carve))
    if (effect := _effect(p, start, end, env)) is not None:
        return effect
    if (sexes := _sexes(p, start, end)) and not [w for w in words_of(p, start, end) if w[0].lower() not in _ABOUT_SEX]:
        return Category(span=p.span(start, end), scale=_SEX, values=sexes)
    items = _items(p, start, end, env)
    if not items:
        return _nothing(p, start, end, env)
    whole = _combine(p, items, env, start, end)
    if whole is not None and len(sexes) == 1 and not env.exclusion and env.depth == 0 and not env.any_of and (_LED_BY_SEX.match(p.text, start, end) or re.search(r"[,;]\s*(?:and\s+)?(?:fe)?males?\s*(?:only|patients|sex|gender)?\s*$", p.text[start:end], re.I)):
        if all(isinstance(x, Limit | Category) or isinstance(x, Finding) and any(_is_neoplasm(c) for c in x.concepts) for x in leaves(whole)):
            # "Women aged 18-70", "Men with prostate cancer"
            return AllOf(span=whole.span, items=(Category(span=p.span(start, end), scale=_SEX, values=sexes), whole))
    return whole


_ABOUT_SEX = frozenset("gender sex regardless either limitation limited both only race races ethnic ethnicity racial group groups human healthy restriction restrictions genders sexes origin background non-pregnant".split())
_LED_BY_SEX = re.compile(r"\W*(?:adult\s+|healthy\s+|only\s+|all\s+)*(?:females?|males?|wom[ae]n|m[ae]n)\b(?!\s+(?:of|who|whose|must|should|and|or|partners?))", re.I)


def _sexes(p: Passage, start: int, end: int) -> tuple[str, ...]:
    """The sexes that a clause names."""
    words = {w.lower() for w in re.findall(r"\b(?:females?|males?|wom[ae]n|m[ae]n|boys?|girls?)\b", p.text[start:end], re.I)}
    female = any(w.startswith(("f", "w", "g")) for w in words)
    male = any(w.startswith(("m", "b")) for w in words)
    return (("female",) if female else ()) + (("male",) if male else ())


def _effect(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """ "Other diseases, X, or abnormalities that may increase the risk ...": a list whose effect somebody must judge."""
    found = special.judged(p, start, end)
    if found is None:
        return None
    first = re.compile(r"[^,;]*").match(p.text, start, found[0])
    if first and first.end() > start and special.vague(p, start, min(first.end(), found[0])) and words_of(p, start, min(first.end(), found[0])):
        if (named := EXAMPLES.search(p.text, start, found[0])) and special.vague(p, start, named.start()):
            # "Uncontrolled illness including A, B, or situations that would limit compliance": A and B are named.
            links = [m for m in CONNECTOR.finditer(p.text, named.end(), found[0]) if m[0].strip() and not any(e.start < m.end() and m.start() < e.end for e in p.entities.within(named.end(), end))]
            stop = links[-1].start() if links else found[0]
            listed = clause(p, named.end(), stop, replace(env, any_of=True, depth=env.depth + 1))
            if listed is not None:
                judgement = Judgement(span=p.span(stop, end), by="investigator")
                span = p.span(start, end)
                whole = AnyOf(span=span, items=(*(listed.items if isinstance(listed, AnyOf) else (listed,)), judgement))
                return Not(span=span, item=whole) if NEGATION.match(p.text, start, end) else whole
        return Judgement(span=p.span(start, end), by="investigator")
    last = None
    for m in CONNECTOR.finditer(p.text, start, found[0]):
        if m[0].strip() and not any(e.start < m.end() and m.start() < e.end for e in p.entities.within(start, end)):
            last = m
    if last is not None and special.vague(p, last.end(), found[0]) and last.start() > start:
        before = clause(p, start, last.start(), replace(env, depth=env.depth + 1))
        judgement = Judgement(span=p.span(last.end(), end), by="investigator")
        if before is None:
            return judgement
        span = p.span(start, end)
        return AnyOf(span=span, items=(before, judgement)) if env.exclusion or env.any_of or "or" in last[0] else AllOf(span=span, items=(before, judgement))
    return None


def carve_route(p: Passage, start: int, end: int, trigger: Condition) -> Condition | None:
    """ "except for local use to control ascites": the same treatment by another route, or for a purpose."""
    targets = tuple(t for leaf in leaves(trigger) if isinstance(leaf, Treatment) for t in leaf.targets)
    m = re.compile(r"\W*(?:for\s+|the\s+|if\s+)*(?P<r>local|topical|inhaled|intranasal|nasal|ophthalmic|oral|intra-?articular|intravitreal)\s*(?:or|and|/|,)?\s*(?:(?P<r2>local|topical|inhaled|intranasal|nasal|ophthalmic|intra-?articular)\s*)?(?:use|administration|application|injections?|treatment|therapy|preparations?|formulations?)\b", re.I).match(p.text, start, end)
    if not targets or not m:
        return None
    rest = [w for w in words_of(p, m.end(), end)]
    purpose = tuple(e.concept for e in p.entities.within(m.end(), end) if e.table == "condition")
    if rest and not purpose:
        return None
    routes = [_ROUTE_NAMES.get(r.lower(), r.lower()) for r in (m["r"], m["r2"]) if r]
    span = p.span(start, end)
    items: list[Condition] = [
        Treatment(span=span, targets=targets, status="current", route=route, for_condition=c)  # type: ignore[arg-type]
        for route in routes for c in (purpose or (None,))
    ]  # fmt: skip
    return items[0] if len(items) == 1 else AnyOf(span=span, items=tuple(items))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " ,;.:-*•/":
        start += 1
    while end > start and text[end - 1] in " ,;.:-/":
        end -= 1
    if end - start > 2 and text[start] in "([" and text[end - 1] in ")]" and _closing(text, start, end) == end:
        return _trim(text, start + 1, end - 1)
    return start, end


_GOES_ON = re.compile(r"\s[a-z][\w-]+")


def _inside(p: Passage, start: int, end: int) -> tuple[int, int] | None:
    """The first bracket that stands inside a noun phrase ("triple negative (ER-, PR-) breast cancer"), not behind one."""
    i = start
    while (i := p.text.find("(", i, end)) >= 0:
        close = _closing(p.text, i, end)
        after = _GOES_ON.match(p.text, close, end)
        if i > start and after and not CONNECTOR.match(p.text, close, end) and not TAIL.match(p.text, close + 1, end) and after[0].strip() not in NOISE and not windows.find(p.text, close, min(end, close + 40))[:1]:
            if numbers_inside := re.search(r"[≥≤<>=]", p.text[i:close]):
                del numbers_inside
                return None
            return i, close
        i = close
    return None


def _gloss(p: Passage, a: int, b: int, end: int) -> bool:
    """Whether a short bracket only repeats, in other words, what stands around it ("central nervous system (brain) metastases")."""
    inner = p.text[a + 1 : b - 1]
    if len(inner.split()) > 3 or re.search(r"\b(?:or|and|not|no)\b|[<>≤≥=]", inner):
        return False
    following = p.text[b : min(end, b + 40)].split()
    vocab = vocabulary()
    around = [e.concept for e in vocab.mentions(f"{p.text[max(0, a - 50) : a].strip()} {' '.join(following[:3])}", ("condition", "drug", "drug_class", "procedure", "regimen"))]
    named = [e.concept for n in (1, 2) for e in vocab.mentions(f"{inner} {' '.join(following[:n])}", ("condition", "drug", "drug_class", "procedure", "regimen")) if e.start == 0]
    return any(vocab.is_a(x, y) or vocab.is_a(y, x) for x in named for y in around)


def _closing(text: str, at: int, end: int) -> int:
    """Where the bracket opened at `at` ends; the end of the text if it never does."""
    depth = 0
    for i in range(at, end):
        if text[i] in "([{":
            depth += 1
        elif text[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i + 1
    return end


def _nothing(p: Passage, start: int, end: int, env: Env) -> Condition | None:
    """A clause without anything known: procedural, or words that were not understood."""
    if made := special.procedural(p, start, end):
        return made
    if left := words_of(p, start, end):
        return NotCompiled(span=p.span(left[0].start(), left[-1].end()))
    return None


def _with_rest(p: Passage, condition: Condition, at: int, end: int, env: Env) -> Condition:
    """A condition followed by further clauses, joined as a list."""
    at2, end2 = _trim(p.text, at, end)
    word = re.compile(r"(?:and/or|and|or)\b", re.I).match(p.text, at2, end2)
    at2 = word.end() if word else at2
    if m := _CARVE.match(p.text[at2:end2]):
        carve = clause(p, at2 + m.end(), end2, replace(env, any_of=True, depth=env.depth + 1))
        return Except(span=p.span(condition_start(condition, p, at), end2), trigger=condition, carve_out=carve) if carve else condition
    rest = clause(p, at2, end2, replace(env, depth=env.depth + 1)) if at2 < end2 else None
    if rest is None:
        return condition
    narrow = re.match(r"\s*(?:that|which|who|where|if|when)\b", p.text[at2:end2])
    span = p.span(condition_start(condition, p, at), end2)
    if narrow:
        return AllOf(span=span, items=(condition, NotCompiled(span=p.span(at2, end2))))
    return AnyOf(span=span, items=(condition, rest)) if env.exclusion or env.any_of or (word and word[0].lower() != "and") else AllOf(span=span, items=(condition, rest))


def condition_start(condition: Condition, p: Passage, before: int) -> int:
    """Where in the passage a condition's words begin."""
    target = condition.span.start
    for i in range(min(before, len(p.starts)) - 1, -1, -1):
        if p.starts[i] <= target:
            return i
    return 0


# ---------------------------------------------------------------- scanning


def _islands(p: Passage, start: int, end: int) -> tuple[list[windows.Found], list[tuple[int, int]], list[tuple[int, int]]]:
    """Windows, brackets and lists of examples: what interrupts the phrases of a clause."""
    brackets: list[tuple[int, int]] = []
    i = start
    while i < end:
        if p.text[i] in "([":
            close = _closing(p.text, i, end)
            brackets.append((i, close))
            i = close
        else:
            i += 1
    found = [f for f in windows.find(p.text, start, end) if not any(a <= f.start < b for a, b in brackets)]
    examples: list[tuple[int, int]] = []
    for m in EXAMPLES.finditer(p.text, start, end):
        if any(a <= m.start() < b for a, b in (*brackets, *examples)) or m.start() == start:
            continue
        stop = end
        for w in found:
            if w.start >= m.end():
                stop = min(stop, w.start)
        semi = p.text.find(";", m.end(), stop)
        stop = semi if semi >= 0 else stop
        if dur := re.compile(r"\s+for\s+(?:at least\s+)?\d|,?\s+(?:is|are|was|were|must|should|(?<!those )requiring|that (?:is|are|require)|except|excluding|unless)\b", re.I).search(p.text, m.end(), stop):
            stop = dur.start()
        examples.append((m.start(), stop))
    return found, brackets, examples


def _items(p: Passage, start: int, end: int, env: Env) -> list[_Item]:
    """The list of things that a clause names."""
    found, brackets, examples = _islands(p, start, end)
    blocked = [*((f.start, f.end) for f in found), *brackets, *examples]
    taken = [(f.start, f.end) for f in found] + brackets + examples
    atoms = _atoms(p, start, end, taken, env)
    entities = [m for m in p.entities.within(start, end) if not any(a.start <= m.start < a.end for a in atoms)]
    scan = _Scan(p, start, end, env, found, brackets, examples, atoms, [(m.start, m.end) for m in entities], blocked)
    return scan.run()


def _atoms(p: Passage, start: int, end: int, taken: list[tuple[int, int]], env: Env) -> list[Atom]:
    numbers = limits.atoms(p, start, end, taken, env.window, env.subject)
    covered = taken + [(a.start, a.end) for a in numbers]
    named = [a for a in scales.atoms(p, start, end, covered, env.window) if not (isinstance(a.condition, Category) and a.condition.scale == _SEX)]
    # A disease's name may hold a scale's value ("HER2-positive breast cancer" does not, "stage IV" may): a longer name wins.
    entities = p.entities.within(start, end)
    named = [a for a in named if not any(e.start <= a.start and a.end <= e.end for e in entities)]
    graded = toxicity.graded(p, start, end, env.window)
    others = [a for a in (*(_lines(p, a) for a in numbers), *named) if not any(g.start < a.end and a.start < g.end for g in graded)]
    return sorted([*graded, *others], key=lambda a: a.start)


def _lines(p: Passage, atom: Atom) -> Atom:
    """ "At most two prior lines of chemotherapy": a number of lines of a treatment."""
    condition = atom.condition
    if not isinstance(condition, Limit) or condition.measure != "prior_lines":
        return atom
    named = [e.concept for e in p.entities.within(atom.start, atom.end) if e.table in ("drug_class", "drug", "procedure", "regimen")]
    targets = tuple(dict.fromkeys(named)) or ("systemic_therapy",)
    return replace(atom, condition=Treatment(span=condition.span, targets=targets, lines=condition.bounds, window=condition.window))


_LEADING = frozenset("after following upon undergoing despite to".split())
"""Prepositions that a head may stand behind when its verb was cut off."""


_OR_EQUAL = re.compile(r"\bthan or equal|\bequal to or \w+|\w+ or equal to", re.I)
_COMMA_TAIL = re.compile(r"(?:measured|assessed|determined|defined|documented|evaluated|calculated|obtained|performed|using|according|corrected|for|in|on|at|to|from|by|during|before|per|if|when|where|which|that|who|whose|as|based|regardless|irrespective|despite)\s", re.I)


_OR_AHEAD = re.compile(r"(?:[\w-]+\s+){0,3}[\w-]+,?\s+or\s", re.I)
_HOW_MEASURED = re.compile(r"\s*(?:(?:as\s+)?(?:measured|assessed|determined|documented|evaluated|calculated|estimated|confirmed|demonstrated|shown|indicated)\s+(?:by|on|with|using|via|from|through)|by\s+(?:any|either|the|an?|echo|MUGA|CT|MRI|imaging|cock|using)|using|according to|based on|per)\b", re.I)
_STOPPED = re.compile(r"(?:(?:must|should|shall|have|has|be|been|to|will|having|need)\s+)*(?:discontinu(?:e|ed|ing)|stop(?:ped|ping)?|ceased?|ceasing|(?:been\s+)?withdrawn(?: from)?|(?:been\s+)?off|washed out (?:of|from))\s+(?:(?:taking|using|all|any|the|use of|treatment with|therapy with|prior|previous)\s+)*", re.I)


class _Scan:
    """One pass over a clause, left to right."""

    def __init__(
        self, p: Passage, start: int, end: int, env: Env, found: list[windows.Found], brackets: list[tuple[int, int]],
        examples: list[tuple[int, int]], atoms: list[Atom], entities: list[tuple[int, int]], blocked: list[tuple[int, int]],
    ) -> None:  # fmt: skip
        self.p, self.at, self.start, self.end, self.env = p, start, start, end, env
        self.windows = {f.start: f for f in found}
        self.brackets, self.examples = dict(brackets), dict(examples)
        self.atoms = {a.start: a for a in atoms}
        self.entities = {a: b for a, b in sorted(entities, key=lambda e: e[1] - e[0])}
        self.blocked = blocked
        self.items: list[_Item] = []
        self.compared = [(m.start(), m.end()) for m in _OR_EQUAL.finditer(p.text, start, end)]
        self.frame = env.frame
        self.negated = False
        self.conn = ""
        self.leading: Window | None = None
        self.stopped = False

    def run(self) -> list[_Item]:
        while self.at < self.end:
            before = self.at
            self._prefix()
            if self.at >= self.end:
                self._pronoun()
                break
            if self.at in self.atoms:
                self._atom()
            else:
                self._phrase()
            self._after()
            if self.at <= before:
                self.at = before + 1
        if self.leading is not None:
            for item in self.items:
                if item.phrase and (item.phrase.window is None or not (item.phrase.window.within or item.phrase.window.longer_than or item.phrase.window.ahead)):
                    item.phrase.window = self.leading
                elif item.atom:
                    item.atom = _at_time(item.atom, self.leading)
        return self.items

    def _pronoun(self) -> None:
        """ "... or planned to receive one": a verb of treating without a head speaks of the treatment before it."""
        before = next((i.phrase for i in reversed(self.items) if i.phrase and _kind(self.p, i) == "treatment"), None)
        if before is None or not self.verb:
            return
        window = self.phrase_window
        phrase = Phrase(before.start, before.end, self.frame, self.negated, [], window=window or Window(), conn=self.conn)
        self.items.append(_Item(before.start, before.end, self.conn, self.negated, phrase=phrase, verb=True))

    # what stands before a head

    def _prefix(self) -> None:
        p, text = self.p, self.p.text
        self.qualifiers: list[tuple[Qualifier, ...]] = []
        self.pending: list[Qualifier] = []
        self.verb = False
        self.phrase_window: Window | None = None
        while self.at < self.end:
            c = text[self.at]
            if c in " ,;:.-/":
                self.at += 1
            elif self.at in self.windows:
                w = self.windows[self.at]
                self.at = w.end
                if w.since:
                    # "at least 4 weeks since prior X": X must not have happened within that time.
                    self._since(w)
                elif not self.items:
                    self.leading = w.window
                else:
                    self.phrase_window = w.window
            elif self.at in self.brackets:
                if self.items:
                    self.items[-1].asides.append((self.at, self.brackets[self.at]))
                    self.at = self.brackets[self.at]
                else:
                    stop = self.brackets[self.at]
                    self.items.append(_Item(self.at, stop, self.conn, self.negated, made=clause(p, self.at + 1, stop - 1, replace(self.env, depth=self.env.depth + 1))))
                    self.at = stop
            elif self.at in self.atoms or self.at in self.entities and not self._longer_than_entity() and not ((q := QUALIFIER.match(text, self.at, self.end)) and q.end() > self.entities[self.at]):
                break
            elif m := NEGATION.match(text, self.at, self.end):
                self.negated = True
                self.frame = self.env.frame
                self.at = m.end()
            elif m := _STOPPED.match(text, self.at, self.end):
                # "must have stopped X at least 2 weeks before": no X within that time; without a time, none now.
                self.negated = not self.negated
                self.stopped = True
                self.frame = Frame(treatment=True, status="current", verb=True)
                self.verb = True
                self.at = m.end()
            elif (m := FRAME.match(text, self.at, self.end)) and m.end() > self.at and not self._atom_inside(self.at, m.end()):
                new = frame(m)
                self.frame = new if new.verb else new.over(self.frame)
                self.verb = self.verb or new.verb
                if new.verb and self.items and self.conn and re.search(r"and|but|;", self.conn, re.I):
                    self.negated = False
                self.at = m.end()
            elif m := MIXED_BASIS.match(text, self.at, self.end):
                self.at = m.end()
            elif m := QUALIFIER.match(text, self.at, self.end):
                self.pending.append(qualifier(m))
                self.at = m.end()
                joined = re.compile(r"\s*(?:,|/|and/or|or|and)\s*(?:or\s+)?(?=\S)", re.I).match(text, self.at, self.end)
                if joined and not re.search(r"or|/", joined[0], re.I) and not _OR_AHEAD.match(text, joined.end(), self.end) and QUALIFIER.match(text, joined.end(), self.end) and joined.end() not in self.entities:
                    self.at = joined.end()  # "histologically confirmed, metastatic": both
                elif joined and QUALIFIER.match(text, joined.end(), self.end) and joined.end() not in self.entities:
                    self.qualifiers.append(tuple(self.pending))
                    self.pending = []
                    self.at = joined.end()
            elif (m := _WORDS.match(text, self.at, self.end)) and (m[0].lower() in NOISE or m[0].lower() in _LEADING):
                self.at = m.end()
                if m[0].lower() in ("or", "and") and self.items and not self.conn:
                    self.conn = m[0].lower()
            else:
                break

    def _longer_than_entity(self) -> bool:
        """A frame that begins with the same words and runs further than the name ("treatment with ...", "chemotherapy")."""
        m = FRAME.match(self.p.text, self.at, self.end)
        if m is None or m.end() <= self.entities[self.at]:
            return False
        # "radiotherapy for ..." is a name; "drug treatment with X" is a frame only if a name follows.
        return m.end() in self.entities or m.end() + 1 in self.entities or any(m.end() <= a <= m.end() + 2 for a in self.entities)

    def _atom_inside(self, a: int, b: int) -> bool:
        return any(a < x < b for x in self.atoms) or any(a < x < b for x in self.windows)

    def _since(self, w: windows.Found) -> None:
        assert w.window.longer_than is not None
        length = w.window.longer_than
        if w.window.longer_inclusive and length.unit in ("day", "week"):
            # At least N days ago is allowed on day N: what is barred ends the day before.
            days = length.value * (7 if length.unit == "week" else 1) - 1
            length = length.model_copy(update={"value": days, "unit": "day"})
        self.leading = w.window.model_copy(update={"within": length, "longer_than": None, "longer_inclusive": True})
        self.negated = True
        self.frame = Frame(status="received", ever=True)

    # the head

    def _atom(self) -> None:
        atom = self.atoms[self.at]
        self.items.append(_Item(atom.start, atom.end, self.conn, self.negated, atom=atom, verb=self.verb))
        self.at = atom.end
        self.conn = ""

    def _phrase(self) -> None:
        begin = self.at
        stop = self._head_end(begin)
        if self.pending or not self.qualifiers:
            if self.pending:
                # "acute or chronic active hepatitis": what stands behind the last "or" alone belongs to all alternatives too.
                self.qualifiers.append(tuple(self.pending))
        phrase = Phrase(begin, stop, self.frame, self.negated, self.qualifiers, window=self.phrase_window, conn=self.conn)
        item = _Item(begin, stop, self.conn, self.negated, phrase=phrase, verb=self.verb)
        self.items.append(item)
        self.at = stop
        self.conn = ""

    def _head_end(self, begin: int) -> int:
        """Where the noun phrase that begins here ends."""
        text = self.p.text
        at = begin
        first = True
        while at < self.end:
            if at in self.entities:
                at = self.entities[at]
                first = False
                continue
            if at > begin and (at in self.brackets or at in self.windows or at in self.atoms or at in self.examples):
                return at
            if any(a <= at < b for a, b in self.compared):
                at += 1
                first = False
                continue
            if text[at] in " ,;:.":
                if m := CONNECTOR.match(text, at, self.end):
                    if m.end() > at and m[0].strip():
                        return at
                if text[at] in ";:" or text[at] == "." and at + 1 < self.end and text[at + 1] == " ":
                    return at
                at += 1
                continue
            if not first and (at == begin or not text[at - 1].isalnum()) and (m := TAIL.match(text, at, self.end)):
                return at
            word = re.compile(r"[^\s,;:()\[\]]+").match(text, at, self.end)
            at = word.end() if word else at + 1
            first = False
        return self.end

    # what stands behind a head

    def _after(self) -> None:
        p, text = self.p, self.p.text
        item = self.items[-1]
        while self.at < self.end:
            if text[self.at] == " ":
                nxt = CONNECTOR.match(text, self.at, self.end)
                if nxt and nxt[0].strip():
                    self._connect(nxt)
                    return
                self.at += 1
            elif self.at in self.windows:
                w = self.windows[self.at]
                if self.stopped and item.phrase:
                    item.phrase.frame = replace(item.phrase.frame, status="received")
                if item.negated and w.window.longer_than and w.window.within is None and (self.stopped or re.search(r"\bfor\s*$", text[: self.at], re.I)):
                    # "has not received X for at least 4 weeks": not within that time.
                    w = replace(w, window=w.window.model_copy(update={"within": w.window.longer_than, "longer_than": None, "longer_inclusive": True}))
                self.at = w.end
                if item.phrase:
                    item.phrase.window = item.phrase.window if item.phrase.window and item.phrase.window.within else w.window
                    if w.shorter:
                        item.phrase.narrowing.append(NotCompiled(span=p.span(w.start, w.end), why="the shorter of two periods, one of them unknown"))
                elif item.atom:
                    item.atom = _at_time(item.atom, w.window)
                item.end = w.end
            elif self.at in self.brackets:
                item.asides.append((self.at, self.brackets[self.at]))
                self.at = self.brackets[self.at]
            elif self.at in self.examples:
                item.asides.append((self.at, self.examples[self.at]))
                self.at = self.examples[self.at]
            elif m := CONNECTOR.match(text, self.at, self.end):
                if m[0].strip() == "," and _COMMA_TAIL.match(text, m.end(), self.end) and not _WITH_LIMIT.match(text, m.end(), self.end):
                    self.at = m.end()  # ", for all patients": narrows, names nothing new
                    self._tail(item)
                    continue
                if m.end() > self.at and m[0].strip():
                    self._connect(m)
                    return
                self.at += 1
            elif self.at in self.atoms:
                # "Hypertension SBP > 150", "ALT ≤ 5 x ULN AST ≤ 5 x ULN": side by side, no connector.
                self.conn = "" if item.atom else "with"
                return
            elif text[self.at] in ":.":
                self.at += 1
            elif TAIL.match(text, self.at, self.end) or self.at not in self.entities:
                self._tail(item)
            else:
                return

    def _connect(self, m: "re.Match[str]") -> None:
        word = re.sub(r"[\s,]+", " ", m[0].lower()).strip()
        self.conn = word or ","
        if "," in m[0] and not word and (w := _WITH_LIMIT.match(self.p.text, m.end(), self.end)) and self.items[-1].phrase:
            if any(w.end() <= a <= w.end() + 40 for a in self.atoms):
                self.conn = "with,"
                self.at = w.end()
                return
        if ";" in m[0] or "but" in word:
            self.negated = False
            self.frame = self.env.frame
        self.at = m.end()

    def _tail(self, item: _Item) -> None:
        """Words that narrow the head; they run to the next strong boundary."""
        begin = self.at
        stop = self._tail_end(begin, item)
        if stop <= begin:
            stop = begin + 1
        if item.phrase:
            _narrow(self.p, item.phrase, begin, stop, self.env)
            item.phrase.tail = (begin, stop)
        else:
            _narrow_atom(self.p, item, begin, stop, self.env)
        item.end = max(item.end, stop)
        self.at = stop

    def _tail_end(self, begin: int, item: _Item) -> int:
        text = self.p.text
        at = begin
        head = _kind(self.p, item)
        inner: str | None = None
        method = head == "atom" and bool(_HOW_MEASURED.match(text, begin, self.end))
        while at < self.end:
            if method and at not in self.atoms and at not in self.windows and text[at] != ";":
                at = self.brackets.get(at, at + 1)
                continue
            if at > begin and (at in self.windows or at in self.brackets or at in self.examples or at in self.atoms and method):
                if at in self.windows or at in self.atoms and method:
                    return at
                at = self.brackets.get(at) or self.examples[at]
                continue
            if at in self.entities:
                inner = _table_kind(self.p, at, self.entities[at])
                at = self.entities[at]
                continue
            m = CONNECTOR.match(text, at, self.end)
            if m and m.end() > at and m[0].strip():
                if self._cuts(m, head, inner):
                    return at
                at = m.end()
                continue
            at += 1
        return self.end

    def _cuts(self, m: "re.Match[str]", head: str | None, inner: str | None) -> bool:
        """Whether a connector inside a tail begins a new item of the outer list."""
        text, at = self.p.text, m.end()
        if ";" in m[0]:
            return True
        while at < self.end and text[at] == " ":
            at += 1
        if at in self.atoms or NEGATION.match(text, at, self.end):
            return True
        if at not in self.entities and (f := FRAME.match(text, at, self.end)) and f.end() > at and frame(f).verb:
            return True
        comma = "," in m[0]
        nxt = next((_table_kind(self.p, a, b) for a, b in sorted(self.entities.items()) if at <= a and not CONNECTOR.search(text, at, a)), None)
        if QUALIFIER.match(text, at, self.end) and comma:
            return True
        if nxt is None:
            return comma and inner is not None
        if nxt == head != inner:
            return True
        if nxt == inner != head:
            return False
        return comma


def _table_kind(p: Passage, a: int, b: int) -> str:
    found = p.entities.within(a, b)
    return "finding" if found and found[-1].table == "condition" else "treatment"


def _kind(p: Passage, item: _Item) -> str | None:
    if item.atom:
        return "atom"
    if item.phrase:
        found = p.entities.within(item.phrase.start, item.phrase.end)
        if found:
            return "finding" if found[-1].table == "condition" else "treatment"
        return "treatment" if item.phrase.frame.treatment else "finding"
    return None


def _at_time(atom: Atom, window: Window) -> Atom:
    condition = atom.condition
    if isinstance(condition, Limit | Category) and (condition.window is None or condition.window.within is None):
        return replace(atom, condition=condition.model_copy(update={"window": window}))
    return atom


# ---------------------------------------------------------------- tails

_REQUIRE = re.compile(r"^(?:which |that |who )?(?:is |are )?(?:currently )?(?:requir(?:e|es|ed|ing)|need(?:s|ed|ing)?|in need of|with (?:the )?need (?:for|of)|on|receiving|being treated with|treated with|necessitating|under(?:going)?)\b", re.I)
_NEEDS: tuple[tuple[re.Pattern[str], Qualifier], ...] = (
    (re.compile(r"drainage|paracentesis|thoracentesis|drain\b", re.I), "requires_drainage"),
    (re.compile(r"hospitali[sz]", re.I), "requires_hospitalisation"),
    (re.compile(r"\boxygen\b", re.I), "requires_oxygen"),
    (re.compile(r"systemic|corticosteroid|steroid|immunosuppress|intravenous|\bIV\b|parenteral|disease[- ]modifying|i\.v\.", re.I), "requires_systemic_treatment"),
    (re.compile(r"treatment|therap|medication|antibiotic|antimicrobial|antiviral|antifungal|intervention|drug|transfusion|surgery|anticoagul|agent|management|medical", re.I), "requires_treatment"),
)
_STATE: tuple[tuple[re.Pattern[str], Qualifier], ...] = (
    (re.compile(r"^(?:that |which )?(?:has |have |is |are |was )?(?:been )?(?:not|n't|yet to) (?:been |yet |fully |completely |adequately )*(?:recover|resolv|heal|return)", re.I), "unresolved"),
    (re.compile(r"^(?:that |which )?(?:is |are |was |were )?(?:not (?:well |adequately |medically |optimally )?controlled|uncontrolled|poorly controlled|cannot be controlled|not under control)", re.I), "uncontrolled"),
    (re.compile(r"^(?:that |which |who )?(?:has |have |had )?(?:been |is |are |was |were )*(?:(?:curatively|radically|surgically) (?:treated|resected|excised|removed|cured)|curatively|(?:treated|resected|managed) (?:with|for) curative|completely (?:resected|removed|excised)|adequately (?:treated|resected)|considered cured|cured|treated curatively|successfully (?:treated|resected)|surgically (?:cured|excised|removed|treated))", re.I), "curatively_treated"),
    (re.compile(r"^(?:without|with no|who do not have|that is not causing) (?:any )?(?:clinical )?symptoms?", re.I), "asymptomatic"),
    (re.compile(r"^(?:with|causing|who have) (?:clinical )?symptoms?|^(?:that|which) (?:is|are) symptomatic", re.I), "symptomatic"),
    (re.compile(r"^(?:that |which )?(?:is |are |has |have |has been |have been )?(?:clinically )?(?:stable|stabili[sz]ed)", re.I), "stable"),
)  # fmt: skip
_IMPOSSIBLE = re.compile(r"(?:is|are|was|were|has been|have been|had been|be)?\s*(?:not|no longer|never|deemed not|considered not)\s+(?:be\s+|been\s+|yet\s+|technically\s+|surgically\s+|clinically\s+|considered\s+|deemed\s+)*(?:feasible|possible|indicated|suitable|appropriate|applicable|available|present|an option|achievable|performed|planned|given|received|detected|seen|allowed|permitted)\b|(?:is|are|was|were)\s+(?:contra-?indicated|unsuitable|impossible|absent|infeasible|unfeasible|negative)\b", re.I)
_POSSIBLE = re.compile(r"(?:is|are|was|were|has been|have been|be)\s+(?:considered\s+|deemed\s+)?(?:feasible|possible|indicated|suitable|appropriate|an option)\b", re.I)
_BASIS = re.compile(r"(?:that|which)?\s*(?:is|are|was|were|has been|have been|must be|should be|to be|as)?\s*(?:been\s+|be\s+)?(?:histolog\w+\s+|cytolog\w+\s+|patholog\w+\s+|radiolog\w+\s+|clinically\s+|or\s+|and/or\s+|and\s+)*(?:proven|confirmed|diagnosed|documented|verified|established|demonstrated|determined|evidenced|identified)\b(?!\s+(?:to be|as)\b)", re.I)
_TISSUE_BASIS = re.compile(r"biops|histolog|cytolog|patholog|(?<!soft )tissue", re.I)
_OTHER_BASIS = re.compile(r"radiolog|radiograph|imaging|\bCT\b|\bMRI\b|clinical|hallmark|non-?invasive|scan|ultraso", re.I)
_TO_BE = re.compile(r"(?:that|which)?\s*(?:must|should|has to|have to|needs? to|is|are|was|were)?\s*(?:be\s+|been\s+)*(?:confirmed|proven|diagnosed|verified|established)\s+(?:to\s+be|to\s+have|as)\s+", re.I)
_NO_STANDARD = re.compile(r"(?:and\s+)?(?:for (?:which|whom)|with|who have|without|that has|where|having)\s+(?:there (?:is|are)\s+)?(?:no\s+)?(?:(?:other|known|available|further|effective|curative|standard|approved|acceptable|established|satisfactory|alternative|proven|conventional|accepted|or|and|/|potentially|existing|appropriate)\s*[,/]?\s*)+(?:therap(?:y|ies)|treatments?|options?|measures|care|alternatives?|chemotherapy|treatment options?|therapeutic options?|regimens?|of care)\b[^,;]*", re.I)
_RELATIVE = re.compile(r"(?:(?:who|that|which|whose (?:disease|tumou?rs?|cancer|condition))\s+(?=(?:has|have|had|is|are|was|were|received|progressed|failed|relapsed|underwent|must)\b)|(?=(?:previously |already )?(?:treated (?:with|by)|refractory to|resistant to|progressing|progressed|after (?:failure|progression|prior|at least)|following (?:failure|progression|prior|at least)|requiring|not amenable to|amenable to|not suitable for|suitable for|intolerant|in need of|despite|relapsed after|pretreated with|receiving|currently receiving|not eligible for|eligible for|ineligible for)\b))", re.I)
_CAUSE = re.compile(r"^(?:due to|caused by|related to|secondary to|resulting from|associated with|because of|attributable to|attributed to|arising from|from|as a (?:result|consequence) of)\b", re.I)
_WITH = re.compile(r"^(?:and\s+)?(?:with|having|who (?:has|have)|that (?:has|have)|accompanied by|defined as|defined by|as defined by|i\.?e\.?,?|as evidenced by|evidenced by|as shown by|demonstrated by|manifested by|characterized by|where|whose|if|when|as indicated by|indicated by|measuring|of)\b", re.I)


def _narrow(p: Passage, phrase: Phrase, begin: int, end: int, env: Env) -> None:
    """Reads a tail into the phrase: a qualifier, a definition, a disease treated, a further condition, or words kept."""
    while begin < end and p.text[begin] in " ,.;":
        begin += 1
    text = p.text[begin:end].rstrip(" ,.;")
    if not text:
        return
    head = p.entities.within(phrase.start, phrase.end)
    is_treatment = bool(head) and head[-1].table != "condition" or not head and (phrase.frame.treatment or re.search(r"\b(?:treatments?|therap(?:y|ies)|medications?|drugs?|surgery)\s*$", p.text[phrase.start : phrase.end], re.I) is not None)
    if m := _IMPOSSIBLE.match(text):
        if is_treatment:
            phrase.frame = replace(phrase.frame, treatment=True, status="candidate")
        phrase.denied = True
        if left := words_of(p, begin + m.end(), end):
            phrase.narrowing.append(NotCompiled(span=p.span(left[0].start(), end)))
        return
    if m := _POSSIBLE.match(text):
        if is_treatment and not words_of(p, begin + m.end(), end):
            phrase.frame = replace(phrase.frame, treatment=True, status="candidate")
            return
    if (m := _BASIS.match(text)) and not is_treatment:
        tissue, other = bool(_TISSUE_BASIS.search(text)), bool(_OTHER_BASIS.search(text))
        if tissue or other:
            if tissue != other:
                phrase.frame = replace(phrase.frame, qualifiers=(*phrase.frame.qualifiers, "histologically_confirmed" if tissue else "imaging_confirmed"))
            return
    if (m := _TO_BE.match(text)) and not is_treatment:
        below = clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(qualifiers=phrase.qualifiers[0] if phrase.qualifiers else ()), depth=env.depth + 1))
        if below is not None:
            phrase.instead = _qualified(below, tuple(dict.fromkeys((*phrase.frame.qualifiers, *(phrase.qualifiers[0] if phrase.qualifiers else ())))))
            return
    if (m := re.match(r"for\s+(?:at least\s+|more than\s+|over\s+|≥\s*|>\s*|a minimum of\s+|longer than\s+)?", text, re.I)) and is_treatment and (length := windows.duration_at(p.text, begin + m.end(), end)):
        if not words_of(p, length[1], end):
            phrase.min_duration = length[0]
            return
    if is_treatment and (m := re.match(r"(?:with|using|of|consisting of|by)\s+", text, re.I)):
        named = [e for e in p.entities.within(begin + m.end(), end) if e.table != "condition"]
        if named and all(any(vocabulary().is_a(e.concept, h.concept) for h in head) for e in named) and not [w for w in words_of(p, begin + m.end(), end) if not any(e.start <= w.start() < e.end for e in named)]:
            phrase.targets = tuple(dict.fromkeys(e.concept for e in named))
            return
    if is_treatment and (m := re.match(r"(?:against|targeting|directed (?:at|against|to(?:wards?)?)|that (?:targets?|inhibits?|block)|aimed at|inhibiting|blocking)\b", text, re.I)):
        named = [e for e in p.entities.within(begin + m.end(), end) if e.table in ("drug", "drug_class")]
        if named and not [w for w in words_of(p, begin + m.end(), end) if not any(e.start <= w.start() < e.end for e in named)]:
            phrase.targets = tuple(dict.fromkeys(e.concept for e in named))
            return
    if re.search(r"hospitali[sz]", p.text[phrase.start : phrase.end], re.I) and (m := re.match(r"(?:for|due to|because of|related to|with)\b(?:\s+(?:the\s+)?(?:complications?|treatment|management) of)?", text, re.I)):
        below = clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        if below is not None and all(isinstance(x, Finding) for x in leaves(below)):
            phrase.instead = _qualified(below, ("requires_hospitalisation",))
            return
    if (m := _CAUSE.match(text)) and not is_treatment and not re.search(r"catheter|port\b|line\b|device", text, re.I):
        below = clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        if below is not None and all(isinstance(x, Finding) for x in leaves(below)):
            phrase.narrowing.append(below)
            return
    if (m := _CAUSE.match(text)) and re.search(r"\b(?:catheter|port|line|device|infusion port|implanted)s?\b", text, re.I):
        phrase.frame = replace(phrase.frame, qualifiers=(*phrase.frame.qualifiers, "catheter_related"))
        return
    if (m := _REQUIRE.match(text)) and not is_treatment:
        for pattern, name in _NEEDS:
            if pattern.search(text[m.end() :]):
                phrase.frame = replace(phrase.frame, qualifiers=(*phrase.frame.qualifiers, name))
                return
    for pattern, name in _STATE:
        if m := pattern.match(text):
            phrase.frame = replace(phrase.frame, qualifiers=(*phrase.frame.qualifiers, name))
            left = residue(p, begin + m.end(), end, [])
            left = [c for c in left if not re.fullmatch(r"(?i)(?:intent|therapy|treatment|surgery|resection|recovered|resolved|controlled|\W)*", p.text[_place(p, c) : _place(p, c, True)])]
            phrase.narrowing.extend(left)
            return
    if is_treatment and (m := re.match(r"(?:given |administered |used |as (?:a )?(?:treatment|therapy) |received )?(?:for|in|of|as|with)\b", text, re.I)):
        if _for_disease(p, phrase, begin, begin + m.end(), end):
            return
    if m := _WITH.match(text):
        below = clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=False, depth=env.depth + 1))
        if below is not None:
            phrase.narrowing.append(below)
        return
    if re.match(r"(?:without|with no|who do not have|not having)\b", text, re.I):
        m2 = re.match(r"(?:without|with no|who do not have|not having)\b", text, re.I)
        assert m2
        below = clause(p, begin + m2.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        if below is not None:
            phrase.narrowing.append(Not(span=p.span(begin, end), item=below))
        return
    if m := _NO_STANDARD.match(text):
        phrase.narrowing.append(Judgement(span=p.span(begin, end), by="investigator", topic="other"))
        return
    if (m := _RELATIVE.match(text)) and not is_treatment:
        below = clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        if below is not None and not any(isinstance(x, NotCompiled) or isinstance(x, Finding) and x.concepts[0].startswith(TEXT) for x in leaves(below)):
            phrase.narrowing.append(below)
            return
    if re.match(r"(?:with or without|regardless of|irrespective of|whether or not)\b", text, re.I):
        return
    if special.INVESTIGATOR.search(p.text, begin, end):
        phrase.narrowing.append(Judgement(span=p.span(begin, end), by="investigator"))
        return
    if left := words_of(p, begin, end):
        content = [w for w in left if w[0].lower() not in _FILLER_TAIL]
        if content:
            phrase.narrowing.append(NotCompiled(span=p.span(begin, end)))


_FILLER_TAIL = frozenset("disease cancer therapy treatment the study setting purposes purpose reason reasons any cause kind site sites regimen regimens".split())


def _place(p: Passage, condition: Condition, stop: bool = False) -> int:
    target = condition.span.end if stop else condition.span.start
    series = p.ends if stop else p.starts
    for i, value in enumerate(series):
        if value >= target:
            return i + 1 if stop else i
    return len(p.text)


def _qualified(condition: Condition, qualifiers: tuple[Qualifier, ...]) -> Condition:
    match condition:
        case Finding():
            return condition.model_copy(update={"qualifiers": tuple(dict.fromkeys((*condition.qualifiers, *qualifiers)))})
        case AllOf() | AnyOf():
            return condition.model_copy(update={"items": tuple(_qualified(c, qualifiers) for c in condition.items)})
        case _:
            return condition


def _for_disease(p: Passage, phrase: Phrase, begin: int, at: int, end: int) -> bool:
    """What a treatment was given for:  "... for hepatocellular carcinoma", "... in the adjuvant setting", "... for metastatic disease": what a treatment was given for."""
    entities = [e for e in p.entities.within(at, end) if e.table == "condition"]
    words = p.text[at:end]
    if entities and re.match(r"\s*(?:the\s+)?(?:treatment|management|prevention|control|relief|prophylaxis|symptomatic treatment)\s+of\b", words, re.I):
        phrase.purposes = tuple(dict.fromkeys(e.concept for e in entities))
        return True
    covered = [(e.start, e.end) for e in entities]
    for m in QUALIFIER.finditer(p.text, at, end):
        covered.append((m.start(), m.end()))
    left = [w for w in words_of(p, at, end) if not any(a <= w.start() < b for a, b in covered) and w[0].lower() not in _FILLER_TAIL and w[0].lower() not in ("advanced", "metastatic", "adjuvant", "neoadjuvant", "neo-adjuvant", "perioperative", "maintenance", "current", "malignancy", "tumor", "tumors", "carcinoma", "primary", "intent", "recurrent", "stage", "incurable", "unresectable", "disease.")]
    if left:
        below = clause(p, at, end, Env(exclusion=True, any_of=True, depth=6))
        if below is None or not all(isinstance(x, Finding) and not x.concepts[0].startswith(TEXT) for x in leaves(below)):
            return False
        phrase.purposes = tuple(dict.fromkeys(c for x in leaves(below) if isinstance(x, Finding) for c in x.concepts))
        return True
    setting = "neoadjuvant" if re.search(r"neo-?adjuvant", words, re.I) else "adjuvant" if re.search(r"adjuvant", words, re.I) else "perioperative" if re.search(r"peri-?operative", words, re.I) else "maintenance" if re.search(r"maintenance", words, re.I) else None
    if setting is None and re.search(r"\b(?:advanced|metastatic|unresectable|incurable|recurrent|stage (?:IV|III))\b", words, re.I):
        setting = "advanced"
    if setting is None and not entities and words.strip():
        return not words_of(p, at, end)
    phrase.purposes = tuple(dict.fromkeys(e.concept for e in entities))
    phrase.setting = setting
    return True


def _narrow_atom(p: Passage, item: _Item, begin: int, end: int, env: Env) -> None:
    """Words behind a limit: how it is measured says nothing new; anything else is kept."""
    text = p.text[begin:end]
    atom = item.atom
    if atom is not None and isinstance(atom.condition, Treatment) and (m := re.match(r"\s*(?:(?:given|administered|received)\s+)?(?:for|in|of|as)\b", text, re.I)):
        holder = Phrase(item.start, begin, Frame())
        if _for_disease(p, holder, begin, begin + m.end(), end):
            item.made = _details(item.made or atom.condition, holder)
            return
    if re.match(r"\s*(?:,?\s*(?:if|when|in (?:case|the (?:case|presence|setting) of)|in (?:patients|subjects|participants|those|persons|individuals)\s*(?:with|who)?|for (?:patients|subjects|participants|those|persons|individuals)\s*(?:with|who)?|with (?=(?:liver|hepatic|bone|known|documented) )|in (?=(?:liver|the presence))|due to|where|provided))\b", text, re.I):
        below = clause(p, begin + re.match(r"\s*,?\s*\w+(?:\s+(?:case|the case|the presence|the setting)\s+of|\s+(?:patients|subjects|participants|those|persons|individuals)(?:\s+(?:with|who(?:\s+(?:have|has))?))?)?", text).end(), end, replace(env, window=None, frame=Frame(), subject=(), depth=env.depth + 1))  # type: ignore[union-attr]
        if below is not None and atom is not None:
            item.made = AllOf(span=p.span(item.start, end), items=(item.made or atom.condition, below))
            item.verb = item.verb
            return
    if atom is not None and atom.measures == ("age",) and (m := re.match(r"\s*(?:,?\s*(?:and|who|that|which)\s+)*(?:are\s+|is\s+)?(?:with|who have|has|have|having|diagnosed with|diagnosed as|presenting with|undergoing|scheduled for|suffering from|admitted with)\b", text, re.I)):
        offset = 0 if re.search(r"undergoing|scheduled", m[0]) else m.end()
        below = clause(p, begin + offset, end, replace(env, window=None, subject=(), depth=env.depth + 1))
        if below is not None:
            item.made = AllOf(span=p.span(item.start, end), items=(item.made or atom.condition, below))
            return
    left = [w for w in words_of(p, begin, end) if not method_only([w]) and w[0].lower() not in ORGAN]
    if special.INVESTIGATOR.search(text):
        extra: Condition = Judgement(span=p.span(begin, end), by="investigator")
    elif left:
        extra = NotCompiled(span=p.span(begin, end))
    else:
        return
    if atom is not None:
        item.made = AllOf(span=p.span(item.start, end), items=(item.made or atom.condition, extra))


# ---------------------------------------------------------------- lists


def _combine(p: Passage, items: list[_Item], env: Env, start: int, end: int) -> Condition | None:
    _ellipsis(p, items)
    _share_windows(p, items, env)
    _share_qualifiers(p, items, env)
    _share_purposes(p, items)
    hoisted = _hoisted(p, items, env)
    made: list[tuple[_Item, Condition]] = []
    for item in items:
        condition = _condition(p, item, env)
        if condition is not None:
            made.append((item, condition))
    if not made:
        return _nothing(p, start, end, env)
    if len(made) > 1 and _OR_BOTH.search(p.text, start, end) and not env.exclusion:
        parts = [c for _, c in made if not isinstance(c, NotCompiled) or c.why != "not understood"]
        return AnyOf(span=_hull(parts), items=tuple(_flat(parts, AnyOf))) if len(parts) > 1 else parts[0]
    made = _spread(made)
    made = _attach_limits(p, made)
    whole = _logic(p, made, env)
    return narrowed(p, whole, hoisted, start, end)


_OR_BOTH = re.compile(r",?\s*\bor both\b|,?\s*\bor any combination\b", re.I)


def _share_purposes(p: Passage, items: list[_Item]) -> None:
    """ "Chemotherapy, hormonal therapy or radiotherapy for breast cancer": what the last was given for, all were."""
    for k in range(len(items) - 1, 0, -1):
        source = items[k].phrase
        if source is None or not (source.purposes or source.setting) or not all(_is_neoplasm(c) for c in source.purposes):
            continue
        j = k
        while j > 0 and ";" not in items[j].conn and not items[j].verb:
            j -= 1
            phrase = items[j].phrase
            if phrase is None or phrase.purposes or phrase.setting or phrase.tail or _kind(p, items[j]) != "treatment":
                break
            phrase.purposes, phrase.setting = source.purposes, source.setting


def _hoisted(p: Passage, items: list[_Item], env: Env) -> list[Condition]:
    """In a requirement, what narrows the last of several alternatives narrows them all ("A or B with C ≥ 3")."""
    last = items[-1].phrase if items else None
    if env.exclusion or env.any_of or len(items) < 2 or last is None or any(i.verb or i.negated or i.atom for i in items[1:]):
        return []
    if not any(re.search(r"\bor\b", i.conn) for i in items[1:]) or any(i.phrase.narrowing for i in items[:-1] if i.phrase):
        return []
    kept = [c for c in last.narrowing if any(isinstance(leaf, Limit) for leaf in leaves(c))]
    last.narrowing = [c for c in last.narrowing if c not in kept]
    return kept


def _condition(p: Passage, item: _Item, env: Env) -> Condition | None:
    if item.atom:
        condition: Condition | None = item.made or item.atom.condition
    elif item.phrase:
        condition = _phrase_condition(p, item, env)
    else:
        condition = item.made
        if isinstance(condition, Finding | Treatment) and condition.window is None and env.window is not None:
            condition = condition.model_copy(update={"window": env.window})
    if condition is None:
        return None
    for a, b in item.asides:
        condition = _aside(p, condition, item, a, b, env)
    return condition


def _phrase_condition(p: Passage, item: _Item, env: Env) -> Condition | None:
    phrase = item.phrase
    assert phrase
    start, end = phrase.start, phrase.end
    whole_end = phrase.tail[1] if phrase.tail else end
    if OPEN_LIST.search(p.text, start, min(len(p.text), whole_end + 12)):
        phrase.open_list = True
        if m := OPEN_LIST.search(p.text, start, end):
            phrase.end = end = m.start() if m.start() > start else end
    if not p.entities.within(start, end) and not [w for w in words_of(p, start, end) if w[0].lower() not in ORGAN]:
        if not phrase.narrowing and words_of(p, start, end):
            # "Adequate bone marrow function" and nothing else: somebody must judge it.
            return Judgement(span=p.span(start, whole_end), by="investigator")
        if phrase.narrowing:
            return phrase.narrowing[0] if len(phrase.narrowing) == 1 else AllOf(span=p.span(start, whole_end), items=tuple(phrase.narrowing))
        return None
    if judged := special.judged(p, start, whole_end):
        del judged
        if special.vague(p, start, min(end, whole_end)) or not p.entities.within(start, end):
            return Judgement(span=p.span(start, whole_end), by="investigator")
    if not p.entities.within(start, end):
        if made := special.procedural(p, start, whole_end):
            return made
        if (trial := special.other_trial(p, start, whole_end, phrase.window or env.window)) is not None:
            return trial
    if phrase.instead is not None:
        return phrase.instead
    for k, c in enumerate(phrase.narrowing):
        named = [leaf for leaf in leaves(c) if isinstance(leaf, Finding)]
        if named and len(named) + sum(isinstance(leaf, Category) for leaf in leaves(c)) == len(leaves(c)) and all(_replaces(p, phrase, leaf) for leaf in named):
            # "infection with X": X, which is an infection.
            del phrase.narrowing[k]
            quals = tuple(dict.fromkeys((*phrase.frame.qualifiers, *(phrase.qualifiers[0] if phrase.qualifiers else ()))))
            made = _qualified(c, quals)
            if phrase.window:
                made = _windowed(made, phrase.window)
            return narrowed(p, made, phrase.narrowing, start, whole_end)
    if phrase.purposes and not p.entities.within(start, end) and re.fullmatch(r"(?:any\s+|other\s+|prior\s+|previous\s+|the\s+)*(?:treatments?|therap(?:y|ies))\s*", p.text[start:end], re.I):
        cancer = all(_is_neoplasm(c) for c in phrase.purposes)
        target = "anticancer_therapy" if cancer else TEXT + "treatment for " + " or ".join(vocabulary().label(c) for c in phrase.purposes)
        status = phrase.frame.status or "received"
        given: list[Condition] = [
            Treatment(span=p.span(start, whole_end), targets=(target,), status=status, window=phrase.window or env.window, for_condition=c if cancer else None) for c in phrase.purposes
        ]
        whole_given = given[0] if len(given) == 1 or not cancer else AnyOf(span=p.span(start, whole_end), items=tuple(given))
        return narrowed(p, whole_given, phrase.narrowing, start, whole_end)
    defined = [c for c in phrase.narrowing if any(isinstance(leaf, Limit | Category) for leaf in leaves(c))]
    condition = leaf_of.leaf(p, phrase, env.window)
    if isinstance(condition, Judgement) and phrase.narrowing and defined:
        return defined[0]
    if phrase.targets or phrase.purposes or phrase.setting or phrase.min_duration:
        condition = _details(condition, phrase)
    for definition in defined:
        condition = _defined(condition, definition)
    return Not(span=condition.span, item=condition) if phrase.denied else condition


def _replaces(p: Passage, phrase: Phrase, c: Finding) -> bool:
    heads = [e.concept for e in p.entities.within(phrase.start, phrase.end)]
    vocab = vocabulary()
    if re.fullmatch(r"(?:infections?|disease|diagnosis|malignancy|cancer)\s*", p.text[phrase.start : phrase.end], re.I):
        return True
    return bool(heads) and all(any(vocab.is_a(x, h) and x != h for h in heads) for x in c.concepts) and not [w for w in words_of(p, phrase.start, phrase.end) if not any(e.start <= w.start() < e.end for e in p.entities.within(phrase.start, phrase.end))]


def _details(condition: Condition, phrase: Phrase) -> Condition:
    """The treatment leaves of a condition with what the phrase's tail says: targets, disease, setting, length."""
    match condition:
        case Treatment():
            made = condition.model_copy(
                update={
                    "targets": phrase.targets or condition.targets,
                    "setting": phrase.setting or condition.setting,
                    "min_duration": phrase.min_duration or condition.min_duration,
                }
            )
            if phrase.purposes and made.targets and made.targets[0].startswith(TEXT) and re.match(r"text:(?:physiologic|replacement|low)", made.targets[0]):
                return made
            given = [made.model_copy(update={"for_condition": c}) for c in phrase.purposes] or [made]
            return given[0] if len(given) == 1 else AnyOf(span=made.span, items=tuple(given))
        case AllOf() if phrase.purposes and len(condition.items) == 2 and isinstance(condition.items[1], Treatment) and re.match(r"text:(?:physiologic|replacement)", condition.items[1].targets[0]):
            return _details(condition.items[0], phrase)  # the purpose says what "physiological" means
        case AllOf() | AnyOf():
            return condition.model_copy(update={"items": tuple(_details(c, phrase) for c in condition.items)})
        case Not():
            return condition.model_copy(update={"item": _details(condition.item, phrase)})
        case _:
            return condition


def _defined(condition: Condition, definition: Condition) -> Condition:
    """ "Uncontrolled hypertension, with systolic pressure > 150": where the limit says what the finding means, the limit decides."""
    if isinstance(condition, AllOf) and definition in condition.items:
        rest = tuple(c for c in condition.items if c is not definition)
        head = rest[0]
        found = [leaf for leaf in leaves(head) if isinstance(leaf, Finding)]
        if found and len(found) == len(leaves(head)) and all(implies(definition, c) for leaf in found for c in leaf.concepts if not c.startswith(TEXT)) and not all(c.startswith(TEXT) for leaf in found for c in leaf.concepts):
            if _positive(definition):
                definition = AnyOf(span=condition.span, items=(head, definition))
            kept = (definition, *rest[1:])
            return kept[0] if len(kept) == 1 else condition.model_copy(update={"items": kept})
    return condition


def _positive(condition: Condition) -> bool:
    """Whether a definition is a positive test, which a note may state as the disease itself."""
    return all(isinstance(leaf, Category) and leaf.values == ("positive",) for leaf in leaves(condition))


def _aside(p: Passage, condition: Condition, item: _Item, a: int, b: int, env: Env) -> Condition:
    """What a bracket or a list of examples adds to the item before it."""
    inner_a, inner_b = (a + 1, b - 1) if p.text[a] in "([" and b - a > 2 else (a, b)
    if p.text[a] in "([" and p.text[b - 1] not in ")]":
        inner_b = b
    text = p.text[inner_a:inner_b]
    span = p.span(item.start, b)
    below = replace(env, window=None, frame=item.phrase.frame if item.phrase and item.phrase.frame.treatment else Frame(), subject=(), any_of=True, depth=env.depth + 1)
    if m := _CARVE.match(text):
        carve = carve_route(p, inner_a + m.end(), inner_b, condition) or clause(p, inner_a + m.end(), inner_b, below)
        if carve is None:
            return condition
        return Except(span=span, trigger=condition, carve_out=carve)
    if isinstance(condition, AllOf) and len(condition.items) == 2 and all(isinstance(c, Treatment) for c in condition.items) and leaf_of.dose_in(p, inner_a, inner_b, condition.items[0].targets, []):  # type: ignore[union-attr]
        condition = condition.items[0]  # the dose says what "physiological" means
    if isinstance(condition, Treatment) and condition.dose is None and (dose := leaf_of.dose_in(p, inner_a, inner_b, condition.targets, [])) is not None:
        return condition.model_copy(update={"dose": dose})
    if (m := EXAMPLES.match(p.text, inner_a, inner_b)) or item.phrase and a in (x for x, _ in item.asides) and p.text[a] not in "([":
        at = m.end() if m else inner_a
        defining = bool(m and re.search(r"i\.?\s?e\.?|namely", m[0], re.I))
        if carved := _CARVE_INSIDE.search(p.text, at, inner_b):
            below_carve = replace(below, frame=Frame())
            carve = carve_route(p, carved.end(), inner_b, condition) or clause(p, carved.end(), inner_b, below_carve)
            named = _members(p, condition, at, carved.start(), below, span, defining, item)
            return Except(span=span, trigger=named, carve_out=carve if carve is not None else NotCompiled(span=p.span(carved.end(), inner_b)))
        return _members(p, condition, at, inner_b, below, span, defining, item)
    if item.atom is not None and isinstance(item.atom.condition, Category) and not p.measures.within(inner_a, inner_b) and not _CARVE.match(text) and not re.search(r"\b(?:if|unless|allowed|eligible|within)\b", text):
        # A gloss of the label ("type IV (...)"): the label decides; a gloss that contradicts is noted elsewhere.
        return condition
    entities = p.entities.within(inner_a, inner_b)
    left = [w for w in words_of(p, inner_a, inner_b) if not any(e.start <= w.start() < e.end for e in entities)]
    found = windows.find(p.text, inner_a, inner_b)
    atoms = _atoms(p, inner_a, inner_b, [(f.start, f.end) for f in found], replace(env, window=None, subject=item.atom.measures if item.atom else ()))
    if atoms:
        definition = clause(p, inner_a, inner_b, replace(below, any_of=env.exclusion, subject=item.atom.measures if item.atom else ()))
        if definition is None:
            return condition
        if item.atom is not None:
            return _raised(p, condition, definition, span, text)
        if isinstance(condition, Finding | Judgement | NotCompiled | AnyOf) and _defines(condition, definition):
            return AnyOf(span=span, items=(condition, definition)) if _positive(definition) and isinstance(condition, Finding | AnyOf) else definition
        return AllOf(span=span, items=(condition, definition))
    if found and not [w for w in left if not any(f.start <= w.start() < f.end for f in found)] and not entities:
        return _windowed(condition, found[0].window)
    if not left and not entities:
        return condition
    if item.phrase and re.match(r"\s*(?:for|in|if|when|unless|with|without|requiring|due to|caused by|related to|as|at|on|from|during)\b", text, re.I):
        inner_phrase = item.phrase
        inner_phrase.narrowing, inner_phrase.purposes, inner_phrase.setting = [], (), None
        before = inner_phrase.frame.qualifiers
        _narrow(p, inner_phrase, inner_a, inner_b, env)
        condition = _details(condition, inner_phrase) if inner_phrase.purposes or inner_phrase.setting or inner_phrase.min_duration else condition
        added = tuple(q for q in inner_phrase.frame.qualifiers if q not in before)
        condition = _qualified(condition, added) if added else condition
        return narrowed(p, condition, inner_phrase.narrowing, item.start, b)
    if entities and not left:
        concepts = {c for leaf in leaves(condition) if isinstance(leaf, Finding | Treatment) for c in (leaf.concepts if isinstance(leaf, Finding) else leaf.targets)}
        vocab = vocabulary()
        if all(any(vocab.is_a(e.concept, c) or vocab.is_a(c, e.concept) for c in concepts) for e in entities):
            return condition
        return _members(p, condition, inner_a, inner_b, below, span, False, item)
    if method_only(left) or re.fullmatch(r"[A-Z][A-Za-z0-9/+\- ]{1,14}", text.strip()) and not entities:
        return condition
    if special.INVESTIGATOR.search(text):
        return AllOf(span=span, items=(condition, Judgement(span=p.span(inner_a, inner_b), by="investigator")))
    if item.atom is not None and re.search(r"\bif\b|\bin (?:patients|subjects|case)|\bfor (?:patients|subjects)|\bunless\b", text):
        return AllOf(span=span, items=(condition, NotCompiled(span=p.span(inner_a, inner_b))))
    return AllOf(span=span, items=(condition, NotCompiled(span=p.span(inner_a, inner_b))))


def method_only(found: list["re.Match[str]"]) -> bool:
    """Whether words only say how something is measured."""
    return all(all(_METHOD.fullmatch(part) for part in re.split(r"[-/]", w[0]) if part) for w in found)


def _defines(condition: Condition, definition: Condition) -> bool:
    if isinstance(condition, Judgement | NotCompiled):
        return isinstance(condition, Judgement)
    found = [leaf for leaf in leaves(condition) if isinstance(leaf, Finding)]
    return bool(found) and all(implies(definition, c) for leaf in found for c in leaf.concepts)


def _raised(p: Passage, condition: Condition, definition: Condition, span: object, text: str) -> Condition:
    """ "≤ 2.5 x ULN (≤ 5 x ULN if liver metastases)": the raised limit is an alternative for some patients."""
    if isinstance(definition, AllOf) or re.search(r"\bif\b|\bin (?:case|the|patients|subjects|participants|those)|\bfor (?:patients|subjects|participants|those)|\bwith\b|\bor\b|\bunless\b|\bwhen\b", text, re.I):
        return AnyOf(span=condition.span.model_copy(update={"end": definition.span.end}), items=(condition, definition))
    return AllOf(span=condition.span.model_copy(update={"end": definition.span.end}), items=(condition, definition))


def _windowed(condition: Condition, window: Window) -> Condition:
    if isinstance(condition, Finding | Treatment | Limit | Category):
        return condition.model_copy(update={"window": window})
    if isinstance(condition, AllOf | AnyOf):
        return condition.model_copy(update={"items": tuple(_windowed(c, window) for c in condition.items)})
    return condition


def _members(p: Passage, condition: Condition, a: int, b: int, below: Env, span: object, defining: bool, item: _Item) -> Condition:
    """Named members or examples of a group: they belong to it, whatever else does."""
    vocab = vocabulary()
    open_list = bool(OPEN_LIST.search(p.text, max(0, a - 30), b))
    inner = clause(p, a, b, below)
    heads = tuple(c for leaf in leaves(condition) if isinstance(leaf, Finding | Treatment) for c in (leaf.concepts if isinstance(leaf, Finding) else leaf.targets))
    if inner is None:
        return condition
    if isinstance(condition, Judgement | NotCompiled) and not isinstance(condition, NotCompiled):
        return AnyOf(span=condition.span.model_copy(update={"end": inner.span.end}), items=(inner, condition))
    extra: list[Condition] = []
    for part in inner.items if isinstance(inner, AnyOf) else (inner,):
        concepts = part.concepts if isinstance(part, Finding) else part.targets if isinstance(part, Treatment) else ()
        if isinstance(condition, Finding) and isinstance(part, Treatment) and not condition.concepts[0].startswith(TEXT):
            continue  # treatments named to explain a finding are no alternatives to it
        narrower = isinstance(condition, Finding | Treatment) and not (isinstance(condition, Finding) and condition.qualifiers)
        if narrower and concepts and all(any(vocab.is_a(c, h) for h in heads) for c in concepts):
            continue
        if isinstance(part, NotCompiled):
            # An example that was not understood narrows nothing and adds nothing that the group does not have.
            open_list = True
            continue
        if not isinstance(part, Finding | Treatment) and getattr(condition, "window", None) is not None:
            part = _windowed(part, condition.window)  # type: ignore[union-attr, arg-type]
        if isinstance(part, Finding | Treatment) and isinstance(condition, Finding | Treatment):
            part = part.model_copy(update={"window": part.window or condition.window, **({"status": condition.status, "response": condition.response} if isinstance(part, Treatment) and isinstance(condition, Treatment) else {})})
            if isinstance(part, Finding) and isinstance(condition, Finding):
                part = part.model_copy(update={"tense": condition.tense})
        extra.append(part)
    if defining and extra and not any(isinstance(c, NotCompiled) for c in extra):
        return extra[0] if len(extra) == 1 else AnyOf(span=condition.span.model_copy(update={"end": inner.span.end}), items=tuple(extra))
    if open_list and isinstance(condition, Finding | Treatment):
        condition = condition.model_copy(update={"open_list": True})
    if not extra:
        return condition
    return AnyOf(span=condition.span.model_copy(update={"end": inner.span.end}), items=(condition, *extra))


# ---------------------------------------------------------------- ellipsis, windows, logic


_ROUTE_WORD = re.compile(r"(?:and/or\s+)?(?P<r>intranasal|inhaled|topical|oral|intravenous|subcutaneous|systemic|local|intra-?articular|ophthalmic|parenteral|nasal|intravitreal)\s*(?:or|and|/)?", re.I)
_ROUTE_NAMES = {"intravenous": "iv", "subcutaneous": "sc", "nasal": "intranasal", "intraarticular": "local", "intra-articular": "local", "ophthalmic": "topical", "parenteral": "systemic"}


def _ellipsis(p: Passage, items: list[_Item]) -> None:
    """ "hepatitis B or C", "pleural, peritoneal or pericardial effusion": a piece that needs its neighbour's head."""
    for k, item in enumerate(items):
        if not item.phrase:
            continue
        if inside := p.entities.within(item.phrase.start, item.phrase.end):
            # "hepatitis B or C infection": a letter in front of a general name.
            if k and items[k - 1].phrase and re.fullmatch(r"[A-Z]\s+", p.text[item.phrase.start : inside[0].start]):
                before = items[k - 1].phrase
                words = p.text[item.phrase.start : item.phrase.end].strip()
                if made := _completed(p, item, words, p.text[before.start : before.end].split(), False):  # type: ignore[union-attr]
                    item.made, item.phrase = made, None
            continue
        words = p.text[item.phrase.start : item.phrase.end].strip()
        if not words or len(words.split()) > 4:
            continue
        others = [o for o in (*items[k + 1 :], *reversed(items[:k])) if o.phrase]
        known = [o for o in others if p.entities.within(o.phrase.start, o.phrase.end)]  # type: ignore[union-attr]
        if (m := _ROUTE_WORD.fullmatch(words)) and k + 1 < len(items):
            target = next((o for o in items[k + 1 :] if o.phrase and not _ROUTE_WORD.fullmatch(p.text[o.phrase.start : o.phrase.end].strip())), None)
            if target is not None and target.phrase:
                route = _ROUTE_NAMES.get(m["r"].lower(), m["r"].lower())
                concepts = [e.concept for e in p.entities.within(target.phrase.start, target.phrase.end)][-1:] or [
                    leaf_of.open_phrase(p, target.phrase.start, target.phrase.end).replace("subcutaneous ", "").replace("intravenous ", "").replace("oral ", "")
                ]
                made = _borrowed(p, item, concepts, "drug_class")
                item.made, item.phrase = narrowed(p, made.model_copy(update={"route": route}), item.phrase.narrowing, item.start, item.end), None
                continue
        for other in known:
            assert other.phrase
            forward = other.start > item.start
            if not forward and (len(words) > 4 or not re.fullmatch(r"[A-Z0-9IVX-]+", words)):
                continue
            if made := _completed(p, item, words, p.text[other.phrase.start : other.phrase.end].split(), forward):
                item.made = narrowed(p, made, item.phrase.narrowing, item.start, item.end)
                item.phrase = None
                break
        if item.phrase and k and (site := _OF_SITE.search(p.text[items[k - 1].start : items[k - 1].end])) and len(words.split()) <= 2:
            # "carcinoma of the cervix or breast": a second site of the same disease.
            candidate = p.text[items[k - 1].start : items[k - 1].start + site.start("site")] + words
            hits = [h for h in vocabulary().mentions(candidate, ("condition",)) if h.start == 0 and h.end >= len(candidate.rstrip())]
            made_site: Condition = _borrowed(p, item, [h.concept for h in hits], "condition") if hits else NotCompiled(span=p.span(item.start, item.end))
            item.made, item.phrase = narrowed(p, made_site, item.phrase.narrowing, item.start, item.end), None
        if item.phrase and not known:
            _repeated_suffix(p, item, [o.phrase for o in others if o.phrase])


_OF_SITE = re.compile(r"\bof\s+(?:the\s+)?(?P<site>[\w-]+)\s*$", re.I)


def _completed(p: Passage, item: _Item, words: str, theirs: list[str], forward: bool) -> Condition | None:
    """The piece with as many of its neighbour's words as make a name: the last ones if the neighbour follows, else the first."""
    for n in range(1, min(4, len(theirs)) + 1):
        candidate = f"{words} {' '.join(theirs[-n:])}" if forward else f"{' '.join(theirs[:n])} {words}"
        candidate = candidate.rstrip(" .,")
        hits = [h for h in vocabulary().mentions(candidate, ("condition", "drug", "drug_class", "procedure", "regimen")) if h.start == 0]
        if not hits:
            continue
        rest = candidate[hits[0].end :].strip().lower()
        if rest and rest not in ("infection", "infections", "disease", "virus", "events", "event", "therapy", "treatment"):
            continue
        if hits[0].end > (len(words) if forward else len(" ".join(theirs[:n]))):
            return _borrowed(p, item, [h.concept for h in hits if h.end == hits[0].end], hits[0].table)
    return None


def _repeated_suffix(p: Passage, item: _Item, others: list[Phrase]) -> None:
    """ "A dissection aneurysm, B and C dissection aneurysm": an ending that two items share belongs to the one between."""
    following = [o for o in others if o.start > item.end]
    if not following or not re.fullmatch(r"(?:and|or|and/or)", following[0].conn):
        return
    ends = [p.text[o.start : o.end].split() for o in others]
    mine = p.text[item.start : item.end].split()
    last = p.text[following[0].start : following[0].end].lower().split()
    for k in (3, 2):
        tails = [tuple(w.lower() for w in e[-k:]) for e in ends if len(e) > k]
        shared = next((t for t in tails if tails.count(t) > 1 and tuple(last[-k:]) == t and tuple(w.lower() for w in mine[-k:]) != t), None)
        if shared and item.phrase and mine[-1].lower() not in shared:
            item.phrase.suffix = " " + " ".join(shared)
            return


def _borrowed(p: Passage, item: _Item, concepts: list[str], table: str) -> Finding | Treatment | AnyOf:
    phrase = item.phrase
    assert phrase
    span = p.span(phrase.start, phrase.end)
    ids = tuple(dict.fromkeys(concepts))
    if table == "condition":
        alternatives = phrase.qualifiers or [()]
        found: list[Condition] = [
            Finding(span=span, concepts=ids, tense="ever" if phrase.frame.ever else "current", qualifiers=tuple(dict.fromkeys((*phrase.frame.qualifiers, *alt))), window=phrase.window)
            for alt in alternatives
        ]
        return found[0] if len(found) == 1 else AnyOf(span=span, items=tuple(found))
    status = phrase.frame.status or ("received" if phrase.frame.ever or phrase.window else "current")
    return Treatment(span=span, targets=ids, status=status, window=phrase.window)


def _share_windows(p: Passage, items: list[_Item], env: Env) -> None:
    """A window at the end of a list holds for the items before it; where those are lasting diseases that is not certain."""
    vocab = vocabulary()
    for k in range(len(items) - 1, -1, -1):
        source = items[k].phrase
        if source is None or source.window is None or (source.window.within is None and source.window.longer_than is None):
            continue
        receivers: list[_Item] = []
        j = k
        while j > 0 and ";" not in items[j].conn and not items[j].verb:
            j -= 1
            if items[j].atom or items[j].phrase and items[j].phrase.window:  # type: ignore[union-attr]
                break
            receivers.append(items[j])
        if not receivers:
            continue
        lasting = any(
            not ids or any(vocab.diseases[c].kind not in ("event", "injury", "infection") for c in ids if c in vocab.diseases)
            for r in receivers
            if _kind(p, r) == "finding"
            for ids in [tuple(m.concept for m in p.entities.within(r.start, r.end))]
        )
        commas = sum("," in i.conn for i in items[: k + 1])
        window = source.window.model_copy(update={"scope_unclear": True}) if lasting and commas >= 1 else source.window
        for r in receivers:
            if r.phrase:
                r.phrase.window = window if _kind(p, r) == "finding" else source.window
            elif isinstance(r.made, Finding):
                r.made = r.made.model_copy(update={"window": window, "tense": "ever"})
            elif isinstance(r.made, Treatment):
                r.made = r.made.model_copy(update={"window": source.window, "status": "received" if r.made.status == "current" else r.made.status})
        if lasting and commas >= 1:
            source.window = window


_SHARED = frozenset({"symptomatic", "severe", "uncontrolled", "active", "clinically_significant", "histologically_confirmed", "imaging_confirmed", "suspected", "metastatic", "unresolved", "curatively_treated", "requires_drainage", "requires_treatment", "requires_systemic_treatment", "requires_hospitalisation"})


def _share_qualifiers(p: Passage, items: list[_Item], env: Env) -> None:
    """A qualifier in front of a list, or behind it, may hold for every item; where it does, no item is bare of it.

    The reading with the qualifier is the narrower one, and a note that lacks it leaves the item open: nothing is decided wrongly.
    """
    vocab = vocabulary()
    for k, item in enumerate(items):
        first = item.phrase
        if first is None or k and (";" not in item.conn and not item.verb):
            continue
        run = [first]
        for other in items[k + 1 :]:
            if other.phrase is None or ";" in other.conn or other.verb or "and" in other.conn.split() and other.negated != item.negated:
                break
            run.append(other.phrase)
        if len(run) < 2:
            continue
        if len(run) < 3 and not any(re.search(r"\b(?:or|and)\b", i.conn) for i in items[k + 1 : k + len(run)]):
            continue  # side by side, not one list
        # In a carve-out the narrow reading is the cautious one: every qualifier is shared.
        lead = tuple(q for alt in first.qualifiers for q in alt if q in _SHARED or env.any_of) if len(first.qualifiers) == 1 else ()
        tail = tuple(q for q in run[-1].frame.qualifiers if q in _SHARED or env.any_of)
        alike = _alike(p, run) or len(run) == 2 and re.fullmatch(r"(?:and/)?or|and", items[k + 1].conn) is not None
        if not alike and not env.any_of:
            lead = tuple(q for q in lead if q in ("histologically_confirmed", "imaging_confirmed", "suspected"))
            tail = ()
        for phrase in run:
            ids = [m.concept for m in p.entities.within(phrase.start, phrase.end)]
            event = any(vocab.diseases[c].kind in ("event", "injury") for c in ids if c in vocab.diseases)
            if phrase is not first and lead and not phrase.qualifiers and not event:
                phrase.qualifiers = [lead]
            if phrase is not run[-1] and tail and not phrase.frame.qualifiers:
                phrase.frame = replace(phrase.frame, qualifiers=tail)


def _alike(p: Passage, run: list[Phrase]) -> bool:
    """Whether the items of a list are siblings in the vocabulary (effusions, kinds of one tumour), or all unknown to it."""
    vocab = vocabulary()
    parents: list[set[str]] = []
    for phrase in run:
        ids = [m.concept for m in p.entities.within(phrase.start, phrase.end)]
        parents.append({x for i in ids for x in (*vocab.concepts[i].parents, i)})
    return not any(parents) or all(parents) and bool(set.intersection(*parents))


def _spread(made: list[tuple[_Item, Condition]]) -> list[tuple[_Item, Condition]]:
    """ "Systolic ≥ 150 or diastolic ≥ 100 after optimal treatment": what narrows the last of two limits narrows both."""
    out = list(made)
    for k in range(len(out) - 1, 0, -1):
        item, condition = out[k]
        before, other = out[k - 1]
        if item.atom is None or before.atom is None or before.made is not None or not re.fullmatch(r"(?:and/)?or", item.conn):
            continue
        if isinstance(condition, AllOf) and len(condition.items) == 2 and isinstance(condition.items[0], Limit) and isinstance(condition.items[1], NotCompiled) and isinstance(other, Limit):
            out[k - 1] = (before, AllOf(span=other.span, items=(other, condition.items[1])))
    return out


def _attach_limits(p: Passage, made: list[tuple[_Item, Condition]]) -> list[tuple[_Item, Condition]]:
    """A finding directly followed by limits, or by ", with" limits, is narrowed or defined by them."""
    out: list[tuple[_Item, Condition]] = []
    k = 0
    while k < len(made):
        item, condition = made[k]
        k += 1
        if not (out and item.conn in ("with", "with,") and item.atom is not None and out[-1][0].atom is None):
            out.append((item, condition))
            continue
        words = ["with"]
        group = [condition]
        while k < len(made) and made[k][0].atom is not None and re.fullmatch(r"(?:and/)?or|and", made[k][0].conn):
            words.append(made[k][0].conn)
            group.append(made[k][1])
            k += 1
        limit = group[0] if len(group) == 1 else (AnyOf if "or" in words or "and/or" in words else AllOf)(span=_hull(group), items=tuple(group))
        before, head = out[-1]
        run = [head]
        first = len(out) - 1
        while first > 0 and re.fullmatch(r"(?:and/)?or|,", out[first][0].conn) and out[first - 1][0].atom is None:
            first -= 1
            run.insert(0, out[first][1])
        found = [leaf for c in run for leaf in leaves(c) if isinstance(leaf, Finding)]
        if item.conn == "with," and len(run) > 1 and any(implies(limit, c) for leaf in found for c in leaf.concepts):
            # "hepatitis B or C, with HBV DNA > ...": the limit says what is meant by the whole list.
            del out[first + 1 :]
            out[first] = (out[first][0], limit)
            continue
        whole = AllOf(span=head.span.model_copy(update={"end": max(head.span.end, limit.span.end)}), items=(head, limit))
        out[-1] = (before, _defined(whole, limit))
    return out


def _logic(p: Passage, made: list[tuple[_Item, Condition]], env: Env) -> Condition:
    """Negations grouped, then "or" above "and" as the connectors and the side of the list say."""
    groups: list[tuple[str, Condition, bool]] = []  # (connector before, condition, holds limits or several kinds)
    k = 0
    while k < len(made):
        item, condition = made[k]
        if item.negated:
            run = [condition]
            j = k + 1
            while j < len(made) and made[j][0].negated and ";" not in made[j][0].conn:
                run.append(made[j][1])
                j += 1
            inner = run[0] if len(run) == 1 else AnyOf(span=_hull(run), items=tuple(_flat(run, AnyOf)))
            groups.append((item.conn, Not(span=inner.span, item=inner), True))
            k = j
        else:
            groups.append((item.conn, condition, item.atom is not None))
            k += 1
    if len(groups) == 1:
        return groups[0][1]
    connectors = [g[0] for g in groups[1:]]
    has_or = any(re.search(r"\bor\b|nor", c) for c in connectors)
    has_and = any(re.search(r"\band\b|plus|with|but", c) and "or" not in c for c in connectors)
    semis = any(";" in c for c in connectors)
    conditions = [g[1] for g in groups]
    if semis and has_or is False or semis and any(re.fullmatch(r";", c) for c in connectors):
        return _by_semicolons(groups, env)
    any_side = env.exclusion or env.any_of
    if any_side:
        limits_only = all(g[2] for g in groups)
        if has_or and has_and and any(g[2] for g in groups):
            return _precedence(groups)
        if has_and and not has_or and (limits_only or any(isinstance(c, Limit | Category) for c in conditions)):
            return AllOf(span=_hull(conditions), items=tuple(_flat(conditions, AllOf)))
        return AnyOf(span=_hull(conditions), items=tuple(_flat(conditions, AnyOf)))
    if has_or and has_and:
        return _precedence(groups)
    if has_or or has_and and all(isinstance(c, Finding) and any(_is_neoplasm(x) for x in c.concepts) for c in conditions):
        # Kinds of tumour joined by "and" are the kinds that are admitted; nobody has them all.
        return AnyOf(span=_hull(conditions), items=tuple(_flat(conditions, AnyOf)))
    if not has_and and all("," in c for c in connectors) and all(isinstance(c, Finding) and not c.qualifiers for c in conditions):
        span = _hull(conditions)
        either, every = AnyOf(span=span, items=tuple(conditions)), AllOf(span=span, items=tuple(conditions))
        doubt = NotCompiled(span=span, why="can be read as any or as all")
        return AnyOf(span=span, items=(every, AllOf(span=span, items=(either, doubt))))
    return AllOf(span=_hull(conditions), items=tuple(_flat(conditions, AllOf)))


def _is_neoplasm(concept: str) -> bool:
    row = vocabulary().diseases.get(concept)
    return row is not None and row.neoplasm


def _by_semicolons(groups: list[tuple[str, Condition, bool]], env: Env) -> Condition:
    parts: list[list[tuple[str, Condition, bool]]] = [[]]
    links: list[str] = []
    for conn, condition, atomic in groups:
        if ";" in conn:
            parts.append([])
            links.append(conn)
        parts[-1].append((conn, condition, atomic))
    whole: list[Condition] = []
    for part in parts:
        if not part:
            continue
        if len(part) == 1:
            whole.append(part[0][1])
            continue
        connectors = [g[0] for g in part[1:]]
        conditions = [g[1] for g in part]
        has_or = any(re.search(r"\bor\b", c) for c in connectors)
        has_and = any(re.search(r"\band\b", c) for c in connectors)
        if has_or and has_and:
            whole.append(_precedence(part))
        elif has_or or (env.exclusion or env.any_of) and not (has_and and any(g[2] for g in part)):
            whole.append(AnyOf(span=_hull(conditions), items=tuple(_flat(conditions, AnyOf))))
        else:
            whole.append(AllOf(span=_hull(conditions), items=tuple(_flat(conditions, AllOf))))
    if len(whole) == 1:
        return whole[0]
    disjoint = env.exclusion or env.any_of or any(re.search(r"\bor\b", link) for link in links)
    if disjoint and not any(re.search(r"\band\b(?!/or)", link) for link in links):
        return AnyOf(span=_hull(whole), items=tuple(_flat(whole, AnyOf)))
    return AllOf(span=_hull(whole), items=tuple(_flat(whole, AllOf)))


def _precedence(groups: list[tuple[str, Condition, bool]]) -> Condition:
    """Commas follow the next connector; "and" binds closer than "or"."""
    marks: list[str] = []
    for k, (conn, _, _) in enumerate(groups):
        if k == 0:
            continue
        mark = "or" if re.search(r"\bor\b|nor", conn) else "and" if re.search(r"\band\b|plus|with|but", conn) else ","
        marks.append(mark)
    for i in range(len(marks) - 1, -1, -1):
        if marks[i] == ",":
            marks[i] = marks[i + 1] if i + 1 < len(marks) else (marks[i - 1] if i else "or")
    ors: list[list[Condition]] = [[groups[0][1]]]
    for mark, (_, condition, _) in zip(marks, groups[1:], strict=True):
        if mark == "or":
            ors.append([condition])
        else:
            ors[-1].append(condition)
    parts = [part[0] if len(part) == 1 else AllOf(span=_hull(part), items=tuple(_flat(part, AllOf))) for part in ors]
    return parts[0] if len(parts) == 1 else AnyOf(span=_hull(parts), items=tuple(_flat(parts, AnyOf)))


def _flat(conditions: list[Condition], kind: type[AllOf] | type[AnyOf]) -> list[Condition]:
    out: list[Condition] = []
    for condition in conditions:
        if isinstance(condition, kind):
            out.extend(condition.items)
        else:
            out.append(condition)
    return out


def _hull(conditions: list[Condition]) -> "object":
    first = conditions[0].span
    return first.model_copy(update={"start": min(c.span.start for c in conditions), "end": max(c.span.end for c in conditions)})


__all__ = ["Bounds", "Env", "clause", "implies", "narrowed"]
