"""Whole statements with a form of their own: judgement and consent, contraception, pregnancy tests, allergies, other trials."""

import re
from typing import Literal

from index.conditions import TEXT, Allergy, AllOf, AnyOf, Category, Condition, Finding, Given, Judgement, Not, NotCompiled, Treatment, Window
from index.criteria import windows
from index.criteria.gate import Gate
from index.criteria.leaves import GENERIC, open_phrase, words_of
from index.criteria.lexis import NEGATION
from index.criteria.passage import Passage
from index.vocabulary import vocabulary

_WHO = (
    r"(?:(?:treating|study|principal|site|local|sub-?|enrolling|trial|responsible|attending|patient'?s|subject'?s"
    r"|participant'?s|qualified|the|an?|by|of|or|and|PI'?s?)\s+|/)*(?:investigators?'?s?|physicians?'?s?|PI\b"
    r"|researchers?'?s?|doctors?'?s?|clinicians?'?s?|sponsor'?s?|medical (?:monitor|director|team)|oncologists?'?s?"
    r"|surgeons?'?s?|provider|coordinator|experts?|medical staff|care team|study (?:team|staff|chair))"
)
INVESTIGATOR = Gate(
    re.compile(
        rf"(?:in|per|according to|based on|by|at|on|upon|under|to)\s+(?:the\s+)?(?:opinion|judge?ments?|discretion|view"
        rf"|assessment|determination|evaluation|estimation|belief|clinical judgement|clinical judgment|estimate)\s+(?:of"
        rf"|by)\s+{_WHO}"
        rf"|(?:{_WHO})\s+(?:judge?ment|opinion|discretion|assessment|believes?|considers?|judges?|deems?|feels?|thinks?"
        rf"|determines?|decides?|evaluation|determination|decision|view)\b"
        rf"|(?:deemed|judged|considered|assessed|determined|evaluated|felt|believed|decided|thought|regarded"
        rf"|(?:as )?(?:defined|determined|judged|assessed|deemed|evaluated)|confirmed|identified|at the discretion of|discretion of"
        rf"|opinion of|judge?ment of|discussed with|approved by|approval (?:of|by)|consultation with|reviewed by"
        rf"|unless approved by)\s+(?:to be\s+)?(?:\w+\s+){{0,3}}?(?:by|with|of)?\s*(?:the\s+)?{_WHO}",
        re.I,
    ),
    "investigator",
    "physician",
    "pi",
    "researcher",
    "doctor",
    "clinician",
    "sponsor",
    "monitor",
    "medical director",
    "oncologist",
    "surgeon",
    "provider",
    "coordinator",
    "expert",
    "staff",
    "team",
    "chair",
)
_EFFECT = re.compile(
    r"\b(?:(?:would|may|might|could|can|will|that|which|likely to|potentially|sufficient to|to)\s+)+(?:(?:otherwise"
    r"|also|adversely|significantly|seriously|substantially|potentially|likely|reasonably|unduly)\s+)*(?:interfere"
    r"|compromi[sz]e|preclude|jeopardi[sz]e|increase|limit|affect|confound|prevent|impair|pose|put|make"
    r"|contraindicate|hinder|hamper|impede|impact|place|render|obscure|complicate|be (?:associated|detrimental"
    r"|unsafe|hazardous|aggravated|exacerbated|a contraindication|deleterious)|result in|lead to|endanger|influence"
    r"|expose|disqualify|not be in the best interest|influence|constitute|bias|cause|present|add|represent|undermine"
    r"|alter|restrict|threaten)\b"
    r"|\b(?:unsuitable|unfit|inappropriate|not suitable|ineligible|unsafe|not appropriate|poor candidate"
    r"|not be suitable|unable)\s+(?:for|to)\s+(?:\w+\s+){0,5}(?:study|trial|participat\w+|inclusion|enrol+ment"
    r"|research|clinical trial|investigation)\b"
    r"|\b(?:interfer(?:e|es|ing) with|compromis(?:e|es|ing)|preclud(?:e|es|ing)|hinder(?:s|ing)?|affect(?:s|ing)?"
    r"|impair(?:s|ing)?)\s+(?:the\s+|their\s+|his\s+|patient'?s?\s+|subject'?s?\s+)*(?:\w+\s+){0,4}(?:study|trial"
    r"|compliance|participation|consent|safety|evaluation|assessments?|results?|interpretation|protocol|cooperation"
    r"|follow-up)\b",
    re.I,
)
_CONSENT = Gate(
    re.compile(
        r"\binformed[- ]consent\b|\bconsent (?:form|document|process)\b|\b(?:sign(?:ed|ing|s)?|provid(?:e|ed|es|ing)"
        r"|giv(?:e|en|es|ing)|obtain(?:ed)?|written|voluntar(?:y|ily)|willing(?:ness)?|ability|able|capable|parental"
        r"|guardian'?s?|patient'?s?)\s+(?:\w+\s+|,\s*|to\s+|/){0,6}?(?:informed\s+)?(?:consent|assent|ICF)\b|\bICF\b"
        r"|\bassent\b|\bHIPAA\b|\blegally authori[sz]ed representative\b|\bconsent(?:ed|s|ing)?\s+(?:to|for|by|from"
        r"|obtained|voluntarily)\b|^\W*(?:patient'?s?\s+)?(?:written\s+)?consent\W*$|\bconsent of (?:the )?(?:patient"
        r"|subject|parent)",
        re.I,
    ),
    "consent",
    "assent",
    "icf",
    "hipaa",
    "legal",
)
_COMPLY = re.compile(
    r"\b(?:compl(?:y|ies|ying|iance|iant)|non-?complian(?:t|ce)|noncomplian(?:t|ce)|adher(?:e|ence|ent)(?:\s+to)"
    r"|co-?operat(?:e|es|ing|ion)\b|co-?operative(?!\s+(?:oncology|group|study))"
    r"|follow(?:ing)?\s+(?:the\s+)?(?:study|protocol|instructions|all|written|verbal)|abide by|accept(?:ing"
    r"|able)?\s+(?:the\s+)?(?:study|randomi[sz]ation|follow)|willing(?:ness)?\s+(?:and|to|or)|unwilling|agree(?:s|d"
    r"|ment)?\s+(?:to|that|not)|able to (?:understand|attend|participate|read|complete|comply|communicate|return"
    r"|travel|follow)|ability to (?:understand|read|comply|complete|communicate|follow|participate|return|attend)"
    r"|inability to (?:comply|understand|read|give|follow|attend|complete|communicate|cooperate|return|participate"
    r"|provide)|unable to (?:comply|understand|read|give|follow|attend|complete|communicate|cooperate|return"
    r"|participate|provide|consent)|availab(?:le|ility) (?:for|to)\s+(?:\w+\s+){0,4}(?:follow-?up|visits?|study)"
    r"|understands?(?:\s+and)?\s+(?:the\s+)?(?:nature|purpose|study|risks)|lost to follow-?up|live too far"
    r"|geographic(?:al)?\w*|telephone|questionnaires?|fluent in|speak(?:s|ing)?(?:\s+and\s+\w+)?\s+(?:and|english"
    r"|french|german|chinese|spanish|the)|read and (?:write|understand)|english[- ]speaking|insurance"
    r"|social security|health coverage|protective (?:custody|measure)|guardianship|deprived of (?:their )?libert\w+"
    r"|legal(?:ly)? (?:incapacit\w+|protection|incompetent|competent|capacity)|incarcerat\w+|imprison\w+|prisoners?"
    r"|detained|mandated|institutionali[sz]ed|under (?:legal|judicial)|affiliat\w+ (?:to|with)|beneficiary"
    r"|swallow diary|caregiver available|participat\w+ in (?:all|the) (?:study|required))\b",
    re.I,
)
_CONTRACEPTION = Gate(
    re.compile(
        r"\bcontracepti\w+|\bbirth control\b|\b(?:abstain(?:ing)?|abstinen(?:ce|t))\b(?!\s+from\s+(?:(?:the|all|any|use|of|using|taking|drinking"
        r"|consuming|intake|consumption|both|other)\s+)*"
        r"(?:alcohol\w*|caffein\w*|smok\w*|tobacco|nicotine|drugs?|food|cannabis|marijuana|grapefruit|exercise|coffee|illicit|opioids?|substances?"
        r"|methyl\w+|medications?|cocaine|heroin))|\bbarrier method|\bcondoms?\b"
        r"|\bdonat\w+ (?:sperm|ova|eggs?|blood)|\b(?:sperm|ova|egg) donation|\bavoid (?:pregnancy|becoming pregnant"
        r"|fathering|conception)|\bnot (?:father|become pregnant|breast-?feed)|\bfather(?:ing)? (?:a child|children)|\b(?:expect|plan|hop|intend"
        r"|attempt|try)\w* to conceive\b|\bplan(?:s"
        r"|ning)? (?:a pregnancy|to become pregnant|to father|pregnancy)|\bintend(?:s|ing)? to become pregnant"
        r"|\bbecom(?:e|ing) pregnant\b",
        re.I,
    ),
    "contracep",
    "birth control",
    "absti",
    "abstain",
    "barrier",
    "condom",
    "donat",
    "avoid",
    "father",
    "conceive",
    "pregnan",
    "breast",
)
_TISSUE = re.compile(
    r"\b(?:tissue|tumou?r|archival|archived|biopsy|blood|specimen|FFPE|paraffin|sample"
    r"|slides?)\b[^.;]{0,90}\b(?:available|availability|provided?|submi\w+|obtained?|collect\w+|sent|required"
    r"|sufficient|adequate|accessible)\b|\b(?:availab\w+|provi(?:de|sion|ding)|submission|submit|willing\w*|consent"
    r"|agree\w*|able|ability|adequate|sufficient|access)\b[^.;]{0,60}\b(?:tissue|archival|specimens?|FFPE|paraffin"
    r"|biops(?:y|ies)|tumou?r samples?|tumou?r blocks?|blood samples?|slides?|fresh)\b",
    re.I,
)
_ALLERGY = re.compile(
    r"(?P<what>\b(?:hyper-?\s?sensitiv\w*|allerg(?:y|ies|ic)|anaphyla\w+|idiosyncra\w+"
    r"|infusion(?:-related)? reactions?|sensitivity|hypersensitive)(?:\s*(?:reactions?|response|responses|history"
    r"|conditions?|shock|\(\w+\)))*(?:\s*(?:,|/|and/or|or|and)\s*(?:(?:other|severe|known|any"
    r"|serious)\s+)*(?:hyper-?\s?sensitiv\w*|allerg\w+|anaphyla\w+|intoleran\w+|contraindications?|idiosyncra\w+"
    r"|infusion|adverse|toxic)(?:\s*(?:reactions?|responses?))*)*)"
    r"\s*(?:\((?:e\.?g\.?|including|such as|grade|≥|defined)[^()]*\)\s*)?(?:,\s*(?:including"
    r"|such as)[^,]*,\s*)?(?:reactions?\s+)?(?:attributed\s+|related\s+|due\s+|similar\s+|specific\s+)?(?:to|with|of"
    r"|against|following|from|after|on|by|caused by)\s+",
    re.I,
)
_BEFORE_ALLERGY = frozenset(
    "systemic severe serious prior documented suspected anticipated significant life-threatening grade clinically"
    " acute potential unexplained possible intolerance immediate delayed experienced confirmed contraindication"
    " contraindications intolerant adverse reaction reactions allergic positive strong marked drug multiple medical"
    " episodes episode personal recent type i true".split()
)
_ALLERGY_LED = re.compile(
    r"^\W*(?:(?:patients?|subjects?|participants?|those|who|with|are|is|have|has|known|a|any|history of|the"
    r"|being)\s+)*(?P<what>(?:contraindicat(?:ed|ions?)|intoleran(?:t|ce)|known sensitivity"
    r"|sensitivity))\s+(?:\(\w+\)\s*)?(?:to|for|of)\s+(?=\w)",
    re.I,
)
_TO_ALLERGENS = re.compile(r"\b(?P<x>[\w-]+)\s+(?:allergy|hypersensitivity)\b", re.I)
_OTHER_TRIAL = Gate(
    re.compile(
        r"\b(?:participat\w+|attend\w*|enrol\w+|involve\w+|inclusion|included|treatment|treated|entered|taking part|part|drug"
        r"|therapy|registered)\b(?:\s+\w+){0,6}?\s+(?:in|of|on|into|as part of)\s+(?:(?:an?|the|different|concurrent"
        r"|ongoing|previous|concomitant|similar|more than one|simultaneous|separate|additional|one|or|and|of"
        r"|of an?)\s*)*(?:(?:any|other|another|therapeutic|interventional|experimental|investigational|clinical|new"
        r"|medical|drug|research|device|non-observational|active|treatment|therapy|cancer|antitumou?r|anti-tumou?r|anticancer|pharmaceutical"
        r"|pharmacological|vaccine|intervention(?:al)?|or|and|biomedical|of)\s*[,/]?\s*)+(?:trials?"
        r"|stud(?:y|ies)|research(?:\s+(?:stud(?:y|ies)|protocol|project))?|protocols?)\b"
        r"|\b(?:in|on)\s+(?:an?other|other|any other)\s+(?:(?:clinical|interventional|therapeutic|investigational|drug"
        r"|treatment|research|experimental|or|and)\s*)*(?:trials?|stud(?:y|ies)|protocols?)\b",
        re.I,
    ),
    "trial",
    "stud",
    "research",
    "protocol",
)
_STUDY_DRUG = re.compile(
    r"(?:components?|excipients?|ingredients?|constituents?|formulations?|metabolites)|(?:study|trial"
    r"|investigational|test|experimental|protocol|research|the|these|this|any|assigned)\s+(?:\w+\s+)?(?:drugs?"
    r"|medications?|treatments?|products?|agents?|medicines?|interventions?|vaccines?|therap(?:y|ies)|regimens?"
    r"|compounds?)",
    re.I,
)
_PREGNANCY_TEST = re.compile(r"\bpregnancy tests?\b|\b(?:β-?|beta[- ]?)?hCG\b", re.I)
_FERTILE = re.compile(
    r"\b(?:child-?\s?bearing|reproductive|fertile|fertility|premenopausal|pre-menopausal|wocbp|of reproductive"
    r"|not (?:post-?menopausal|surgically sterile))\b",
    re.I,
)


