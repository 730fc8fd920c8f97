"""Findings: denied, doubted, past, resolved, somebody else's; lists and where they end; what narrows a finding."""

import pytest
from notation import AS_OF, check

from assistant.patient import read_note

DENIED = [
    ("no ascites", "-ascites"),
    ("CT: no ascites, varices or portal vein thrombosis", "-ascites; -varices; -portal_vein_thrombosis; -portal_vein_tumor_thrombus"),
    ("no fever, chills, nausea.", "-fever; -chills; -nausea"),
    ("Cirrhosis without ascites, encephalopathy or varices", "+cirrhosis; -ascites; -encephalopathy; -varices"),
    ("denies chest pain, no personal history of VTE, stroke or MI", "-chest_pain; -venous_thromboembolism; -stroke; -myocardial_infarction"),
    ("never encephalopathic", "-encephalopathy"),
    ("No HE, not transplanted, no varices bleed", "-hepatic_encephalopathy; -organ_transplantation; -variceal_bleeding; !varices"),
    ("No vascular invasion, no extrahepatic disease", "-macrovascular_invasion; -extrahepatic_disease"),
    ("ascites: none", "-ascites"),
    ("Ascites | none", "-ascites"),
    ("HBV (-)", "-hepatitis_b"),
    ("DVT ruled out", "-deep_vein_thrombosis"),
    ("non-cirrhotic", "-cirrhosis"),
    ("no personal or family history of breast cancer", "-breast_cancer"),
    ("No lung or bone metastases", "-lung_metastasis; -bone_metastasis; !metastasis"),
    ("MRI brain: no metastasis", "-brain_metastasis; !metastasis"),
    ("No distant metastases", "-metastasis"),
    ("no hepatic vein or IVC thrombus", "-hepatic_vein_tumor_thrombus; -ivc_tumor_thrombus"),
    ("否认高血压", "-hypertension"),
    ("无腹水", "-ascites"),
]
NOT_DENIED = [
    ("no ascites but mild oedema", "-ascites; +edema"),
    ("No ascites and HBsAg positive", "-ascites; +hbsag positive"),
    ("no SMV involvement, no extrahepatic disease, BCLC-C", "+bclc C"),
    ("HCC without cirrhosis on lenvatinib", "+hcc; -cirrhosis; +lenvatinib current"),
    ("not resected due to cirrhosis", "+cirrhosis"),
    ("No ascites, no HE, but a solitary brain metastasis", "-ascites; +brain_metastasis"),
    ("never treated for HCC", "!-hcc; -anticancer_therapy"),
    ("no ascites, portal vein tumour thrombus Cheng II", "-ascites; +portal_vein_tumor_thrombus"),
]
OPEN = [
    ("HCC, no ascites, cirrhosis, HBsAg+", "-ascites; ?cirrhosis"),
    ("possible brain metastasis", "?brain_metastasis"),
    ("cannot exclude pulmonary embolism", "?pulmonary_embolism"),
    ("PE not ruled out", "?pulmonary_embolism"),
    ("suspected HCC", "?hcc"),
    ("portal vein thrombosis", "+portal_vein_thrombosis; !+portal_vein_tumor_thrombus"),
    ("right portal branch thrombus", "?portal_vein_tumor_thrombus site=right_branch"),
]
NOTHING = [
    ("(ascites, HE not stated)", ""),
    ("If ascites develops, start spironolactone", ""),
    ("no new metastases", ""),
    ("vaccinated against hepatitis B", "!hepatitis_b"),
    ("at risk of variceal bleeding", "!variceal_bleeding"),
    ("nursing note today", "!breastfeeding"),
    ("eGFR 48 by CKD-EPI", "!ckd"),
]
OTHERS = [
    ("Father had MI at 50; brother had a DVT and hepatitis C; mother breast cancer.", ""),
    ("FH: colon cancer in mother, HCC in two uncles", ""),
    ("Patient's wife has hepatitis B.", ""),
    ("liver donor: HBV positive", ""),
    ("family history of breast cancer, ECOG 1", "+ecog 1; !breast_cancer"),
    ("His mother, who had breast cancer, died; he has HCC", "+hcc; !breast_cancer"),
    ("His mother reports that he has had fever", "+fever"),
    ("accompanied by his wife, he complains of chest pain", "+chest_pain"),
    ("His wife also had fever a week ago but is now well", "!fever"),
]
WHEN = [
    ("TIA 7 months ago", "+tia @2026-04-05..2026-05-05"),
    ("variceal bleed banded 4 months ago", "+variceal_bleeding @2026-07-05..2026-08-04"),
    ("stroke 5 months ago", "+stroke @2026-06-05..2026-07-05"),
    ("pulmonary embolism on 2026-06-10", "+pulmonary_embolism @2026-06-10"),
    ("TB treated 2011", "+tuberculosis @2011-01-01..2011-12-31 q=treated; +antitubercular @2011-01-01..2011-12-31"),
    ("prostate cancer 3 years ago, surveillance", "+prostate_cancer @2023-05-21..2024-05-21"),
    ("MI 21 days ago", "+myocardial_infarction @2026-10-30"),
    ("history of MI, stroke and DVT", "+myocardial_infarction past; +stroke past; +deep_vein_thrombosis past"),
    ("history of cirrhosis", "+cirrhosis; !past"),
    ("ascites resolved", "+ascites past q=resolved"),
    ("PMH: hypertension, variceal bleed (banded Feb 2025)", "+hypertension; +variceal_bleeding past @2025-02-01..2025-02-28"),
    ("72-year-old man with calf pain", "+pain; !past"),
    ("HCC BCLC B, liver SBRT completed 25 days ago", "+hcc; +liver_radiotherapy until=2026-10-26"),
    ("chronic diarrhoea for the last 2 months", "+chronic_diarrhea @2026-09-20"),
    ("GI bleed needing transfusion 2 months ago", "+gi_bleeding @2026-09-05..2026-10-05"),
]
NARROWED = [
    ("biopsy-proven HCC", "+hcc q=histologically_confirmed; !biopsy"),
    ("radiologically typical HCC", "+hcc q=imaging_confirmed"),
    ("HCC, unresectable per MDT", "+hcc q=unresectable"),
    ("trace perihepatic fluid on CT, asymptomatic", "+ascites q=minimal q=asymptomatic q=imaging_only"),
    ("large pleural effusion with dyspnoea, chest drain yesterday", "+pleural_effusion q=requires_drainage q=symptomatic"),
    ("pneumonia admission 3 weeks ago", "+pneumonia q=requires_hospitalisation @2026-10-27..2026-11-02"),
    ("uncontrolled hypertension", "+hypertension q=uncontrolled"),
    ("hypothyroidism and mild psoriasis", "+psoriasis q=mild; +hypothyroidism"),
    ("no severe infection", "-severe_infection"),
    ("DCIS of the breast radically resected in 2023", "+dcis q=curatively_treated @2023-01-01..2023-12-31"),
]
THROMBUS = [
    ("tumour thrombus in main portal vein extending into the superior mesenteric vein",
     "+portal_vein_tumor_thrombus site=main_trunk; +portal_vein_tumor_thrombus site=superior_mesenteric_vein"),
    ("main portal vein trunk tumor thrombus (Cheng type III), no SMV involvement",
     "+portal_vein_tumor_thrombus site=main_trunk; -portal_vein_tumor_thrombus site=superior_mesenteric_vein; !thrombosis"),
    ("right portal branch thrombus, Cheng II", "+portal_vein_tumor_thrombus site=right_branch"),
    ("segmental PVTT", "+portal_vein_tumor_thrombus site=segmental_branch"),
    ("PVTT of the left branch, not reaching main trunk", "+portal_vein_tumor_thrombus site=left_branch; -portal_vein_tumor_thrombus site=main_trunk"),
    ("IVC tumour thrombus extending to the right atrium", "+ivc_tumor_thrombus site=right_atrium"),
    ("bland portal vein thrombosis", "+portal_vein_thrombosis; !portal_vein_tumor_thrombus"),
]  # fmt: skip


