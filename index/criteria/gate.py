"""Patterns that are tried only where a word of theirs occurs: most statements hold none of them."""

import re


class Gate:
    """A compiled pattern behind a list of lower-case words; without one of them there can be no match."""

    __slots__ = ("pattern", "words")

    def __init__(self, pattern: "re.Pattern[str]", *words: str) -> None:
        self.pattern = pattern
        self.words = words

    def search(self, text: str, start: int = 0, end: int | None = None) -> "re.Match[str] | None":
        """Like `Pattern.search`."""
        stop = len(text) if end is None else end
        low = text[start:stop].lower()
        for word in self.words:  # a loop costs a third less here than `any`
            if word in low:
                return self.pattern.search(text, start, stop)
        return None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Places of all matches."""
        low = text.lower()
        for word in self.words:
            if word in low:
                return [m.span() for m in self.pattern.finditer(text)]
        return []