_JOINT = re.compile(r"[,;]|\b(?:and|or|but|who|with|that|which|have|has)\b", re.I)


def consent_apart(p: Passage, start: int, end: int) -> tuple[int, int] | None:
    """Where the words about consent stand, if the statement holds something else beside them ("aged 18 to 75 who signed consent")."""
    m = _CONSENT.search(_untimed(p, start, end))
    if m is None or contraception(p.text[start:end]):
        return None
    a, b = start, end
    begin, stop = start + m.start(), start + m.end()
    others = (*p.measures.within(start, end), *p.entities.within(start, end))
    if before := [x.end for x in others if x.end <= begin]:
        first = _JOINT.search(p.text, max(before), begin)
        a = first.start() if first else start
    if after := [x.start for x in others if x.start >= stop]:
        links = list(_JOINT.finditer(p.text, stop, min(after)))
        b = links[-1].start() if links else end
    return (a, b) if (a, b) != (start, end) else None


_FERTILITY = frozenset(
    "contraception_use childbearing_potential pregnancy breastfeeding surgically_sterile hormonal_contraceptive postmenopausal iud planning_pregnancy"
    " tubal_ligation vasectomy hysterectomy oophorectomy premenopausal estradiol progesterone investigational_agent amenorrheic amenorrhea eggs hrt"
    " hormone_therapy latex condom abstinence menopause infertility".split()
)
_LIST_LINK = re.compile(r"[,;]\s*(?:and/or|or|and)?\s*|\s+(?:and/or|or|as well as)\s+", re.I)


