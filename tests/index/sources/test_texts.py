"""Text in other layouts and containers, and everything that can be wrong with a file."""

import io
import time
import zipfile
from pathlib import Path

import pytest

from index.sources import Rejected, files, read_path, read_paths, read_text
from index.sources.identity import stated_nct
from index.trials import Trial

PLAIN = """\
A study of Y in renal cancer

Background: Something about Y.

Inclusion Criteria:
  * ECOG 0-1
  * Treatment: no prior anti-PD-1
Exclusion Criteria:
  * Brain metastases
  * Results: abnormal ECG
"""


def read(name: str, text: str) -> Trial:
    (item,) = read_text(name, text)
    assert isinstance(item, Trial), item
    return item


def read_bytes(tmp_path: Path, name: str, data: bytes) -> Trial | Rejected:
    path = tmp_path / name
    path.write_bytes(data)
    (item,) = read_path(path)
    return item


def eligibility(trial: Trial) -> str:
    (field,) = trial.all("eligibility")
    return field.span.of(trial.document(field.document).text)


def pdf(*lines: str) -> bytes:
    """A one-page PDF with these lines of text, or an empty page."""
    show = " ".join(f"({line}) Tj T*" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 50 750 Td {show} ET" if lines else ""
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = "%PDF-1.4\n", []
    for i, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{i} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return f"{out}xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def docx(*paragraphs: tuple[str, int | None]) -> bytes:
    """A Word document with these paragraphs; a number makes a list item of that level."""
    body = ""
    for text, level in paragraphs:
        listed = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>' if level is not None else ""
        body += f"<w:p>{listed}<w:r><w:t>{text}</w:t></w:r></w:p>"
    main = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("word/document.xml", main)
    return data.getvalue()


def test_plain_text() -> None:
    trial = read("y.txt", PLAIN)
    assert (trial.id, trial.nct_id, trial.layout, trial.title) == ("y", None, "plain", "A study of Y in renal cancer")
    assert [(f.name, f.value) for f in trial.fields[:2]] == [("title", trial.title), ("description", "Something about Y.")]
    assert eligibility(trial) == PLAIN[PLAIN.index("Inclusion") :].strip()


def test_markdown() -> None:
    text = (
        "# NCT01234567: A Phase 2 Study of X in HCC\n\n**Sponsor:** Example University\nPhase: 2\n\n## Brief summary\n\n"
        "A randomized trial of X, after NCT07654321.\n\n"
        "## Eligibility\n\nAges 18 to 75.\n\n### Key Inclusion Criteria\n\n- Age ≥ 18 years\nPrior therapy: none\n\n### Key Exclusion Criteria\n"
        "\n1. HIV\n\n"
        "## Primary outcome\n\n- Overall survival, 2 years\n"
    )
    trial = read("x.md", text)
    assert (trial.id, trial.nct_id) == ("NCT01234567", "NCT01234567")
    assert [(f.name, f.value) for f in trial.all("sponsor", "phase", "outcome")] == [
        ("sponsor", "Example University"),
        ("phase", "2"),
        ("outcome", "Overall survival"),
    ]
    assert eligibility(trial).startswith("## Eligibility") and eligibility(trial).endswith("1. HIV")


def test_sections_apart_lose_no_criterion() -> None:
    trial = read("x.md", "# Trial\n\n## Inclusion criteria\n- A\n\n## Design\nTwo arms.\n\n## Exclusion criteria\n- B\n\n## References\n- C\n")
    assert "- A" in eligibility(trial) and eligibility(trial).endswith("- B")


def test_a_list_alone() -> None:
    trial = read("pasted", "Inclusion Criteria:\n- Age 18 or older\nExclusion Criteria:\n- HIV infection")
    assert trial.title == "pasted" and eligibility(trial).endswith("- HIV infection")


def test_chinese_headings_and_encoding(tmp_path: Path) -> None:
    text = "标题：某药治疗肝癌的II期试验\n\n纳入标准：\n1. 年龄18-75岁；\n排除标准：\n1. 妊娠；\n"
    for encoding in ("utf-8", "gb18030"):
        item = read_bytes(tmp_path, f"{encoding}.txt", text.encode(encoding))
        assert isinstance(item, Trial)
        assert item.title == "某药治疗肝癌的II期试验"
        assert eligibility(item) == text[text.index("纳入") :].strip()
        assert [note.text for note in item.notes] == ([] if encoding == "utf-8" else ["The file is not UTF-8; it was read as gb18030."])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, newline: str) -> None:
    text = PLAIN.replace("renal", "rénal ±")
    item = read_bytes(tmp_path, "y.txt", text.replace("\n", newline).encode(encoding))
    assert isinstance(item, Trial)
    assert item.title == "A study of Y in rénal ± cancer"
    assert eligibility(item) == text[text.index("Inclusion") :].strip()
    assert [note.kind for note in item.notes] == ([] if encoding.startswith("utf-8") else ["layout"])
    if encoding.startswith("utf-8"):
        # Offsets are those that anybody gets who reads the file as UTF-8 text.
        assert item.documents[0].text == (tmp_path / "y.txt").read_text(encoding="utf-8")


