"""One pass over a clause, left to right: its pieces, with what stands before and behind each head."""

import re
from dataclasses import replace

from index.conditions import AnyOf, Category, Condition, Finding, Limit, NotCompiled, Qualifier, Treatment, Window
from index.criteria import clauses, detection, limits, pressure, scales, several, sexes, toxicity, windows
from index.criteria.leaves import Phrase
from index.criteria.lexis import CONNECTOR, EXAMPLES, FRAME, MIXED_BASIS, NEGATION, NOISE, QUALIFIER, TAIL, Frame, frame, qualifier
from index.criteria.limits import Atom
from index.criteria.passage import Passage
from index.criteria.remainders import role
from index.criteria.shapes import Env, Piece, at_time, closing, kind, table_kind
from index.criteria.tails import PROGRESSING, narrow, narrow_atom
from index.vocabulary import Mention, vocabulary

_WORDS = re.compile(r"[A-Za-zÀ-ÿ][\w'’-]*")
_WITH_LIMIT = re.compile(
    r"\s*(?:with|having|defined as|as defined by|i\.?e\.?,?|as evidenced by|evidenced by|as demonstrated by|indicated by)\s+", re.I
)
SEX = "sex"


def _islands(p: Passage, start: int, end: int) -> tuple[list[windows.Found], list[tuple[int, int]], list[tuple[int, int]]]:
    """Windows, brackets and lists of examples: what interrupts the phrases of a clauses.clause."""
    brackets: list[tuple[int, int]] = []
    i = start
    while i < end:
        if p.text[i] in "([":
            close = closing(p.text, i, end)
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
        heads = p.entities.within(start, m.start())
        for w in found:
            if w.start < m.end() or (w.end < end and _goes_on(p, w.end, end) and (not heads or heads[-1].table == "condition")):
                continue  # a time inside the list is of its own item
            stop = min(stop, w.start)
        semi = p.text.find(";", m.end(), stop)
        stop = semi if semi >= 0 else stop
        if dur := re.compile(
            r"\s+for\s+(?:at least\s+)?\d|,?\s+(?:is|are|was|were|must|should|(?<!those )requiring|that (?:is|are|require)"
            r"|except|excluding|unless)\b",
            re.I,
        ).search(p.text, m.end(), stop):
            stop = dur.start()
        if again := _NEW_HISTORY.search(p.text, m.end(), stop):
            stop = again.start()
        examples.append((m.start(), stop))
    return found, brackets, examples


_NEW_HISTORY = re.compile(
    r",?\s*\b(?:and/or|or|and)\s+(?=(?:any\s+|a\s+)?(?:known\s+|past\s+|prior\s+)?(?:history|evidence|presence|diagnosis)\s+of\b)", re.I
)
"""Where a list of examples ends: at an item that begins with words of its own ("..., or history of X")."""


def _goes_on(p: Passage, at: int, end: int) -> bool:
    """Whether a list goes on at `at` with something known."""
    link = CONNECTOR.match(p.text, at, end)
    return link is not None and bool(link[0].strip(" ")) and ";" not in link[0] and bool(p.entities.within(link.end(), end))


def pieces(p: Passage, start: int, end: int, env: Env) -> list[Piece]:
    """The list of things that a clauses.clause names."""
    found, brackets, examples = _islands(p, start, end)
    blocked = [*((f.start, f.end) for f in found), *brackets, *examples]
    taken = [(f.start, f.end) for f in found] + brackets + examples
    atoms = atoms_in(p, start, end, taken, env)
    entities = [m for m in p.entities.within(start, end) if not any(a.start <= m.start < a.end for a in atoms)]
    scan = _Scan(p, start, end, env, found, brackets, examples, atoms, [(m.start, m.end) for m in entities], blocked)
    return scan.run()


