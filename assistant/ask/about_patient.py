"""Messages about the patient of a conversation: what they ask for, and which parts of them are a note."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from assistant.ask.snippets import pieces
from index.text import repair

if TYPE_CHECKING:
    from assistant.patient import Fact, Patient

PatientQuestion = Literal["match", "why", "change", "earliest", "next", "permanent", "who"]

_HE = r"(?:he|she|they|him|her|them|his|hers|(?:my|this|our|the|that) (?:patient|lady|man|woman|gentleman|guy|one)|(?:my|this|our) pt|pt|i|me)\b"


def _read() -> tuple[tuple[PatientQuestion, re.Pattern[str]], ...]:
    """The table of questions about a patient, in the order in which they are tried; `<he>` stands for the words for a patient."""
    with (Path(__file__).parent / "patient_questions.csv").open(encoding="utf-8", newline="") as file:
        return tuple((cast(PatientQuestion, row["kind"]), re.compile(row["asks"].replace("<he>", _HE), re.I)) for row in csv.DictReader(file))


_PATTERNS = _read()
_NEW = re.compile(
    r"\b(?:new|next|another|different|second) (?:patient|pt|case)\b|\bforget (?:him|her|them|it|that|this|the|my|all|everything"
    r"|about)(?: \w+){0,3}|\b(?:clear|reset|delete|erase|wipe)(?: (?:the|this|my|all|everything))*(?: (?:patient|record|facts|data|conversation"
    r"|chat|history|note))?\W*$|\bstart (?:over|again|afresh|from scratch)\b",
    re.I,
)
_HYPOTHESIS = re.compile(
    r"\b(?:what (?:happens )?if|what about if|suppos(?:e|ing)(?: that)?|assum(?:e|ing)(?: that)?|imagine(?: that)?|hypothetically"
    r"|say (?:that )?(?=his|her|he|she|the)|let's say|would (?:it|that|he|she|anything|the (?:verdict|answer|result)) (?:\w+ ){0,3}if|and if"
    r"|but if|^\W*if)\b[,:]?\s*",
    re.I,
)
_CORRECTION = re.compile(
    r"\b(?:actually|correction|corrected?|i (?:meant|mis(?:typed|read|wrote|spoke))|my (?:mistake|error|bad)|(?:that|this|it|which|he|she"
    r"|the nurse|the lab|the note|the resident|they) (?:was|is|were) (?:wrong|incorrect|an? (?:error|mistake|typo))|was wrong|typo|in fact"
    r"|not true|ignore (?:that|the (?:last|previous)|my last)|scratch that|disregard (?:that|the last)|sorry|instead(?: of)?|rather than"
    r"|should (?:be|read|have been)|on (?:second thought|review)|i was (?:wrong|mistaken)|mistaken(?:ly)?|never (?:had|received|got|took|been)"
    r"|did(?:n't| not) (?:have|receive|get|take)|no longer|turns out)\b|^\W*no[,:]\s",
    re.I,
)
_INTERROGATIVE = re.compile(
    r"^\W*(?:(?:and|but|so|then|ok(?:ay)?|also|now|please|hi|hello|thanks|great)[,\s]+)*(?:who|whom|whose|what|what's|which|when|where|why|how|is"
    r"|are|was|were|does|do|did|can|could|may|might|will|would|has|have|should|must|am|show|list|compare|tell|give|find|explain|summari[sz]e"
    r"|describe|define|any|check|name|quote|cite|print|reveal|ignore|translate|write|confirm)\b",
    re.I,
)
_TOPIC_LIKE = re.compile(
    r"\b(?:rule|limit|cut-?off|threshold|ceiling|requirements?|criteri(?:on|a)|wash-?out|definition|endpoints?|outcomes?|sponsor|phase|dose"
    r"|dosage|schedule|sites?|status|number|eligibility|minimum|maximum|lowest|highest)\b",
    re.I,
)
_TRIAL_LIKE = re.compile(r"\b(?:trials?|stud(?:y|ies)|protocol|NCT\d+|0\d\d)\b", re.I)
_CLAIM = re.compile(r"\b(?:fine|ok(?:ay)?|allowed|accept(?:ed|s)|permitted|eligible|excluded)\b", re.I)
_TWO = re.compile(r"\b(?:patient|pt|case)\s*#?(?:A|1|one|I)\b.{3,}?\b(?:patient|pt|case)\s*#?(?:B|2|two|II)\b", re.I | re.S)
_PERSON = re.compile(r"\b(\d{1,3})\s*(?:-?\s*(?:yo|y/?o|year[- ]old|years old|yrs?))?\s*[- ]?(M|F|male|female|man|woman)\b", re.I)
_CHINESE_ASK = re.compile(r"[？?]|哪|什么|多少|是否|能否|吗|怎|如何|谁|为何")
_ORDER = re.compile(r"\b(?:system|assistant|instruction)s?\s*:|\bmark (?:all|every)\b|\bignore (?:all|any|previous|the)\b", re.I)


@dataclass(frozen=True, slots=True)
class Message:
    """A message taken apart: `note` is what it says about the patient, `question` what it asks; either may be empty."""

    note: str
    question: str


def patient_question(text: str) -> PatientQuestion | None:
    """What a question asks about the conversation's patient, or None if it asks about documents."""
    for kind, pattern in _PATTERNS:
        if pattern.search(text):
            return kind
    return None


