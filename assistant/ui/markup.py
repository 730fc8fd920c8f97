"""The one place where text becomes HTML. Everything that reaches the page goes through `tag` or `text`, which escape.

`Markup` is a string that has been through here; plain strings are escaped wherever they are put.
"""

import html
from collections.abc import Iterable
from typing import Union

_VOID = frozenset({"br", "input", "hr"})


class Markup(str):
    """HTML that is safe to show."""

    __slots__ = ()


Child = Union[str, "Markup", None, Iterable["Child"]]


def text(value: str) -> Markup:
    """`value` as text: every character with a meaning in HTML, or in the page's templates, becomes an entity."""
    escaped = html.escape(value, quote=True)
    return Markup(escaped.replace("$", "&#36;").replace("{", "&#123;").replace("}", "&#125;").replace("`", "&#96;"))


def _flat(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str):
        return text(child)
    return "".join(_flat(c) for c in child)


def tag(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element. `class_` is written for class and `data_x` for data-x; True gives a bare attribute, None and False none."""
    written = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        label = key.rstrip("_").replace("_", "-")
        written.append(f" {label}" if value is True else f' {label}="{text(str(value))}"')
    opened = f"<{name}{''.join(written)}>"
    return Markup(opened if name in _VOID else f"{opened}{''.join(_flat(c) for c in children)}</{name}>")


def join(*children: Child) -> Markup:
    """Several children in a row."""
    return Markup("".join(_flat(c) for c in children))
