"""What a store was built with, so that a store of another build is never read silently."""

import hashlib
from functools import cache
from pathlib import Path

from index.text import Frozen

SCHEMA = 2
"""Version of the tables. Raised by hand when they change."""

_PACKAGE = Path(__file__).parent.parent
_PARSER = ("text.py", "conditions.py", "trials.py", "passages.py", "sources", "criteria", "vocabulary")


class Manifest(Frozen):
    """`parser` is a fingerprint of the reading code and the vocabulary, `embedding` the name of the model that filled the
    vectors (None: none yet), `corpus` a hash over the trials' contents, `pending` how many passages await the search indexes,
    `updated` the time (UTC, ISO) of the last change of a trial, None for a store that did not keep it."""

    schema_version: int
    parser: str
    embedding: str | None
    corpus: str
    trials: int
    passages: int
    pending: int
    updated: str | None = None


@cache
def parser_version() -> str:
    """Fingerprint of everything that decides what a document becomes: a new spelling in a table changes it too."""
    digest = hashlib.sha256()
    for name in _PARSER:
        place = _PACKAGE / name
        files = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file() and p.suffix != ".pyc")
        for path in files:
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
