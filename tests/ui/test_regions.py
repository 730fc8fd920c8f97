"""The renderers and the session without a browser: what they show, and that nothing in it is markup."""

import base64
import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.results import (
    Answer,
    Citation,
    CriterionReport,
    NoteSource,
    Override,
    PatientFact,
    PatientRecord,
    Question,
    Report,
    TrialName,
    TrialReport,
)
from assistant.ui.actions import Ingest, Upload, read_action
from assistant.ui.ask_next import ask_next, questions
from assistant.ui.dropped import note_of
from assistant.ui.header import header
from assistant.ui.markup import Markup, join, tag, text
from assistant.ui.patient_card import patient_card
from assistant.ui.prose import prose
from assistant.ui.session import Session
from assistant.ui.timeline import timeline
from assistant.ui.transcript import Turn, transcript
from assistant.ui.trial_cards import AT_ONCE, trial_cards
from assistant.ui.uploads import as_files, file_name
from assistant.ui.words import STANDING, rank, standing
from assistant.ui.work import Work
from index.errors import UnreadableNote
from tests.conftest import HashingEmbedder
from tests.ui.driving import HOSTILE, NOTE, TODAY


class Reader(HTMLParser):
    """Elements and text of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(markup: Markup) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


def criterion(id_: str, outcome: Any, **more: Any) -> CriterionReport:
    given_ = {
        "polarity": "exclusion" if id_[0] == "E" else "inclusion",
        "reason": f"why {id_}",
        "gating": False,
        "facts": (),
        "quote": f"words of {id_}",
    }
    return CriterionReport(
        **{"id": id_, "outcome": outcome, "unknown_reason": None, "document": "d.txt", "start": 0, "end": 5} | given_ | more  # type: ignore[arg-type]
    )


def trial(id_: str, verdict: Any, *criteria: CriterionReport, **more: Any) -> TrialReport:
    return TrialReport(
        trial=TrialName(id=id_, nct_id=None, title=f"Title of {id_}"), verdict=verdict, summary=f"Summary of {id_}.", criteria=criteria, **more
    )


def fact(label: str, quote: str = "words", **more: Any) -> PatientFact:
    given_: dict[str, Any] = {"value": None, "unit": None, "status": "present", "when": None}
    return PatientFact(concept=label, label=label, source=NoteSource(start=0, end=len(quote), quote=quote), **given_ | more)


def report(*trials: TrialReport, facts: tuple[PatientFact, ...] = ()) -> Report:
    return Report(as_of=TODAY, patient=PatientRecord(facts=facts), trials=trials)


@given(st.text())
def test_every_text_comes_back_as_text_and_makes_no_element(value: str) -> None:
    reader = read(tag("p", value, title=value))
    assert [name for name, _ in reader.elements] == ["p"]
    assert reader.words.replace("\r\n", "\n") == value.replace("\r\n", "\n") or "\r" in value or "\0" in value
    assert not set("${}`<") & set(text(value))


def test_markup_is_put_in_as_it_is_and_strings_are_not() -> None:
    assert join(tag("b", "x"), "<b>") == "<b>x</b>&lt;b&gt;"
    assert tag("input", data_x=1, hidden=True, class_="a", for_=None) == '<input data-x="1" hidden class="a">'


def test_an_answer_becomes_lines_lists_tables_and_markers() -> None:
    citation = Citation(n=1, trial="001", document="d.txt", start=0, end=3, quote="abc")
    shown = prose("**Lead** [1]\n- a [2]\n- b\n\n| x | y |\n| --- | --- |\n| 1 | <b> |", (citation,), turn=4)
    reader = read(shown)
    names = [name for name, _ in reader.elements]
    assert names.count("li") == 2 and names.count("td") == 2 and names.count("th") == 2 and "strong" in names and "b" not in names
    markers = [a for name, a in reader.elements if name == "button"]
    assert [(m["data-turn"], m["data-n"]) for m in markers] == [("4", "1")]
    assert "[2]" in reader.words, "a marker without a citation stays as it is"


def test_hostile_text_is_text_in_every_region() -> None:
    hostile = report(
        trial("x", "EXCLUDED", criterion("E01", "FAIL", quote=HOSTILE, reason=HOSTILE, facts=(0,), remedy=HOSTILE), notes=(HOSTILE,)).model_copy(
            update={"trial": TrialName(id=HOSTILE, nct_id=None, title=HOSTILE), "ask_next": (Question(question=HOSTILE, criteria=(HOSTILE,)),)}
        ),
        facts=(fact(HOSTILE, HOSTILE, value=HOSTILE, unit=HOSTILE, when=HOSTILE, detail=HOSTILE, warning=HOSTILE),),
    )
    judged = Override(trial=HOSTILE, criterion="E01", outcome="PASS", reason=HOSTILE, computed="FAIL")
    answer = Answer(
        question=HOSTILE, kind="answer", text=HOSTILE, citations=(Citation(n=1, trial=HOSTILE, document=HOSTILE, start=0, end=1, quote=HOSTILE),)
    )
    turns = [Turn("user", HOSTILE), Turn("page", HOSTILE), Turn("assistant", answer=answer)]
    for region in (trial_cards(hostile, [judged]), patient_card(hostile, HOSTILE, after=ask_next(hostile)), transcript(turns, HOSTILE)):
        reader = read(region)
        assert not {name for name, _ in reader.elements} & {"img", "script"}
        assert not [a for _, attributes in reader.elements for a in attributes if a.startswith("on")]
        assert HOSTILE in reader.words and "${" not in region and "{{" not in region


def test_criteria_are_ranked_fails_judgement_unknown_passes() -> None:
    criteria = [
        criterion("I04", "PASS"), criterion("I03", "UNKNOWN", unknown_reason="missing"), criterion("E02", "UNKNOWN", unknown_reason="investigator"),
        criterion("I05", "NOT_APPLICABLE"), criterion("E01", "FAIL"), criterion("I09", "UNKNOWN", unknown_reason="missing", gating=True),
    ]  # fmt: skip
    assert [c.id for c in sorted(criteria, key=rank)] == ["E01", "E02", "I09", "I03", "I04", "I05"]
    assert {standing(c) for c in criteria} == {name for name, _ in STANDING}


def test_cards_say_why_in_words_and_keep_empty_groups() -> None:
    shown = read(trial_cards(report(trial("a", "EXCLUDED", criterion("E01", "FAIL"), criterion("I01", "FAIL", earliest_date=date(2027, 1, 2))))))
    assert "No exclusion found, or fits the stated population none" in shown.words
    assert "why E01; no remedy under this text" in shown.words and "re-check from 2027-01-02" in shown.words
    assert "2 criteria fail" in shown.words and "%" not in shown.words


def test_many_criteria_are_loaded_when_a_card_is_opened() -> None:
    many = report(*(trial(f"t{n}", "EXCLUDED", *(criterion(f"E{i:02}", "FAIL") for i in range(30))) for n in range(AT_ONCE // 30 + 1)))
    assert "<table" not in trial_cards(many) and "show_criteria" in trial_cards(many)
    assert trial_cards(many, opened={"t3"}).count("<table") == 1


def test_questions_of_all_trials_are_asked_once_the_most_useful_first() -> None:
    first = Question(question="Platelets?", criteria=("a:I01",), lead="platelets")
    both = (
        trial("a", "CANNOT_DETERMINE", ask_next=(first, Question(question="HE?", criteria=("a:E01",)))),
        trial("b", "CANNOT_DETERMINE", ask_next=(first.model_copy(update={"criteria": ("b:I02",)}),)),
    )
    asked = questions(report(*both))
    assert [(q.question, q.criteria) for q in asked] == [("Platelets?", ("a:I01", "b:I02")), ("HE?", ("a:E01",))]
    assert ask_next(None) is None


def test_a_page_that_others_can_reach_says_so() -> None:
    manifest: Any = type("Manifest", (), {"trials": 1, "updated": "2026-11-20T10:00:00+00:00"})()
    assert "other machines" not in header(manifest, TODAY, "127.0.0.1", patient=False)
    assert "⚠ This page listens on 0.0.0.0" in header(manifest, TODAY, "0.0.0.0", patient=False)
    assert "1 trial, index of 2026-11-20" in header(manifest, TODAY, "::1", patient=True)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        {"kind": "nothing"},
        {"kind": "send"},
        {"kind": "send", "text": "a" * 200_001},
        {"kind": "edit_fact", "index": "x", "text": "y"},
        {"kind": "judge", "trial": "a", "criterion": "b", "outcome": "ELIGIBLE"},
        {"kind": "set_date", "as_of": "tomorrow"},
        {"kind": "export", "format": "exe"},
        {"kind": "ingest", "files": [{"name": "a.txt", "data": "", "path": "/etc/passwd"}], "more": 1},
    ],
)
def test_what_is_no_action_is_refused(payload: object) -> None:
    with pytest.raises(ValidationError):
        read_action(payload)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\trials\\a b.txt", "a b.txt"),
        (".hidden", "hidden"),
        ("..", "document"),
        ("", "document"),
        ("a\0\n.txt", "a.txt"),
        ("肝" * 200 + ".txt", "肝" * 59 + ".txt"),
        ("<b>.txt", "<b>.txt"),
    ],
)
def test_a_file_name_is_a_name_and_no_path(name: str, kept: str) -> None:
    assert file_name(name) == kept


def test_uploads_are_private_and_gone_afterwards() -> None:
    data = base64.b64encode(b"text").decode()
    with as_files((Upload(name="a.txt", data=data), Upload(name="../a.txt", data=data), Upload(name="b", data="!"))) as (paths, refused):
        folder = paths[0].parent.parent
        assert [p.name for p in paths] == ["a.txt", "a.txt"] and [p.read_bytes() for p in paths] == [b"text"] * 2
        assert folder.stat().st_mode & 0o077 == 0
        assert refused == ["b: it did not arrive whole."]
    assert not folder.exists()


def test_note_files() -> None:
    assert note_of("a.TXT", "\ufeffplt 82k") == "plt 82k"
    assert note_of("labs.csv", "Test;Value;Unit\nPLT;82;10^9/L\n\nALT;44;U/L") == "PLT 82 10^9/L\nALT 44 U/L"
    assert note_of("labs.tsv", "PLT\t82\n") == "PLT 82"
    for name, content in (("a.exe", "x"), ("a.txt", " "), ("a.txt", "\0\0"), ("a.json", "[]"), ("a.json", "{")):
        with pytest.raises(UnreadableNote):
            note_of(name, content)


def test_work_is_watched_and_its_error_handed_on() -> None:
    assert list(Work(lambda: 1).ticks()) in ([], [0.1])
    work: Work[float] = Work(lambda: 1 / 0)
    list(work.ticks())
    with pytest.raises(ZeroDivisionError):
        work.result()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from assistant import Assistant

    assistant = Assistant.open(tmp_path_factory.mktemp("session") / "store", embedder=HashingEmbedder())

    def fresh() -> Session:
        return Session(assistant, TODAY)

    yield fresh
    assistant.close()


def act(session: Session, **action: Any) -> int:
    """Carries out an action; how many times there was something to show."""
    return sum(1 for _ in session.do(read_action(action)))


def test_a_session_streams_an_answer_and_forgets_everything(session: Any) -> None:
    one = session()
    assert act(one, kind="send", text=NOTE) > 3
    assert one.report is not None and one.turns[-1].lines is None
    act(one, kind="judge", trial=one.report.trials[0].trial.id, criterion=one.report.trials[0].criteria[0].id, outcome="UNKNOWN", reason="r")
    act(one, kind="open_citation", turn=0, n=1)
    assert one.overrides and one.opened is not None
    act(one, kind="clear")
    assert (one.report, one.turns, one.answers, one.overrides, one.opened, one.conversation.note) == (None, [], [], {}, None, "")


def test_what_is_no_longer_there_is_said_and_changes_nothing(session: Any) -> None:
    one = session()
    act(one, kind="send", text=NOTE)
    note = one.conversation.note
    for action in (
        {"kind": "edit_fact", "index": 999, "text": "x"},
        {"kind": "remove_fact", "index": -1},
        {"kind": "judge", "trial": "none", "criterion": "E01", "outcome": "PASS", "reason": "r"},
    ):
        act(one, **action)
        assert "no longer on the page" in one.turns[-1].text
    act(one, kind="open_source", trial="none", document="d", start=0, end=1)
    assert one.opened is not None and "no longer in the index" in one.opened
    act(one, kind="remove_trial", trial="none")
    assert "none" in one.remarks[0] and one.conversation.note == note


def test_a_session_that_is_busy_takes_no_second_message(session: Any) -> None:
    one = session()
    running = one.do(read_action({"kind": "send", "text": "58M HCC"}))
    next(running)
    act(one, kind="send", text="63F HCC")
    assert "Still working" in one.signal.say and len(one.turns) == 1
    act(one, kind="stop")
    list(running)
    assert "Stopped" in one.turns[-1].text or one.report is not None
    act(one, kind="send", text="60M HCC")
    assert one.report is not None


def test_the_same_trial_again_is_said_to_be_there(session: Any) -> None:
    one = session()
    seed = next(Path("seeds").glob("000*.txt"))
    data = base64.b64encode(seed.read_bytes()).decode()
    list(one.do(Ingest(kind="ingest", files=(Upload(name=seed.name, data=data),))))
    assert one.remarks == [f"{seed.stem}: is indexed already."]


def test_timeline_draws_the_window_of_a_dated_treatment(session: Any) -> None:
    one = session()
    act(one, kind="send", text="58M HCC BCLC-B ECOG 0. TACE on 2026-11-10. Prior sorafenib.")
    shown = timeline(one.report, one.conversation.patient.facts)
    assert shown is not None
    reader = read(shown)
    picture = next(a for name, a in reader.elements if name == "svg")
    assert "TACE: 2026-11-10" in str(picture["aria-label"]) and "2026-12-08" in str(picture["aria-label"])
    assert "Date not recorded: sorafenib" in reader.words
    assert timeline(None, ()) is None


def test_exports_hold_provenance_overrides_and_what_was_not_evaluated(session: Any) -> None:
    from assistant.report.export import csv_of, export, json_of, markdown_of
    from assistant.report.pdf import pdf

    one = session()
    act(one, kind="send", text=NOTE)
    mine = Override(trial="001_a72e251cd41047c2", criterion="E25", outcome="PASS", reason="=cmd|<b>x</b> 中文 ≥ ≤ µ ×10⁹ → ☃", computed="FAIL")
    taken = export(one.report, one.assistant.manifest(), (mine,))
    for words in (json_of(taken), markdown_of(taken), csv_of(taken)):
        for part in ("2026-11-20", taken.program, taken.manifest.corpus[:16], taken.manifest.parser, "No prior systemic anti-tumor treatment"):
            assert part in words, part
    assert json.loads(json_of(taken))["overrides"][0]["computed"] == "FAIL"
    assert "'=cmd" in csv_of(taken) and "<b>" not in markdown_of(taken).replace(r"\<b\>", "")
    assert pdf(taken) == pdf(taken)
