"""What is not a question about trials: an emergency, a request for treatment advice, instructions to the program, nothing at all."""

import csv
import re
from functools import cache
from pathlib import Path

from assistant.ask.request import Intent
from index.vocabulary import vocabulary

# Something is happening to somebody now. What lies in the past, or is a criterion's wording, is not an emergency.
_ACUTE = re.compile(
    r"\b(?:is|are|started|starts?|keeps?|been|am|i'm|he's|she's|now|currently|actively|just)\b[^.?!]{0,30}\b(?:vomiting (?:up )?(?:fresh )?blood"
    r"|throwing up blood|coughing (?:up )?(?:\w+ )?blood|bleeding (?:out|heavily|profusely|massively|to death)|haemorrhaging|hemorrhaging|choking"
    r"|seizing|convulsing|collapsed|crashing|unresponsive|unconscious|dying|suffocating|in shock|turning blue|gasping|exsanguinating|arresting"
    r"|coding)|\b(?:vomiting (?:up )?(?:\w+ )?blood|coughing (?:up )?(?:\w+ )?blood|h(?:a)?ematemesis|massive(?:ly)? (?:bleed\w*"
    r"|h(?:a)?emorrhag\w*)|seizure|chest pain|bleeding|short(?:ness)? of breath|stroke|anaphyla\w+|collapse)\b[^.?!]{0,40}\b(?:right now"
    r"|at this (?:very )?moment|just now|as we speak|in front of me|this minute)|\b(?:right now|at this moment)\b[^.?!]{0,40}\b(?:vomiting"
    r"|bleeding|seizure|chest pain|unresponsive|unconscious|not breathing|choking)|\b(?:not breathing|stopped breathing|can(?:'|no|’)?t breathe"
    r"|cannot breathe|no pulse|pulseless|cardiac arrest|in cardiogenic shock|in septic shock|unresponsive|having a (?:heart attack|stroke"
    r"|seizure)|took an overdose|has overdosed|overdosed|swallowed (?:a )?(?:bottle|poison|all (?:his|her|the|my) pills)|call (?:an ambulance|911"
    r"|112|999|120))\b|正在(?:吐血|呕血|大出血|抽搐)|(?:吐血|呕血|大出血|休克|昏迷|没有呼吸|呼吸停止|心跳停止|抽搐)(?:了|不止|怎么办)|现在.{0,6}(?:吐血|呕血|大出血|胸痛|昏迷)",
    re.I,
)
_SHOCK = re.compile(r"\b(?:BP|blood pressure)\s*(?:is|of|:|now)?\s*(\d{2,3})\s*/\s*(\d{2,3})", re.I)
_CRISIS = re.compile(
    r"\b(?:right now|now|acute(?:ly)?|sudden(?:ly)?|drops?|dropping|crash\w*|emergency|urgent(?:ly)?|confused|cold|clammy|blood|bleeding|melena"
    r"|hematemesis|sats?|spo2)\b",
    re.I,
)
_SELF_HARM = re.compile(
    r"\b(?:kill(?:ing)? (?:myself|himself|herself|themselves)|suicid(?:e|al)|end(?:ing)? (?:my|his|her|their) (?:own )?life|(?:want|wants|wanted"
    r"|going|wish|wishes) to die\b|hurt(?:ing)? (?:myself|himself|herself)|harm(?:ing)? (?:myself|himself|herself)|self-?harm|take (?:my|his"
    r"|her) own life|no reason to live|better off dead)\b|自杀|自残|不想活",
    re.I,
)
_PAST = re.compile(
    r"\b(?:history of|ago|previous(?:ly)?|prior|last (?:year|month|week)|in (?:19|20)\d\d|resolved|past|denies|no (?:recent )?(?:history"
    r"|suicidal))\b",
    re.I,
)
_ABOUT_CRITERIA = re.compile(
    r"\b(?:criteri\w+|exclu\w+|inclu\w+|eligib\w+|outcome|endpoint|allowed|trials? (?:of|on|for|about|study|assess|measure)\w*|scale|ideation"
    r"|rating|questionnaire|primary|secondary|rate)\b",
    re.I,
)

