"""Whether there is a standard treatment left: "for whom no standard therapy exists", "lacking effective options", "has exhausted all of them".

Half the trials of advanced disease ask for it, as the alternative to progression on standard treatment. It is a finding about the patient's
situation, never a statement about treatments received: a patient who was never treated has not met it.
"""

import re

from index.criteria.gate import Gate
from index.vocabulary import Mention

NONE_LEFT = "no_standard_therapy"
INCURABLE = "radical_treatment_unsuitable"
CONCEPTS = (NONE_LEFT, INCURABLE)
_KEY = (
    r"(?:standard(?:[- ]of[- ]care)?|SOC|curative|curable|available|effective|approved|satisfactory|established|accepted|conventional|alternative"
    r"|licensed|proven|suitable|acceptable|appropriate|efficacious|life[- ]prolonging|validated|recommended|reasonable)"
)
_MORE = (
    rf"(?:{_KEY}|known|further|other|additional|existing|remaining|currently|first[- ]line|second[- ]line|third[- ]line|systemic|medical|clinically"
    r"|beneficial|comparable|better|viable|anti-?\s?(?:cancer|tumou?r|neoplastic)|drug|locally|therapeutic|potentially|treatment|active|well)"
)
_AND = r"(?:\s*,\s*|\s*/\s*|\s+(?:and/or|and|or|nor)\s+|\s+)"
_OPTIONS = r"(?:options?|alternatives?|regimens?|modalit(?:y|ies)|approach(?:es)?|strateg(?:y|ies))"
_THERAPY = rf"(?:therap(?:y|ies)|treatments?|therapeutics?)(?:\s+{_OPTIONS})?"
_KIND = rf"(?:{_THERAPY}|options?|alternatives?(?!\s+(?:therap|treat|option))|regimens?|(?:standard of care|SOC)(?:\s+{_THERAPY})?)\b"
_NAMED = rf"(?:{_MORE}{_AND})*?{_KEY}{_AND}(?:{_MORE}{_AND})*?{_KIND}"
"""Treatments called standard, available, effective and the like."""
_DISEASE = r"(?:disease|cancers?|tumou?rs?|malignanc(?:y|ies)|condition|indication|diagnosis)"
_FOR_IT = rf"(?:\s+(?:for|of|in|to treat)\s+(?:the|their|this|his|her|such)\s+(?:\w+\s+){{0,3}}?{_DISEASE})"
_IS = (
    r"(?:\s+(?:that\s+)?(?:(?:currently\s+|still\s+)?exists?|(?:is|are|was|were|be|being)(?:\s+\w+ly)?\s+(?:known|available|left|remaining|possible"
    r"|indicated|considered\s+appropriate)|remains?|left|known|available))"
)
_BENEFIT = r"(?:\s+(?:with|of|that|which|known)\s+(?:[\w-]+\s+){0,7}?(?:benefits?|survival|curative|effective|life|outcomes?)\b)"
_NOT_SO = r"(?:ineffective|unavailable|intolerable|inappropriate|unsuitable|exhausted)"
_SO = r"(?:available|effective|appropriate|suitable|tolerable|tolerated|possible|feasible|indicated|beneficial|an\s+option)"
_BE = r"(?:is|are|was|were|has|have|being|been|become|proven|proved|shown|to\s+be|considered|deemed|either|judged)"
_GONE = (
    rf"(?:(?:does|do|did)\s+not\s+exist|(?:does\s+not|do\s+not|no\s+longer)\s+(?:or\s+no\s+longer\s+)?(?:offers?|provides?|confers?)\b(?:\s+[\w-]+){{0,6}}?"
    rf"\s+(?:benefits?|potential|effect)|{_BE}(?:\s+{_BE})*\s+(?:{_NOT_SO}|(?:not|no\s+longer)\s+(?:\w+ly\s+|considered\s+)?{_SO})"
    rf"(?:\s*,?\s*(?:or|and/or|and|,)\s*(?:{_BE}\s+)*(?:{_NOT_SO}|(?:not|no\s+longer)\s+{_SO}))*)"
)
_RECEIVED = (
    r"(?!\s*(?:within|during|in the (?:past|last|previous)|prior to|before|after|received|given|administered|has been|have been|was"
    r"|is (?:allowed|permitted)|for (?:at least|\d)))"
)
_LED = (
    r"(?:(?<=which )|(?<=whom )|(?<=there is )|(?<=there are )|(?<=having )|(?<=has )|(?<=had )|(?<=have )"
    r"|(?<=with )|(?<=where )|(?<=there being ))"
)
_NO = r"(?:there\s+(?:is|are|being|exists?)\s+(?:currently\s+)?)?no(?:\s+longer)?(?:\s+any)?"
_SAID = Gate(
    re.compile(
        rf"\b(?:{_NO}\s+{_NAMED}{_FOR_IT}?(?:{_IS}|{_BENEFIT}){_BENEFIT}?{_FOR_IT}?"
        rf"|{_NO}\s+(?:{_MORE}{_AND})*?available{_AND}(?:{_MORE}{_AND})*?{_KIND}{_RECEIVED}{_BENEFIT}?"
        rf"|{_LED}{_NO}\s+{_NAMED}{_RECEIVED}{_BENEFIT}?"
        rf"|{_NO}\s+(?:{_MORE}{_AND})*?{_KEY}{_AND}(?:{_MORE}{_AND})*?(?:(?:treatment|therapy|therapeutic)\s+)?(?:options?|alternatives?(?!\s+(?:therap|treat|option)))\b{_IS}?{_BENEFIT}?"
        rf"|(?:lack(?:s|ing)?(?:\s+of)?|absence\s+of|(?:has|have|having)\s+run\s+out\s+of|without(?=[^.;]{{0,40}}(?:standard|SOC|available|approved|options?)\b))"
        rf"\s+(?:any\s+|an?\s+)?{_NAMED}{_IS}?{_RECEIVED}{_BENEFIT}?"
        rf"|(?:(?:has|have|having|must\s+have)\s+)?exhausted\s+(?:(?:all|any|every|of|the|their|other)\s+)*{_NAMED}"
        rf"|(?<!no )(?:all\s+)?{_NAMED}\s+{_GONE})",
        re.I,
    ),
    "standard",
    "soc",
    "cura",
    "available",
    "effective",
    "approved",
    "satisfactory",
    "established",
    "accepted",
    "conventional",
    "alternative",
    "options",
    "efficacious",
    "prolonging",
)


_CURE_ALONE = re.compile(rf"(?!.*\b(?!curative|curable){_KEY}\b).*\b(?:curative|curable)\b", re.I)


def mentions(text: str) -> list[Mention]:
    """The places that say that no standard treatment is left, or none that cures, in the order of the text."""
    return [Mention(a, b, INCURABLE if _CURE_ALONE.match(text[a:b]) else NONE_LEFT, "condition", text[a:b]) for a, b in _SAID.spans(text)]
