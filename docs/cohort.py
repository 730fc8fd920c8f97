"""Ten questions and a cohort of notes against the trials, as pandas frames. Run it whole, or cell by cell in an editor that knows `# %%`.

The patients are invented. `python docs/cohort.py [NOTES]` reads a folder of notes instead.
"""

# %% What is needed
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from assistant import Assistant, screening

AS_OF = date(2026, 11, 20)

QUESTIONS = (
    "Which trials use lenvatinib?",
    "What is the primary endpoint of 000?",
    "What is the dose of cadonilimab in 004?",
    "What platelet count does 001 require?",
    "Are patients with brain metastases excluded from 001?",
    "Which trials are for kidney cancer?",
    "What phase is 002?",
    "How is progressive disease defined in 003?",
    "Compare the phases of the five trials.",
    "What is the sponsor's share price?",
)

COHORT = {
    "A": "58-year-old man with unresectable HCC, BCLC C, Child-Pugh A6, ECOG 1, platelets 82 x10^9/L. Progressed on atezolizumab plus bevacizumab.",
    "B": "64-year-old woman, HCC, Child-Pugh B8, ECOG 2, ascites. No previous systemic therapy.",
    "C": "71M, HCC with a brain metastasis, ECOG 1, Child-Pugh A5, Hb 11.2 g/dL.",
    "D": "49-year-old man with metastatic clear cell renal cell carcinoma, ECOG 0, progressed on nivolumab; no autoimmune disease.",
    "E": "55F, HBV cirrhosis, HCC, Vp3 portal vein tumour thrombus, variceal bleeding 2 months ago.",
}


# %% The two tables
def answers(assistant: Assistant, questions: Sequence[str] = QUESTIONS) -> pd.DataFrame:
    """One row a question: the kind of answer, its text, the trials it cites and how many quotes."""
    rows = []
    for question in questions:
        answer = assistant.ask(question, as_of=AS_OF)
        trials = ", ".join(dict.fromkeys(citation.trial for citation in answer.citations))
        rows.append({"question": question, "kind": answer.kind, "answer": answer.text, "trials": trials, "quotes": len(answer.citations)})
    return pd.DataFrame(rows)


def verdicts(assistant: Assistant, notes: Mapping[str, str]) -> pd.DataFrame:
    """One row for each patient and trial: the verdict, how many criteria came out how, and the first that fails, with its reason."""
    rows = []
    for patient, note in notes.items():
        for trial in assistant.match(note, as_of=AS_OF).trials:
            outcomes = pd.Series([criterion.outcome for criterion in trial.criteria], dtype="object").value_counts()
            failed = next((criterion for criterion in trial.criteria if criterion.outcome == "FAIL"), None)
            rows.append(
                {
                    "patient": patient,
                    "trial": trial.trial.id,
                    "verdict": trial.verdict,
                    **{outcome: int(outcomes.get(outcome, 0)) for outcome in ("PASS", "FAIL", "UNKNOWN", "NOT_APPLICABLE")},
                    "fails": "" if failed is None else failed.id,
                    "why": "" if failed is None else failed.reason,
                }
            )
    return pd.DataFrame(rows)


def folder(path: Path) -> dict[str, str]:
    """The notes of a folder by file name; what cannot be read is left out and said."""
    found = {}
    for name, note in screening.read(path, screening.notes(path)):
        if isinstance(note, str):
            found[name] = note
        else:
            print(f"{name}: {note.why if isinstance(note, screening.Unread) else 'a FHIR bundle; pass it to Assistant.match'}", file=sys.stderr)
    return found


# %% The run
def main(notes: Mapping[str, str] = COHORT) -> None:
    """Prints both frames and who is left for each trial."""
    with tempfile.TemporaryDirectory() as store:
        assistant = Assistant.open(store)
        asked, matched = answers(assistant), verdicts(assistant, notes)
        assistant.close()
    with pd.option_context("display.width", 180, "display.max_columns", None, "display.max_colwidth", 70, "display.max_rows", None):
        print(asked, matched, matched.pivot(index="patient", columns="trial", values="verdict"), sep="\n\n")


if __name__ == "__main__":
    main(folder(Path(sys.argv[1])) if len(sys.argv) > 1 else COHORT)