def atoms_in(p: Passage, start: int, end: int, taken: list[tuple[int, int]], env: Env) -> list[Atom]:
    pairs = [*pressure.atoms(p, start, end, taken, env.window), *detection.atoms(p, start, end, taken, env.window)]
    taken = [*taken, *((a.start, a.end) for a in pairs)]
    numbers = sexes.by_sex(p, limits.atoms(p, start, end, taken, env.window, env.subject), start, end, env.exclusion)
    covered = taken + [(a.start, a.end) for a in numbers]
    named = [a for a in scales.atoms(p, start, end, covered, env.window) if not (isinstance(a.condition, Category) and a.condition.scale == SEX)]
    # A disease's name may hold a scale's value ("HER2-positive breast cancer" does not, "stage IV" may): a longer name wins.
    entities = p.entities.within(start, end)
    named = [a for a in named if not any(e.start <= a.start and a.end <= e.end for e in entities)]
    named = [b for a in named if (b := _of_disease(p, a, entities)) is not None]
    graded = toxicity.graded(p, start, end, env.window)
    graded += several.atoms(p, start, end, [*taken, *((a.start, a.end) for a in (*numbers, *named, *graded))])
    if re.search(r"NYHA|New York Heart", p.text[start:end]):
        graded = [a for a in graded if not (isinstance(a.condition, Limit) and a.condition.about == "heart_failure")]
    others = [a for a in (*(_counted_lines(p, a) for a in numbers), *named) if not any(g.start < a.end and a.start < g.end for g in graded)]
    return sorted([*graded, *pairs, *others], key=lambda a: a.start)


_STAGES = {"copd": "gold_stage", "ckd": "ckd_stage"}
"""Diseases whose stages have a scale of their own."""


def _of_disease(p: Passage, atom: Atom, entities: list[Mention]) -> Atom | None:
    """ "Stage 2 or higher COPD": the stage of a disease that is no tumour is not a tumour's; None where no scale is known for it."""
    condition = atom.condition
    if not isinstance(condition, Category) or condition.scale != "stage":
        return atom
    behind = (e for e in entities if e.table == "condition" and e.start >= atom.end)
    near = next((e for e in behind if re.fullmatch(r"[\s,]*(?:of|in)?\s*", p.text[atom.end : e.start])), None)
    if near is None or vocabulary().diseases[near.concept].neoplasm:
        return atom
    scale = next((s for c, s in _STAGES.items() if vocabulary().is_a(near.concept, c)), None)
    values = tuple(dict.fromkeys(v for v in (_PLAIN_STAGE.get(x) for x in condition.values) if v))
    if scale == "gold_stage":
        values = tuple({"1": "I", "2": "II", "3": "III", "4": "IV"}[v] for v in values if v != "5")
    if scale is None or not values:
        return None
    span = p.span(atom.start, near.end)
    return Atom(atom.start, near.end, condition.model_copy(update={"span": span, "scale": scale, "values": values}))


_PLAIN_STAGE = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}


def _counted_lines(p: Passage, atom: Atom) -> Atom:
    """ "At most two prior lines of chemotherapy": a number of lines of a treatment."""
    condition = atom.condition
    if not isinstance(condition, Limit) or condition.measure != "prior_lines":
        return atom
    named = [e.concept for e in p.entities.within(atom.start, atom.end) if e.table in ("drug_class", "drug", "procedure", "regimen")]
    targets = tuple(dict.fromkeys(named)) or ("systemic_therapy",)
    return replace(atom, condition=Treatment(span=condition.span, targets=targets, lines=condition.bounds, window=condition.window))