def test_the_page_layout_is_read_by_its_labels() -> None:
    trial = read(
        "page.txt",
        "Overview\nSome Trial of Something\nStatus:\nCompleted\nCompleted\nTrial end date:\n2020-01-01\n2020-01-01\nTarget enrollment:\n40\n40\n"
        "Participant gender:\nFemale\nFemale\n"
        "Summary\nA study.Phase:\nPhase 1/Phase 2Accepts Healthy Volunteers?\nAccepts Healthy VolunteersDetails\nLead Sponsor:\nA Hospital\n"
        "Treatments:\nAlpha\nBeta\nAlpha\nBeta\nCriteria\n"
        "Inclusion Criteria:- one\n- two\nExclusion Criteria:\n- Status: poor\n",
    )
    assert trial.layout == "registry_page"
    assert [(f.name, f.value) for f in trial.fields if f.name != "eligibility"] == [
        ("title", "Some Trial of Something"),
        ("status", "Completed"),
        ("end_date", "2020-01-01"),
        ("enrollment", "40"),
        ("sex", "Female"),
        ("summary", "A study."),
        ("phase", "Phase 1/Phase 2"),
        ("healthy_volunteers", "Accepts Healthy Volunteers"),
        ("sponsor", "A Hospital"),
        ("intervention", "Alpha"),
        ("intervention", "Beta"),
    ]
    assert eligibility(trial).endswith("- Status: poor")


def test_an_export_row_without_interventions() -> None:
    trial = read("row.txt", "Title of it\nThis study observes people.\nGout|Obesity\nWeight, Body weight in kg., 2 years|Pain, 6 months\n")
    assert trial.layout == "export_row"
    assert [(f.name, f.value) for f in trial.fields] == [
        ("title", "Title of it"),
        ("summary", "This study observes people."),
        ("condition", "Gout"),
        ("condition", "Obesity"),
        ("outcome", "Weight"),
        ("outcome", "Pain"),
    ]


def test_html() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>x</title><script>var patients</script></head><body><nav>Menu</nav><h1>Trial of Z (NCT01234567)</h1>"
        "<table><tr><th>Status:</th><td>Recruiting</td></tr><tr><th>Phase</th><td>Phase 3</td></tr></table><h2>Eligibility Criteria</h2>"
        "<h3>Inclusion Criteria</h3>"
        "<ul><li>Age &ge; 18</li><li><p>HCC, any of:</p><ol><li>BCLC B</li><li>BCLC C</li></ol></li></ul><h3>Exclusion Criteria</h3><ul>"
        "<li>HIV</li></ul>"
        "<h2>Locations</h2><p>Paris</p></body></html>"
    )
    trial = read("z.html", page)
    assert (trial.id, trial.title) == ("NCT01234567", "Trial of Z (NCT01234567)")
    assert [(f.name, f.value) for f in trial.all("status", "phase", "location")] == [
        ("status", "Recruiting"),
        ("phase", "Phase 3"),
        ("location", "Paris"),
    ]
    lines = [line for line in eligibility(trial).split("\n") if line]
    assert lines[2:] == ["- Age ≥ 18", "- HCC, any of:", "  1. BCLC B", "  2. BCLC C", "Exclusion Criteria", "- HIV"]
    assert not any("patients" in d.text or "Menu" in d.text for d in trial.documents)


def test_pdf(tmp_path: Path) -> None:
    item = read_bytes(tmp_path, "a.pdf", pdf("A trial of Q", "Inclusion Criteria:", "- Age 18 or older", "Exclusion Criteria:", "- HIV"))
    assert isinstance(item, Trial)
    assert item.title == "A trial of Q" and "- HIV" in eligibility(item)
    assert "PDF" in item.notes[-1].text


