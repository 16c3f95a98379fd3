"""Index procedures: what is one, which one, and what must never be taken for one."""

from __future__ import annotations

import pytest

from sequela.course.episodes import ProcedureKind as Kind
from sequela.course.naming import procedure_kind

CPT = "http://www.ama-assn.org/go/cpt"
PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("TAE", Kind.TAE),
        ("Transarterial embolization of liver metastases", Kind.TAE),
        ("bland embolisation, segments VII and VIII", Kind.TAE),
        ("Hepatic artery embolization", Kind.TAE),
        ("embolización de la arteria hepática", Kind.TAE),
        ("Transcatheter embolization of hepatocellular carcinoma", Kind.TAE),
        ("TACE", Kind.TACE),
        ("Transarterial chemoembolization (TACE) of HCC", Kind.TACE),
        ("Quimioembolización hepática", Kind.TACE),
        ("cTACE right lobe", Kind.TACE),
        ("DEB-TACE", Kind.DEB_TACE),
        ("Chemoembolization with drug-eluting beads", Kind.DEB_TACE),
        ("quimioembolización con microesferas", Kind.DEB_TACE),
        ("TARE", Kind.TARE),
        ("SIRT of the right lobe", Kind.TARE),
        ("Y-90 radioembolization", Kind.TARE),
        ("Yttrium-90 microspheres, hepatic", Kind.TARE),
        ("radioembolización hepática", Kind.TARE),
        ("RFA of liver", Kind.RFA),
        ("Percutaneous radiofrequency ablation of liver metastasis", Kind.RFA),
        ("Ablación por radiofrecuencia de hepatocarcinoma", Kind.RFA),
        ("RFA segment VI", Kind.RFA),
        ("Microwave ablation of hepatic lesion", Kind.MWA),
        ("ablación por microondas de lesión hepática", Kind.MWA),
        ("Percutaneous cryoablation of liver tumor", Kind.CRYOABLATION),
        ("Portal vein embolization", Kind.PVE),
        ("PVE", Kind.PVE),
        ("embolización portal", Kind.PVE),
        ("Irreversible electroporation of liver tumour", Kind.OTHER),
        ("Ablation of liver", Kind.OTHER),
        ("RFA of liver metastases of renal cell carcinoma", Kind.RFA),
        ("TACE after progression", Kind.TACE),
        ("third TACE", Kind.TACE),
    ],
)
def test_text_names_the_kind(text: str, kind: Kind) -> None:
    assert procedure_kind([], [text]) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Catheter ablation of tissue of heart",
        "Radiofrequency ablation of atrial fibrillation",
        "Radiofrequency ablation",
        "Embolization",
        "Transcatheter embolization",
        "Uterine artery embolization",
        "Uterine fibroid embolization",
        "Prostate artery embolization",
        "Prostatic artery embolisation (PAE)",
        "Splenic artery embolization",
        "Embolization of splenic artery in liver cirrhosis",
        "Bronchial artery embolization",
        "Bronchial arterial chemoembolization",
        "Transarterial embolization of renal angiomyolipoma",
        "Microwave ablation of kidney",
        "Cryoablation of prostate",
        "Radiofrequency ablation of thyroid nodule",
        "Microwave ablation of lung nodule",
        "Endometrial ablation",
        "Endovenous radiofrequency ablation of saphenous vein",
        "Middle meningeal artery embolization",
        "Gastroduodenal artery embolization",
        "Genicular artery embolization",
        "Barrett esophagus radiofrequency ablation",
        "embolización de arteria uterina",
        "ablación de venas pulmonares",
        "CT after TACE",
        "post-TACE CT",
        "Follow-up after radioembolization",
        "Planning angiography for SIRT",
        "MAA mapping before radioembolization",
        "History of TACE",
        "Consent for TACE",
        "antecedente de quimioembolización",
        "Liver biopsy",
        "Hepatectomy",
        "Cholecystectomy",
        "Pulmonary embolism",
        "Intubation",
        "",
    ],
)
def test_text_that_names_no_index_procedure(text: str) -> None:
    assert procedure_kind([], [text]) is None


@pytest.mark.parametrize(
    ("codings", "texts", "kind"),
    [
        ([("urn:sequela:procedure-kind", "TAE")], [], Kind.TAE),
        ([("urn:sequela:procedure-kind", "cryoablation")], ["anything"], Kind.CRYOABLATION),
        ([(SNOMED, "764677008")], [], Kind.TARE),
        ([(PCS, "06L83DZ")], [], Kind.PVE),
        ([(PCS, "04L33DZ")], [], Kind.OTHER),
        ([(PCS, "04L33DZ")], ["TACE"], Kind.TACE),
        ([(CPT, "37243")], [], Kind.OTHER),
        ([(CPT, "37243")], ["Embolization for tumors"], Kind.OTHER),
        ([(CPT, "37243")], ["bland embolization of liver"], Kind.TAE),
        ([(CPT, "37243")], ["Y90 radioembolization"], Kind.TARE),
        ([(CPT, "37243")], ["Uterine fibroid embolization"], None),
        ([(CPT, "47382")], [], Kind.RFA),
        ([(CPT, "47382")], ["Microwave ablation of liver tumor"], Kind.MWA),
        ([(CPT, "47383")], [], Kind.CRYOABLATION),
        ([(CPT, "79445")], [], Kind.TARE),
        ([(SNOMED, "18286008")], ["Catheter ablation of tissue of heart"], None),
        ([(SNOMED, "18286008"), (CPT, "47383")], [], Kind.CRYOABLATION),
        ([("http://example.org", "1")], ["TACE"], Kind.TACE),
        ([], ["Embolization", "Liver structure"], Kind.TAE),
        ([], ["Radiofrequency ablation", "segment VIII of liver"], Kind.RFA),
        ([], ["Radiofrequency ablation", "Kidney structure"], None),
        ([], [], None),
    ],
)
def test_codes_decide_and_words_settle_what_they_leave_open(
    codings: list[tuple[str, str]], texts: list[str], kind: Kind | None
) -> None:
    assert procedure_kind(codings, texts) is kind
