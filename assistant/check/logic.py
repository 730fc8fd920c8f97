"""Strong Kleene logic. Truth is True, False or None (unknown); nothing here knows what the truths are about."""

from collections.abc import Iterable

Truth = bool | None


def negate(a: Truth) -> Truth:
    """True and False change places; unknown stays unknown."""
    return None if a is None else not a


def all_of(items: Iterable[Truth]) -> Truth:
    """False if any item is false, else unknown if any is unknown, else true. True of nothing."""
    found: Truth = True
    for item in items:
        if item is False:
            return False
        if item is None:
            found = None
    return found


def any_of(items: Iterable[Truth]) -> Truth:
    """True if any item is true, else unknown if any is unknown, else false. False of nothing."""
    found: Truth = False
    for item in items:
        if item is True:
            return True
        if item is None:
            found = None
    return found


def at_least(n: int, items: Iterable[Truth]) -> Truth:
    """True if `n` items are true, false if too few could still be, else unknown."""
    values = list(items)
    true = sum(v is True for v in values)
    if true >= n:
        return True
    return None if true + sum(v is None for v in values) >= n else False


def agree(items: Iterable[Truth]) -> Truth:
    """The truth that every reading gives, or unknown when readings differ. Unknown of nothing."""
    values = set(items)
    return values.pop() if len(values) == 1 else None
