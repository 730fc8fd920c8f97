"""Nested records (JSON, XML) into fields, by table. Every leaf becomes a document of its own and belongs to a field.

A leaf whose path the table does not know becomes an `other` field, so that nothing in the record is lost.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from index.sources.draft import Draft, one_line
from index.trials import FieldName

Json = object
NOT_QUOTABLE = {"not_quotable": "yes"}
"""Part of a field whose text is a number or a truth value in the source: to be stated, but no string of the source to quote."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field made of one leaf. `values` gives the wording for coded values."""

    name: FieldName
    role: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A field made of one object: `main` holds its quote, `role` names the key that narrows it (or is a role itself,
    with a leading `=`); `shown` are the keys that make up its value, where that is more than `main`; `names` gives
    parts the name that they have in every format."""

    name: FieldName
    main: str
    role: str | None = None
    shown: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


Table = Mapping[str, Leaf | Group]
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_INDEX = re.compile(r"\[\d+\]")


def snake(key: str) -> str:
    """`timeFrame` as `time_frame`."""
    return _CAMEL.sub("_", key).replace("@", "").replace(" ", "_").replace(".", "_").lower().strip("_")


def label(path: str) -> str:
    """A path as words: `ipdSharingStatementModule.accessCriteria` as `ipd sharing statement: access criteria`."""
    return ": ".join(snake(part).removesuffix("_module").removesuffix("_struct").replace("_", " ") for part in _INDEX.sub("", path).split("."))


def text_of(value: Json) -> str:
    """The text of a leaf: a string as it is, anything else as its JSON literal."""
    return value if isinstance(value, str) else json.dumps(value)


def join(path: str, key: str) -> str:
    return path if not key else f"{path}{key}" if key.startswith("@") or not path else f"{path}.{key}"


class Walk:
    """Adds the fields of a record to `draft`. `prefix` is put before each path to name its document."""

    def __init__(self, draft: Draft, prefix: str, table: Table, ignored: frozenset[str] = frozenset()) -> None:
        self.draft, self.prefix, self.table, self.ignored = draft, prefix, table, ignored

    def add(self, value: Json, path: str = "") -> None:
        """Add everything below `path`."""
        key = _INDEX.sub("", path)
        if value is None or key in self.ignored:
            return
        entry = self.table.get(key)
        match value:
            case dict() if isinstance(entry, Group):
                self._group(value, path, entry)
            case dict():
                for name, child in value.items():
                    self.add(child, join(path, str(name)))
            case list():
                for i, child in enumerate(value):
                    self.add(child, f"{path}[{i}]")
            case _ if isinstance(entry, Group):
                self._group({"": value}, path, entry)
            case _:
                self._leaf(value, path, entry or Leaf("other", label(path)))

    def _document(self, value: Json, path: str) -> str:
        return self.draft.document(f"{self.prefix}{path}", text_of(value))

    def _leaf(self, value: Json, path: str, entry: Leaf) -> None:
        text = text_of(value)
        parts = {} if isinstance(value, str) else NOT_QUOTABLE
        self.draft.add(entry.name, self._document(value, path), value=entry.values.get(text), role=entry.role, parts=parts)

    def _group(self, value: dict[str, Json], path: str, entry: Group) -> None:
        parts: dict[str, str] = {}
        documents: dict[str, str] = {}
        coded: set[str] = set()
        nested: list[tuple[Json, str]] = []
        for name, child in value.items():
            for key, leaf, where in self._leaves(str(name), child, join(path, str(name)), where_not=_INDEX.sub("", path)):
                if isinstance(leaf, dict):
                    nested.append((leaf, where))
                elif text_of(leaf).strip():
                    document = self._document(leaf, where)
                    documents.setdefault(key, document)
                    if not isinstance(leaf, str):
                        coded.add(key)
                    named = entry.names.get(key) or snake(key) or "text"
                    parts[named] = f"{parts[named]}\n{one_line(text_of(leaf))}" if named in parts else one_line(text_of(leaf))
                    there = f"{named}_document"
                    parts[there] = f"{parts[there]}\n{document}" if there in parts else document
        self._add_group(entry, parts, documents, coded)
        for leaf, where in nested:
            self.add(leaf, where)

    def _add_group(self, entry: Group, parts: dict[str, str], documents: dict[str, str], coded: set[str]) -> None:
        main = entry.main if entry.main in documents else next((key for key in (*entry.shown, *documents) if key in documents), None)
        if main is None:
            return

        def part(key: str) -> str:
            return entry.names.get(key) or snake(key) or "text"

        role = entry.role[1:] if entry.role and entry.role.startswith("=") else parts.get(part(entry.role)) if entry.role else None
        shown = ", ".join(parts[part(key)] for key in entry.shown if part(key) in parts) or None
        if main in coded:
            parts |= NOT_QUOTABLE
        self.draft.add(entry.name, documents[main], value=shown, role=role, parts=parts)

    def _leaves(self, key: str, value: Json, path: str, where_not: str) -> Iterator[tuple[str, Json, str]]:
        """Leaves of a group's member. Lists are opened, objects too, with their keys joined; an object in a list, or one
        that has an entry of its own in the table, is yielded whole."""
        known = _INDEX.sub("", path)
        match value:
            case None:
                return
            case _ if known in self.ignored:
                return
            case dict() if known in self.table and known != where_not:
                yield key, value, path
            case dict():
                for name, child in value.items():
                    yield from self._leaves(join(key, str(name)), child, join(path, str(name)), where_not)
            case list():
                for i, child in enumerate(value):
                    match child:
                        case dict():
                            yield key, child, f"{path}[{i}]"
                        case _:
                            yield from self._leaves(key, child, f"{path}[{i}]", where_not)
            case _:
                yield key, value, path
