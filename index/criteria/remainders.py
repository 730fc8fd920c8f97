"""Words left behind a condition: whether they restate it, leave it to somebody's judgement, or narrow it."""

import re
from typing import Literal

from index.criteria import special

_TIME = (
    r"(?:(?:prior to|before|at|on|during|by|in|upon|after)\s+(?:the\s+)?(?:time\s+(?:of|point of)\s+|day\s+of\s+|date\s+of\s+|moment\s+of\s+)?"
    r"(?:the\s+|their\s+|this\s+|first\s+|initial\s+|study\s+|trial\s+)*"
    r"(?:screening|baseline|study entry|entry|enrol+ment|inclusion|recruitment|registration|visits?|blood (?:drawing|draw|sampling|collection|test)"
    r"|sampling|sample collection|assessment|examination|evaluation|presentation|admission|interview|present|moment|study|trial)"
    r"(?:\s+(?:visit|period|phase|evaluation|assessment|examination|\d+))?)"
)
_ANY = r"(?:whatever|whichever|no matter|regardless(?: of)?|irrespective of|independent(?:ly)? of|without regard to)\b[^;]*"
_EVERY = (
    r"(?:of|for|at|from|due to|in)\s+(?:any|all|whatever|every|other)\s+(?:or\s+(?:all|any)\s+)?"
    r"(?:kinds?|types?|sorts?|causes?|grades?|etiolog(?:y|ies)|aetiolog(?:y|ies)|severity|stages?|origins?|nature|forms?|reasons?|times?|points?"
    r"|sites?|locations?|age|form|degree|duration|histolog(?:y|ies)|subtypes?|point in time|body (?:part|site))"
)
_REFERENCE = (
    r"(?:(?:see|refer to|cf\.?|as (?:described|listed|defined|specified|detailed|outlined|shown|given) in|described in|listed in|defined in|per)\s+)+"
    r"(?:the\s+)?(?:also\s+)?(?:study\s+)?(?:appendi(?:x|ces)|sections?|tables?|protocol|annex|attachments?|figures?|below|above)(?:\s+[\w.]+)*"
    r"|(?:as\s+)?(?:per|according to|in accordance with|following|based on|by)\s+(?:the\s+)?(?:local|institutional"
    r"|national|standard|current|country|site"
    r"|regional|clinical|hospital|protocol|usual|routine|center|centre|study|international|\s)*"
    r"(?:regulations?|guidelines?|practice|guidance|standards?|requirements?|protocols?|polic(?:y|ies)|laws?"
    r"|legislation|recommendations?|criteria|labs?"
    r"|laborator(?:y|ies)|label)"
)
_BASIS = (
    r"(?:as\s+)?(?:determined|assessed|documented|evidenced|evaluated|confirmed|established|detected|identified|indicated|verified|shown|demonstrated"
    r"|supported|judged|measured|recorded|diagnosed)?\s*(?:by|on|from|with|via|through|using|in)\s+(?:the\s+|a\s+"
    r"|an\s+|their\s+|his\s+|past\s+|prior\s+"
    r"|complete\s+|full\s+|clinical\s+|and\s+|or\s+|and/or\s+|,\s*|screening\s+|baseline\s+|routine\s+|laboratory\s+|patient'?s\s+|vital\s+"
    r"|physical\s+|medical\s+|personal\s+|12-lead\s+|electronic\s+|hospital\s+)*"
    r"(?:history|histories|examinations?|exams?|records?|interviews?|charts?|signs|tests?|testing|evaluation"
    r"|assessments?|ecgs?|questionnaires?|screening"
    r"|anamnesis|urinalysis|notes)"
    r"(?:\s*(?:,|and|or|and/or)\s*(?:medical\s+|physical\s+|clinical\s+|laboratory\s+|vital\s+|12-lead\s+)*(?:history|examinations?|exams?|records?"
    r"|interviews?|signs|tests?|testing|evaluation|assessments?|ecgs?|electrocardiograms?|urinalysis))*"
)
_INSTRUMENT = (
    r"(?:(?:as\s+)?(?:evaluated|assessed|measured|determined|graded|scored|diagnosed|classified|calculated|estimated|confirmed|tested|detected)\s+"
    r"(?:with|on|by|using|via|through|according to|based on)\s+|(?:by|using|via|according to|based on)\s+)(?:the\s+"
    r"|an?\s+)?(?:(?!and\b|or\b|at\b|within\b)[A-Za-z][\w'/-]*\s+){0,5}"
    r"(?:index|scales?|scores?|scoring|criteria|questionnaires?|system|classification|tools?|instrument|methods?|assays?|tests?|testing|elisa"
    r"|pcr|spirometry"
    r"|techniques?|analysis|staining|sequencing|inventory|interview|guidelines?|equation|formula|imaging|tomography|ultrasound|echocardiography)"
)
_WHERE = (
    r"(?:in|on|from)\s+(?:the\s+|a\s+|their\s+|his\s+|her\s+|patient'?s?\s+|subject'?s?\s+|medical\s+|past\s+|personal\s+)*"
    r"(?:past|history|anamnesis|medical records?|peripheral blood|blood|serum|plasma|room air|indoor air|ambient air|air|chart|file)"
)
_PLAIN = (
    r"(?:on (?:suppressive|antiviral|appropriate) therapy,?\s*)?(?:if|when|as|where) (?:clinically |medically )?(?:indicated|applicable|appropriate"
    r"|needed|necessary|available)|in (?:either|any|at least one|one or both|one or either) (?:eyes?|ears?|knees?|legs?|breasts?|kidneys?|sides?"
    r"|limbs?|hands?|feet|foot)"
    r"|(?:both\s+)?inclusive|(?:both\s+)?included|including (?:the )?(?:borderline|boundary|critical|cut-?off|end|limit|extreme)(?: values?"
    r"| points?)?"
    r"|(?:both|all) (?:genders?|sexes)|or equivalent|equivalent|or so|in (?:total|size|humans?)|per (?:clinician|patient) report"
    r"|under (?:study|investigation)|in question|of interest|itself|themselves|respectively"
    r"|as (?:a )?comorbidit(?:y|ies)|as (?:an )?underlying disease"
    r"|(?:in|for) (?:the|this) (?:study|trial)|for (?:study |trial )?(?:participation|inclusion|entry|enrol+ment"
    r"|eligibility)|to be (?:included|eligible)"
    r"|without upper (?:age )?limit|with no upper (?:age )?limit|no upper (?:age )?limit|or (?:longer|greater|older|more|above|over)"
    r"|(?:confirmed|documented|proven|performed|assessed|obtained|measured|done|evaluated|tested|determined|reported|recorded|taken|stated|noted)"
)
_RESTATES = re.compile(rf"\W*(?:(?:{_TIME}|{_ANY}|{_EVERY}|{_REFERENCE}|{_BASIS}|{_INSTRUMENT}|{_WHERE}|{_PLAIN})(?:\W+|$))+", re.I)

