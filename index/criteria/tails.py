"""What narrows a head: "requiring drainage", "confirmed by biopsy", "for breast cancer", "that has progressed on ..."."""

import re
from dataclasses import replace

from index.conditions import (
    TEXT,
    AllOf,
    AnyOf,
    Condition,
    Duration,
    DurationUnit,
    Finding,
    Judgement,
    Not,
    NotCompiled,
    Qualifier,
    Treatment,
    Window,
    leaves,
)
from index.criteria import clauses, options, special, windows
from index.criteria.leaves import Phrase, residue, words_of
from index.criteria.lexis import ORGAN, QUALIFIER, Frame
from index.criteria.passage import Passage
from index.criteria.remainders import role
from index.criteria.shapes import Env, Piece, any_drug, method_only, place, qualified
from index.number_words import PATTERN, VALUES
from index.vocabulary import vocabulary

_REQUIRE = re.compile(
    r"^(?:which |that |who )?(?:is |are |has |have |had )?(?:been )?(?:currently |previously |ever )?"
    r"(?:requir(?:e|es|ed|ing)|need(?:s|ed|ing)?|in need of"
    r"|with (?:the )?need (?:for|of)|on|receiving|being treated with|treated with|necessitating|under(?:going)?)\b",
    re.I,
)
_ENDED = re.compile(
    r"(?:must|should|shall|needs? to|has to|have to|is to|are to|will)\s+(?:have\s+)?(?:been\s+|be\s+)?(?:completed|finished|stopped|discontinued"
    r"|ended|terminated|ceased)",
    re.I,
)
_UNITS: tuple[DurationUnit, ...] = ("hour", "day", "week", "month", "year")
_LONG_BEFORE = re.compile(
    rf"(?:\s+(?:for\s+)?(?P<n>\d{{1,3}}|{PATTERN})\s*(?P<unit>hours?|days?|weeks?|months?|years?)(?:\s+(?:before|prior to|preceding)\b.*)?)?", re.I
)
"""How long before what, where it is not said with "at least"."""
_NOT_REQUIRING = re.compile(
    r"^(?:that |which )?(?:(?:does|do|did|has|have|is|are) )?not (?:currently )?(?:requir(?:e|es|ed|ing)|need(?:s|ed"
    r"|ing)?)\b",
    re.I,
)
_NEEDS: tuple[tuple[re.Pattern[str], Qualifier], ...] = (
    (re.compile(r"drainage|paracentesis|thoracentesis|drain\b", re.I), "requires_drainage"),
    (re.compile(r"hospitali[sz]", re.I), "requires_hospitalisation"),
    (re.compile(r"\boxygen\b", re.I), "requires_oxygen"),
    (
        re.compile(r"systemic|corticosteroid|steroid|immunosuppress|intravenous|\bIV\b|parenteral|disease[- ]modifying|i\.v\.", re.I),
        "requires_systemic_treatment",
    ),
    (
        re.compile(
            r"treatment|therap|medication|antibiotic|antimicrobial|antiviral|antifungal|intervention|drug|transfusion"
            r"|surgery|anticoagul|agent|management|medical",
            re.I,
        ),
        "requires_treatment",
    ),
)
_STATE: tuple[tuple[re.Pattern[str], Qualifier], ...] = (
    (re.compile(r"^(?:that |which )?(?:has |have |is |are |was )?(?:been )?(?:not|n't|yet to) (?:been |yet |fully |completely "
                r"|adequately )*(?:recover|resolv|heal|return)", re.I), "unresolved"),
    (re.compile(r"^(?:that |which )?(?:is |are |was |were )?(?:not (?:well |adequately |medically |optimally )?controlled"
                r"|uncontrolled|poorly controlled|cannot be controlled|not under control)", re.I), "uncontrolled"),
    (re.compile(r"^(?:that |which |who )?(?:has |have |had )?(?:been |is |are |was |were )*(?:(?:curatively|radically"
                r"|surgically) (?:treated|resected|excised|removed|cured)|curatively|(?:treated|resected|managed) (?:with"
                r"|for) curative|completely (?:resected|removed|excised)|(?:adequately|appropriately|definitively|properly|effectively) (?:treated"
                r"|resected|managed)|treated and cured|considered cured|cured"
                r"|treated curatively|successfully (?:treated|resected)|surgically (?:cured|excised|removed|treated))", re.I), "curatively_treated"),
    (re.compile(r"^(?:without|with no|who do not have|that is not causing) (?:any )?(?:clinical )?symptoms?", re.I), "asymptomatic"),
    (re.compile(r"^(?:with|causing|who have) (?:clinical )?symptoms?|^(?:that|which) (?:is|are) symptomatic", re.I), "symptomatic"),
    (re.compile(r"^(?:that |which )?(?:is |are |has |have |has been |have been )?(?:clinically )?(?:stable|stabili[sz]ed)", re.I), "stable"),
)  # fmt: skip
PROGRESSING = re.compile(
    r"\s*(?:that|which)\s+(?:is|are|has|have)\s+(?:been\s+|currently\s+|either\s+)*progress(?:ing|ed|ive)\s+(?:and/)?or\s+(?:that\s+)?"
    r"(?:requires?|has required|have required|required|requiring|needs)\s+(?:active\s+|systemic\s+)*(?:treatment|therapy)\b",
    re.I,
)
"""Words that narrow a disease to one that progresses or needs treatment."""
_EITHER: tuple[Qualifier, ...] = ("progressive", "requires_treatment")
_STATE_WORDS = re.compile(r"(?:intent|therapy|treatment|surgery|resection|recovered|resolved|controlled|\W)*", re.I)
_FOR_WHOM = re.compile(
    r"\s*,?\s*\w+(?:\s+(?:case|the case|the presence|the setting)\s+of|\s+(?:patients|subjects|participants|those"
    r"|persons|individuals)(?:\s+(?:with|who(?:\s+(?:have|has))?))?)?",
    re.I,
)
DESPITE_TREATMENT = re.compile(
    r"(?:despite|in spite of|after|even after|regardless of)\s+(?:the\s+|an?\s+|use of\s+|treatment with\s+|receiving\s+|on\s+)*"
    r"(?:(?:optimal|optimum|optimi[sz]ed|adequate|appropriate|maximal|maximum|maximally tolerated|best|standard|current|ongoing|active"
    r"|aggressive|stable"
    r"|conventional|medical|medicinal|drug|pharmacological|pharmacologic|supportive|antihypertensive|anti-hypertensive|anti-?hyperglyc\w+|and)\s+)+"
    r"(?:treatment|therapy|management|medications?|drugs?|care|control|regimen|intervention)s?",
    re.I,
)
"""Words that say a disease or a value persists under treatment."""
_BY_TREATMENT = re.compile(
    r"(?:by|with|on|under|using|despite|through)\s+(?:the\s+|an?\s+|use of\s+|any\s+|current\s+|standard\s+|optimal\s+|appropriate\s+|adequate\s+"
    r"|oral\s+|best\s+|maximal\s+|stable\s+|medical\s+|drug\s+)*"
    r"(?:treatments?|therap(?:y|ies)|management|medications?|drugs?|medicines?|agents?)",
    re.I,
)
_IMPOSSIBLE = re.compile(
    r"(?:is|are|was|were|has been|have been|had been|be)?\s*(?:not|no longer|never|deemed not"
    r"|considered not)\s+(?:be\s+|been\s+|yet\s+|technically\s+|surgically\s+|clinically\s+|considered\s+"
    r"|deemed\s+)*(?:feasible|possible|indicated|suitable|appropriate|applicable|available|present|an option"
    r"|achievable|performed|planned|given|received|detected|seen|allowed|permitted)\b|(?:is|are|was"
    r"|were)\s+(?:contra-?indicated|unsuitable|impossible|absent|infeasible|unfeasible|negative)\b",
    re.I,
)
_POSSIBLE = re.compile(
    r"(?:is|are|was|were|has been|have been|be)\s+(?:considered\s+|deemed\s+)?(?:feasible|possible|indicated|suitable|appropriate|an option)\b", re.I
)
_BASIS = re.compile(
    r"(?:that|which)?\s*(?:is|are|was|were|has been|have been|must be|should be|to be|as)?\s*(?:been\s+"
    r"|be\s+)?(?:histolog\w+\s+|cytolog\w+\s+|patholog\w+\s+|radiolog\w+\s+|clinically\s+|or\s+|and/or\s+"
    r"|and\s+)*(?:proven|confirmed|diagnosed|documented|verified|established|demonstrated|determined|evidenced"
    r"|identified)\b(?!\s+(?:to be|as)\b)",
    re.I,
)
_TISSUE_BASIS = re.compile(r"biops|histolog|cytolog|patholog|(?<!soft )tissue", re.I)
_OTHER_BASIS = re.compile(r"radiolog|radiograph|imaging|\bCT\b|\bMRI\b|clinical|hallmark|non-?invasive|scan|ultraso", re.I)
_TO_BE = re.compile(
    r"(?:that|which)?\s*(?:must|should|has to|have to|needs? to|is|are|was|were)?\s*(?:be\s+|been\s+)*(?:confirmed"
    r"|proven|diagnosed|verified|established)\s+(?:to\s+be|to\s+have|as)\s+",
    re.I,
)
_FOR_WHICH = re.compile(
    r"(?:(?:and|but)\s+)?(?:(?:for (?:which|whom|whose \w+)|with|who(?:\s+(?:have|has))?|(?:that|which)\s+(?:have|has)|where|having|in whom)\s+)*",
    re.I,
)
_RELATIVE = re.compile(
    r"(?:(?:who|that|which|whose (?:disease|tumou?rs?|cancer|condition))\s+(?=(?:has|have|had|is|are|was|were"
    r"|received|progressed|failed|relapsed|underwent|must)\b)|(?=(?:previously |already )?(?:treated (?:with|by)"
    r"|refractory to|resistant to|progressing|progressed|after (?:failure|progression|prior|at least)"
    r"|following (?:failure|progression|prior|at least)|requiring|not amenable to|amenable to|not suitable for"
    r"|suitable for|intolerant|in need of|despite|relapsed after|pretreated with|receiving|currently receiving"
    r"|not eligible for|eligible for|ineligible for)\b))",
    re.I,
)
_CAUSE = re.compile(
    r"^(?:due to|caused by|related to|secondary to|resulting from|associated with|because of|attributable to"
    r"|attributed to|arising from|from|as a (?:result|consequence) of)\b",
    re.I,
)
_WITH = re.compile(
    r"^(?:and\s+)?(?:with|having|who (?:has|have)|that (?:has|have)|accompanied by|defined as|defined by"
    r"|as defined by|i\.?e\.?,?|as evidenced by|evidenced by|as shown by|demonstrated by|manifested by"
    r"|characterized by|where|whose|if|when|as indicated by|indicated by|measuring|of)\b",
    re.I,
)