_LEADING = frozenset("after following upon undergoing despite to".split())
"""Prepositions that a head may stand behind when its verb was cut off."""
_ADJECTIVE = (
    r"(?:active|known|suspected|possible|probable|confirmed|documented|diagnosed|established|proven|acute|chronic|symptomatic|asymptomatic"
    r"|treated|untreated|controlled|uncontrolled|presumed|clinically\s+apparent|current|stable|unstable|recurrent)"
)
_KNOWN = r"(?:known|confirmed|documented|diagnosed|established|proven)"
_AS_KNOWN = re.compile(
    rf"(?=(?:{_ADJECTIVE}\s*(?:,\s*(?:and/or|or|and)?|/|and/or|or)\s*)*{_KNOWN}\b|(?:acute\s*(?:or|and/or|and|/)\s*chronic|chronic\s*(?:or|and/or"
    rf"|and|/)\s*acute"
    r"|symptomatic\s+or\s+asymptomatic|asymptomatic\s+or\s+symptomatic|treated\s+or\s+untreated|untreated\s+or\s+treated"
    r"|controlled\s+or\s+uncontrolled)\b"
    rf"|{_ADJECTIVE}\s*(?:,\s*(?:and/or|or)?|/|and/or|or)\s*(?:{_ADJECTIVE}\s*(?:,\s*(?:and/or|or)?|/|and/or|or)\s*)*{_KNOWN}\b)"
    rf"{_ADJECTIVE}(?:\s*(?:,\s*(?:and/or|or)?|/|and/or|or|and)\s*{_ADJECTIVE})+\s+(?=[a-z])",
    re.I,
)
_EVIDENCE_OR_SUSPICION = re.compile(
    r"(?:(?:clinical|radiolog\w+|known|current|confirmed)\s+)*(?:evidence|diagnosis|presence|history|confirmation)\s*(?:,|/|or|and/or)\s*(?:clinical\s+)?suspicion\s+of\b",
    re.I,
)
"""Adjectives of which one or another always holds: alternatives with "known", or both sides of a pair."""
_OR_FRAME = re.compile(r"\W*(?:and/)?or\b", re.I)
_OR_EQUAL = re.compile(r"\bthan or equal|\bequal to or \w+|\w+ or equal to", re.I)
_COMMA_TAIL = re.compile(
    r"(?!in[\s-]situ\b)(?:measured|assessed|determined|defined|documented|evaluated|calculated|obtained|performed|using|according"
    r"|corrected|for|in|on|at|to|from|by|during|before|per|if|when|where|which|that|who|whose|as|based|regardless"
    r"|irrespective|despite)\s",
    re.I,
)
_OR_AHEAD = re.compile(r"(?:[\w-]+\s+){0,3}[\w-]+,?\s+or\s", re.I)
_HOW_MEASURED = re.compile(
    r"\s*(?:(?:as\s+)?(?:measured|assessed|determined|documented|evaluated|calculated|estimated|confirmed"
    r"|demonstrated|shown|indicated)\s+(?:by|on|with|using|via|from|through)|by\s+(?:any|either|the|an?|echo|MUGA|CT"
    r"|MRI|imaging|cock|using)|using|according to|based on|per)\b",
    re.I,
)
_STOPPED = re.compile(
    r"(?:(?:must|should|shall|have|has|be|been|to|will|having|need)\s+)*(?:discontinu(?:e|ed|ing)|stop(?:ped|ping)?"
    r"|ceased?|ceasing|(?:been\s+)?withdrawn(?: from)?|(?:been\s+)?off|washed out (?:of|from))\s+(?:(?:taking|using"
    r"|all|any|the|use of|treatment with|therapy with|prior|previous)\s+)*",
    re.I,
)


