"""Families of wording in notes against one criterion each: what is affirmed must never pass, what is denied must never exclude."""

from datetime import date

import pytest

from assistant.check import check_text
from assistant.patient import read_note

AS_OF = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("criterion", "note"),
    [
        ("HIV infection", "history of HIV"),
        ("Immunosuppressive drugs within 2 weeks, except prednisone <= 10 mg/day", "Prednisolone 40 mg daily"),
        ("Brain metastases unless treated and stable for at least 4 weeks", "Brain metastases"),
        ("Asthma", "He works as a carpenter and has asthma."),
        ("Prior anti-PD-L1 therapy", "atezolizumab on hold since 3 November because of colitis"),
        ("Prior sorafenib", "Sorafenib for 3 months, never had side effects"),
        ("Bleeding within 3 months", "He bled from a duodenal ulcer 6 weeks ago"),
        ("Pneumonia", "post-obstructive pneumonia, on antibiotics"),
        ("Current treatment with warfarin", "currently being treated with warfarin"),
        ("Current treatment with warfarin", "maintained on warfarin"),
        ("Pulmonary embolism within 6 months", "PE 3/12 ago"),
        ("Local therapy within 4 weeks", "TACE 2/52 ago"),
        ("Major surgery within 3 months", "hip replacement surgery 8 weeks ago"),
        ("Myocardial infarction within 6 months", "NSTEMI, PCI 8 weeks ago"),
        ("Radiotherapy within 4 weeks", "20 Gy in 5 fractions to L3, last fraction 12 November 2026"),
        ("Other malignancy within 5 years", "HCC. Ca prostate 2024"),
        ("Other malignancy within 5 years", "HCC. thyroid papillary ca 2023"),
        ("Severe allergic reaction to other monoclonal antibodies", "anaphylaxis to trastuzumab"),
        ("Sepsis within 4 weeks", "urosepsis two weeks ago"),
        ("Brain metastases", "No metastases except in the brain."),
        ("Brain metastases", "No bone metastases, two brain metastases."),
        ("Brain metastases", "Without bone or lung involvement, cerebellar metastasis present."),
        ("Pleural effusion that cannot be controlled", "pleural effusion that cannot be controlled"),
        ("Poor compliance", "poor compliance"),
        ("Inability to provide informed consent", "unable to give informed consent"),
        ("Liver transplantation", "Received a liver from his sister in 2014."),
        ("Asthma", "no ILD, asthma on inhaler"),
        ("Cirrhosis", "HBV cirrhosis with splenomegaly, ascites: none"),
        ("Systemic corticosteroids > 10 mg/day prednisone", "prednisone 1 mg/kg/day, weight 70 kg"),
        ("Immunosuppressive drugs within 2 weeks, except prednisone <= 10 mg/day", "Takes prednisone 20 mg daily."),
        ("Immunosuppressive drugs within 2 weeks, except prednisone <= 10 mg/day", "Takes tacrolimus."),
        ("Corticosteroids (>= 10 mg prednisone or equivalent per day) or other immunosuppressive drugs", "Takes dexamethasone 4 mg daily."),
        ("Corticosteroids (>= 10 mg prednisone or equivalent per day) or other immunosuppressive drugs", "Takes tacrolimus."),
        ("Prednisone > 10 mg/day within 7 days or immunosuppressants within 28 days", "Prednisone 30 mg daily until 2026-11-05."),
        ("Systemic steroids > 10 mg prednisone per day or any other immunosuppressive therapy within 7 days", "Prednisolone 30 mg daily."),
    ],
)
def test_what_the_note_affirms_excludes(criterion: str, note: str) -> None:
    assert check_text(criterion, read_note(note, AS_OF), "exclusion", AS_OF).outcome == "FAIL"


