"""The vocabulary's words found in phrases as eligibility lists and notes have them."""

import pytest

from index.vocabulary import tokens, vocabulary
from index.vocabulary.lexicon import Lexicon, Table, fold

ENTITIES: tuple[Table, ...] = ("condition", "drug", "drug_class", "procedure", "regimen")


def ids(text: str, *tables: Table) -> list[str]:
    return [m.concept for m in vocabulary().mentions(text, tables or None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Previous treatment with any anti-PD-1 antibody, anti-PD-L1/L2 antibody, anti-CTLA-4 antibody",
            ["pd1_inhibitor", "pdl1_inhibitor", "ctla4_inhibitor"],
        ),
        ("Any anti-PD-(L)1 agent", ["checkpoint_inhibitor"]),
        ("PD-1/PD-L1 inhibitors", ["checkpoint_inhibitor"]),
        ("VEGFR-TKIs such as sorafenib, lenvatinib", ["vegfr_inhibitor", "sorafenib", "lenvatinib"]),
        ("s/p atezo-bev, then HAIC", ["atezo_bev", "haic"]),
        ("T+A for 3 cycles", ["atezo_bev"]),
        ("CAdonilimab and LEnvatinib", ["cadonilimab", "lenvatinib"]),
        ("cardunilimab (AK104)", ["cadonilimab", "cadonilimab"]),
        ("received FOLFOX-HAIC", ["haic"]),
        ("no prior systemic anti-tumour therapy", ["systemic_therapy"]),
        ("progressed on R-CHOP, then axi-cel", ["r_chop", "axi_cel"]),
        ("strong CYP3A4 inhibitors or inducers", ["strong_cyp3a4_modulator"]),
        ("strong inhibitors of CYP3A", ["strong_cyp3a4_inhibitor"]),
        ("St. John's wort or grapefruit juice", ["st_johns_wort", "grapefruit"]),
        ("nucleos(t)ide analogues", ["nucleoside_analogue"]),
        ("live attenuated vaccine", ["live_vaccine"]),
        ("traditional Chinese medicine with anti-tumor indications", ["tcm_anticancer"]),
        ("therapeutic doses of low-molecular-weight heparin", ["lmwh"]),
        ("allergic reaction to other monoclonal antibodies", ["allergy", "monoclonal_antibody"]),
        ("纳武利尤单抗 或 信迪利单抗", ["nivolumab", "sintilimab"]),
    ],
)
def test_treatments(text: str, expected: list[str]) -> None:
    assert ids(text, *ENTITIES) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "fibrolamellar hepatocellular carcinoma, sarcomatoid hepatocellular carcinoma, cholangiocarcinoma",
            ["fibrolamellar_hcc", "sarcomatoid_hcc", "cholangiocarcinoma"],
        ),
        ("mixed HCC-cholangiocarcinoma", ["combined_hcc_cca"]),
        ("non-small-cell lung cancer", ["nsclc"]),
        ("castrate-resistant prostate cancer", ["crpc"]),
        ("adequately treated basal or squamous cell skin cancer", ["keratinocyte_skin_cancer"]),
        ("in situ cervical cancer", ["cervical_cis"]),
        ("portal vein tumour thrombus; hepatic vein tumor thrombosis", ["portal_vein_tumor_thrombus", "hepatic_vein_tumor_thrombus"]),
        ("portal vein thrombosis", ["portal_vein_thrombosis"]),
        ("no PVTT, no PVT", ["portal_vein_tumor_thrombus", "portal_vein_thrombosis"]),
        ("brain or leptomeningeal metastases", ["cns_metastasis"]),
        (
            "myocardial infarction, unstable angina, CVA, TIA, PE and DVTs",
            ["myocardial_infarction", "unstable_angina", "stroke", "tia", "pulmonary_embolism", "deep_vein_thrombosis"],
        ),
        ("oesophageal or gastric variceal bleeding", ["variceal_bleeding"]),
        ("Crohns disease, ulcerative colitis", ["crohns", "ulcerative_colitis"]),
        ("Graves' disease, Hashimoto's thyroiditis, Sjögren syndrome", ["graves", "hashimoto", "sjogren"]),
        ("autoimmune diseases", ["autoimmune_disease"]),
        ("active autoimmune disease", ["autoimmune_disease"]),
        ("uncontrolled diabetes", ["diabetes"]),
        ("symptomatic congestive heart failure", ["heart_failure"]),
        ("Interstitial pneumonia, drug-related pneumonia, pneumoconiosis", ["interstitial_lung_disease", "drug_pneumonitis", "pneumoconiosis"]),
        ("H. pylori infection and C. difficile", ["h_pylori_infection", "c_difficile"]),
        ("women of childbearing potential", ["childbearing_potential"]),
        ("丙肝, 乙肝, 腹水", ["hepatitis_c", "hepatitis_b", "ascites"]),
    ],
)
def test_conditions(text: str, expected: list[str]) -> None:
    assert ids(text, "condition") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANC ≥1.5×10^9/L; PLT ≥75; HGB ≥9.0 g/dL", ["anc", "plt", "hgb"]),
        ("Total bilirubin, ALT (SGPT) and AST/SGOT", ["tbil", "alt", "alt", "ast", "ast"]),
        ("serum transaminases", ["alt", "ast"]),
        ("direct bilirubin", ["dbil"]),
        ("creatinine clearance by Cockcroft-Gault, eGFR", ["crcl", "crcl", "egfr"]),
        ("24-hour urinary protein; urine protein; UPCR", ["uprot_24h", "uprot_dip", "upcr"]),
        ("Eastern Cooperative Oncology Group (ECOG) performance status", ["ecog", "ecog", "ecog"]),
        ("PT-INR, PT, aPTT", ["inr", "pt", "aptt"]),
        ("prothrombin time prolongation", ["pt_prolongation"]),
        ("corrected QT interval (QTcF)", ["qtc", "qtc"]),
        ("ICG-R15", ["icg_r15"]),
        ("血小板 82, 血红蛋白 10", ["plt", "hgb"]),
    ],
)
def test_measures(text: str, expected: list[str]) -> None:
    assert ids(text, "measure") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BCLC stage B", ["bclc"]),
        ("Chen's group A, Cheng's type II", ["chen_pvtt", "cheng"]),
        ("VV3 type", ["vv"]),
        ("Vp4", ["vp"]),
        ("NYHA class II-IV", ["nyha"]),
        ("HBsAg positive, anti-HCV negative", ["hbsag", "anti_hcv"]),
        ("HER-2 negative", ["her2"]),
        ("IMDC risk", ["imdc"]),
        ("FIGO stage", ["stage"]),
    ],
)
def test_scales(text: str, expected: list[str]) -> None:
    assert ids(text, "scale") == expected


