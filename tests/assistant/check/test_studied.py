"""A patient who has nothing to do with a trial violates nothing in its list; that must not read as "no exclusion found"."""

import json

import pytest

from assistant import Assistant
from assistant.check import match
from assistant.patient import read_note
from index.criteria import describe
from index.trials import Trial
from tests.assistant.check.make import AS_OF, finding, has
from tests.assistant.check.test_trial import run, trial

HCC = "45M, HCC BCLC C, ECOG 1, Child-Pugh A5, no prior systemic therapy"


def record(conditions: list[str], criteria: str, healthy: bool = False) -> Trial:
    """A registry record with these conditions and this list."""
    protocol = {
        "identificationModule": {"nctId": "NCT00000001", "briefTitle": "A study"},
        "conditionsModule": {"conditions": conditions},
        "eligibilityModule": {"eligibilityCriteria": criteria, "healthyVolunteers": healthy, "sex": "ALL", "minimumAge": "18 Years"},
    }
    (made,) = Assistant.read("NCT00000001.json", json.dumps({"protocolSection": protocol}))
    return made


def verdict(made: Trial, note: str) -> str:
    return match((made,), read_note(note, AS_OF), AS_OF).trials[0].verdict


OPEN_LIST = "Inclusion Criteria:\n\n* Adults\n* Treated by a pulmonologist for at least 33 months\n\nExclusion Criteria:\n\n* Pregnancy"


@pytest.mark.parametrize(
    ("conditions", "note", "expected"),
    [
        (["Asthma"], HCC, "CANNOT_DETERMINE"),
        (["Asthma"], "45M with severe asthma", "NO_EXCLUSION_FOUND"),
        (["Asthma", "Carcinoma, Hepatocellular"], HCC, "NO_EXCLUSION_FOUND"),  # one of them is enough
        (["Advanced Solid Tumor"], HCC, "NO_EXCLUSION_FOUND"),
        (["Asthma"], "45M, asthma as a child, resolved", "CANNOT_DETERMINE"),
        (["Asthma"], "45M, father has asthma", "CANNOT_DETERMINE"),
        (["Asthma"], "45M, no asthma", "CANNOT_DETERMINE"),  # the registry's words are no rule of entry: never excluded by them
        (["Bothersome Snorting"], HCC, "CANNOT_DETERMINE"),
        (["Esophageal Neoplasms"], HCC, "CANNOT_DETERMINE"),
        (["Liver Neoplasms"], HCC, "NO_EXCLUSION_FOUND"),
        (["Urogenital Cancers"], HCC, "CANNOT_DETERMINE"),  # a kind that the vocabulary does not know is not any cancer
        (["Advanced Cancers"], HCC, "NO_EXCLUSION_FOUND"),
        (["Bothersome Snorting"], "45M with bothersome snorting", "NO_EXCLUSION_FOUND"),
    ],
)
def test_what_is_studied_must_be_affirmed(conditions: list[str], note: str, expected: str) -> None:
    assert verdict(record(conditions, OPEN_LIST), note) == expected


@pytest.mark.parametrize(
    ("title", "note", "expected"),
    [
        ("Capecitabine in Metastatic Breast Cancer", HCC, "CANNOT_DETERMINE"),
        ("Capecitabine in Metastatic Breast Cancer", "45F with metastatic breast cancer", "NO_EXCLUSION_FOUND"),
        ("Liquid Biopsy in Advanced Cancer", HCC, "NO_EXCLUSION_FOUND"),
    ],
)
def test_without_a_condition_field_the_title_says_what_is_studied(title: str, note: str, expected: str) -> None:
    (made,) = Assistant.read("protocol.txt", f"{title}\n\nInclusion Criteria:\n\n* Adults\n* Able to swallow tablets\n")
    assert verdict(made, note) == expected
    (criterion,) = [c for c in made.criteria if c.id == "S01"]
    assert criterion.heading == "named in the title" and criterion.quote == title


def test_a_document_that_names_no_disease_says_so() -> None:
    (made,) = Assistant.read("protocol.txt", "A study of Y\n\nInclusion Criteria:\n\n* Adults\n")
    assert any("which disease" in n.text for n in made.notes)
    assert not any("which disease" in n.text for n in record(["Asthma"], OPEN_LIST).notes)


def test_a_wider_diagnosis_in_the_list_does_not_stand_for_the_studied_one() -> None:
    made = record(["Breast Cancer"], "Inclusion Criteria:\n\n* Patients with cancer\n* Adults")
    assert verdict(made, HCC) == "CANNOT_DETERMINE"