class _Scan:
    """One pass over a clauses.clause, left to right."""

    def __init__(
        self, p: Passage, start: int, end: int, env: Env, found: list[windows.Found], brackets: list[tuple[int, int]],
        examples: list[tuple[int, int]], atoms: list[Atom], entities: list[tuple[int, int]], blocked: list[tuple[int, int]],
    ) -> None:  # fmt: skip
        self.p, self.at, self.start, self.end, self.env = p, start, start, end, env
        self.windows = {f.start: f for f in found}
        self.brackets, self.examples = dict(brackets), dict(examples)
        self.atoms = {a.start: a for a in atoms}
        self.entities = dict(sorted(entities, key=lambda e: e[1] - e[0]))
        self.blocked = blocked
        self.items: list[Piece] = []
        self.compared = [(m.start(), m.end()) for m in _OR_EQUAL.finditer(p.text, start, end)]
        self.frame = env.frame
        self.negated = False
        self.conn = ""
        self.leading: Window | None = None
        self.stopped = False
        self.carried: list[tuple[Qualifier, ...]] = []

    def run(self) -> list[Piece]:
        while self.at < self.end:
            before = self.at
            self._prefix()
            if self.at >= self.end:
                self._pronoun()
                self._trailing()
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
                if item.phrase and (
                    item.phrase.window is None or not (item.phrase.window.within or item.phrase.window.longer_than or item.phrase.window.ahead)
                ):
                    item.phrase.window = self.leading
                elif item.atom:
                    item.atom = at_time(item.atom, self.leading)
        return self.items

    def _pronoun(self) -> None:
        """ "... or planned to receive one": a verb of treating without a head speaks of the treatment before it."""
        before = next((i.phrase for i in reversed(self.items) if i.phrase and kind(self.p, i) == "treatment"), None)
        if before is None or not self.verb:
            return
        window = self.phrase_window
        phrase = Phrase(before.start, before.end, self.frame, self.negated, [], window=window or Window(), conn=self.conn)
        self.items.append(Piece(before.start, before.end, self.conn, self.negated, phrase=phrase, verb=True))

    def _trailing(self) -> None:
        """ "Melanoma, locally advanced or metastatic": adjectives at the end belong to what stands before them."""
        last = self.items[-1].phrase if self.items else None
        found = [*self.qualifiers, *([tuple(self.pending)] if self.pending else [])]
        if last is None or not found or self.verb or self.negated != self.items[-1].negated or self.conn not in ("", ","):
            return
        base = last.qualifiers or [()]
        last.qualifiers = [tuple(dict.fromkeys((*a, *b))) for a in base for b in found]

    # what stands before a head

    def _prefix(self) -> None:
        p, text = self.p, self.p.text
        self.qualifiers: list[tuple[Qualifier, ...]] = []
        self.pending: list[Qualifier] = []
        self.also: list[Frame] = []
        self.verb = False
        self.phrase_window: Window | None = None
        fresh = False  # a negation stands in front of this very item
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
                    self.items.append(
                        Piece(
                            self.at,
                            stop,
                            self.conn,
                            self.negated,
                            made=clauses.clause(p, self.at + 1, stop - 1, replace(self.env, depth=self.env.depth + 1)),
                        )
                    )
                    self.at = stop
            elif self.at in self.atoms or (
                self.at in self.entities
                and not self._longer_than_entity()
                and not ((q := QUALIFIER.match(text, self.at, self.end)) and q.end() > self.entities[self.at])
            ):
                break
            elif m := NEGATION.match(text, self.at, self.end):
                self.negated = True
                fresh = True
                self.frame = self.env.frame
                self.at = m.end()
            elif m := _STOPPED.match(text, self.at, self.end):
                # "must have stopped X at least 2 weeks before": no X within that time; without a time, none now.
                self.negated = not self.negated
                self.stopped = True
                self.frame = Frame(treatment=True, status="current", verb=True)
                self.verb = True
                self.at = m.end()
            elif (
                (m := FRAME.match(text, self.at, self.end))
                and m.end() > self.at
                and self._before_island(self.at, m.end()) > self.at
                and not self._adjective(m.end())
            ):
                new = frame(m)
                if self.verb and new.verb and _OR_FRAME.match(m[0]) and self.frame.treatment and new.treatment and self._differs(new):
                    self.also.append(self.frame)
                self.frame = new if new.verb else new.over(self.frame)
                self.verb = self.verb or new.verb
                if new.verb and not fresh and self.items and self.conn and re.search(r"and|but|;", self.conn, re.I):
                    self.negated = False
                self.at = self._before_island(self.at, m.end())
            elif (m := MIXED_BASIS.match(text, self.at, self.end)) or (m := _EVIDENCE_OR_SUSPICION.match(text, self.at, self.end)):
                self.at = m.end()
            elif (m := _AS_KNOWN.match(text, self.at, self.end)) and re.search(r"\bor\b|/", m[0], re.I) and self._at_head(m.end()):
                # "active, known or suspected X": X as it is known is one of the ways, so that no adjective is asked for.
                self.at = m.end()
            elif m := QUALIFIER.match(text, self.at, self.end):
                self.pending.append(qualifier(m))
                self.at = m.end()
                joined = re.compile(r"\s*(?:,|/|and/or|or|and)\s*(?:or\s+)?(?=\S)", re.I).match(text, self.at, self.end)
                if (
                    joined
                    and not re.search(r"or|/", joined[0], re.I)
                    and not ((o := _OR_AHEAD.match(text, joined.end(), self.end)) and QUALIFIER.match(text, o.end(), self.end))
                    and QUALIFIER.match(text, joined.end(), self.end)
                    and joined.end() not in self.entities
                ):
                    self.at = joined.end()  # "histologically confirmed, metastatic": both
                elif joined and joined.end() in self.entities and (spread := self._spread(joined.end())) is not None:
                    # "locally advanced or metastatic disease": the first adjective is about the disease, too.
                    alternatives = [*self.qualifiers, tuple(self.pending)]
                    items = tuple(Finding(span=p.span(self.at, spread), concepts=("cancer",), qualifiers=q) for q in alternatives)
                    made: Condition = items[0] if len(items) == 1 else AnyOf(span=items[0].span, items=items)
                    self.items.append(Piece(m.start(), self.at, self.conn, self.negated, made=made, verb=self.verb))
                    self.conn, self.qualifiers, self.pending = "or", [], []
                    self.at = joined.end()
                elif joined and QUALIFIER.match(text, joined.end(), self.end) and joined.end() not in self.entities:
                    self.qualifiers.append(tuple(self.pending))
                    self.pending = []
                    self.at = joined.end()
            elif (m := _WORDS.match(text, self.at, self.end)) and (m[0].lower() in NOISE or m[0].lower() in _LEADING):
                self.at = m.end()
                if (
                    m[0].lower() in ("or", "and/or")
                    and self.verb
                    and (f := FRAME.match(text, min(self.at + 1, self.end), self.end))
                    and frame(f).verb
                ):
                    new = frame(f)
                    if self.frame.treatment and new.treatment and self._differs(new):
                        self.also.append(self.frame)
                if m[0].lower() in ("or", "and") and self.items and not self.conn:
                    self.conn = m[0].lower()
            else:
                break

    def _spread(self, at: int) -> int | None:
        """Where a name like "metastatic disease" ends, whose adjective is only one of several; None for other names."""
        stop = self.entities[at]
        words = self.p.text[at:stop]
        q = QUALIFIER.match(self.p.text, at, stop)
        if q is None or not re.fullmatch(r"\s+(?:disease|cancers?|tumou?rs?|malignanc(?:y|ies)|carcinomas?|neoplasms?)", words[q.end() - at :], re.I):
            return None
        return stop

    def _adjective(self, at: int) -> bool:
        """Whether an adjective runs further than the frame that ends at `at` ("previously untreated", not "previously treated with")."""
        q = QUALIFIER.match(self.p.text, self.at, self.end)
        return q is not None and q.end() > at

    def _at_head(self, at: int) -> bool:
        """Whether a head follows, and not the end of the clause or a limit."""
        return at < self.end and at not in self.atoms and at not in self.windows

    def _differs(self, new: Frame) -> bool:
        """Whether a verb joined by "or" says something else of the treatment than the verb before it ("has received or plans to receive")."""
        return (new.status, new.response) != (self.frame.status, self.frame.response)

    def _longer_than_entity(self) -> bool:
        """A frame that begins with the same words and runs further than the name ("treatment with ...", "chemotherapy")."""
        m = FRAME.match(self.p.text, self.at, self.end)
        if m is None or m.end() <= self.entities[self.at]:
            return False
        # "radiotherapy for ..." is a name; "drug treatment with X" is a frame only if a name follows.
        return m.end() in self.entities or m.end() + 1 in self.entities or any(m.end() <= a <= m.end() + 2 for a in self.entities)

    def _before_island(self, a: int, b: int) -> int:
        """Where the words of a frame end: a limit or a window inside them is no part of it ("received | at least 1 line")."""
        return min((x for x in (*self.atoms, *self.windows) if a < x < b), default=b)

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
        # "unresectable stage III melanoma": the adjective belongs to the name behind the value.
        self.carried = [*self.qualifiers, *([tuple(self.pending)] if self.pending else [])]
        self.items.append(Piece(atom.start, atom.end, self.conn, self.negated, atom=atom, verb=self.verb))
        self.at = atom.end
        self.conn = ""

    def _phrase(self) -> None:
        begin = self.at
        stop = self._head_end(begin)
        if (self.pending or not self.qualifiers) and self.pending:
            # "acute or chronic active hepatitis": what stands behind the last "or" alone belongs to all alternatives too.
            self.qualifiers.append(tuple(self.pending))
        phrase = Phrase(begin, stop, self.frame, self.negated, self.qualifiers, window=self.phrase_window, conn=self.conn)
        phrase.also = tuple(self.also)
        if self.carried and self.items and self.items[-1].atom and not self.conn:
            own = phrase.qualifiers or [()]
            phrase.qualifiers = [tuple(dict.fromkeys((*a, *b))) for a in self.carried for b in own]
        self.carried = []
        item = Piece(begin, stop, self.conn, self.negated, phrase=phrase, verb=self.verb)
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
                if (
                    not first
                    and not self.env.exclusion
                    and re.match(r"(?:not|un|in)\b|(?:un|in)(?:suitable|amenable|eligible)", text[at:], re.I)
                    and self._unsuitable(at)
                ):
                    return at  # "melanoma not amenable to resection": a finding of its own
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
                if (m := CONNECTOR.match(text, at, self.end)) and m.end() > at and m[0].strip():
                    return at
                if text[at] in ";:" or (text[at] == "." and at + 1 < self.end and text[at + 1] == " "):
                    return at
                at += 1
                continue
            if not first and (at == begin or not text[at - 1].isalnum()) and (m := TAIL.match(text, at, self.end)):
                return at
            word = re.compile(r"[^\s,;:()\[\]]+").match(text, at, self.end)
            at = word.end() if word else at + 1
            first = False
        return self.end

    def _unsuitable(self, at: int) -> bool:
        """Whether the name at `at` says that radical treatment is not possible."""
        return any(e.concept == "radical_treatment_unsuitable" for e in self.p.entities.within(at, self.entities[at]))

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
                if (
                    item.negated
                    and w.window.longer_than
                    and w.window.within is None
                    and (self.stopped or re.search(r"\bfor\s*$", text[: self.at], re.I))
                ):
                    # "has not received X for at least 4 weeks": not within that time.
                    w = replace(w, window=w.window.model_copy(update={"within": w.window.longer_than, "longer_than": None, "longer_inclusive": True}))
                self.at = w.end
                if item.phrase:
                    item.phrase.window = item.phrase.window if item.phrase.window and item.phrase.window.within else w.window
                    if w.shorter:
                        item.phrase.narrowing.append(NotCompiled(span=p.span(w.start, w.end), why="the shorter of two periods, one of them unknown"))
                elif item.atom:
                    item.atom = at_time(item.atom, w.window)
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
            elif text[self.at] == "/" and item.atom and (near := self._atom_at(self.at + 1 + (text[self.at + 1 : self.at + 2] == " "))):
                self.conn = ","
                self.at = near
                return
            elif item.atom and (m := _WITH_LIMIT.match(text, self.at, self.end)) and (near := self._atom_at(m.end())):
                # "≥ 50 kg with a BMI between 19 and 26": a second limit.
                self.conn = "and"
                self.at = near
                return
            elif TAIL.match(text, self.at, self.end) or self.at not in self.entities:
                self._tail(item)
            else:
                return

    def _atom_at(self, at: int) -> int | None:
        """Where a limit begins, at most an article behind `at`."""
        article = re.compile(r"(?:an?|the|their)\s+", re.I).match(self.p.text, at, self.end)
        return next((a for a in (at, article.end() if article else at) if a in self.atoms), None)

    def _connect(self, m: "re.Match[str]") -> None:
        word = re.sub(r"[\s,]+", " ", m[0].lower()).strip()
        self.conn = word or ","
        w = _WITH_LIMIT.match(self.p.text, m.end(), self.end) if "," in m[0] and not word and self.items[-1].phrase else None
        if w is not None and any(w.end() <= a <= w.end() + 40 for a in self.atoms):
            self.conn = "with,"
            self.at = w.end()
            return
        if ";" in m[0] or "but" in word:
            self.negated = False
            self.frame = self.env.frame
        self.at = m.end()

    def _tail(self, item: Piece) -> None:
        """Words that narrow the head; they run to the next strong boundary."""
        begin = self.at
        stop = self._tail_end(begin, item)
        if stop <= begin:
            stop = begin + 1
        if item.phrase:
            narrow(self.p, item.phrase, begin, stop, self.env)
            item.phrase.tail = (begin, stop)
        else:
            narrow_atom(self.p, item, begin, stop, self.env)
        item.end = max(item.end, stop)
        self.at = stop

    def _tail_end(self, begin: int, item: Piece) -> int:
        text = self.p.text
        at = begin
        head = kind(self.p, item)
        inner: str | None = None
        method = head == "atom" and bool(_HOW_MEASURED.match(text, begin, self.end))
        if either := PROGRESSING.match(text, begin, self.end):
            return either.end()
        while at < self.end:
            if method and at not in self.atoms and at not in self.windows and text[at] != ";":
                at = self.brackets.get(at, at + 1)
                continue
            if at > begin and (at in self.windows or at in self.brackets or at in self.examples or (at in self.atoms and method)):
                if at in self.windows or (at in self.atoms and method):
                    return at
                if head == "treatment" and inner is None and at in self.brackets and self._kinds_of(item, at):
                    return at  # "drugs for X (including A, B)": A and B are the drugs
                if at in self.examples and role(text[begin:at]) == "restates":
                    return at  # "disorders in the past, such as A"
                at = self.brackets.get(at) or self.examples[at]
                continue
            if at in self.entities:
                inner = table_kind(self.p, at, self.entities[at])
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

    def _kinds_of(self, item: Piece, at: int) -> bool:
        """Whether the bracket at `at` names examples of the treatment before it."""
        stop = self.brackets[at]
        named = EXAMPLES.match(self.p.text, at + 1, stop)
        members = self.p.entities.within(named.end(), stop) if named else []
        return bool(members) and members[0].table != "condition"

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
        nxt = next((table_kind(self.p, a, b) for a, b in sorted(self.entities.items()) if at <= a and not CONNECTOR.search(text, at, a)), None)
        if QUALIFIER.match(text, at, self.end) and comma:
            return True
        if nxt is None:
            return comma and inner is not None
        if nxt == head != inner:
            return True
        if nxt == inner != head:
            return False
        return comma
