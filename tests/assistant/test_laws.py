"""The laws that hold for every patient note, over notes generated from sentences as clinicians write them."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.check import match
from assistant.patient.patient import read_note
from assistant.results import CriterionReport, Report, TrialReport
from index.criteria import with_criteria
from index.sources import read_path
from index.trials import Trial

AS_OF = date(2026, 11, 20)
SEEDS = Path(__file__).parents[2] / "seeds"
few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))

# Each group's sentences are about one thing; a note takes at most one of each, so that it never contradicts itself.
GROUPS = (
    ("58-year-old man with HCC.", "64-year-old woman with hepatocellular carcinoma.", "71M with biopsy-proven HCC."),
    ("ECOG 0.", "ECOG 1.", "ECOG 2."),
    ("BCLC stage B.", "BCLC stage C.", "BCLC stage A."),
    ("Child-Pugh A5.", "Child-Pugh B7.", "Child-Pugh B8."),
    ("Platelets 82 x10^9/L.", "PLT 60 x10^9/L.", "Platelets 143 x10^9/L."),
    ("Hemoglobin 12.4 g/dL.", "Hb 88 g/L."),
    ("ANC 3.1 x10^9/L.", "ANC 1.1 x10^9/L."),
    ("Total bilirubin 14 umol/L.", "Total bilirubin 60 umol/L."),
    ("ALT 48 U/L.", "ALT 420 U/L."),
    ("Albumin 41 g/L.", "Albumin 26 g/L."),
    ("INR 1.05.", "INR 1.6."),
    ("No prior systemic therapy.", "Sorafenib until March 2026, progressed.", "Never received systemic therapy."),
    ("TACE on 2026-10-30.", "TACE on 2026-08-01."),
    ("HBV DNA 340 IU/mL.", "HBV DNA 24000 IU/mL."),
    ("Deep vein thrombosis 2 months ago.", "No deep vein thrombosis."),
    ("Dexamethasone 4 mg daily.", "Prednisone 5 mg daily."),
    ("LVEF 62%.", "LVEF 44%."),
    ("HIV negative.",),
    ("No brain metastases.", "Brain metastases on MRI."),
)
IRRELEVANT = (
    "Lives in a small town.", "Father had a myocardial infarction last month.", "Mother has breast cancer.",
    "Brother has hepatitis C.",
    "Enjoys gardening.", "Family history of deep vein thrombosis.",
)  # fmt: skip


@cache
def trials() -> tuple[Trial, ...]:
    return tuple(with_criteria(t) for path in sorted(SEEDS.glob("*.txt")) for t in read_path(path) if isinstance(t, Trial))


@cache
def listed() -> tuple[Trial, ...]:
    found = tuple(t for t in trials() if t.has_eligibility_list)
    assert found
    return found


def report(note: str, which: tuple[Trial, ...] | None = None) -> Report:
    return match(which or trials(), read_note(note, AS_OF), AS_OF)


def judged(note: str) -> dict[str, CriterionReport]:
    return {f"{t.trial.id}:{c.id}": c for t in report(note, listed()).trials for c in t.criteria}


def outcomes(trial: TrialReport) -> tuple[str, ...]:
    return (trial.verdict, *(c.outcome for c in trial.criteria))


@st.composite
def notes(draw: st.DrawFn, least: int = 3) -> list[str]:
    groups = draw(st.lists(st.sampled_from(GROUPS), min_size=least, max_size=9, unique=True))
    return [draw(st.sampled_from(group)) for group in groups]


@few
@given(notes(), st.randoms(use_true_random=False))
def test_1_order_changes_nothing(sentences, random):
    shuffled = random.sample(sentences, len(sentences))
    before, after = report(" ".join(sentences)), report("\n".join(shuffled))
    assert [outcomes(t) for t in before.trials] == [outcomes(t) for t in after.trials]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hb 9.4 g/dL", "Hb 94 g/L"),
        ("Hb 8.9 g/dL", "Hb 89 g/L"),
        ("albumin 2.8 g/dL", "albumin 28 g/L"),
        ("albumin 2.7 g/dL", "albumin 27 g/L"),
        ("total bilirubin 2.0 mg/dL", "total bilirubin 34.2 umol/L"),
        ("creatinine 0.9 mg/dL", "creatinine 79.56 umol/L"),
        ("platelets 75 K/uL", "platelets 75 x10^9/L"),
        ("platelets 74,000/uL", "platelets 74 x10^9/L"),
        ("ANC 1500/uL", "ANC 1.5 x10^9/L"),
    ],
)
def test_2_units_change_nothing(one, other):
    a, b = judged(f"58M HCC. {one}."), judged(f"58M HCC. {other}.")
    assert {k: (c.outcome, [p.outcome for p in c.parts]) for k, c in a.items()} == {
        k: (c.outcome, [p.outcome for p in c.parts]) for k, c in b.items()
    }


@few
@given(notes(), st.data())
def test_3_deleting_never_helps(sentences, data):
    gone = data.draw(st.integers(0, len(sentences) - 1))
    before, after = judged(" ".join(sentences)), judged(" ".join(s for i, s in enumerate(sentences) if i != gone))
    for key, criterion in after.items():
        if before[key].unknown_reason == "conflict":
            continue  # a stated score that its own inputs contradict: without one of the two there is no contradiction
        if criterion.outcome in ("PASS", "NOT_APPLICABLE"):
            assert before[key].outcome in ("PASS", "NOT_APPLICABLE"), (key, sentences[gone], criterion.reason)
        if criterion.outcome == "FAIL":
            assert before[key].outcome == "FAIL", (key, sentences[gone], criterion.reason)


@few
@given(notes(), st.sampled_from(IRRELEVANT), st.data())
def test_4_what_does_not_concern_the_patient_changes_nothing(sentences, noise, data):
    at = data.draw(st.integers(0, len(sentences)))
    with_noise = [*sentences[:at], noise, *sentences[at:]]
    before, after = report(" ".join(sentences)), report(" ".join(with_noise))
    assert [outcomes(t) for t in before.trials] == [outcomes(t) for t in after.trials]


@pytest.mark.parametrize(
    ("affirmed", "denied"),
    [
        ("Deep vein thrombosis 2 months ago.", "No deep vein thrombosis."),
        ("Brain metastases.", "No brain metastases."),
        ("Hepatic encephalopathy in 2024.", "Never had hepatic encephalopathy."),
        ("HIV positive.", "HIV negative."),
        ("Pulmonary fibrosis.", "No pulmonary fibrosis."),
        ("Received nivolumab.", "Never received nivolumab."),
    ],
)
def test_5_a_denial_flips(affirmed, denied):
    a, b = judged(f"58M HCC. {affirmed}"), judged(f"58M HCC. {denied}")
    changed = {k for k in a if a[k].outcome != b[k].outcome or [p.outcome for p in a[k].parts] != [p.outcome for p in b[k].parts]}
    assert any(a[k].outcome == "FAIL" for k in changed)
    assert all(b[k].outcome != "FAIL" for k in changed if a[k].outcome == "FAIL")


@pytest.mark.parametrize(
    ("text", "last_good", "first_bad"),
    [
        ("Platelets {} x10^9/L.", "75", "74"),
        ("ANC {} x10^9/L.", "1.5", "1.49"),
        ("Hemoglobin {} g/dL.", "9.0", "8.9"),
        ("Albumin {} g/L.", "28", "27.9"),
        ("Child-Pugh score {}.", "7", "8"),
        ("{}-year-old man.", "18", "17"),
        ("LVEF {}%.", "50", "49"),
        ("QTcF {} ms.", "500", "501"),
        ("Prednisone {} mg daily.", "10", "11"),
        ("HBV DNA {} IU/mL.", "2000", "2001"),
    ],
)
def test_6_the_boundary_is_exactly_there(text, last_good, first_bad):
    good, bad = judged(f"HCC. {text.format(last_good)}"), judged(f"HCC. {text.format(first_bad)}")
    assert {k for k in bad if bad[k].outcome == "FAIL"} - {k for k in good if good[k].outcome == "FAIL"}
    assert all(p.outcome != "FAIL" for c in good.values() for p in c.parts if p.facts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("HCC", "hepatocellular carcinoma"),
        ("PLT 60 x10^9/L", "thrombocytes 60 x10^9/L"),
        ("PLT 60 x10^9/L", "platelet count 60 x10^9/L"),
        ("DVT 2 months ago", "deep venous thrombosis 2 months ago"),
        ("nivolumab", "Opdivo"),
        ("Hb 8.1 g/dL", "haemoglobin 8.1 g/dL"),
        ("liver transplantation in 2019", "liver transplant in 2019"),
    ],
)
def test_7_a_synonym_changes_nothing(one, other):
    a, b = report(f"58M, {one}."), report(f"58M, {other}.")
    assert [outcomes(t) for t in a.trials] == [outcomes(t) for t in b.trials]


RANK = {"FAIL": 0, "UNKNOWN": 1, "PASS": 2, "NOT_APPLICABLE": 2}
WORSENING = (
    ("Platelets {} x10^9/L.", (200, 100, 75, 74, 40)),
    ("Total bilirubin {} umol/L.", (10, 30, 36, 45, 80)),
    ("Albumin {} g/L.", (45, 35, 30, 28, 20)),
    ("INR {}.", (1.0, 1.6, 1.8, 2.3, 3.0)),
    ("Creatinine {} umol/L.", (60, 110, 130, 160, 400)),
    ("ALT {} U/L.", (20, 100, 160, 310, 900)),
)


@few
@given(notes(least=0), st.sampled_from(WORSENING), st.data())
def test_8_a_worse_value_never_helps(sentences, lab, data):
    text, values = lab
    name = text.split(" {")[0]
    rest = " ".join(s for s in sentences if name.split()[-1].lower()[:4] not in s.lower() and not s.startswith(("PLT", "Child")))
    better, worse = sorted(data.draw(st.lists(st.integers(0, len(values) - 1), min_size=2, max_size=2, unique=True)))
    a, b = judged(f"{rest} {text.format(values[better])}"), judged(f"{rest} {text.format(values[worse])}")
    for key in a:
        assert RANK[b[key].outcome] <= RANK[a[key].outcome], (key, b[key].reason)


@few
@given(notes())
def test_9_same_input_same_bytes(sentences):
    note = " ".join(sentences)
    assert report(note).model_dump_json() == report(note).model_dump_json()
