"""Outcomes of a record: which are meant, each with its definition and time frame, and the places of all three."""

import re
from collections.abc import Sequence

from assistant.ask.asked import Asked
from assistant.ask.ranking import rank
from assistant.ask.render import quoted
from assistant.ask.snippets import Place, place, places, snippets
from assistant.ask.terms import plain
from index.trials import Field, Trial

_MOST_ITEMS = 12


def _role(field: Field) -> str:
    return (field.role or "").lower()


def outcomes(asked: Asked, trial: Trial, topic_id: str) -> str | None:
    fields = list(trial.all("outcome"))
    if topic_id in ("primary_outcome", "secondary_outcome"):
        kind = topic_id.removesuffix("_outcome")
        chosen = [f for f in fields if _role(f).startswith(kind)]
        if not chosen and kind == "primary":
            chosen = [f for f in fields if "first" in _role(f)]
        if not chosen and kind == "secondary":
            chosen = [f for f in fields if not _role(f).startswith("primary") and "first" not in _role(f)]
        if not chosen:
            found = [
                s
                for s in snippets(trial)
                if s.section in ("summary", "description") and re.search(rf"{kind} (?:end|outcome|objective)", s.text, re.I)
            ][:2]
            return "; ".join(f"{quoted(s.text)} {asked.evidence.snippet(trial, s)}" for s in found) or None
        fields = chosen
    if asked.terms:
        matching = _matching(asked, trial, fields)
        if matching:
            fields = matching
        elif topic_id not in ("primary_outcome", "secondary_outcome"):
            return None
    shown: list[str] = []
    for field in fields[:_MOST_ITEMS]:
        shown.append(
            _outcome(
                asked, trial, field, timed=topic_id == "time_frame" or bool(re.search(r"time|when|how long", asked.text, re.I)), full=len(fields) <= 3
            )
        )
    if not shown:
        return None
    positional = [f for f in fields if "first" in _role(f) or "position" in _role(f)]
    note = (
        " (by position in the document: it carries no label of its own)"
        if positional and topic_id == "primary_outcome" and not any(_role(f).startswith("primary") for f in fields)
        else ""
    )
    more = "; and further outcomes" if len(fields) > len(shown) else ""
    if re.search(r"\bhow many\b", asked.text, re.I):
        shown[0] = f"{len(fields)} (counted): {shown[0]}"
    if topic_id == "primary_outcome":
        for s in [s for s in snippets(trial) if s.section in ("summary", "description") and re.search(r"primary (?:end|outcome)", s.text, re.I)][:1]:
            more += f"; {s.section}: {quoted(s.text, 300)} {asked.evidence.snippet(trial, s)}"
    return "; ".join(shown) + more + note


def _matching(asked: Asked, trial: Trial, fields: Sequence[Field]) -> list[Field]:
    """Outcomes that meet as many of the question's own terms as any does."""
    wanted = {place(f) for f in fields}
    best: dict[Place, float] = {}
    pool = snippets(trial)
    for ranked in rank(asked.terms, [s for s in pool if s.field is not None and place(s.field) in wanted], pool):
        assert ranked.snippet.field is not None
        key = place(ranked.snippet.field)
        best[key] = max(best.get(key, 0.0), ranked.coverage)
    if not best:
        return []
    top = max(best.values())
    return [f for f in fields if best.get(place(f), 0.0) >= max(0.35, top - 0.12)]


def _outcome(asked: Asked, trial: Trial, field: Field, timed: bool, full: bool) -> str:
    measure = plain(field.parts.get("measure") or field.value)
    frame = plain(field.parts.get("time_frame", ""))
    structured = "measure_document" in field.parts
    text = f"{quoted(measure, 300)} {asked.evidence.field(trial, field) if structured or 'measure' not in field.parts else ''}".strip()
    description = plain(field.parts.get("description", ""))
    if full and description and description != measure:
        markers = "".join(asked.evidence.cite(trial, d, s) for d, s in places(trial, field, "description")[:1]) if structured else ""
        text += f": {quoted(description, 400)} {markers}".rstrip()
    if frame:
        markers = "".join(asked.evidence.cite(trial, d, s) for d, s in places(trial, field, "time_frame")[:1]) if structured else ""
        text += f", time frame {quoted(frame, 250)} {markers}".rstrip()
    if not structured and "measure" in field.parts:
        text += " " + asked.evidence.field(trial, field)
    return text.replace(" ,", ",").strip()