@pytest.mark.parametrize(
    ("criterion", "note"),
    [
        ("Diabetes", "diabetes, hypertension and heart disease: none"),
        ("HIV infection", "autoimmune disease, transplant, HIV: denies all"),
        ("HIV infection", "Seronegative for HIV, hepatitis B and hepatitis C"),
        ("Interstitial lung disease", "ILD [ ] yes [x] no"),
        ("Heart failure", "Heart failure? No."),
        ("Brain metastases", "brain mets? MRI: none"),
        ("Brain metastases", "MRI excluded brain metastases."),
        ("Crohn's disease", "No inflammatory bowel disease (Crohn's, ulcerative colitis)"),
        ("Tacrolimus", "No immunosuppressants (e.g. tacrolimus, azathioprine)"),
        ("NYHA class III-IV heart failure", "No NYHA class III-IV heart failure"),
        ("Portal vein thrombosis", "portal vein patent, no thrombus"),
        ("Warfarin use", "AF treated with warfarin until 2021"),
        ("Immunosuppressive drugs within 2 weeks, except prednisone <= 10 mg/day", "Takes prednisone 5 mg daily."),
        ("Corticosteroids (>= 10 mg prednisone or equivalent per day) or other immunosuppressive drugs", "Takes prednisone 5 mg daily."),
        ("Corticosteroids (>= 10 mg prednisone or equivalent per day) or other immunosuppressive drugs", "Takes methylprednisolone 4 mg daily."),
        ("Aspirin > 325 mg/day or other antiplatelet drugs", "Takes aspirin 100 mg daily."),
        ("Prior sorafenib", "Sorafenib was prescribed but he never took a single tablet"),
        ("Prior systemic therapy", "Never had chemotherapy, immunotherapy or targeted drugs"),
        ("History of variceal bleeding", "oesophageal varices grade I that never bled"),
        ("Neutrophils < 1.5 x 10^9/L", "ANC initially reported as 0.9, corrected by the laboratory to 1.9 x10^9/L"),
        ("Prior VEGF inhibitor", "Has not been exposed to checkpoint inhibitors, VEGF inhibitors or other targeted drugs"),
        ("Prior lenvatinib", "never exposed to sorafenib, lenvatinib or cabozantinib"),
    ],
)
def test_what_the_note_denies_does_not(criterion: str, note: str) -> None:
    assert check_text(criterion, read_note(note, AS_OF), "exclusion", AS_OF).outcome in ("PASS", "NOT_APPLICABLE")


@pytest.mark.parametrize(
    ("criterion", "note"),
    [
        ("Prior anti-PD-1 therapy", "pembrolizumab to start after biopsy"),
        ("Prior lenvatinib", "lenvatinib prescribed yesterday, not yet taken"),
        ("Patients who cannot receive cyclophosphamide", "must not be given cyclophosphamide"),
        ("History of hepatic encephalopathy", "No encephalopathy at present; had an episode in 2022."),
        ("Major surgery within 4 weeks", "Open appendectomy 20 days ago."),
        ("HIV infection", "Takes dolutegravir."),
        ("Deep vein thrombosis", "on enoxaparin for DVT prophylaxis"),
        ("Corticosteroids (>= 10 mg prednisone or equivalent per day) or other immunosuppressive drugs", "Takes prednisone daily."),
        ("HIV infection", "Cares for her HIV-positive son."),
        ("Prior anti-PD-1 therapy", "Trial drug explained: cadonilimab blocks PD-1 and CTLA-4."),
        ("Prior anti-PD-L1 therapy", "The start of atezolizumab is on hold."),
        ("Pneumonitis", "Consent form lists heart attack, stroke and pneumonitis as possible risks."),
        ("Tuberculosis", "TB contact in 1990, no disease."),
        ("Brain metastases unless treated and stable for at least 4 weeks", "Brain metastases, treated and stable for 5 months"),
        ("HIV infection unless viral load undetectable on ART", "HIV, viral load undetectable on dolutegravir/lamivudine"),
        ("Immunosuppressive drugs within 2 weeks, except prednisone <= 10 mg/day", "Prednisolone 5 mg daily"),
    ],
)
def test_what_is_neither_stays_open(criterion: str, note: str) -> None:
    assert check_text(criterion, read_note(note, AS_OF), "exclusion", AS_OF).outcome == "UNKNOWN"


@pytest.mark.parametrize(
    ("note", "outcome"),
    [
        ("She declines contraception.", "FAIL"),
        ("Uses contraception.", "PASS"),
        ("Contraception to be discussed.", "UNKNOWN"),
    ],
)
def test_a_refusal_is_no_agreement(note: str, outcome: str) -> None:
    patient = read_note(f"36-year-old woman. {note}", AS_OF)
    assert check_text("Patients must agree to use contraception", patient, "inclusion", AS_OF).outcome == outcome


def test_silence_is_no_negative_pregnancy_test() -> None:
    woman, man = (read_note(f"30-year-old {who} with HCC.", AS_OF) for who in ("woman", "man"))
    assert check_text("Pregnancy", woman, "exclusion", AS_OF, "absent").outcome == "UNKNOWN"
    assert check_text("Pregnancy", man, "exclusion", AS_OF, "absent").outcome == "NOT_APPLICABLE"