def contraception_apart(p: Passage, start: int, end: int) -> list[tuple[int, int]]:
    """The items of a list that speak of contraception, if other items name something else; empty if all is about contraception."""
    at, items, depth = start, [], 0
    links = {m.start(): m.end() for m in _LIST_LINK.finditer(p.text, start, end)}
    for i in range(start, end):
        depth += (p.text[i] in "([") - (p.text[i] in ")]")
        if depth == 0 and i in links and i >= at:
            items.append((at, i))
            at = links[i]
    items.append((at, end))
    mine = [
        (a, b)
        for a, b in items
        if _CONTRACEPTION.search(p.text[a:b]) or {e.concept for e in p.entities.within(a, b)} & {"iud", "hormonal_contraceptive"}
    ]
    others = [
        (a, b)
        for a, b in items
        if (a, b) not in mine
        and any(e.concept not in _FERTILITY for e in p.entities.within(a, b))
        and not re.search(r"\bdoses?\b|\btherapy\b|\btreatment\b|\bmethods?\b|\bstudy\b", p.text[a:b], re.I)
    ]
    return mine if mine and len(others) > 1 else []


def _untimed(p: Passage, start: int, end: int) -> str:
    """The words with blanks for points in time: "aged 18 or older at the time of consent" does not ask for consent."""
    text = p.text[start:end]
    for f in windows.find(p.text, start, end):
        text = text[: f.start - start] + " " * (f.end - f.start) + text[f.end - start :]
    return text