_ADVICE = re.compile(
    r"\b(?:by how much (?:do|should|can|would) (?:i|we)|should (?:i|we|he|she|my patient|the patient|this patient|they) (?:\w+ ){0,2}?(?:take"
    r"|give|start|stop|switch|increase|reduce|lower|raise|hold|prescribe|use|continue|get|receive|treat|undergo|have|change|be (?:given|treated"
    r"|started|put))|(?:can|may|could) (?:i|we) (?:safely )?(?:give|prescribe|increase|reduce|double|combine|stop|switch|start|halve|treat)"
    r"|(?:what|which) (?:dose|drug|treatment|therapy|medication|antibiotic|regimen|option) (?:should|would you|do you (?:recommend|suggest"
    r"|advise)|is (?:the )?best)|(?:do|would|can|could) you (?:recommend|suggest|advise|prescribe)|what (?:do|would) you (?:recommend|suggest"
    r"|advise|do|prescribe)|how (?:should|do|would|can) (?:i|we|you) (?:treat|manage|dose|cure)|(?:best|better|most effective|optimal"
    r"|safest) (?:treatment|therapy|drug|option|dose|regimen)\b|is it safe (?:to|for)|treatment advice|how (?:long|much) (?:should|do) (?:i|we|he"
    r"|she|my patient) (?:take|give|live|have to live)|(?:reduce|increase|double|halve|skip|adjust) (?:the|his|her|my) (?:dose|medication"
    r"|treatment)|(?:recommend|prescribe|suggest) (?:a|me|some|the best) (?:dose|drug|treatment|therapy)|prognosis for (?:my|this)"
    r"|am i going to (?:die|live)|will (?:he|she|i|my patient) (?:survive|die|live|respond|benefit)|what(?:'s| is) (?:my|his|her) (?:prognosis"
    r"|diagnosis|life expectancy)|diagnose (?:me|my|him|her))\b|(?:我|患者|病人)?应该(?:吃|用|服用|给)|推荐.{0,4}(?:治疗|用药|剂量)",
    re.I,
)
_TRIAL_WORD = re.compile(r"\b(?:trials?|stud(?:y|ies)|protocol|criteri\w+|eligib\w+|exclu\w+|enrol\w*|document|record|NCT\d+|0\d\d)\b", re.I)
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass) (?:all |any |the |your |previous |prior |above |these |those )*(?:instructions?|rules?"
    r"|prompts?|guidelines?|criteria|safety|restrictions?|policies)|\byou are now\b|\b(?:act|behave|pretend|respond|answer) as (?:if|though|an?"
    r"|the|DAN)\b|\bjailbreak|\bdeveloper mode|\bDAN mode|\b(?:system|hidden|initial|secret) (?:prompt|message|instructions?)|\b(?:reveal|print"
    r"|show|repeat|output|dump|leak|tell|give|display|expose|what(?:'s| is| are)) (?:me )?(?:your|the) (?:\w+ ){0,2}(?:prompts?|instructions?"
    r"|secrets?|api[- ]?keys?|passwords?|tokens?|environment variables?|credentials?|config\w*|source code|\.env)|\b(?:api[- ]?key|passwords?"
    r"|env(?:ironment)? variables?|credentials|/etc/passwd|access token)\b|\b(?:say|tell (?:me|him|her|them)|state|answer|report|mark"
    r"|declare) (?:that )?(?:every|all|each|any|the|this|my) patients? (?:is|are|as) (?:eligible|suitable)"
    r"|\bdrop table\b|\brm -rf\b|忽略(?:之前|以上|所有).{0,6}(?:指令|规则|提示)|系统提示",
    re.I,
)
_SOCIAL = re.compile(
    r"^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|thanks?(?: you)?|thank you(?: very much)?|ok(?:ay)?|great|cool|bye|help|help me"
    r"|test|你好|谢谢|您好)\W*$",
    re.I,
)
_HELP = re.compile(
    r"^\W*(?:what can (?:you|i|this) (?:do|ask)|how (?:do|does) (?:you|this|it) work|what (?:is|are) (?:you|this)|who are you|help)\b.{0,30}$",
    re.I,
)
_OFF_TOPIC = re.compile(
    r"\b(?:weather|joke|poem|recipe|football|soccer|stock(?:s| market| price)|bitcoin|movie|song|capital of|president|election|horoscope"
    r"|translate (?:this|the following) (?:into|to)|write (?:me )?(?:a|an|some) (?:poem|essay|story|code|script|email|letter)|python|javascript)\b",
    re.I,
)

_CJK = re.compile(r"[\u4e00-\u9fff]")
_OTHER_SCRIPT = re.compile(r"[\u0400-\u04ff\u0590-\u05ff\u0600-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]")


@cache
def _languages() -> dict[str, frozenset[str]]:
    """Frequent words by language, from `languages.csv`."""
    with (Path(__file__).parent / "languages.csv").open(encoding="utf-8", newline="") as file:
        return {row["language"]: frozenset(row["words"].split()) for row in csv.DictReader(file)}


_SOMEBODY = re.compile(
    r"\b(?:my|our|this|the|a) (?:\w+ )?(?:patient|pt|husband|wife|mother|father|son|daughter|man|woman|lady)\b|\bpatient (?:just|is|has|was)\b"
    r"|\b(?:he|she|i)\b|\b(?:right now|this moment|just now)\b",
    re.I,
)
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|</?[a-zA-Z][^<>]{0,300}>", re.I | re.S)


