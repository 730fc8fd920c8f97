"""Rules for some patients beside rules for others: each holds for its own, and what cannot be read is never a part of the first."""

import pytest

from index.criteria import compile_text, describe


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "For men, Hb ≥ 10 g/dL; for women, Hb ≥ 9 g/dL",
            "(if sex male: hemoglobin ≥ 10 g/dL and if sex female: hemoglobin ≥ 9 g/dL)",
        ),
        ("For men, Hb ≥ 10 g/dL", "if sex male: hemoglobin ≥ 10 g/dL"),
        (
            "Patients with liver metastases: ALT ≤ 5 x ULN; patients without liver metastases: ALT ≤ 2.5 x ULN",
            "(if liver metastases: ALT ≤ 5 × ULN and if not liver metastases: ALT ≤ 2.5 × ULN)",
        ),
        (
            "Patients > 16 years of age must have Karnofsky ≥ 50; patients ≤ 16 years Lansky ≥ 50",
            "(if age > 16 years: Karnofsky performance status ≥ 50 and if age ≤ 16 years: Lansky performance status ≥ 50)",
        ),
        ("Female, 65-89 years old", "(sex female and age 65-89 years)"),
        ("HCC: BCLC stage C; Child-Pugh A", "(BCLC stage C and Child-Pugh class A)"),
    ],
)
def test_arms(text: str, read: str) -> None:
    assert describe(compile_text(text, "inclusion")) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "WBC ≥ 4.0 × 10^9/L or neutrophils ≥ 1.5 × 10^9/L, platelets ≥ 100 × 10^9/L, hemoglobin ≥ 90 g/L",
            "((white blood cells ≥ 4 ×10^9/L or neutrophils ≥ 1.5 ×10^9/L) and platelets ≥ 100 ×10^9/L and hemoglobin ≥ 90 g/L)",
        ),
        ("Cr ≤ 1.5 x ULN or CrCl ≥ 50 mL/min, INR ≤ 1.5", "((creatinine ≤ 1.5 × ULN or creatinine clearance ≥ 50 mL/min) and INR ≤ 1.5)"),
        ("White blood count ≥ 3,000/mcL or ≤ 14,000/mcL", "(white blood cells ≥ 3000 /µL and white blood cells ≤ 14000 /µL)"),
        ("ANC ≥ 1.5, platelets ≥ 75 or Hb ≥ 9", "(neutrophils ≥ 1.5 or platelets ≥ 75 or hemoglobin ≥ 9)"),
    ],
)
def test_or_among_required_limits_joins_its_neighbours_alone(text: str, read: str) -> None:
    assert describe(compile_text(text, "inclusion")) == read
