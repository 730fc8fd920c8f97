"""A finished answer, sentence by sentence in other words: each checked, and the computed one in the place of each that fails."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from assistant.model.chat import Chat, Meter
from assistant.model.outputs import Draft
from assistant.model.prompts import prompt
from assistant.model.redact import outgoing
from assistant.model.verify import breach
from assistant.results import Answer

_LINE = re.compile(r"(?P<mark>(?:[-*]\s+)?)(?P<said>.*\S)\s*")
_LONGEST = 1200
_MOST = 40


@dataclass(slots=True)
class Phrased:
    """The answer's text, how many sentences came back, and how many of them were not used, by rule."""

    text: str
    sentences: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def sentences(text: str) -> dict[int, tuple[str, str]]:
    """The lines that may be put in other words, by line number: what stands before (a bullet), and the line. Tables are left."""
    found: dict[int, tuple[str, str]] = {}
    for number, line in enumerate(text.split("\n")):
        match = _LINE.fullmatch(line)
        if match and not line.lstrip().startswith(("|", "#")) and len(line) <= _LONGEST and len(found) < _MOST:
            found[number] = (match["mark"], match["said"])
    return found


def phrase(answer: Answer, chat: Chat, meter: Meter, as_of: date) -> Phrased:
    """The answer's text with the wordings that pass. Raises ModelError; citations are not touched."""
    lines = sentences(answer.text)
    if not lines or answer.kind not in ("answer", "not_stated"):
        return Phrased(answer.text)
    cited = {int(n) for _, said in lines.values() for n in re.findall(r"\[(\d+)\]", said)}
    passages = [{"marker": f"[{c.n}]", "trial": c.trial, "quote": c.quote} for c in answer.citations if c.n in cited]
    filled = prompt("phrase").fill(
        {
            "question": outgoing(answer.question, as_of),
            "sentences": outgoing("\n".join(json.dumps({"number": n, "text": said}, ensure_ascii=False) for n, (_, said) in lines.items()), as_of),
            "passages": "\n".join(json.dumps(passage, ensure_ascii=False) for passage in passages),
        }
    )
    draft = chat.ask(filled, meter)
    assert isinstance(draft, Draft)
    return assembled(answer.text, draft)


def assembled(text: str, draft: Draft) -> Phrased:
    """`text` with each line's first wording that passes every rule; the rest are counted and left out."""
    lines, written, done = sentences(text), text.split("\n"), set[int]()
    result = Phrased(text, sentences=len(draft.sentences))
    for wording in draft.sentences:
        if wording.number not in lines or wording.number in done:
            result.rejected["unasked"] += 1
            continue
        mark, said = lines[wording.number]
        broken = breach(said, wording.text)
        if broken is not None:
            result.rejected[broken] += 1
            continue
        done.add(wording.number)
        written[wording.number] = mark + wording.text.strip()
    result.text = "\n".join(written)
    return result