def without_markup(text: str) -> str:
    """`text` without HTML or XML tags, and without what scripts and styles hold; comparison signs stay."""
    return _MARKUP.sub(" ", text)


def is_emergency(text: str) -> bool:
    """Whether somebody's life is in danger now, by bleeding, collapse, shock or self-harm."""
    for sentence in re.split(r"(?<=[.?!])\s+|\n", text):
        if (_SELF_HARM.search(sentence)) and not _ABOUT_CRITERIA.search(sentence) and not _PAST.search(sentence):
            return True
        if _ACUTE.search(sentence) and not _PAST.search(sentence):
            asks_rule = _ABOUT_CRITERIA.search(sentence) and not _SOMEBODY.search(sentence)
            if not asks_rule:
                return True
        shock = _SHOCK.search(sentence)
        if shock and int(shock[1]) < 80 and int(shock[2]) < 60 and _CRISIS.search(text) and not _PAST.search(sentence):
            return True
    return False


def boundary(text: str) -> tuple[Intent, str] | None:
    """The intent and its reason if `text` (repaired) is no question that documents can answer, else None."""
    if is_emergency(text):
        return "emergency", "self-harm" if _SELF_HARM.search(text) else "acute"
    if not any(c.isalnum() for c in text) or _SOCIAL.match(text) or _HELP.match(text):
        return "help", "nothing asked"
    if _INSTRUCTION.search(text):
        return "out_of_scope", "instruction"
    if _ADVICE.search(text) and not _CRITERION_QUESTION.search(text):
        return "out_of_scope", "advice"
    if _OFF_TOPIC.search(text) and not _TRIAL_WORD.search(text):
        return "out_of_scope", "off topic"
    return None


_QUESTION_WORD = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|does|do|did|can|could|may|must|has|have)\b", re.I)


def without_instructions(text: str) -> str | None:
    """What is left of `text` (raw) when the sentences that instruct the program are taken out, if that is a question; else None.

    None too where `text` holds no such sentence, so that the caller answers it as it stands.
    """
    if not _INSTRUCTION.search(text) or "?" not in text:
        return None
    parts = re.split(r"(?<=[.?!;\n])\s+|;|\n|\s--+\s", text)
    kept = [p.strip(" ;'\"-") for p in parts if p.strip(" ;'\"-") and not _INSTRUCTION.search(p) and not _ORDERS.match(p)]
    left = " ".join(kept)
    asks = any(p.endswith("?") and (_QUESTION_WORD.search(p) or vocabulary().mentions(p)) for p in kept)
    asks = asks and bool(_TRIAL_WORD.search(left) or vocabulary().mentions(left))
    return left if asks and not _INSTRUCTION.search(left) and boundary(left) is None else None


_ORDERS = re.compile(
    r"^\W*(?:(?:and|then|now|instead|please|just|only|from now on|system|assistant|user)\W+)*"
    r"(?:say|answer|reply|respond|print|output|repeat|pretend|act|behave"
    r"|mark|declare|report|call|write|return|state|obey|follow)\b(?![^?]*\?)",
    re.I,
)
NOT_FOLLOWED = "Instructions to the program in a message are not followed; the question is answered from the documents."


_CRITERION_QUESTION = re.compile(
    r"\b(?:per protocol|according to (?:the )?(?:trial|protocol|document)|in (?:the )?(?:trial|study|protocol)|be (?:excluded|included|enrolled)"
    r"|(?:inclusion|exclusion) criteri\w+|(?:the|this|that|kidney|conversion) (?:trial|study) (?:say|state|allow|use|give)\w*)\b",
    re.I,
)


def language(text: str) -> tuple[str, str]:
    """("en" | "zh" | "other", the language's name if known). Chinese counts when it carries the sentence, not as a single term."""
    letters = [c for c in text if c.isalpha()]
    if not letters:
        return "en", "English"
    if len(_CJK.findall(text)) >= max(2, 0.25 * len(letters)):
        if len(re.findall(r"[\u3040-\u30ff]", text)) > 2:
            return "other", "Japanese"
        return "zh", "Chinese"
    if len(_OTHER_SCRIPT.findall(text)) > 0.3 * len(letters):
        return "other", ""
    found = [w.lower() for w in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text)]
    languages = _languages()
    english = sum(w in languages["English"] for w in found)
    for name, words in languages.items():
        if name == "English":
            continue
        n = sum(w in words for w in found)
        if (n >= 3 and n > 2 * english) or (n >= 2 and english == 0 and n >= 0.4 * len(found) and len(found) >= 4):
            return "other", name
    return "en", "English"