_CHOSEN = re.compile(
    r"\W*(?:in|of|to|on|for|at)\s+(?:the\s+)?(?:study|target|treated|treatment|index|affected|fellow|non-study|selected)\s+(?:eyes?|knees?|hips?"
    r"|limbs?|joints?|legs?|ears?|teeth|tooth|breasts?|hands?"
    r"|foot|feet|shoulders?|lesions?|sites?|area|side|tendon|level|arm)\W*",
    re.I,
)
"""Which eye or joint is the one of the study is settled by whoever enrols the patient."""
_WEIGHED = re.compile(
    r"\W*(?:(?:that|which)\s+)?(?:(?:may|might|could|can|would|significantly|potentially)\s+)*(?:affect(?:s|ing)?|alter(?:s|ing)?|impair(?:s|ing)?"
    r"|interfer(?:e|es|ing)\s+with|influenc(?:e|es|ing))\s+(?:the\s+)?"
    r"(?:(?:drug|oral|gastrointestinal|GI|intestinal|gastric|normal|study)\s+)*(?:absorption|function|motility|tract"
    r"|emptying)(?:\s+of\s+(?:the\s+)?(?:study\s+)?(?:drugs?|medications?))?\W*",
    re.I,
)
Role = Literal["restates", "judged", "narrows"]


def role(words: str) -> Role:
    """What leftover words do to the condition before them.

    "restates": they say when, where, by which routine means or in which degree "whatsoever" it holds, and narrow nothing.
    "judged": a consequence that somebody must weigh ("that may affect the results"). "narrows": anything else.
    """
    if _RESTATES.fullmatch(words):
        return "restates"
    if special.effect(words) or _CHOSEN.fullmatch(words) or _WEIGHED.fullmatch(words):
        return "judged"
    return "narrows"
