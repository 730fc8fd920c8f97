"""The report as a file to take away."""

from collections.abc import Iterable
from typing import Literal

from assistant import Assistant
from assistant.report.export import csv_of, export, json_of, markdown_of
from assistant.results import Override, Report

Format = Literal["pdf", "markdown", "csv", "json"]


def file(format: Format, report: Report, assistant: Assistant, overrides: Iterable[Override]) -> tuple[str, str, bytes]:
    """Name, media type and content."""
    taken = export(report, assistant.manifest(), tuple(overrides))
    stem = f"trialmatch-{report.as_of.isoformat()}"
    match format:
        case "pdf":
            from assistant.report.pdf import pdf

            return f"{stem}.pdf", "application/pdf", pdf(taken)
        case "markdown":
            return f"{stem}.md", "text/markdown;charset=utf-8", markdown_of(taken).encode()
        case "csv":
            return f"{stem}.csv", "text/csv;charset=utf-8", b"\xef\xbb\xbf" + csv_of(taken).encode()
        case "json":
            return f"{stem}.json", "application/json", json_of(taken).encode()
