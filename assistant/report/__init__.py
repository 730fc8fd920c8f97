"""Reports and records as text for people and for spreadsheets. To add a format: one file, and one line in `FORMATS`."""

from collections.abc import Callable

from assistant.report.fhir import fhir
from assistant.report.markdown import markdown
from assistant.report.table import table
from assistant.report.text import text
from assistant.results import Report

FORMATS: dict[str, Callable[[Report], str]] = {"text": text, "markdown": markdown, "csv": table, "fhir": fhir}
"""How a report can be written, by name."""

__all__ = ["FORMATS", "fhir", "markdown", "table", "text"]
