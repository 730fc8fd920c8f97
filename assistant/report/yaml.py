"""Plain data as YAML in block style: enough for what is exported, and read alike by every YAML 1.1 and 1.2 reader."""

import json
import re
from collections.abc import Iterator

# What cannot be taken for anything but a text; everything else is quoted. A word of digits and signs, yes, no, null or a date is not here.
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[ ./-][A-Za-z0-9_]+)*")
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_TAKEN = frozenset("y n yes no on off true false null".split())


def block(value: object) -> str:
    """A mapping or a list as YAML text, ending in a newline. Texts, whole numbers, truth values and None are the leaves."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            if isinstance(item, dict | list) and item:
                yield f"{_scalar(str(key))}:"
                yield from (("  " if isinstance(item, dict) else "") + line for line in _lines(item))
            else:
                yield f"{_scalar(str(key))}: {_scalar(item)}"
    elif isinstance(value, list) and value:
        for item in value:
            for n, line in enumerate(_lines(item)):
                yield ("- " if n == 0 else "  ") + line
    else:
        yield _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value) and value.casefold() not in _TAKEN:
        return value
    # JSON's strings are YAML's double-quoted ones, if what YAML takes for a line end or does not print is escaped.
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))