def special(p: Passage, start: int, end: int, window: Window | None, exclusion: bool) -> Condition | None:
    """The condition of a statement with a form of its own, or None."""
    text = p.text[start:end]
    span = p.span(start, end)
    if _CONSENT.search(_untimed(p, start, end)) and not re.search(r"[≥≤<>]\s*\d|pregnan|allerg", text, re.I):
        items: list[Condition] = [Judgement(span=span, by="procedural", topic="consent")]
        if _COMPLY.search(re.sub(r"(?i)informed consent|willing\w*|able|ability", "", text)) and re.search(
            r"comply|complian|follow|adher|visit", text, re.I
        ):
            items.append(Judgement(span=span, by="procedural", topic="compliance"))
        return items[0] if len(items) == 1 else AnyOf(span=span, items=tuple(items)) if exclusion else AllOf(span=span, items=tuple(items))
    if _AGENT_STUDY.match(text):
        return _agent_study(p, start, end, window)
    if contraception(text):
        agreed = _contraception(p, start, end, exclusion)
        tested = _PREGNANCY_TEST.search(text)
        if exclusion or tested is None or not re.search(r"\bnegative\b", text, re.I):
            return agreed
        # A negative test beside the contraception is a requirement of its own, and must not be lost in it.
        test = _pregnancy_test(p, start, end, tested, window, exclusion)
        return AllOf(span=agreed.span, items=(agreed, test)) if test is not None else agreed
    if (m := _PREGNANCY_TEST.search(text)) and (made := _pregnancy_test(p, start, end, m, window, exclusion)):
        return made
    return None