def narrow(p: Passage, phrase: Phrase, begin: int, end: int, env: Env) -> None:
    """Reads a tail into the phrase: a qualifier, a definition, a disease treated, a further condition, or words kept."""
    while begin < end and p.text[begin] in " ,.;":
        begin += 1
    text = p.text[begin:end].rstrip(" ,.;")
    if not text:
        return
    head = p.entities.within(phrase.start, phrase.end)
    is_treatment = (bool(head) and head[-1].table != "condition") or (
        not head
        and (
            phrase.frame.treatment
            or re.search(
                r"\b(?:treatments?|therap(?:y|ies)|medications?|drugs?|agents?|surgery)(?:\s+(?:used|given|indicated|administered|taken"
                r"|prescribed))?\s*$",
                p.text[phrase.start : phrase.end],
                re.I,
            )
            is not None
        )
    )
    if PROGRESSING.match(text):
        quals = [tuple(dict.fromkeys((*alt, q))) for alt in (phrase.qualifiers or [()]) for q in _EITHER]
        phrase.qualifiers = quals
        return
    if head and head[-1].concept == "other_trial_participation" and re.match(r"(?:with|of|involving|using|on|testing|evaluating)\b", text, re.I):
        named = p.entities.within(begin, end)
        if named and all(e.concept == "investigational_agent" for e in named) and not special.INVESTIGATOR.search(text):
            return  # "participation in another study with an investigational product"
    if not is_treatment and any("uncontrolled" in a for a in phrase.qualifiers) and _BY_TREATMENT.fullmatch(text):
        return
    if not is_treatment and DESPITE_TREATMENT.fullmatch(text):
        # "uncontrolled after optimal medical treatment": a disease that treatment does not control.
        said = any("uncontrolled" in alternative for alternative in phrase.qualifiers)
        more: tuple[Qualifier, ...] = () if said else ("uncontrolled",)
        phrase.frame = replace(phrase.frame, qualifiers=tuple(dict.fromkeys((*phrase.frame.qualifiers, *more))))
        return
    if m := _IMPOSSIBLE.match(text):
        if is_treatment:
            phrase.frame = replace(phrase.frame, treatment=True, status="candidate")
        phrase.denied = True
        if left := words_of(p, begin + m.end(), end):
            phrase.narrowing.append(NotCompiled(span=p.span(left[0].start(), end)))
        return
    if (m := _POSSIBLE.match(text)) and is_treatment and not words_of(p, begin + m.end(), end):
        phrase.frame = replace(phrase.frame, treatment=True, status="candidate")
        return
    led = re.search(r"\b(?:confirmed|proven|diagnosed|documented|verified|established|evidenced)\s*$", p.text[max(0, begin - 16) : begin], re.I)
    if (_BASIS.match(text) or (led and re.match(r"(?:by|on|with|through|via|using)\b", text, re.I))) and not is_treatment:
        tissue, other = bool(_TISSUE_BASIS.search(text)), bool(_OTHER_BASIS.search(text))
        if tissue or other:
            if tissue != other:
                phrase.frame = replace(
                    phrase.frame, qualifiers=(*phrase.frame.qualifiers, "histologically_confirmed" if tissue else "imaging_confirmed")
                )
            return
    if (m := _TO_BE.match(text)) and not is_treatment:
        below = clauses.clause(
            p,
            begin + m.end(),
            end,
            replace(env, window=None, frame=Frame(qualifiers=phrase.qualifiers[0] if phrase.qualifiers else ()), depth=env.depth + 1),
        )
        if below is not None:
            phrase.instead = qualified(below, tuple(dict.fromkeys((*phrase.frame.qualifiers, *(phrase.qualifiers[0] if phrase.qualifiers else ())))))
            return
    if (
        (m := re.match(r"for\s+(?:at least\s+|more than\s+|over\s+|≥\s*|>\s*|a minimum of\s+|longer than\s+)?", text, re.I))
        and is_treatment
        and (length := windows.duration_at(p.text, begin + m.end(), end))
    ) and not words_of(p, length[1], end):
        phrase.min_duration = length[0]
        return
    if is_treatment and (m := re.match(r"(?:with|using|of|consisting of|by)\s+", text, re.I)):
        named = [e for e in p.entities.within(begin + m.end(), end) if e.table != "condition"]
        if (
            named
            and (not head or all(any(vocabulary().is_a(e.concept, h.concept) for h in head) for e in named))
            and not [w for w in words_of(p, begin + m.end(), end) if not any(e.start <= w.start() < e.end for e in named)]
        ):
            phrase.targets = tuple(dict.fromkeys(e.concept for e in named))
            return
    if is_treatment and (
        m := re.match(
            r"(?:against|targeting|directed (?:at|against|to(?:wards?)?)|that (?:targets?|inhibits?|block)|aimed at|inhibiting|blocking)\b",
            text,
            re.I,
        )
    ):
        named = [e for e in p.entities.within(begin + m.end(), end) if e.table in ("drug", "drug_class")]
        if named and not [w for w in words_of(p, begin + m.end(), end) if not any(e.start <= w.start() < e.end for e in named)]:
            phrase.targets = tuple(dict.fromkeys(e.concept for e in named))
            return
    if re.search(r"hospitali[sz]", p.text[phrase.start : phrase.end], re.I) and (
        m := re.match(r"(?:for|due to|because of|related to|with)\b(?:\s+(?:the\s+)?(?:complications?|treatment|management) of)?", text, re.I)
    ):
        below = clauses.clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        if below is not None and all(isinstance(x, Finding) for x in leaves(below)):
            phrase.instead = qualified(below, ("requires_hospitalisation",))
            return
    if (m := _CAUSE.match(text)) and not is_treatment and not re.search(r"catheter|port\b|line\b|device", text, re.I):
        below = clauses.clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        if below is not None and all(isinstance(x, Finding) for x in leaves(below)):
            phrase.narrowing.append(below)
            return
    if (m := _CAUSE.match(text)) and re.search(r"\b(?:catheter|port|line|device|infusion port|implanted)s?\b", text, re.I):
        phrase.frame = replace(phrase.frame, qualifiers=(*phrase.frame.qualifiers, "catheter_related"))
        return
    if is_treatment and _ENDED.fullmatch(text):
        phrase.ended = True
        return
    listed = re.search(r",|\b(?:and|or)\b", p.text[max(0, phrase.start - 40) : phrase.start]) is not None
    if is_treatment and not listed and (m := _ENDED.match(text)) and (how := _LONG_BEFORE.fullmatch(text, m.end())):
        phrase.ended = True
        if how["n"]:
            n = float(how["n"]) if how["n"].isdigit() else float(VALUES[how["n"].lower()])
            unit: DurationUnit = next(u for u in _UNITS if how["unit"].lower().startswith(u))
            phrase.off_for = Window(longer_than=Duration(value=n, unit=unit))
        return
    if not is_treatment and head and (m := _NOT_REQUIRING.match(text)):
        need = next((name for pattern, name in _NEEDS if pattern.search(text[m.end() :])), None)
        if need is not None:
            # "psoriasis not requiring systemic treatment"
            needing = Finding(span=p.span(begin, end), concepts=(head[-1].concept,), qualifiers=(need,))
            phrase.narrowing.append(Not(span=needing.span, item=needing))
            return
    if (m := _REQUIRE.match(text)) and not is_treatment:
        for pattern, name in _NEEDS:
            if pattern.search(text[m.end() :]):
                phrase.frame = replace(phrase.frame, qualifiers=(*phrase.frame.qualifiers, name))
                return
    for pattern, name in _STATE:
        if m := pattern.match(text):
            phrase.frame = replace(phrase.frame, qualifiers=(*phrase.frame.qualifiers, name))
            if name == "uncontrolled" and (
                DESPITE_TREATMENT.fullmatch(rest_words := text[m.end() :].strip(" ,.")) or _BY_TREATMENT.fullmatch(rest_words)
            ):
                return
            rest = residue(p, begin + m.end(), end, [])
            phrase.narrowing.extend(c for c in rest if not _STATE_WORDS.fullmatch(p.text[place(p, c) : place(p, c, True)]))
            return
    if (
        is_treatment
        and (m := re.match(r"(?:given |administered |used |as (?:a )?(?:treatment|therapy) |received )?(?:for|in|of|as|with)\b", text, re.I))
        and _for_disease(p, phrase, begin, begin + m.end(), end)
    ):
        return
    if (
        is_treatment
        and not head
        and (m := re.match(r"(?:(?:used|given|indicated|prescribed|taken)\s+)?for\s+(?P<what>[\w-]+(?:\s+[\w-]+){0,3})$", text, re.I))
        and any_drug(p.text[phrase.start : phrase.end])
        and not re.search(r"\d|\b(?:who|that|which|patients|subjects|participants|at least|weeks?|days?|months?)\b", text, re.I)
    ):
        phrase.targets = (f"{TEXT}drugs for {m['what'].lower()}",)
        phrase.frame = replace(phrase.frame, treatment=True)
        return
    if is_treatment and _AT_LIVER.fullmatch(text) and head and any(vocabulary().is_a(e.concept, "local_therapy") for e in head):
        return
    if m := _WITH.match(text):
        below = clauses.clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=False, depth=env.depth + 1))
        if below is not None:
            phrase.narrowing.append(below)
        return
    if re.match(r"(?:without|with no|who do not have|not having)\b", text, re.I):
        m2 = re.match(r"(?:without|with no|who do not have|not having)\b", text, re.I)
        assert m2
        below = clauses.clause(p, begin + m2.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        if below is not None:
            phrase.narrowing.append(Not(span=p.span(begin, end), item=below))
        return
    if (m := _FOR_WHICH.match(text)) and any(e.start == begin + m.end() and e.concept in options.CONCEPTS for e in p.entities.within(begin, end)):
        below = clauses.clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        phrase.narrowing.append(below if below is not None else NotCompiled(span=p.span(begin, end)))
        return
    if (m := _RELATIVE.match(text)) and not is_treatment:
        below = clauses.clause(p, begin + m.end(), end, replace(env, window=None, frame=Frame(), any_of=True, depth=env.depth + 1))
        if below is not None and not any(
            isinstance(x, NotCompiled) or (isinstance(x, Finding) and x.concepts[0].startswith(TEXT)) for x in leaves(below)
        ):
            phrase.narrowing.append(below)
            return
    if re.match(r"(?:with or without|regardless of|irrespective of|whether or not)\b", text, re.I):
        return
    if special.INVESTIGATOR.search(p.text, begin, end):
        phrase.narrowing.append(Judgement(span=p.span(begin, end), by="investigator"))
        return
    if remaining := words_of(p, begin, end):
        content = [w for w in remaining if w[0].lower() not in _FILLER_TAIL]
        if content and (added := left_over(p, begin, end)) is not None:
            phrase.narrowing.append(added)


def left_over(p: Passage, begin: int, end: int) -> Condition | None:
    """What words behind a condition add to it: nothing, a judgement, or something that was not understood."""
    match role(p.text[begin:end]):
        case "restates":
            return None
        case "judged":
            return Judgement(span=p.span(begin, end), by="investigator")
        case "narrows":
            return NotCompiled(span=p.span(begin, end))


_AT_LIVER = re.compile(r"(?:to|of|for|in|on)\s+(?:the\s+|their\s+)*(?:liver|hepatic)(?:\s+(?:tumou?rs?|lesions?|disease|cancer))?", re.I)
_FILLER_TAIL = frozenset(
    """disease cancer therapy treatment the study setting purposes purpose reason reasons any cause kind site sites regimen regimens""".split()
)


def _for_disease(p: Passage, phrase: Phrase, begin: int, at: int, end: int) -> bool:
    """What a treatment was given for: "... for hepatocellular carcinoma", "... in the adjuvant setting", "... for metastatic disease"."""
    entities = [e for e in p.entities.within(at, end) if e.table == "condition"]
    words = p.text[at:end]
    if entities and re.match(
        r"\s*(?:the\s+)?(?:treatment|management|prevention|control|relief|prophylaxis|symptomatic treatment)\s+of\b", words, re.I
    ):
        phrase.purposes = tuple(dict.fromkeys(e.concept for e in entities))
        return True
    covered = [(e.start, e.end) for e in entities]
    for m in QUALIFIER.finditer(p.text, at, end):
        covered.append((m.start(), m.end()))
    left = [
        w
        for w in words_of(p, at, end)
        if not any(a <= w.start() < b for a, b in covered)
        and w[0].lower() not in _FILLER_TAIL
        and w[0].lower()
        not in (
            "advanced",
            "metastatic",
            "adjuvant",
            "neoadjuvant",
            "neo-adjuvant",
            "perioperative",
            "maintenance",
            "current",
            "malignancy",
            "tumor",
            "tumors",
            "carcinoma",
            "primary",
            "intent",
            "recurrent",
            "stage",
            "incurable",
            "unresectable",
            "disease.",
        )
    ]
    if left:
        below = clauses.clause(p, at, end, Env(exclusion=True, any_of=True, depth=6))
        if below is None or not all(isinstance(x, Finding) and not x.concepts[0].startswith(TEXT) for x in leaves(below)):
            return False
        phrase.purposes = tuple(dict.fromkeys(c for x in leaves(below) if isinstance(x, Finding) for c in x.concepts))
        return True
    setting = (
        "neoadjuvant"
        if re.search(r"neo-?adjuvant", words, re.I)
        else "adjuvant"
        if re.search(r"adjuvant", words, re.I)
        else "perioperative"
        if re.search(r"peri-?operative", words, re.I)
        else "maintenance"
        if re.search(r"maintenance", words, re.I)
        else None
    )
    if setting is None and re.search(r"\b(?:advanced|metastatic|unresectable|incurable|recurrent|stage (?:IV|III))\b", words, re.I):
        setting = "advanced"
    if setting is None and not entities and words.strip():
        return not words_of(p, at, end)
    phrase.purposes = tuple(dict.fromkeys(e.concept for e in entities if not (setting and e.surface.lower().startswith("metasta"))))
    phrase.setting = setting
    return True


def _for_those(p: Passage, begin: int, end: int) -> bool:
    """Whether a tail names at once the disease of those whom a limit is for ("≤ 3 x ULN for Gilbert's syndrome")."""
    m = re.compile(r"\s*(?:for|in|with)\s+(?:known\s+|documented\s+|the\s+presence\s+of\s+)?", re.I).match(p.text, begin, end)
    return m is not None and any(e.start == m.end() and e.table == "condition" for e in p.entities.within(m.end(), end))


def narrow_atom(p: Passage, item: Piece, begin: int, end: int, env: Env) -> None:
    """Words behind a limit: how it is measured says nothing new; anything else is kept."""
    text = p.text[begin:end]
    atom = item.atom
    if (
        atom is not None
        and isinstance(atom.condition, Treatment)
        and (m := re.match(r"\s*(?:(?:given|administered|received)\s+)?(?:for|in|of|as)\b", text, re.I))
    ):
        holder = Phrase(item.start, begin, Frame())
        if _for_disease(p, holder, begin, begin + m.end(), end):
            item.made = details(item.made or atom.condition, holder)
            return
    if (env.depth > 0 and _for_those(p, begin, end)) or re.match(
        r"\s*(?:,?\s*(?:if|when|in (?:case|the (?:case|presence|setting) of)|in (?:patients|subjects|participants|those"
        r"|persons|individuals)\s*(?:with|who)?|for (?:patients|subjects|participants|those|persons"
        r"|individuals)\s*(?:with|who)?|with (?=(?:liver|hepatic|bone|known|documented) )|in (?=(?:liver|the presence))"
        r"|due to|where|provided))\b",
        text,
        re.I,
    ):
        led = _FOR_WHOM.match(text)
        below = clauses.clause(p, begin + (led.end() if led else 0), end, replace(env, window=None, frame=Frame(), subject=(), depth=env.depth + 1))
        if below is not None and atom is not None:
            item.made = AllOf(span=p.span(item.start, end), items=(item.made or atom.condition, below))
            return
    if (
        atom is not None
        and atom.measures == ("age",)
        and (
            m := re.match(
                r"\s*(?:,?\s*(?:and|who|that|which)\s+)*(?:are\s+|is\s+)?(?:with|who have|has|have|having|diagnosed with"
                r"|diagnosed as|presenting with|undergoing|scheduled for|suffering from|admitted with)\b",
                text,
                re.I,
            )
        )
    ):
        offset = 0 if re.search(r"undergoing|scheduled", m[0]) else m.end()
        below = clauses.clause(p, begin + offset, end, replace(env, window=None, subject=(), depth=env.depth + 1))
        if below is not None:
            item.made = AllOf(span=p.span(item.start, end), items=(item.made or atom.condition, below))
            return
    if DESPITE_TREATMENT.fullmatch(text.strip(" ,.")):
        return  # a value that persists under treatment is the value of today
    left = [w for w in words_of(p, begin, end) if not method_only([w]) and w[0].lower() not in ORGAN]
    if special.INVESTIGATOR.search(text):
        extra: Condition = Judgement(span=p.span(begin, end), by="investigator")
    elif left and (rest := left_over(p, begin, end)) is not None:
        extra = rest
    else:
        return
    if atom is not None:
        item.made = AllOf(span=p.span(item.start, end), items=(item.made or atom.condition, extra))


def details(condition: Condition, phrase: Phrase) -> Condition:
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
            if (
                phrase.purposes
                and made.targets
                and made.targets[0].startswith(TEXT)
                and re.match(r"text:(?:physiologic|replacement|low)", made.targets[0])
            ):
                return made
            given = [made.model_copy(update={"for_condition": c}) for c in phrase.purposes] or [made]
            return given[0] if len(given) == 1 else AnyOf(span=made.span, items=tuple(given))
        case AllOf() if (
            phrase.purposes
            and len(condition.items) == 2
            and isinstance(condition.items[1], Treatment)
            and re.match(r"text:(?:physiologic|replacement)", condition.items[1].targets[0])
        ):
            return details(condition.items[0], phrase)  # the purpose says what "physiological" means
        case AllOf() | AnyOf():
            return condition.model_copy(update={"items": tuple(details(c, phrase) for c in condition.items)})
        case Not():
            return condition.model_copy(update={"item": details(condition.item, phrase)})
        case _:
            return condition