@pytest.mark.parametrize(
    "text",
    [
        "ALL of the following must be met",
        "He is a 58-year-old",
        "H&E stain",
        "on the lead aVL",
        "the child was well",
        "all chop and change",
        "CD34+ cells",
        "GCP (ICH)",
        "S1 and S2 normal",
        "College of American Pathologists (CAP)",
        "a tip for the AC unit",
        "LV function",
        "IP address",
        "extreme caution",
        "Pd",
    ],
)
def test_ordinary_words_are_not_concepts(text: str) -> None:
    assert ids(text, *ENTITIES) == []


def test_close_neighbours_are_kept_apart() -> None:
    for one, other in (
        ("Chen", "Cheng"),
        ("VV2", "VP2"),
        ("PVT", "PVTT"),
        ("AFP", "ALP"),
        ("ALT", "ALB"),
        ("PT", "PLT"),
        ("TBIL", "DBIL"),
        ("HE", "HEV"),
    ):
        assert set(ids(one)).isdisjoint(ids(other)) and ids(one) and ids(other)


def test_exact_case_is_asked_of_short_forms() -> None:
    assert ids("HE", "condition") == ["hepatic_encephalopathy"]
    assert ids("he", "condition") == []
    assert ids("MS on ocrelizumab", "condition") == ["multiple_sclerosis"]
    assert ids("QTc 450 ms", "condition") == []


def test_longest_match_wins_and_places_are_exact() -> None:
    text = "history of clear-cell renal-cell carcinoma (ccRCC)"
    found = vocabulary().mentions(text)
    assert [(text[m.start : m.end], m.concept) for m in found] == [("clear-cell renal-cell carcinoma", "clear_cell_rcc"), ("ccRCC", "clear_cell_rcc")]
    assert all(m.surface == text[m.start : m.end] for m in found)


def test_no_match_over_a_stop_or_a_list_item() -> None:
    assert "liver_cancer" not in ids("disease of the liver. Cancer of the lung")
    assert ids("- lung\n- cancer", "condition") == ["cancer"]
    assert ids("lung\ncancer", "condition") == ["lung_cancer"]


def test_tables_filter_before_the_longest_match() -> None:
    assert ids("QTc prolongation", "condition") == ["qt_prolongation"]
    assert ids("QTc prolongation", "measure") == ["qtc"]


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("diseases", "disease"),
        ("metastases", "metastasis"),
        ("diagnoses", "diagnosis"),
        ("doses", "dose"),
        ("viruses", "virus"),
        ("kinases", "kinase"),
        ("biopsies", "biopsy"),
        ("TKIs", "tki"),
        ("Crohn's", "crohn"),
        ("haemorrhages", "hemorrhage"),
        ("leukaemia", "leukemia"),
        ("oesophageal", "esophageal"),
        ("gastroesophageal", "gastroesophageal"),
        ("oedema", "edema"),
        ("diarrhoea", "diarrhea"),
        ("tumours", "tumor"),
        ("Sjögren", "sjogren"),
        ("β", "beta"),
        ("thrombus", "thrombus"),
        ("ascites", fold("ascites")),
        ("catheterisation", "catheterization"),
        ("responses", "response"),
        ("crises", "crisis"),
    ],
)
def test_folding(word: str, key: str) -> None:
    assert fold(word) == key


def test_tokens_keep_their_place() -> None:
    text = "Hb 9.5 g/dL, HBsAg+"
    assert [text[t.start : t.end] for t in tokens(text)] == ["Hb", "9.5", "g", "dL", "HBsAg", "+"]


def test_one_surface_of_two_concepts_gives_both() -> None:
    lexicon = Lexicon([("albumin", "alb", "measure"), ("albumin", "albumin_infusion", "drug"), ("=AB", "ab", "drug")])
    assert [m.concept for m in lexicon.mentions("albumin")] == ["alb", "albumin_infusion"]
    assert [m.concept for m in lexicon.mentions("AB ab")] == ["ab"]
    assert [m.concept for m in lexicon.mentions("ABs")] == ["ab"]