_AGENT_STUDY = re.compile(
    r"\W*(?:(?:patients?|subjects?|participants?|who|is|are|has|have|been|currently|previously|either|or|and)\s+)*(?:participat\w+|enrolled)\s+"
    r"(?:(?:in|and|or|has|have|is|are|participated|participating|receiving|received|study therapy"
    r"|currently)\s+)*(?:an?|any|another)\s+(?:stud(?:y|ies)|trials?)\s+"
    r"(?:of|with|involving)\s+(?:an?\s+|any\s+)?(?:other\s+)?(?:investigational|experimental)\b",
    re.I,
)


def _agent_study(p: Passage, start: int, end: int, window: Window | None) -> Condition:
    """ "Is participating, or has participated within 4 weeks, in a study of an investigational agent or device"."""
    span = p.span(start, end)
    found = [f for f in windows.find(p.text, start, end) if f.window.within]
    when = found[-1].window if found else window
    now = Treatment(span=span, targets=("investigational_agent",), status="current")
    if when is None and not re.search(r"has participated|have participated|previous", p.text[start:end], re.I):
        return now
    return AnyOf(span=span, items=(now, Treatment(span=span, targets=("investigational_agent",), status="received", window=when)))


_CONTRACEPTIVES_EXCEPTED = re.compile(
    r"\bcontraceptives?\s+(?:are\s+)?except|\b(?:except(?:ing|ion of|ions? for)?|other than|excluding|apart from)\s+(?:for\s+|of\s+)?(?:[\w-]+\s+"
    r"|,\s*){0,4}?contracepti",
    re.I,
)


