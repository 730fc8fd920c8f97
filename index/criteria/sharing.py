"""What the items of one list share: windows, qualifiers, purposes, and the limits that define them."""

import re
from dataclasses import replace

from index.conditions import TEXT, AllOf, AnyOf, Category, Condition, Finding, Limit, NotCompiled, Treatment, leaves
from index.criteria.leaves import Phrase, words_of
from index.criteria.passage import Passage
from index.criteria.shapes import Env, Piece, flat, hull, implies, is_neoplasm, kind, positive
from index.vocabulary import vocabulary


def share_purposes(p: Passage, items: list[Piece]) -> None:
    """ "Chemotherapy, hormonal therapy or radiotherapy for breast cancer": what the last was given for, all were."""
    for k in range(len(items) - 1, 0, -1):
        source = items[k].phrase
        if source is None or not (source.purposes or source.setting) or not all(is_neoplasm(c) for c in source.purposes):
            continue
        j = k
        while j > 0 and ";" not in items[j].conn and not items[j].verb:
            j -= 1
            phrase = items[j].phrase
            if phrase is None or phrase.purposes or phrase.setting or phrase.tail or kind(p, items[j]) != "treatment":
                break
            phrase.purposes, phrase.setting = source.purposes, source.setting


def hoist(p: Passage, items: list[Piece], env: Env) -> list[Condition]:
    """In a requirement, what narrows the last of several alternatives narrows them all ("A or B with C ≥ 3")."""
    last = items[-1].phrase if items else None
    if env.exclusion or env.any_of or len(items) < 2 or last is None or any(i.verb or i.negated or i.atom for i in items[1:]):
        return []
    if not any(re.search(r"\bor\b", i.conn) for i in items[1:]) or any(i.phrase.narrowing for i in items[:-1] if i.phrase):
        return []
    kept = [c for c in last.narrowing if any(isinstance(leaf, Limit) for leaf in leaves(c))]
    last.narrowing = [c for c in last.narrowing if c not in kept]
    return kept


def define(condition: Condition, definition: Condition) -> Condition:
    """ "Uncontrolled hypertension, with systolic pressure > 150": where the limit says what the finding means, the limit decides."""
    if isinstance(condition, AllOf) and definition in condition.items:
        rest = tuple(c for c in condition.items if c is not definition)
        head = rest[0]
        found = [leaf for leaf in leaves(head) if isinstance(leaf, Finding)]
        if (
            found
            and len(found) == len(leaves(head))
            and all(implies(definition, c) for leaf in found for c in leaf.concepts if not c.startswith(TEXT))
            and not all(c.startswith(TEXT) for leaf in found for c in leaf.concepts)
        ):
            if positive(definition):
                definition = AnyOf(span=condition.span, items=(head, definition))
            kept = (definition, *rest[1:])
            return kept[0] if len(kept) == 1 else condition.model_copy(update={"items": kept})
    return condition


def share_windows(p: Passage, items: list[Piece], env: Env) -> None:
    """A window at the end of a list holds for the items before it; where those are lasting diseases that is not certain."""
    vocab = vocabulary()
    for k in range(len(items) - 1, -1, -1):
        source = items[k].phrase
        if source is None or source.window is None or (source.window.within is None and source.window.longer_than is None):
            continue
        receivers: list[Piece] = []
        j = k
        while j > 0 and ";" not in items[j].conn and (not items[j].verb or _both_investigational(p, items[j - 1], items[j])):
            j -= 1
            if items[j].atom or (items[j].phrase and items[j].phrase.window):  # type: ignore[union-attr]
                break
            receivers.append(items[j])
        if not receivers:
            continue
        lasting = any(
            not ids or any(vocab.diseases[c].kind not in ("event", "injury", "infection") for c in ids if c in vocab.diseases)
            for r in receivers
            if kind(p, r) == "finding"
            for ids in [tuple(m.concept for m in p.entities.within(r.start, r.end))]
        )
        commas = sum("," in i.conn for i in items[: k + 1])
        # "History of A or diagnosis of B within 3 months": B is named apart.
        commas += bool(re.search(r"\b(?:diagnosis|episodes?|occurrence|onset)\s+of\b", p.text[items[k - 1].end : items[k].start], re.I))
        window = source.window.model_copy(update={"scope_unclear": True}) if lasting and commas >= 1 else source.window
        for r in receivers:
            if r.phrase:
                r.phrase.window = window if kind(p, r) == "finding" else source.window
            elif isinstance(r.made, Finding):
                r.made = r.made.model_copy(update={"window": window, "tense": "ever"})
            elif isinstance(r.made, Treatment):
                r.made = r.made.model_copy(update={"window": source.window, "status": "received" if r.made.status == "current" else r.made.status})
        if lasting and commas >= 1:
            source.window = window


