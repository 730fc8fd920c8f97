"""A report as PDF: a page for the tumour board, then every criterion in its own words."""

import io
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from assistant.report.export import Export, deciding, name, not_evaluated, provenance
from assistant.report.words import VERDICT, counts, fact_line, facts, one_line, why
from assistant.results import CriterionReport, Override, PatientRecord, TrialReport

_CHINESE = "STSong-Light"
_INSTEAD = {"→": "->", "←": "<-", "−": "-", "‑": "-", "‒": "-", "✓": "+", "✕": "x", "≈": "~", "\u00a0": " ", "\u2009": " ", "\u202f": " "}
_REASONS = 3
_FACTS = 40
_WIDTH = 498
"""Points between the margins of an A4 page."""
_INK, _LINE, _WASH = "#17222c", "#c8d0d7", "#eef2f5"


def pdf(taken: Export) -> bytes:
    """The file. The same export gives the same bytes."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.platypus import PageBreak, SimpleDocTemplate, Spacer

    out = io.BytesIO()
    title = f"Trial pre-screening as of {taken.report.as_of.isoformat()}"
    document = SimpleDocTemplate(
        out, pagesize=A4, invariant=1, title=title, author=taken.program,
        leftMargin=15 * mm, rightMargin=15 * mm, topMargin=13 * mm, bottomMargin=15 * mm,
    )  # fmt: skip
    story: list[Any] = [_words(title, "title"), *(_words(line, "small") for line in provenance(taken)), Spacer(1, 6)]
    story += _front(taken)
    for n, trial in enumerate(taken.report.trials):
        story += [PageBreak() if n == 0 else Spacer(1, 12), *_criteria(trial, taken.report.patient, taken.of(trial.trial.id))]
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return out.getvalue()


def _front(taken: Export) -> list[Any]:
    report = taken.report
    shown = "; ".join(fact_line(f) for f in report.patient.facts[:_FACTS]) or "nothing could be read"
    more = f"; and {len(report.patient.facts) - _FACTS} more" if len(report.patient.facts) > _FACTS else ""
    story = [_words("Patient", "head"), _words(shown + more)]
    story += [_words(f"! {warning}") for warning in report.patient.warnings]
    rows = [["Trial", "Verdict", "Why", "Can change"]]
    rows += [[name(t), f"{VERDICT[t.verdict].capitalize()}. {counts(t)}.", _why(t), _change(t)] for t in report.trials]
    story += [_words("Trials", "head"), _table(rows, (0.28, 0.2, 0.34, 0.18))]
    if taken.overrides:
        lines = [["Trial", "Criterion", "Computed", "Judged", "Reason"]]
        lines += [[o.trial, o.criterion, o.computed, o.outcome, o.reason] for o in taken.overrides]
        story += [_words("Judged otherwise by the clinician", "head"), _table(lines, (0.24, 0.1, 0.15, 0.15, 0.36))]
    asked = list(dict.fromkeys(q.question for t in report.trials for q in t.ask_next))[:6]
    if asked:
        story += [_words("Ask next", "head"), _words(" · ".join(asked))]
    missing = list(not_evaluated(taken))
    if missing:
        story += [_words("Criteria that were not evaluated", "head"), *(_words(line, "small") for line in missing)]
    return story


def _why(trial: TrialReport) -> str:
    criteria = deciding(trial)
    if not criteria:
        return trial.summary
    said = [f"{c.id}: {c.reason.partition('. ')[0].rstrip('.')}" for c in criteria[:_REASONS]]
    return "; ".join(said) + (f"; also {', '.join(c.id for c in criteria[_REASONS:])}" if len(criteria) > _REASONS else "")


def _change(trial: TrialReport) -> str:
    failed = [c for c in trial.criteria if c.outcome == "FAIL"]
    if not failed:
        return ""
    lasting = [c.id for c in failed if not c.remedy and not c.earliest_date]
    if lasting:
        return f"{', '.join(lasting)}: no remedy under this text"
    dates = [c.earliest_date for c in failed if c.earliest_date]
    return f"re-check from {max(dates).isoformat()}" if len(dates) == len(failed) else "; ".join(f"{c.id}: {c.remedy}" for c in failed if c.remedy)


def _criteria(trial: TrialReport, patient: PatientRecord, overrides: dict[str, Override]) -> list[Any]:
    from reportlab.platypus import Spacer

    story = [_words(name(trial), "head"), _words(f"{VERDICT[trial.verdict].capitalize()} ({counts(trial)}). {trial.summary}")]
    story += [_words(note, "small") for note in trial.notes]
    if not trial.criteria:
        return [*story, _words("The document states nothing that can be checked.")]
    rows = [["Id", "Criterion, verbatim", "Outcome", "In the note", "Comparison"]]
    rows += [_row(c, patient, overrides.get(c.id)) for c in trial.criteria]
    return [*story, Spacer(1, 3), _table(rows, (0.07, 0.36, 0.14, 0.17, 0.26))]


def _row(c: CriterionReport, patient: PatientRecord, override: Override | None) -> list[str]:
    outcome = c.outcome.replace("_", " ").lower() + (", assumed" if c.assumed else "")
    if override is not None:
        outcome += f". Clinician: {override.outcome.replace('_', ' ').lower()}, {override.reason}"
    said = "; ".join(f"“{f.source.quote}”" for f in facts(patient, c))
    more = [why(c), c.remedy or "", f"earliest {c.earliest_date.isoformat()}" if c.earliest_date else ""]
    return [c.id, c.quote, outcome, said, ". ".join(words.rstrip(".") for words in more if words)]


def _table(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import LongTable, TableStyle

    head, *body = rows
    cells = [[_words(cell, "bold") for cell in head], *([_words(cell, "small") for cell in row] for row in body)]
    table = LongTable(cells, colWidths=[_WIDTH * w for w in widths], repeatRows=1, splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), HexColor(_WASH)),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(_LINE)),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _foot(canvas: Any, document: Any) -> None:
    canvas.setFont("Vera", 7)
    canvas.drawString(document.leftMargin, 22, "Pre-screening aid; the investigator decides. No verdict says that a patient is eligible.")
    canvas.drawRightString(document.pagesize[0] - document.rightMargin, 22, str(canvas.getPageNumber()))


def _words(text: str, style: str = "plain") -> Any:
    """A paragraph. The text is shown as it is: nothing in it is markup."""
    from reportlab.platypus import Paragraph

    return Paragraph(_marked(one_line(text)), _styles()[style])


def _marked(text: str) -> str:
    """The text escaped, with Chinese characters in a font that has them, and what no font has spelt out."""
    known = _glyphs()
    out: list[str] = []
    chinese = False
    for c in text:
        ours = ord(c) in known
        other = not ours and _is_chinese(c)
        if other != chinese:
            out.append(f'<font name="{_CHINESE}">' if other else "</font>")
            chinese = other
        out.append(escape(c if ours or other else _spelt(c, known)))
    return "".join(out) + ("</font>" if chinese else "")


def _spelt(c: str, known: frozenset[int]) -> str:
    if c in _INSTEAD:
        return _INSTEAD[c]
    plain = unicodedata.normalize("NFKD", c)
    if unicodedata.category(c) == "No" and plain.isdigit():
        return f"^{plain}" if "SUPERSCRIPT" in unicodedata.name(c, "") else plain
    kept = "".join(p for p in plain if ord(p) in known)
    return kept or ("" if unicodedata.category(c) in ("Cf", "Cc", "Mn") else f"[U+{ord(c):04X}]")


def _is_chinese(c: str) -> bool:
    return "\u3000" <= c <= "\u303f" or "\u3400" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef"


@cache
def _glyphs() -> frozenset[int]:
    """The code points that the text font has; registers the fonts."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    plain = TTFont("Vera", "Vera.ttf")
    pdfmetrics.registerFont(plain)
    pdfmetrics.registerFont(TTFont("VeraBd", "VeraBd.ttf"))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="Vera", boldItalic="VeraBd")
    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
    return frozenset(plain.face.charToGlyph)


@cache
def _styles() -> dict[str, Any]:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    _glyphs()
    plain = ParagraphStyle("plain", fontName="Vera", fontSize=8, leading=10.5, textColor=HexColor(_INK), splitLongWords=1)
    return {
        "plain": plain,
        "small": ParagraphStyle("small", plain, fontSize=7, leading=9),
        "bold": ParagraphStyle("bold", plain, fontName="VeraBd", fontSize=7, leading=9),
        "head": ParagraphStyle("head", plain, fontName="VeraBd", fontSize=9, leading=12, spaceBefore=7, spaceAfter=3),
        "title": ParagraphStyle("title", plain, fontName="VeraBd", fontSize=13, leading=17, spaceAfter=3),
    }
