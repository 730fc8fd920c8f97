"""A library in memory: the seeds and one invented registry record, with a plain word search instead of an index."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from assistant.ask.terms import keys_of, plain
from assistant.results import Answer
from index.build import read
from index.passages import Passage, passages
from index.trials import Trial

ROOT = Path(__file__).parent.parent.parent
AS_OF = date(2026, 11, 20)

# Invented: no such study exists. It holds one of everything that a registry record can state.
RECORD = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT90000001",
            "orgStudyIdInfo": {"id": "ZX-17"},
            "organization": {"fullName": "Example Foundation", "class": "OTHER"},
            "briefTitle": "Exampletinib Versus Placebo in Hay Fever",
            "officialTitle": "A Randomised Trial of Exampletinib in Adults With Hay Fever",
            "acronym": "HAYDAY",
        },
        "statusModule": {
            "overallStatus": "TERMINATED",
            "whyStopped": "Supply of the study drug ended early",
            "startDateStruct": {"date": "2019-03-01", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2021-05", "type": "ACTUAL"},
            "lastUpdatePostDateStruct": {"date": "2021-09-02", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {
            "leadSponsor": {"name": "Example Foundation", "class": "OTHER"},
            "collaborators": [{"name": "Second Example Ltd", "class": "INDUSTRY"}],
        },
        "descriptionModule": {
            "briefSummary": "This study compares exampletinib with placebo in adults with hay fever. "
            "Exampletinib capsules are taken once daily for 6 weeks."
        },
        "conditionsModule": {"conditions": ["Hay Fever"], "keywords": ["pollen"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE2", "PHASE3"],
            "enrollmentInfo": {"count": 84, "type": "ACTUAL"},
            "designInfo": {
                "allocation": "RANDOMIZED",
                "interventionModel": "PARALLEL",
                "primaryPurpose": "TREATMENT",
                "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "INVESTIGATOR"]},
            },
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "Exampletinib", "type": "EXPERIMENTAL", "description": "Exampletinib 40 mg once daily for 6 weeks"},
                {"label": "Placebo", "type": "PLACEBO_COMPARATOR", "description": "Matching capsules once daily"},
            ],
            "interventions": [{"type": "DRUG", "name": "Exampletinib", "otherNames": ["ZX017"]}, {"type": "DRUG", "name": "Placebo"}],
        },
        "outcomesModule": {
            "primaryOutcomes": [{"measure": "Nasal symptom score", "description": "Sum of four symptoms, 0 to 12", "timeFrame": "week 6"}],
            "secondaryOutcomes": [
                {"measure": "Days with rescue medication", "timeFrame": "weeks 1 to 6"},
                {"measure": "Quality of life (RQLQ)", "timeFrame": "baseline and week 6"},
            ],
        },
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n* Age 18 to 60 years\n* Positive skin prick test to grass pollen\n"
            "* Platelet count \u2265 120 x 10^9/L\n\n"
            "Exclusion Criteria:\n\n* Use of systemic corticosteroids within 6 weeks before randomisation\n"
            "* Pregnancy or breastfeeding\n* Known HIV infection",
            "healthyVolunteers": False,
            "sex": "ALL",
            "minimumAge": "18 Years",
            "maximumAge": "60 Years",
        },
        "contactsLocationsModule": {
            "overallOfficials": [{"name": "A. N. Example, MD", "affiliation": "Example Clinic", "role": "PRINCIPAL_INVESTIGATOR"}],
            "locations": [
                {"facility": "Example Clinic", "city": "Graz", "country": "Austria"},
                {"facility": "Second Clinic", "city": "Bern", "country": "Switzerland"},
            ],
        },
    }
}


@dataclass(frozen=True)
class Hit:
    passage: Passage
    score: float


class MemoryLibrary:
    """Trials in memory; `search` ranks passages by the words that they share with the query."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        self._trials = tuple(trials)
        self._passages = [(p, keys_of(plain(p.text))) for t in self._trials for p in passages(t)]

    def trials(self) -> tuple[Trial, ...]:
        return self._trials

    def search(self, query: str, trials: Sequence[str] | None = None, k: int = 8) -> tuple[Hit, ...]:
        asked = keys_of(query)
        hits = [Hit(p, len(asked & keys) / (1 + len(keys) ** 0.5)) for p, keys in self._passages if trials is None or p.trial_id in trials]
        return tuple(sorted((h for h in hits if h.score > 0), key=lambda h: -h.score)[:k])


def _trials(paths: Sequence[Path]) -> list[Trial]:
    return [t for t in read(paths) if isinstance(t, Trial)]


@pytest.fixture(scope="session")
def seeds() -> MemoryLibrary:
    """The five seeds."""
    return MemoryLibrary(_trials([ROOT / "seeds"]))


@pytest.fixture(scope="session")
def library(seeds: MemoryLibrary, tmp_path_factory: pytest.TempPathFactory) -> MemoryLibrary:
    """The five seeds and the invented record."""
    path = tmp_path_factory.mktemp("record") / "NCT90000001.json"
    path.write_text(json.dumps(RECORD), encoding="utf-8")
    return MemoryLibrary([*seeds.trials(), *_trials([path])])


_TEXT_NUMBER = re.compile(r"(?<![A-Za-z\d.])\d[\d,]*(?:\.\d+)?")


def unsupported_numbers(answer: Answer, *given: str) -> list[str]:
    """Numbers of an answer's text that stand in no quote, not in what was `given` (the question, the note), and in no calculation shown."""
    text = re.sub(r"\[\d+\]|\b[IEP]\d{2}(?:\.\d+)?\b|\bNCT\d+|\b\d{3}_[0-9a-f]{16}(?:\.txt)?|\b00\d\b|\b[\w-]+\.(?:txt|json)\b", " ", answer.text)
    text = re.sub(r"[^.\n]*\b(?:calculat\w+|computed|counted)\b[^\n]*", " ", text)
    allowed = " ".join([*(plain(c.quote) for c in answer.citations), *given, AS_OF.isoformat()])
    if answer.report is not None:
        allowed += " ".join(
            r
            for t in answer.report.trials
            for c in t.criteria
            for r in (c.reason, c.remedy or "", str(c.earliest_date or ""), *(p.reason for p in c.parts))
        )
        allowed += " ".join(f"{f.value} {f.unit} {f.when} {f.source.quote} {f.detail}" for f in answer.report.patient.facts)
    known = {n.replace(",", "") for n in re.findall(r"\d[\d,]*(?:\.\d+)?", allowed)}
    return [n for n in _TEXT_NUMBER.findall(text) if n.replace(",", "") not in known]


def check_answer(answer: Answer, library: MemoryLibrary, *given: str) -> None:
    """What holds for every answer: literal quotes, numbered in order and all used, and no number from nowhere."""
    trials = {t.id: t for t in library.trials()}
    for i, c in enumerate(answer.citations, 1):
        assert c.n == i
        assert f"[{c.n}]" in answer.text, (answer.question, c)
        assert trials[c.trial].document(c.document).text[c.start : c.end] == c.quote
    # A number field of a structured record is stated without a quote, for no string of the source holds it.
    fields = [f.value for t in trials.values() for f in t.fields if "not_quotable" in f.parts]
    assert not unsupported_numbers(answer, *given, *fields), (answer.question, answer.text, unsupported_numbers(answer, *given, *fields))


@pytest.fixture(scope="session")
def checked() -> Callable[..., None]:
    """`check_answer`, for tests in other folders."""
    return check_answer