def _both_investigational(p: Passage, one: Piece, two: Piece) -> bool:
    """ "Received an investigational drug or used an investigational device within 30 days": one time for both."""
    return (
        one.phrase is not None
        and "," not in two.conn
        and all(re.search(r"investigational|experimental", p.text[x.start : x.end], re.I) for x in (one, two))
    )


_SHARED = frozenset(
    {
        "symptomatic",
        "severe",
        "uncontrolled",
        "active",
        "clinically_significant",
        "histologically_confirmed",
        "imaging_confirmed",
        "suspected",
        "metastatic",
        "unresolved",
        "curatively_treated",
        "requires_drainage",
        "requires_treatment",
        "requires_systemic_treatment",
        "requires_hospitalisation",
    }
)


def share_qualifiers(p: Passage, items: list[Piece], env: Env) -> None:
    """A qualifier in front of a list, or behind it, may hold for every item; where it does, no item is bare of it.

    The reading with the qualifier is the narrower one, and a note that lacks it leaves the item open: nothing is decided wrongly.
    """
    vocab = vocabulary()
    for k, item in enumerate(items):
        first = item.phrase
        if first is None or (k and (";" not in item.conn and not item.verb)):
            continue
        run = [first]
        for other in items[k + 1 :]:
            if other.phrase is None or ";" in other.conn or other.verb or ("and" in other.conn.split() and other.negated != item.negated):
                break
            run.append(other.phrase)
        if len(run) < 2:
            continue
        if len(run) < 3 and not any(re.search(r"\b(?:or|and)\b", i.conn) for i in items[k + 1 : k + len(run)]):
            continue  # side by side, not one list
        # In a carve-out the narrow reading is the cautious one: every qualifier is shared.
        lead = tuple(q for alt in first.qualifiers for q in alt if q in _SHARED or env.any_of) if len(first.qualifiers) == 1 else ()
        tail = tuple(q for q in run[-1].frame.qualifiers if q in _SHARED or env.any_of)
        alike = _alike(p, run) or (len(run) == 2 and re.fullmatch(r"(?:and/)?or|and", items[k + 1].conn) is not None)
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
    return not any(parents) or (all(parents) and bool(set.intersection(*parents)))


_PERFORMANCE = frozenset({"ecog", "karnofsky", "lansky"})


def equivalents(made: list[tuple[Piece, Condition]]) -> list[tuple[Piece, Condition]]:
    """ "ECOG 0-1; Karnofsky 80-100%": one state on two scales; a patient has it who has it on either. An "and" keeps both."""
    out: list[tuple[Piece, Condition]] = []
    for item, condition in made:
        if (
            out
            and is_performance(condition)
            and is_performance(out[-1][1])
            and not (set(item.atom.measures if item.atom else ()) & set(out[-1][0].atom.measures if out[-1][0].atom else ()))
            and not re.search(r"\band\b(?!/or)|with|but", item.conn)
            and not item.negated
            and not out[-1][0].negated
        ):
            before, other = out.pop()
            condition = AnyOf(span=hull([other, condition]), items=tuple(flat([other, condition], AnyOf)))
            item = before
        out.append((item, condition))
    return out


def is_performance(condition: Condition) -> bool:
    """Whether a condition speaks of the general state (ECOG, Karnofsky, Lansky) and of nothing else."""
    found = leaves(condition)
    return bool(found) and all(isinstance(x, Limit) and x.measure in _PERFORMANCE for x in found)


_PLAIN = frozenset(
    "good adequate acceptable sufficient satisfactory appropriate poor inadequate insufficient general performance status state score scale"
    " decreased reduced impaired low abnormal proper".split()
)


def named_by(p: Passage, item: Piece, definition: Condition) -> bool:
    """Whether a phrase only names what a limit behind it measures ("good performance status (ECOG 0-1)")."""
    if item.phrase is None or p.entities.within(item.start, item.end):
        return False
    said = {x.measure for x in leaves(definition) if isinstance(x, Limit)}
    if is_performance(definition):
        said |= _PERFORMANCE
    named = [m for m in p.measures.within(item.start, item.end) if m.concept in said]
    rest = [w for w in words_of(p, item.start, item.end) if not any(m.start <= w.start() < m.end for m in named)]
    return bool(named) and all(w[0].lower() in _PLAIN for w in rest)


