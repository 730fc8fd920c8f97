"""What is measured on: a note, questions, and the eligibility texts of the registry sample as documents."""

import gzip
import json
from itertools import islice
from pathlib import Path

NOTE = (
    "61-year-old man with hepatocellular carcinoma, BCLC stage C, Child-Pugh A6, ECOG 1. Hepatitis B on entecavir, HBV DNA 320 IU/mL. "
    "Portal vein tumor thrombus Vp3, no extrahepatic spread. Progressed on atezolizumab plus bevacizumab, last dose 2026-08-14; TACE in 2025. "
    "Labs 2026-11-02: platelets 82 x10^9/L, ANC 2.4, Hb 11.8 g/dL, total bilirubin 1.4 mg/dL, albumin 34 g/L, ALT 62 U/L, AST 71 U/L, INR 1.2, "
    "creatinine 0.9 mg/dL. Blood pressure 138/84. No ascites, no encephalopathy, no varices at endoscopy. Hypertension on amlodipine. No HIV."
)
FROM_RECORD, BY_SEARCH = 0, 6
"""Which of the questions needs no search, and which one needs it."""
QUESTIONS = (
    "Lowest platelet count accepted in the conversion trial?",
    "Which trials accept Child-Pugh B?",
    "What is the primary outcome of each trial?",
    "What is the dose of lenvatinib?",
    "Which trials allow previous immunotherapy?",
    "Is a patient with brain metastases excluded?",
    "What happens if the tumour becomes resectable?",
    "What is the sponsor's share price?",
)
SAMPLE = ("registry", "eligibility_sample.jsonl.gz")


def records(data: Path, most: int) -> list[tuple[str, str]]:
    """(file name, registry JSON) of the sample's first trials with enough text."""
    with gzip.open(data.joinpath(*SAMPLE), "rt", encoding="utf-8") as lines:
        rows = (json.loads(line) for line in lines)
        return [(f"{row['nct_id']}.json", _record(row)) for row in islice((r for r in rows if len(r["eligibility"].split()) > 5), most)]


def _record(row: dict[str, str]) -> str:
    stated = {
        "protocolSection": {
            "identificationModule": {"nctId": row["nct_id"], "briefTitle": row["title"] or row["nct_id"]},
            "eligibilityModule": {"eligibilityCriteria": row["eligibility"]},
        }
    }
    return json.dumps(stated, ensure_ascii=False)
