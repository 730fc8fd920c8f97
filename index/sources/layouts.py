"""The layouts of text, tried in this order; the last one takes any text. Containers (HTML, PDF, DOCX) hand their text on to them."""

from collections.abc import Iterator

from index.sources import export_row, plain, registry_page
from index.sources.source import Format, Rejected, Source
from index.trials import SourceNote, Trial

TEXT_FORMATS: tuple[Format, ...] = (registry_page.FORMAT, export_row.FORMAT, plain.FORMAT)


def read_extracted(source: Source, text: str, container: str) -> Iterator[Trial | Rejected]:
    """Trials of the text taken out of a container, with a note that the quotes are of that text."""
    inner = Source.of_text(source.name, text, source.data)
    if not inner.head:
        yield Rejected(source.name, f"The {container} holds no text.")
        return
    layout = next(f for f in TEXT_FORMATS if f.detect(inner))
    for item in layout.read(inner):
        if isinstance(item, Trial):
            note = SourceNote(kind="layout", text=f"Quotes are of the text taken out of the {container}.", document=source.name)
            item = item.model_copy(update={"notes": (*item.notes, note)})
        yield item
