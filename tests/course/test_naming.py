"""Labels: what they name, what they deny, and what only looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sequela.course.catalogue import catalogue
from sequela.course.facts import Presence
from sequela.course.naming import LONGEST, name_in

CATALOGUE = catalogue()
PRESENT, ABSENT, UNCERTAIN = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fever", {"fever": PRESENT}),
        ("fever (finding)", {"fever": PRESENT}),
        ("FIEBRE", {"fever": PRESENT}),
        ("Postprocedural fever", {"fever": PRESENT}),
        ("Fevers and chills", {"fever": PRESENT, "rigors": PRESENT}),
        ("fiebre y escalofríos", {"fever": PRESENT, "rigors": PRESENT}),
        ("rigors", {"rigors": PRESENT}),
        ("Right upper quadrant pain", {"abdominal-pain": PRESENT}),
        ("Infarction of spleen", {"splenic-infarction": PRESENT}),
        ("haemoperitoneum", {"haemoperitoneum": PRESENT, "free-fluid": PRESENT}),
        ("Lipiodol in the lungs", {"pulmonary-oil-embolism": PRESENT}),
        ("pulmonary embolism", {"pulmonary-embolism": PRESENT}),
        ("carcinoid crisis", {"carcinoid-crisis": PRESENT}),
        ("Epigastric pain", {"epigastric-pain": PRESENT}),
        ("dolor epigástrico", {"epigastric-pain": PRESENT}),
        ("dolor abdominal súbito", {"sudden-abdominal-pain": PRESENT}),
        ("Sudden severe abdominal pain", {"sudden-abdominal-pain": PRESENT}),
        ("Nausea and vomiting", {"nausea": PRESENT, "vomiting": PRESENT}),
        ("Nausea without vomiting", {"nausea": PRESENT, "vomiting": ABSENT}),
        ("Altered mental status", {"confusion": PRESENT}),
        ("Excessive somnolence", {"drowsiness": PRESENT}),
        ("sleepiness", {"drowsiness": PRESENT}),
        ("melena", {"melaena": PRESENT}),
        ("Melaena", {"melaena": PRESENT}),
        ("hypotension", {"hypotension": PRESENT}),
        ("Septic shock", {"sepsis": PRESENT, "shock": PRESENT}),
        ("Hepatic infarction", {"parenchymal-necrosis": PRESENT}),
        ("infarto hepático", {"parenchymal-necrosis": PRESENT}),
        ("Liver abscess", {"abscess": PRESENT}),
        ("Abscesses of liver", {"abscess": PRESENT}),
        ("portal vein thrombosis", {"portal-vein-thrombosis": PRESENT}),
        ("Trombosis de la vena porta", {"portal-vein-thrombosis": PRESENT}),
        ("all portal branches patent", {"portal-vein-patent": PRESENT}),
        ("known portal vein thrombosis", {"earlier-portal-vein-thrombosis": PRESENT}),
        ("Acute kidney injury", {"acute-kidney-injury": PRESENT}),
        ("Bacteremia", {"culture-growth": PRESENT}),
        ("Blood cultures: no growth", {"culture-no-growth": PRESENT}),
        ("Child-Pugh class B", {"child-pugh-b": PRESENT}),
        ("Child-Pugh A6", {"child-pugh-a": PRESENT}),
        ("History of cirrhosis", {"cirrhosis": PRESENT}),
        ("Whipple procedure", {"bilioenteric-anastomosis": PRESENT}),
        ("non-enhancement", {"non-enhancement": PRESENT}),
        ("shortness of breath", {"dyspnoea": PRESENT}),
        ("child pugh a", {"child-pugh-a": PRESENT}),
        ("culture no growth", {"culture-no-growth": PRESENT}),
        ("no fever but rigors", {"fever": ABSENT, "rigors": PRESENT}),
    ],
)
def test_label_names_what_it_says(text: str, expected: dict[str, Presence]) -> None:
    assert name_in(text, CATALOGUE.findings) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no fever", {"fever": ABSENT}),
        ("Afebrile", {"fever": ABSENT}),
        ("not febrile", {"fever": ABSENT}),
        ("sin fiebre", {"fever": ABSENT}),
        ("Fever: no", {"fever": ABSENT}),
        ("fever absent", {"fever": ABSENT}),
        ("fever resolved", {"fever": ABSENT}),
        ("fever, no rigors", {"fever": PRESENT, "rigors": ABSENT}),
        ("no fever, chills or nausea", {"fever": ABSENT, "rigors": ABSENT, "nausea": ABSENT}),
        ("no fever, abdominal pain", {"fever": ABSENT, "abdominal-pain": UNCERTAIN}),
        ("niega náuseas ni vómitos", {"nausea": ABSENT, "vomiting": ABSENT}),
        ("w/o ascites", {"ascites": ABSENT}),
        ("anicteric", {"jaundice": ABSENT}),
        ("No evidence of portal vein thrombosis", {"portal-vein-thrombosis": ABSENT}),
        ("portal vein thrombosis ruled out", {"portal-vein-thrombosis": ABSENT}),
        ("not pregnant", {"pregnancy": ABSENT}),
        ("rule out liver abscess", {"abscess": UNCERTAIN}),
        ("Possible biloma", {"biloma": UNCERTAIN}),
        ("confusion?", {"confusion": UNCERTAIN}),
        ("sospecha de absceso hepático", {"abscess": UNCERTAIN}),
        # about another time, another person, or a danger: nothing is said of now
        ("history of hepatic encephalopathy", {}),
        ("family history of diabetes", {}),
        ("risk of bleeding", {}),
        ("nausea prophylaxis", {}),
        ("antecedentes familiares de cirrosis", {}),
        # look-alikes
        ("main portal vein patent", {}),
        ("hay fever", {}),
        ("Yellow fever vaccination", {}),
        ("rheumatic fever", {}),
        ("lung abscess", {}),
        ("Tumor necrosis factor inhibitor", {}),
        ("Neonatal jaundice", {}),
        ("Anorexia nervosa", {}),
        ("chronic cholecystitis", {}),
        ("delirium tremens", {}),
        ("Prediabetes", {}),
        ("arterial blood gas", {}),
        ("anaphylactic shock", {}),
        ("shock wave lithotripsy", {}),
        ("skin flap", {}),
        ("Pregnancy test", {}),
        ("no growth to date", {}),
        ("feverfew", {}),
        ("vaginal bleeding", {}),
        ("Wernicke encephalopathy", {}),
        ("non-functioning neuroendocrine tumour", {}),
        ("heparin flush", {}),
        ("myocardial infarction", {}),
        ("", {}),
    ],
)
def test_denials_doubts_and_look_alikes(text: str, expected: dict[str, Presence]) -> None:
    assert name_in(text, CATALOGUE.findings) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paracetamol 1 g IV", {"paracetamol"}),
        ("Acetaminophen 325 MG Oral Tablet", {"paracetamol"}),
        ("piperacillin/tazobactam 4.5 g", {"antibiotic"}),
        ("Meropenem", {"antibiotic"}),
        ("amoxicilina-clavulánico", {"antibiotic"}),
        ("Ibuprofen 200 MG Oral Tablet", {"nsaid"}),
        ("morphine (synthetic)", {"opioid"}),
        ("ondansetrón 8 mg", {"antiemetic"}),
        ("Norepinephrine infusion", {"vasopressor"}),
        ("Enoxaparin 40 mg", {"heparin"}),
        ("dexametasona", {"dexamethasone"}),
        ("CT abdomen and pelvis with contrast", {"contrast-ct"}),
        ("TC abdominal con contraste", {"contrast-ct"}),
        ("CT without contrast", {"unenhanced-ct"}),
        ("Doppler ultrasound of the liver", {"doppler"}),
        ("blood cultures, two sets", {"blood-culture"}),
        ("Blood cultures (one set)", {"blood-culture-set"}),
        ("Una tanda de hemocultivos", {"blood-culture-set"}),
        ("Admission to ICU", {"icu"}),
        ("Percutaneous drainage of liver abscess", {"drainage"}),
        # and what is none of them
        ("CT abdomen", set()),
        ("CT head with contrast", set()),
        ("Lidocaine with epinephrine", set()),
        ("heparin flush", set()),
        ("no antibiotics", set()),
        ("penicillin allergy", set()),
        ("Mitomycin C", set()),
        ("Carotid doppler", set()),
        ("vaginal discharge", set()),
        ("Discharge summary", set()),
        ("ultrasound guidance", set()),
        ("cataract surgery", set()),
    ],
)
def test_events_are_named_by_their_words(text: str, expected: set[str]) -> None:
    assert set(name_in(text, CATALOGUE.events)) == expected


def test_every_phrase_names_its_own_entry() -> None:
    for entry in CATALOGUE.findings.values():
        for phrase in (entry.title, entry.title_es, entry.key.replace("-", " "), *entry.text):
            assert entry.key in name_in(phrase, CATALOGUE.findings), phrase
        for phrase in entry.absent_text:
            assert name_in(phrase, CATALOGUE.findings)[entry.key] is ABSENT, phrase
        for phrase in entry.not_text:
            assert entry.key not in name_in(phrase, CATALOGUE.findings), phrase
    for event in CATALOGUE.events.values():
        for phrase in (event.title, event.title_es, *event.text):
            assert event.key in name_in(phrase, CATALOGUE.events), phrase
        for phrase in event.not_text:
            assert event.key not in name_in(phrase, CATALOGUE.events), phrase


def test_some_of_the_entries_can_be_asked_alone() -> None:
    few = {"fever": CATALOGUE.findings["fever"]}
    assert name_in("fever and rigors", few) == {"fever": PRESENT}


def test_reports_are_not_read() -> None:
    assert name_in("fever " * (LONGEST // 6 + 1), CATALOGUE.findings) == {}


@given(text=st.text(alphabet="fever no,;.?() sinrigos", max_size=60))
def test_no_label_breaks_the_reader(text: str) -> None:
    assert set(name_in(text, CATALOGUE.findings)) <= set(CATALOGUE.findings)
