"""Comparing words: what counts as the same text in a case and in an answer."""

import re
import unicodedata


def normal(text: str) -> str:
    """NFKC, one space between words, lower case: two texts a reader would call the same compare equal."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lower()


def includes(text: str, wanted: tuple[str, ...], unwanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What is wrong with `text`: the wanted pieces it lacks and the unwanted ones it holds; empty when nothing is."""
    body = normal(text)
    missing = [f"lacks {piece!r}" for piece in wanted if normal(piece) not in body]
    present = [f"holds {piece!r}" for piece in unwanted if normal(piece) in body]
    return tuple(missing + present)