def share_doses(made: list[tuple[Piece, Condition]]) -> list[tuple[Piece, Condition]]:
    """ "Prednisone or prednisolone ≤ 10 mg/day": the dose behind the last drug bounds each of them."""
    out = list(made)
    for k in range(len(out) - 1, 0, -1):
        item, last = out[k]
        before, other = out[k - 1]
        if (
            isinstance(last, Treatment)
            and last.dose is not None
            and isinstance(other, Treatment)
            and other.dose is None
            and re.fullmatch(r"(?:and/)?or|,|/", item.conn)
            and last.targets == (last.dose.drug,)
            and len(other.targets) == 1
            and other.targets != last.targets
            and other.route == last.route
            and _siblings(last.targets[0], other.targets[0])
        ):
            dose = last.dose.model_copy(update={"drug": other.targets[0]})
            out[k - 1] = (before, other.model_copy(update={"dose": dose}))
    return out


def _siblings(a: str, b: str) -> bool:
    """Whether two drugs stand under one class."""
    concepts = vocabulary().concepts
    return a in concepts and b in concepts and bool(set(concepts[a].parents) & set(concepts[b].parents))


def spread(made: list[tuple[Piece, Condition]]) -> list[tuple[Piece, Condition]]:
    """ "Systolic ≥ 150 or diastolic ≥ 100 after optimal treatment": what narrows the last of two limits narrows both."""
    out = list(made)
    for k in range(len(out) - 1, 0, -1):
        item, condition = out[k]
        before, other = out[k - 1]
        if item.atom is None or before.atom is None or before.made is not None or not re.fullmatch(r"(?:and/)?or", item.conn):
            continue
        if (
            isinstance(condition, AllOf)
            and len(condition.items) == 2
            and isinstance(condition.items[0], Limit)
            and isinstance(condition.items[1], NotCompiled)
            and isinstance(other, Limit)
        ):
            out[k - 1] = (before, AllOf(span=other.span, items=(other, condition.items[1])))
    return out


def attributes(p: Passage, made: list[tuple[Piece, Condition]]) -> list[tuple[Piece, Condition]]:
    """ "HER2-positive breast cancer", "ER+ and/or PgR+ tumours": values right in front of a finding narrow it, on either side of the list."""
    out: list[tuple[Piece, Condition]] = []
    for item, condition in made:
        last = out[-1][0] if out else None
        if (
            last is None
            or last.atom is None
            or not isinstance(out[-1][1], Category)
            or item.phrase is None
            or item.conn
            or item.negated != last.negated
            or not any(isinstance(x, Finding) for x in leaves(condition))
            or p.text[last.end : item.phrase.start].strip(" -")
        ):
            out.append((item, condition))
            continue
        first = len(out) - 1
        while (
            first > 0
            and re.fullmatch(r"(?:and/)?or|and|,", out[first][0].conn)
            and out[first - 1][0].atom is not None
            and out[first - 1][0].negated == last.negated
            and isinstance(out[first - 1][1], Category)
        ):
            first -= 1
        run = [c for _, c in out[first:]]
        either = any("or" in i.conn for i, _ in out[first + 1 :])
        value = run[0] if len(run) == 1 else (AnyOf if either else AllOf)(span=hull(run), items=tuple(run))
        head = replace(item, conn=out[first][0].conn, start=out[first][0].start)
        del out[first:]
        whole = AllOf(span=hull([value, condition]), items=(condition, value))
        defined = define(whole, value)
        out.append((head, defined if defined is not whole else whole.model_copy(update={"items": tuple(flat([value, condition], AllOf))})))
    return out


def attach_limits(p: Passage, made: list[tuple[Piece, Condition]]) -> list[tuple[Piece, Condition]]:
    """A finding directly followed by limits, or by ", with" limits, is narrowed or defined by them."""
    out: list[tuple[Piece, Condition]] = []
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
        limit = group[0] if len(group) == 1 else (AnyOf if "or" in words or "and/or" in words else AllOf)(span=hull(group), items=tuple(group))
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
        if len(run) == 1 and named_by(p, before, limit):
            out[-1] = (before, limit)
            continue
        whole = AllOf(span=head.span.model_copy(update={"end": max(head.span.end, limit.span.end)}), items=(head, limit))
        out[-1] = (before, define(whole, limit))
    return out