def test_healthy_volunteers_may_enter_where_they_are_accepted() -> None:
    accepting = record(["Asthma"], OPEN_LIST, healthy=True)
    assert verdict(accepting, "30M healthy volunteer") == "NO_EXCLUSION_FOUND"
    assert verdict(accepting, HCC) == "CANNOT_DETERMINE"


@pytest.mark.parametrize("accepted", [True, False])
@pytest.mark.parametrize("condition", ["Healthy", "Healthy Volunteers", "Healthy Aging", "Normal Volunteers"])
def test_a_patient_whose_health_is_good_otherwise_is_no_healthy_volunteer(condition: str, accepted: bool) -> None:
    made = record([condition], "Inclusion Criteria:\n\n* Adults\n\nExclusion Criteria:\n\n* Pregnancy", healthy=accepted)
    for words in ("", ", otherwise healthy", ", in good health", ", in good general health"):
        assert verdict(made, f"58M with HCC BCLC C{words}") == "CANNOT_DETERMINE"
    assert verdict(made, "30M healthy volunteer") == "NO_EXCLUSION_FOUND"


def test_good_health_opens_no_trial_of_another_disease() -> None:
    """A trial of asthma that also takes healthy volunteers."""
    assert verdict(record(["Asthma"], OPEN_LIST, healthy=True), f"{HCC}, in good health") == "CANNOT_DETERMINE"


def test_the_registry_s_word_on_healthy_volunteers_excludes_nobody() -> None:
    asthma = "30F with asthma, not pregnant"
    assert verdict(record(["Asthma"], OPEN_LIST, healthy=False), asthma) == verdict(record(["Asthma"], OPEN_LIST, healthy=True), asthma)


def test_the_statement_quotes_the_registry_and_asks() -> None:
    made = record(["Asthma"], OPEN_LIST)
    stated = next(c for c in made.criteria if c.quote == "Asthma")
    assert stated.document.endswith("conditionsModule.conditions") or "conditions" in stated.document
    report = match((made,), read_note(HCC, AS_OF), AS_OF).trials[0]
    judged = next(c for c in report.criteria if c.id == stated.id)
    assert (judged.outcome, judged.gating) == ("UNKNOWN", True)
    assert any(f"{report.trial.id}:{stated.id}" in q.criteria or stated.id in q.criteria for q in report.ask_next)


def test_nothing_is_said_twice() -> None:
    """Where the list requires the disease itself, the registry's field adds nothing."""
    made = record(["Asthma"], "Inclusion Criteria:\n\n* Diagnosis of asthma\n\nExclusion Criteria:\n\n* Pregnancy")
    assert not any(c.id.startswith("S") and "asthma" in describe(c.condition) for c in made.criteria)


@pytest.mark.parametrize("concept", ["asthma", "hepatitis_b"])
def test_a_required_diagnosis_keeps_the_verdict_open(concept: str) -> None:
    one = (trial(("I01", has(concept))),)
    assert run(one).trials[0].verdict == "CANNOT_DETERMINE"
    assert run(one, finding(concept)).trials[0].verdict == "NO_EXCLUSION_FOUND"
    assert run(one, finding(concept, "absent")).trials[0].verdict == "EXCLUDED"


def test_an_excluded_disease_that_is_not_mentioned_does_not() -> None:
    one = (trial(("I01", has("hcc")), ("E01", has("asthma"))),)
    assert run(one, finding("hcc")).trials[0].verdict == "NO_EXCLUSION_FOUND"


@pytest.mark.parametrize(
    ("criteria", "stated"),
    [
        ("Inclusion Criteria:\n\n* Age 18 years or older\n* Asthma", set()),
        ("Inclusion Criteria:\n\n* Asthma\n\nExclusion Criteria:\n\n* Age < 18 years", set()),
        ("Inclusion Criteria:\n\n* Asthma\n* Women aged 18 years or older must use contraception", {"18 Years"}),  # binds some patients only
        ("Inclusion Criteria:\n\n* Asthma\n* FEV1 > 70 % or age over 60 years", {"18 Years"}),  # one of two ways
        ("Inclusion Criteria:\n\n* Asthma", {"18 Years"}),
    ],
)
def test_the_registry_s_age_counts_unless_the_list_demands_one_of_everybody(criteria: str, stated: set[str]) -> None:
    assert {c.quote for c in record(["Asthma"], criteria).criteria if c.id.startswith("S")} == stated