def contraception(words: str) -> bool:
    """Whether a statement is about contraception."""
    if not _CONTRACEPTION.search(words) or _CONSENT.search(words) or _CONTRACEPTIVES_EXCEPTED.search(words):
        return False
    drug = re.search(
        r"\b(?:oral|hormonal|injectable|topical|prior|concurrent)\s+contraceptives?\b|contraceptives?\s+(?:are\s+"
        r"|is\s+)?(?:not\s+)?(?:allowed|permitted)",
        words,
        re.I,
    )
    return not drug or bool(
        re.search(r"\b(?:us(?:e|es|ing)|methods?|effective|agree\w*|practi[cs]\w*|willing|accept\w*|must|adequate)\b", words, re.I)
    )


def pregnancy_tested(words: str) -> bool:
    """Whether a statement is about a pregnancy test and nothing else that could be barred."""
    return bool(_PREGNANCY_TEST.search(words)) and not _CONSENT.search(words)


def _contraception(p: Passage, start: int, end: int, exclusion: bool) -> Condition:
    """Contraception is agreed at the consent visit; it concerns those who can become or make pregnant."""
    text = p.text[start:end]
    span = p.span(start, end)
    agreed = Judgement(span=span, by="procedural", topic="contraception")
    plain = re.sub(
        r"(?:becom(?:e|ing)|avoid\w*|plan\w*|inten\w+|prevent\w*|during|partner\w*|wish\w*|desir\w+|want\w*|get(?:ting)?"
        r"|(?<!presence )(?<!evidence )of)\W+(?:(?:to|of|be|get|a|for|the|their|his|on|becoming|become)\W+){0,3}pregnan\w+|pregnan\w+\s+(?:tests?"
        r"|prevention)|pregnant partner\w*",
        " ",
        text,
        flags=re.I,
    )
    concerned: list[Condition] = []
    if _FERTILE.search(text) or re.search(r"\b(?:women|females?)\b", text, re.I):
        concerned.append(Finding(span=span, concepts=("childbearing_potential",)))
    if re.search(r"(?<![a-z])(?:men|males?)\b|\bpartners?\b|\bsperm\b|\bfather", text, re.I):
        concerned.append(Category(span=span, scale="sex", values=("male",)))
    parts: list[Condition] = []
    for concept, pattern in (
        ("pregnancy", r"\bpregnant\b|\bpregnancy\b(?! test)"),
        ("breastfeeding", r"\b(?:breast-?\s?feeding|lactating|nursing)\b"),
    ):
        if re.search(pattern, plain, re.I):
            parts.append(Finding(span=span, concepts=(concept,)))
    if not concerned:
        rule: Condition = agreed
    else:
        when = concerned[0] if len(concerned) == 1 else AnyOf(span=span, items=tuple(concerned))
        # In an exclusion the trigger is a fertile patient who does not use contraception.
        rule = AllOf(span=span, items=(when, agreed)) if exclusion else Given(span=span, when=when, then=agreed)
    if not parts:
        return rule
    if exclusion:
        return AnyOf(span=span, items=(*parts, rule))
    if re.search(r"\b(?:not|non|nor|neither)\b[^.;]{0,60}\b(?:pregnan|breast|lactat|nursing)", plain, re.I):
        return AllOf(span=span, items=(Not(span=span, item=AnyOf(span=span, items=tuple(parts))), rule))
    return AllOf(span=span, items=(rule, NotCompiled(span=span)))


def _pregnancy_test(p: Passage, start: int, end: int, m: "re.Match[str]", window: Window | None, exclusion: bool) -> Condition | None:
    text = p.text[start:end]
    span = p.span(start, end)
    found = windows.find(p.text, start, end)
    when = found[0].window if found else window
    scale = vocabulary().scales.get("hcg")
    if scale is None:
        return None
    if re.search(r"\bnegative\b", text, re.I):
        result: Condition = Category(span=span, scale="hcg", values=("negative",), window=when)
        if exclusion:
            return (
                result
                if not re.search(r"\bmust\b|\brequired\b", text, re.I)
                else Given(span=span, when=Finding(span=span, concepts=("childbearing_potential",)), then=result)
            )
        return Given(span=span, when=Finding(span=span, concepts=("childbearing_potential",)), then=result)
    if re.search(r"\bpositive\b", text, re.I):
        result = Category(span=span, scale="hcg", values=("positive",), window=when)
        parts: list[Condition] = [result]
        if re.search(r"\bpregnant\b|\bpregnancy\b(?!\s+test)", text, re.I):
            parts.insert(0, Finding(span=span, concepts=("pregnancy",)))
        if re.search(r"\b(?:breast-?\s?feed(?:ing|s)?|lactating|lactation|nursing)\b", text, re.I):
            parts.append(Finding(span=span, concepts=("breastfeeding",)))
        return AnyOf(span=span, items=tuple(parts)) if len(parts) > 1 else result
    return None


