"""Repairing for matching never loses the place in the original."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import Span, mojibake, repair, repaired

# Ordinary text, and the characters that repairing treats specially, thickly mixed.
texts = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("\\<>≥≤â‰¥Ã—¢€°⁹⁻²\u0332\u0301\u00ad ï¼œ＜｀`\t\r\n*_ab1")), max_size=60
)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_every_character_knows_its_place(raw: str) -> None:
    copy = repair(raw)
    assert len(copy.origin) == len(copy.text) + 1
    assert copy.origin[-1] == len(raw)
    assert list(copy.origin) == sorted(copy.origin)
    for start in range(len(copy.text)):
        span = copy.raw(start, start + 1)
        assert 0 <= span.start < span.end <= len(raw)
    assert copy.raw(0, len(copy.text)).end == len(raw)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_repairing_twice_changes_nothing(raw: str) -> None:
    once = repair(raw).text
    assert repair(once).text == once
    assert repaired(raw) == once


@given(st.text(st.sampled_from([chr(c) for c in range(32, 127) if chr(c) not in "\\`"] + ["\n"])))
def test_plain_ascii_stays(raw: str) -> None:
    assert repair(raw).text == raw
    assert [repair(raw).raw(i, i + 1) for i in range(len(raw))] == [Span(start=i, end=i + 1) for i in range(len(raw))]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("SD â‰¥ 6 months", "SD ≥ 6 months"),  # UTF-8 read as cp1252
        ("SD Ã¢â€°Â¥ 6", "SD ≥ 6"),  # twice
        (r"weighing \< 60 kg, \[a\], 2\*ULN, \>=3", "weighing < 60 kg, [a], 2*ULN, >=3"),  # markdown
        (r"\\\> 5", "> 5"),
        ("1.5×10⁹/L", "1.5×10^9/L"),
        ("10⁻³", "10^-3"),
        ("CD4⁺ cells", "CD4+ cells"),
        ("m²", "m^2"),
        ("CadonilimabÂ\u00a0（AK104）", "Cadonilimab (AK104)"),
        ("ANC ⩾ 1，5", "ANC ≥ 1,5"),
        ("ANC >̲ 1500, PLT <̲ 5", "ANC ≥ 1500, PLT ≤ 5"),
        ("hepato\u00adcellular", "hepatocellular"),
        ("Cafe\u0301", "Café"),
        ("a\tb\r\nc", "a b \nc"),
        ("Säo Paulo, Société", "Säo Paulo, Société"),
        (r"C:\temp", r"C:\temp"),
    ],
)
def test_repairs(raw: str, expected: str) -> None:
    assert repair(raw).text == expected


def test_quote_is_the_original() -> None:
    raw = "had a CR, PR, or SD â‰¥ 6 months per mRECIST"
    copy = repair(raw)
    found = re.search(r"≥ 6 months", copy.text)
    assert found
    assert copy.raw(*found.span()).of(raw) == "â‰¥ 6 months"


def test_mojibake_is_listed() -> None:
    raw = "a â‰¥ b Ã— c, naïve Säo"
    assert [(span.of(raw), fixed) for span, fixed in mojibake(raw)] == [("â‰¥", "≥"), ("Ã—", "×")]


@pytest.mark.parametrize("raw", ["\\" * 50_000 + "<", "â" * 50_000, "a\u0301" * 20_000, "Ã¢â€°Â¥" * 10_000])
def test_hostile_text_takes_no_longer(raw: str) -> None:
    start = time.perf_counter()
    repair(raw)
    assert time.perf_counter() - start < 5