@pytest.mark.parametrize(("note", "expected"), DENIED + NOT_DENIED + OPEN + NOTHING + OTHERS + WHEN + NARROWED + THROMBUS)
def test_finding(note: str, expected: str) -> None:
    check(note, expected)


ALLERGIES = [
    ("NKDA", "allergy-drug_allergy"),
    ("no known drug allergies", "allergy-drug_allergy"),
    ("Allergies: none", "allergy-drug_allergy"),
    ("oxaliplatin anaphylaxis", "allergy+oxaliplatin q=severe; !oxaliplatin"),
    ("allergic to oxaliplatin and penicillin", "allergy+oxaliplatin; allergy+penicillin_class"),
    ("Allergies: penicillin (rash)", "allergy+penicillin_class; !rash"),
    ("severe infusion reaction to cetuximab", "allergy+cetuximab q=severe"),
]


@pytest.mark.parametrize(("note", "expected"), ALLERGIES)
def test_allergy(note: str, expected: str) -> None:
    check(note, expected)


@pytest.mark.parametrize(
    ("note", "secret", "what"),
    [
        ("Zhang Wei, MRN 00482913, HCC", "00482913", "record number"),
        ("Mr. Smith, HCC, tel 555-123-4567", "555", "telephone"),
        ("HCC, contact john@x.org", "john", "e-mail"),
        ("Name: Maria Gonzalez\nHCC", "Gonzalez", "name"),
    ],
)
def test_identifiers_are_reported_and_never_echoed(note: str, secret: str, what: str) -> None:
    patient = read_note(note, AS_OF)
    assert any(what in warning for warning in patient.warnings)
    assert not any(secret in warning for warning in patient.warnings)
    assert not any(secret in fact.source.quote for fact in patient.facts)
    assert any(fact.concept == "hcc" for fact in patient.facts)


@pytest.mark.parametrize(
    ("note", "phrase", "status"),
    [
        ("biopsy-proven pulmonary sarcoidosis", "sarcoidosis", "present"),
        ("no history of sarcoidosis", "sarcoidosis", "absent"),
        ("possible pulmonary sarcoidosis", "sarcoidosis", "possible"),
        ("brother has sarcoidosis", "sarcoidosis", None),
        ("infiltrates of both lungs", "lung infiltrate", "present"),
        ("tumour board recommends", "tumor board", "present"),
        ("he lives alone", "lives with wife", None),
    ],
)
def test_words_outside_the_vocabulary_are_found_with_the_same_rules(note: str, phrase: str, status: str | None) -> None:
    found = read_note(note, AS_OF).phrase(phrase)
    assert [fact.status for fact in found] == ([status] if status else [])
    assert all(fact.concept == f"text:{phrase}" for fact in found)


def test_words_are_looked_up_folded() -> None:
    patient = read_note("Two tumours of the oesophagus", AS_OF)
    assert patient.mentions_any(["tumor"])
    assert patient.mentions_any(["esophagus"])
    assert not patient.mentions_any(["liver"])


def test_an_edited_copy_keeps_the_text() -> None:
    patient = read_note("HCC, ECOG 1", AS_OF)
    edited = patient.with_facts(fact for fact in patient.facts if fact.concept != "ecog")
    assert [fact.concept for fact in edited.facts] == ["hcc"]
    assert edited.text == patient.text
    assert len(patient.facts) == 2