def judged(p: Passage, start: int, end: int) -> tuple[int, int] | None:
    """The words that leave a statement to the investigator, or that speak of its effect on the study."""
    m = INVESTIGATOR.search(p.text, start, end) or _EFFECT.search(p.text, start, end)
    return (m.start(), m.end()) if m else None


def effect(words: str) -> bool:
    """Whether words only say what a state may do to the study or the patient ("that may affect the results")."""
    m = _EFFECT.match(words.lstrip(" ,;("))
    return m is not None and not re.search(r"\d", words)


ABILITY = re.compile(
    r"\W*(?:(?:patients?|subjects?|participants?|must|should|be|is|are|has|have|who|the|an?|those|considered|willing|and"
    r"|or)\s+)*(?:willing(?:ness)?|(?:un)?able|(?:in)?ability|capable|incapable|capacity)"
    r"\s+(?:to\s+|of\s+)(?:undergo(?:ing)?|tak(?:e|ing)|receiv(?:e|ing)|us(?:e|ing)|perform(?:ing)?|operat(?:e|ing)|wear(?:ing)?|provid(?:e|ing)"
    r"|self-?administer(?:ing)?|engag(?:e|ing))\b(?!\s+(?:oral|medications? (?:by mouth|orally)|food))",
    re.I,
)
"""What a patient can or will undergo is settled at the visit."""
_FOLLOWS = re.compile(r"compl|adher|follow|co-?operat|visit|willing|agree|able|ability|available|understand|participat|return|attend|accept", re.I)


def procedural(p: Passage, start: int, end: int) -> Condition | None:
    """Compliance, availability of tissue, language, insurance: settled at the consent visit."""
    text = p.text[start:end]
    if _COMPLY.search(text):
        # Cover, custody and language are the site's to settle; a promise to follow the protocol says nothing of them.
        topic: Literal["compliance", "other"] = "compliance" if _FOLLOWS.search(text) else "other"
        return Judgement(span=p.span(start, end), by="procedural", topic=topic)
    if _TISSUE.search(text):
        return Judgement(span=p.span(start, end), by="procedural", topic="tissue")
    return None


def vague(p: Passage, start: int, end: int) -> bool:
    """Whether the words name nothing in particular ("any other serious medical condition")."""
    if any(not all(w.lower() in GENERIC for w in re.findall(r"[\w'-]+", e.surface)) for e in p.entities.within(start, end)):
        return False
    return all(m[0].lower().strip("'/") in GENERIC or "/" in m[0] for m in words_of(p, start, end))


def allergy(p: Passage, start: int, end: int) -> tuple[Condition, int] | None:
    """An allergy statement at `start`, and where its words end."""
    m = _ALLERGY.search(p.text, start, min(end, start + 160))
    if m and [w for w in words_of(p, start, m.start()) if w[0].lower() not in _BEFORE_ALLERGY and not w[0].isdigit()]:
        m = None
    m = m or _ALLERGY_LED.match(p.text, start, end)
    if not m or NEGATION.match(p.text, start, m.start()):
        return None
    stop = _allergy_end(p, m.end(), end)
    severe = bool(re.search(r"severe|serious|anaphyla|grade [≥>]?\s*[34]|life-threatening", p.text[start : m.end()], re.I))
    alike = _SIMILAR_TO.match(p.text, m.end(), stop)
    begin = alike.end() if alike else m.end()
    body = p.text[begin:stop]
    concepts = [x.concept for x in p.entities.within(begin, stop) if x.table in ("drug", "drug_class", "procedure", "regimen")]
    covered = [(x.start, x.end) for x in p.entities.within(begin, stop)]
    for piece in re.finditer(r"[^,;()]+?(?=\s*(?:,|;|\(|\)|\band/or\b|\band\b|\bor\b|$))", body):
        a, b = begin + piece.start(), begin + piece.end()
        if any(a < y and x < b for x, y in covered):
            continue
        words = p.text[a:b]
        if study := _STUDY_DRUG.search(words):
            concepts.append(
                TEXT
                + (
                    "study drug"
                    if re.search(r"stud|trial|investig|component|excipient|ingredient|experimental|formulation|test|constituent", study[0], re.I)
                    else words.strip().lower()
                )
            )
        elif words_of(p, a, b):
            phrase = open_phrase(p, a, b)
            if phrase != TEXT and not re.fullmatch(
                r"text:(?:and|or|and/or|its|their|used in this study|similar|related|chemical|biologic|composition|compounds of .*)\b.*", phrase
            ):
                concepts.append(phrase)
    span = p.span(start, stop)
    if not concepts:
        return None
    open_list = alike is not None or bool(re.search(r"\betc\b|similar|related|class|compounds", body, re.I))
    return Allergy(span=span, targets=tuple(dict.fromkeys(concepts)), severe=severe, open_list=open_list), stop


