"""Whole numbers written as words, up to ninety-nine: what they mean, and a pattern for them."""

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()

VALUES: dict[str, int] = {
    word: value
    for value, word in [
        (0, "zero"),
        *enumerate(_ONES, 1),
        *enumerate(_TEENS, 10),
        *((10 * i, tens) for i, tens in enumerate(_TENS, 2)),
        *((10 * i + n, f"{tens}-{one}") for i, tens in enumerate(_TENS, 2) for n, one in enumerate(_ONES, 1)),
    ]
}
"""From "zero" to "ninety-nine", in small letters, with a hyphen between tens and ones."""

PATTERN = rf"(?:(?:{'|'.join(_TENS)})(?:-(?:{'|'.join(_ONES)}))?|{'|'.join(_TEENS)}|{'|'.join(_ONES)})\b"
"""One such word, zero apart, in small letters; the end of the word is part of it, its beginning is not."""
