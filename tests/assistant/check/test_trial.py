"""A trial against a patient: verdicts, the deciding reasons first, notes, questions in the order of what they settle."""

from datetime import date

from assistant.check import match
from index.conditions import Bounds, NotCompiled
from index.text import Span
from index.trials import Criterion, Document, Field, SourceNote, Trial
from tests.assistant.check.make import AS_OF, SPAN, StubPatient, at_least, drug, finding, has, lab, limit, on, received, within

TEXT = "0123456789"


def trial(*conditions: tuple[str, object], listed: bool = True, name: str = "t", **more) -> Trial:
    polarity = {"I": "inclusion", "E": "exclusion", "P": "population"}
    criteria = tuple(
        Criterion(id=id_, polarity=polarity[id_[0]], document="d", span=Span(start=0, end=10), quote=TEXT, condition=c)  # type: ignore[arg-type]
        for id_, c in conditions
    )
    return Trial(
        id=name, nct_id=None, title="T", source="s", layout="l", content_hash="h",
        documents=(Document(name="d", text=TEXT),), fields=more.pop("fields", ()),
        criteria=criteria, has_eligibility_list=listed, **more,
    )  # fmt: skip


PLT = ("I01", limit("plt", at_least(75), "e9_l"))
ALP = ("I02", limit("alp", Bounds(high=500), "u_l"))
TACE = ("E01", received("local_therapy", window=within(4, "week")))


def run(trials, *facts):
    return match(trials, StubPatient(facts, {}), AS_OF)  # type: ignore[arg-type]


def test_verdicts_of_a_list():
    one = (trial(PLT, ALP, TACE),)
    assert run(one, lab("plt", 60)).trials[0].verdict == "EXCLUDED"
    assert run(one).trials[0].verdict == "CANNOT_DETERMINE"
    open_ = run(one, lab("plt", 80)).trials[0]
    assert open_.verdict == "NO_EXCLUSION_FOUND"
    assert "E01" in open_.summary and "I02" in open_.summary
    assert run((trial(),)).trials[0].verdict == "CANNOT_DETERMINE"


def test_verdicts_without_a_list():
    one = (trial(("P01", has("hcc")), listed=False),)
    assert run(one, finding("hcc")).trials[0].verdict == "FITS_STATED_POPULATION"
    assert run(one, finding("clear_cell_rcc")).trials[0].verdict == "NOT_FIT"
    assert run(one).trials[0].verdict == "CANNOT_DETERMINE"
    assert all("no eligibility criteria" in " ".join(run(one, *f).trials[0].notes) for f in ((), (finding("hcc"),)))
    unread = (trial(("P01", has("hcc")), ("P02", NotCompiled(span=SPAN)), listed=False),)
    assert run(unread, finding("hcc")).trials[0].verdict == "CANNOT_DETERMINE"


def test_the_summary_begins_with_what_decides():
    excluded = run((trial(PLT, TACE),), lab("plt", 80), drug("tace", when=on(date(2026, 10, 30)))).trials[0]
    assert excluded.summary.startswith("Excluded") and "E01" in excluded.summary.split(".")[0]
    assert "2026-11-27" in excluded.summary


def test_notes_on_plans_status_and_dates():
    span = Span(start=0, end=1)
    fields = (Field(name="status", value="Recruiting", document="d", span=span), Field(name="end_date", value="2026-06-30", document="d", span=span))
    one = trial(
        ("E01", received("checkpoint_inhibitor")),
        fields=fields,
        notes=(SourceNote(kind="duplicate", text="E27 and E35 say the same.", document="d"),),
    )
    notes = " ".join(run((one,), drug("atezolizumab", "planned")).trials[0].notes)
    assert "Timing" in notes and "E01" in notes
    assert "2026-06-30" in notes
    assert "E27" in notes


def test_questions_are_ordered_by_what_they_settle():
    both = (
        trial(PLT, ALP, name="a"),
        trial(PLT, ALP, ("E01", has("dlbcl")), name="b"),
        trial(("I01", limit("anc", at_least(1.5), "e9_l")), name="c"),
    )
    report = run(both)
    first = report.trials[0].ask_next[0]
    assert "latelets" in first.question and first.criteria == ("a:I01",)
    assert not run(both, lab("plt", 10)).trials[0].ask_next  # excluded already


def test_parts_quote_the_document_and_point_at_facts():
    report = run((trial(PLT),), finding("hcc"), lab("plt", 80))
    part = report.trials[0].criteria[0].parts[0]
    assert part.quote == TEXT[0:1] and part.facts == (1,)
    assert report.patient.facts[1].concept == "plt"


def test_same_input_same_bytes():
    one = (trial(PLT, ALP, TACE),)
    assert run(one, lab("plt", 80)).model_dump_json() == run(one, lab("plt", 80)).model_dump_json()