_SIMILAR_TO = re.compile(
    r"(?:any\s+|other\s+|the\s+)*(?:compounds?|agents?|drugs?|substances?|products?|medications?|molecules?)\s+(?:(?:of|with|having"
    r"|that (?:have|has))\s+)?(?:an?\s+)?"
    r"(?:similar|comparable|related)\s+(?:(?:in|or|and|and/or|chemical(?:ly)?|biologic(?:al)?(?:ly)?|structur\w+|pharmacologic\w*|,|/)\s*)*"
    r"(?:(?:composition|structure|class|nature|formulation|properties|makeup)s?\s+)?(?:to|as|with)\s+(?:(?:that|those)\s+of\s+)?",
    re.I,
)
"""Words in front of an allergen that widen it to its relatives."""


def _allergy_end(p: Passage, at: int, end: int) -> int:
    """The allergens end where another statement begins."""
    m = re.compile(
        r";|\.\s|,?\s*(?:and|or)\s+(?=(?:severe|known|history|prior|serious|active|any other)\s+(?:\w+\s+){0,3}(?:allerg"
        r"|hypersens|reaction|disease|infection))|,?\s*(?:except|unless|that |which |who )",
        re.I,
    ).search(p.text, at, end)
    return m.start() if m else end


def other_trial(p: Passage, start: int, end: int, window: Window | None) -> Condition | None:
    """Taking part in another trial, now or within a window."""
    m = _OTHER_TRIAL.search(p.text, start, end)
    if not m:
        return None
    found = [f for f in windows.find(p.text, start, end) if f.window.within or f.window.longer_than or f.window.ahead]
    when = found[0].window if found else window
    text = p.text[start:end]
    span = p.span(start, end)
    targets = ("investigational_agent",) if "investigational_agent" in vocabulary().concepts else ("text:treatment in another clinical trial",)
    items: list[Condition] = []
    past = bool(re.search(r"\b(?:previous\w*|prior|past|recent\w*|received|has participated|have participated|participated|had)\b", text, re.I))
    now = bool(
        re.search(
            r"\b(?:current\w*|concurrent\w*|simultaneous\w*|concomitant\w*|ongoing|is participating|are participating"
            r"|at the same time|while|during)\b",
            text,
            re.I,
        )
    )
    if when and (when.within or when.longer_than):
        items.append(Treatment(span=span, targets=targets, status="received", window=when))
        if now:
            items.append(Treatment(span=span, targets=targets, status="current"))
    elif past and not now:
        items.append(Treatment(span=span, targets=targets, status="received", window=when))
    elif when and when.ahead:
        items.append(Treatment(span=span, targets=targets, status="current"))
    else:
        items.append(Treatment(span=span, targets=targets, status="current"))
    # What else the statement says ("... unless it is an observational study") must not be lost.
    rest = re.search(
        r"\b(?:same|compound|this study drug|half-li\w+|within \d+ half|of an? (?:experimental|investigational)? ?(?:device))\b", text, re.I
    )
    del m, rest
    return items[0] if len(items) == 1 else AnyOf(span=span, items=tuple(items))


__all__ = ["INVESTIGATOR", "Not", "NotCompiled", "allergy", "judged", "other_trial", "procedural", "special", "vague"]
