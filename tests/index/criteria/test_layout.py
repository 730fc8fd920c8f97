"""Sections and bullets: headings in their many forms, nested and hard-wrapped lists, lists on one line."""

import pytest

from assistant import Assistant
from index.criteria.bullets import Item, bullets
from index.criteria.sections import sections, unfold


def outline(text: str) -> list[tuple[str, list[object]]]:
    text = unfold(text)

    def words(item: Item) -> object:
        own = " ".join(" ".join(text[a:b].split()) for a, b in item.ranges)
        return (own, [words(c) for c in item.children]) if item.children else own

    return [(s.side, [words(i) for i in bullets(text, s.start, s.end)]) for s in sections(text)]


CASES = {
    "plain": ("Inclusion Criteria:\n\n* A\n* B\n\nExclusion Criteria:\n\n* C", [("inclusion", ["A", "B"]), ("exclusion", ["C"])]),
    "fused heading": (
        "Inclusion Criteria:- first\nline\n- second\nExclusion Criteria:\n- third",
        [("inclusion", ["first line", "second"]), ("exclusion", ["third"])],
    ),
    "bold, numbered": ("**Key Inclusion Criteria**\n1. A\n2. B\n**Key Exclusion Criteria**\n1. C", [("inclusion", ["A", "B"]), ("exclusion", ["C"])]),
    "no heading": ("- A\n- B", [("inclusion", ["A", "B"])]),
    "tildes": (
        "Inclusion Criteria:~Age over 18~ECOG 0-1~Exclusion Criteria:~Pregnancy",
        [("inclusion", ["Age over 18", "ECOG 0-1"]), ("exclusion", ["Pregnancy"])],
    ),
    "one line": (
        "Inclusion Criteria: 1. Age over eighteen years; 2. ECOG 0 or 1; 3. Measurable disease "
        "Exclusion Criteria: 1. Pregnancy; 2. Active infection; 3. Stroke",
        [
            ("inclusion", ["Age over eighteen years;", "ECOG 0 or 1;", "Measurable disease"]),
            ("exclusion", ["Pregnancy;", "Active infection;", "Stroke"]),
        ],
    ),
    "sub-list by number": ("- Either of:\n1. A\n2. B\n- C", [("inclusion", [("Either of:", ["A", "B"]), "C"])]),
    "sub-list by indent": ("- Organ function:\n   - A\n   - B\n- C", [("inclusion", [("Organ function:", ["A", "B"]), "C"])]),
    "questions": ("You will not be eligible if you:\n\n* Are pregnant", [("exclusion", ["Are pregnant"])]),
    "non-inclusion": ("Non-inclusion criteria:\n- A", [("exclusion", ["A"])]),
    "summary headings": (
        "DISEASE CHARACTERISTICS:\n\n- A\n\nPATIENT CHARACTERISTICS:\n\nAge\n\n- 18 and over",
        [("inclusion", ["A"]), ("inclusion", ["18 and over"])],
    ),
    "a line that ends in inclusion": (
        "- Values within 7 days prior to inclusion (no\n  transfusion allowed)\n- B",
        [("inclusion", ["Values within 7 days prior to inclusion (no transfusion allowed)", "B"])],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_outline(name: str) -> None:
    text, expected = CASES[name]
    assert outline(text) == expected


def test_bare_numbers_that_count_the_bullets_are_no_part_of_them() -> None:
    text = "Study of Y\n\nInclusion Criteria:\n\n* 1 Aged 18 to 75 years\n* 2 ECOG 0-1\n* 3 Life expectancy of 12 weeks\n"
    text += "\nExclusion Criteria:\n\n* 2 Prior lines\n* HIV\n"
    (trial,) = Assistant.read("study.txt", text)
    quotes = [c.quote for c in trial.criteria if c.id.startswith(("I", "E"))]
    assert quotes == ["Aged 18 to 75 years", "ECOG 0-1", "Life expectancy of 12 weeks", "2 Prior lines", "HIV"]