def test_docx(tmp_path: Path) -> None:
    item = read_bytes(
        tmp_path,
        "a.docx",
        docx(("A trial of Q", None), ("Inclusion Criteria", None), ("HCC", 0), ("BCLC B", 1), ("Exclusion Criteria", None), ("HIV", 0)),
    )
    assert isinstance(item, Trial)
    assert item.title == "A trial of Q"
    assert eligibility(item) == "Inclusion Criteria\n- HCC\n  - BCLC B\nExclusion Criteria\n- HIV"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\t\n", "empty"),
        ("bom.txt", b"\xef\xbb\xbf", "no text"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, "binary"),
        ("noise.txt", bytes((i * 7919) % 256 for i in range(5000)), "binary"),
        ("cut.json", b'{"protocolSection": {"identificationModule": {"nctId": "NCT0', "not valid JSON"),
        ("list.json", b"[]", "empty"),
        ("other.json", b'{"a": 1}', "protocolSection"),
        ("number.json", b"[1, 2]", "protocolSection"),
        ("deep.json", b"[" * 100_000, "nested"),
        ("cut.xml", b'<?xml version="1.0"?><clinical_study><brief_title>A', "not valid XML"),
        ("scan.pdf", pdf(), "images and no text"),
        ("bad.pdf", b"%PDF-1.4 nothing", "cannot be read"),
        ("a.zip", b"PK\x03\x04 nothing", "cannot be read"),
        ("head.csv", b"NCT Number,Study Title\n", "no rows"),
        ("cake.txt", b"Mix flour and eggs. Bake for an hour.", "speaks of a trial"),
    ],
    ids=lambda v: v if isinstance(v, str) and "." in v else "",
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, why: str) -> None:
    (tmp_path / name).write_bytes(data)
    found = list(read_path(tmp_path / name))
    assert found
    for item in found:
        assert isinstance(item, Rejected)
        assert item.source.startswith(name) and why in item.why and "\n" not in item.why and item.why.endswith(".")


def test_an_archive_that_is_no_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "x")
    (item,) = read_path(tmp_path / "a.zip")
    assert isinstance(item, Rejected) and "unpack" in item.why


def test_missing_file(tmp_path: Path) -> None:
    (item,) = read_path(tmp_path / "none.txt")
    assert isinstance(item, Rejected) and "no such file" in item.why


def test_folders_are_walked_in_order_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    for place in ("z.txt", "b/y.txt", "b/c/x.txt", "README.md", "b/readme.txt", ".hidden.txt"):
        (tmp_path / place).write_text(PLAIN)
    (tmp_path / "b" / "bad.json").write_text("{")
    assert [str(p.relative_to(tmp_path)) for p in files(tmp_path)] == ["z.txt", "b/bad.json", "b/y.txt", "b/c/x.txt"]
    assert [item.id if isinstance(item, Trial) else item.source for item in read_paths([tmp_path])] == ["z", "bad.json", "y", "x"]


@pytest.mark.parametrize(
    "text",
    [
        "study " * 300_000,
        "study\n" + "(" * 200_000,
        "study\n" + "- x\n" * 50_000,
        "study\nS.\nC\nDRUG: x\n" + "a, " * 40_000 + "2 years",
        "# " * 50_000 + "trial",
        "A study\n" + "This is a " * 40_000,
    ],
    ids=["words", "brackets", "items", "commas", "marks", "sentence"],
)
def test_huge_lines_take_no_longer(text: str) -> None:
    start = time.process_time()
    assert list(read_text("huge.txt", text))
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("ClinicalTrials.gov Identifier: NCT01234567\nsee NCT00000001", "A", "NCT01234567"),
        ("NCT Number: NCT01234567", "A", "NCT01234567"),
        ("x", "NCT01234567: A study", "NCT01234567"),
        ("x", "A study (NCT01234567)", "NCT01234567"),
        ("A study\nNCT01234567\ntext", "A study", "NCT01234567"),
        ("This study is registered at ClinicalTrials.gov (NCT01234567).", "A", "NCT01234567"),
        ("注册号：NCT01234567", "A", "NCT01234567"),
        ("Patients who completed the parent study NCT01234567 may enrol.", "A", None),
        ("According to the trial NCT01234567, it works.", "Extension of NCT01234567", None),
        ("no number", "A", None),
    ],
)
def test_the_number_is_the_trials_own(text: str, title: str, expected: str | None) -> None:
    assert stated_nct(text, title) == expected
