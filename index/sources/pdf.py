"""A PDF with a text layer: the text of its pages, then read as any text."""

import io
import logging
from collections.abc import Iterator

from index.sources.layouts import read_extracted
from index.sources.source import Format, Rejected, Source
from index.trials import Trial


def detect(source: Source) -> bool:
    return b"%PDF-" in source.data[:1024]


def read(source: Source) -> Iterator[Trial | Rejected]:
    """The trial of the file; a PDF of images, a locked or a damaged one is rejected."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(source.data))
        if reader.is_encrypted and not reader.decrypt(""):
            yield Rejected(source.name, "The PDF is locked with a password.")
            return
        pages = [page.extract_text() for page in reader.pages]
    except Exception as error:
        yield Rejected(source.name, f"The PDF cannot be read: {' '.join(str(error).split())[:200] or type(error).__name__}.")
        return
    text = "\n".join(pages)
    if not text.strip():
        yield Rejected(source.name, f"The PDF's {len(pages)} pages hold images and no text; it needs text recognition first.")
        return
    yield from read_extracted(source, text, "PDF")


FORMAT = Format("pdf", detect, read)
