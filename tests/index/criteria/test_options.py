"""Whether standard treatment is left, refused or failed: the phrases of registry records, and what they must not be taken for."""

import pytest

from index.criteria import compile_text, describe
from index.criteria.options import mentions

LEFT = "no standard treatment left"


@pytest.mark.parametrize(
    "said",
    [
        "no standard therapy exists",
        "no standard or clinically acceptable therapy exists",
        "no effective standard therapy is available",
        "there is no currently approved treatment",
        "no available standard therapy",
        "no other available standard or curative treatment",
        "no established standard of care therapy",
        "no further standard anticancer treatment exists",
        "no satisfactory alternative treatment options",
        "No effective standard therapeutic options",
        "lack of standard effective treatment options",
        "lacking standard therapy options",
        "without available therapeutic options",
        "standard therapy does not exist",
        "standard treatment is not available",
        "standard therapy has been ineffective or intolerable",
        "available therapies are intolerable or no longer effective",
        "exhausted all standard treatment options",
    ],
)
def test_no_standard_treatment_is_left(said: str) -> None:
    assert describe(compile_text(f"Advanced solid tumor for which {said}", "inclusion")).count(LEFT) == 1
    assert [m.concept for m in mentions(f"for which {said}")] == ["no_standard_therapy"]


@pytest.mark.parametrize(
    "said",
    [
        "No prior standard therapy",
        "No systemic therapy within 4 weeks",
        "no other anticancer therapy during the study",
        "No conventional treatment within 28 days",
        "No standard chemotherapy was given",
        "Active tuberculosis without appropriate treatment",
        "no effective contraception",
        "No concurrent antiretroviral therapy",
        "Standard therapy is available",
    ],
)
def test_a_ban_on_treatment_is_something_else(said: str) -> None:
    assert mentions(said) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "Solid tumor refractory to standard therapy, or intolerant to standard treatment, or for which no standard treatment exists",
            "((solid tumor and treatment: refractory on standard treatment) or treatment: intolerant on standard treatment"
            " or no standard treatment left)",
        ),
        ("progressed after all available standard therapies", "treatment: progressed on standard treatment"),
        ("Patients who have declined standard treatment", "treatment: declined standard treatment"),
        ("standard treatment failure", "treatment: failed on standard treatment"),
        ("sorafenib failure", "treatment: failed on sorafenib"),
        ("heart failure", "heart failure"),
        ("Patients who refuse surgery", "treatment: declined surgery"),
        ("opted against surgery", "treatment: declined surgery"),
        ("must have received or declined sorafenib", "(treatment: sorafenib or treatment: declined sorafenib)"),
        ("refused or were intolerant to sorafenib", "(treatment: declined sorafenib or treatment: intolerant on sorafenib)"),
        ("Not eligible for, or declined, sorafenib", "not (treatment: candidate for sorafenib and not treatment: declined sorafenib)"),
        ("have not refused sorafenib", "not treatment: declined sorafenib"),
    ],
)
def test_failed_refused_or_received(text: str, read: str) -> None:
    assert describe(compile_text(text, "inclusion")) == read