def starts_new(text: str) -> str | None:
    """The rest of a message that asks to forget the patient; None if it does not."""
    found = _NEW.search(text)
    if found is None or found.start() > 60:
        return None
    return text[found.end() :].lstrip(" .,:;-\n")


def hypothesis(text: str) -> str | None:
    """The supposition of a what-if question, as a statement; None if the message supposes nothing."""
    found = _HYPOTHESIS.search(text)
    if found is None:
        return None
    rest = text[found.end() :].strip().rstrip("?").strip()
    rest = re.sub(r"\b(?:were|was|would be|had been)\b", "is", rest)
    return re.sub(r"\bhad\b(?! (?:a|an|no|not|prior|previous|had)\b)", "has", rest)


def is_correction(text: str) -> bool:
    """Whether the message takes back something said before."""
    return bool(_CORRECTION.search(text))


def two_patients(text: str) -> bool:
    """Whether a message describes two people, so that their facts must not be mixed."""
    if _TWO.search(text):
        return True
    people = {(age, sex[0].upper().replace("W", "F")) for age, sex in _PERSON.findall(text) if 0 < int(age) < 120}
    return (
        len(people) > 1
        and len({a for a, _ in people}) > 1
        and len(re.findall(r"(?:^|\n|[.;]\s+)\s*(?:\d[.)]\s*)?\d{1,3}\s*(?:yo|y/?o|year[- ]old)?\s*[- ]?(?:M|F|male|female|man|woman)\b", text, re.I))
        > 1
    )


def interrogative(sentence: str) -> bool:
    """Whether a sentence asks: by its mark, its first word, or because it names the topic of a rule and no patient."""
    if (
        sentence.rstrip().endswith(("?", "？"))
        or _INTERROGATIVE.match(sentence)
        or (len(re.findall(r"[\u4e00-\u9fff]", sentence)) > 3 and _CHINESE_ASK.search(sentence))
    ):
        return True
    return bool(_TOPIC_LIKE.search(sentence) and (_TRIAL_LIKE.search(sentence) or len(sentence.split()) <= 5))


_PRONOUN = re.compile(r"(?:he|she|him|her|hers|his|himself|herself)", re.I)


def stated_facts(patient: "Patient") -> "list[Fact]":
    """The patient's facts without those that only a pronoun tells (that "him" is a man)."""
    return [f for f in patient.facts if not _PRONOUN.fullmatch(f.source.quote.strip())]


def take_apart(text: str, patient: "Patient") -> Message:
    """The note and the question in `text`; `patient` is what was read from the whole of it (same offsets)."""
    stated = stated_facts(patient)
    asked: list[str] = []
    told: list[str] = []
    plain: list[str] = []
    for span in pieces(text):
        sentence = span.of(text)
        facts = any(f.source.start < span.end and span.start < f.source.end for f in stated)
        words = repair(sentence).text
        claims = _TRIAL_LIKE.search(words) and _CLAIM.search(words)
        if (_ORDER.search(words) and not facts) or (claims and not words.rstrip().endswith("?")):
            plain.append(sentence)
        elif facts and is_correction(words) and not words.rstrip().endswith("?"):
            told.append(sentence)
        elif interrogative(words):
            before, ask = _divided(sentence) if facts else ("", sentence)
            asked.append(ask)
            if before:
                told.append(before)
        elif facts:
            told.append(sentence)
        else:
            plain.append(sentence)
    if told:
        return Message("\n".join(told), " ".join(asked))
    return Message("", " ".join([*plain, *asked]) if not asked or not plain else " ".join(asked) if any(len(a) > 3 for a in asked) else text)


_TAIL = re.compile(r"[,;:–—-]\s*((?:so |and |but )?(?:which|what|any|is|can|could|would|does|trials?|where|when|why|how)\b[^,;]*\?*)\s*$", re.I)


def _divided(sentence: str) -> tuple[str, str]:
    """ "58M HCC, plt 60, which trials fit?" as note and question, if the question is one about a patient; else all is question."""
    tail = _TAIL.search(sentence)
    if tail is not None and patient_question(tail[1]) == "match" and not re.match(r"\W*(?:can|could|is|are|may|would|does|do)\b", sentence, re.I):
        return sentence[: tail.start()], tail[1]
    whole = re.match(r"^\W*((?:my|our|this|i have an?) .{8,}?)[,;]?\s+((?:which|what|any) (?:\w+ ){0,2}(?:trials?|stud(?:y|ies)).*)$", sentence, re.I)
    if whole is not None:
        return whole[1], whole[2]
    return "", sentence


def read(text: str, as_of: date) -> "Patient":
    """The facts of a note."""
    from assistant.patient import read_note

    return read_note(text, as_of)
