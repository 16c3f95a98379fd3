"""A small CDM with a vocabulary, written once as CSV files: the same for DuckDB and for PostgreSQL."""

from __future__ import annotations

from pathlib import Path

LARGE = -6225647829918357531

TABLES = {
    "person": f"""
person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth
1,8507,1950,6,15
2,8532,1960,,
{LARGE},8507,1970,,
4,0,1980,,
""",
    "observation_period": f"""
observation_period_id,person_id,observation_period_start_date,observation_period_end_date
1,1,2019-01-01,2021-12-31
2,2,2019-01-01,2020-06-30
3,2,2021-01-01,2021-12-31
4,{LARGE},2019-01-01,2021-12-31
5,4,2019-01-01,2019-12-31
""",
    "visit_occurrence": """
visit_occurrence_id,person_id,visit_concept_id,visit_start_date,visit_start_datetime,visit_end_date,visit_end_datetime
10,1,9201,2020-03-01,2020-03-01 08:00:00,2020-03-04,2020-03-04 12:00:00
20,2,9201,2020-06-01,2020-06-01 00:00:00,2020-06-02,2020-06-02 00:00:00
""",
    # Person 1: twice within a day, again three weeks on. Person 2: by source concept, then outside any observation.
    # The one with the long id: by source value alone. Person 4: outside observation, and a date that is none.
    "procedure_occurrence": f"""
procedure_occurrence_id,person_id,procedure_concept_id,procedure_date,procedure_datetime,visit_occurrence_id,procedure_source_value,procedure_source_concept_id
100,1,901,2020-03-02,2020-03-02 09:30:00,10,47383,901
101,1,903,2020-03-02,2020-03-02 10:00:00,10,04L33DZ,903
102,1,901,2020-03-23,2020-03-23 00:00:00,,47383,901
200,2,0,2020-06-02,,20,79445,902
201,2,902,2020-09-01,,,79445,902
300,{LARGE},0,2020-05-05,,,04l33dz ,0
301,{LARGE},0,2020-05-05,,,47383,0
400,4,904,2020-02-02,,,06L83DZ,904
401,4,904,2019-02-30,,,06L83DZ,904
402,9,904,2019-02-20,,,06L83DZ,904
500,1,999,2020-03-02,2020-03-02 09:30:00,10,else,999
""",
    "condition_occurrence": """
condition_occurrence_id,person_id,condition_concept_id,condition_start_date,visit_occurrence_id,condition_source_value,condition_source_concept_id
1,1,4101758,2019-05-05,,C22.0,911
2,2,198700,2020-07-01,20,C78.7,0
3,2,920,2020-06-03,,below necrosis,0
4,2,3655440,2020-06-03,,chronic,0
5,2,4337543,2020-06-03,,570,930
6,1,0,2020-03-10,,k76.3,0
""",
    "concept": """
concept_id,concept_name,domain_id,vocabulary_id,concept_class_id,standard_concept,concept_code,invalid_reason
901,cryoablation,Procedure,CPT4,CPT4,S,47383,
902,particles,Procedure,CPT4,CPT4,,79445,
903,hepatic artery,Procedure,ICD10PCS,ICD10PCS,S,04L33DZ,
904,portal vein,Procedure,ICD10PCS,ICD10PCS,S,06L83DZ,
911,liver cell carcinoma,Condition,ICD10CM,4-char,,C22.0,
4101758,HCC,Condition,SNOMED,Disorder,S,25370001,
198700,secondary,Condition,SNOMED,Disorder,S,94381002,
4337543,necrosis,Condition,SNOMED,Disorder,S,87248009,
912,necrosis in ICD,Condition,ICD10CM,4-char,,K76.3,
930,necrosis in ICD-9,Condition,ICD9CM,3-char,,570,
940,old,Condition,SNOMED,Disorder,,17890003,
""",
    "concept_relationship": """
concept_id_1,concept_id_2,relationship_id,invalid_reason
911,4101758,Maps to,
912,4337543,Maps to,
930,4337543,Maps to,
940,941,Maps to,D
4337543,912,Mapped from,
""",
    "concept_ancestor": """
ancestor_concept_id,descendant_concept_id,min_levels_of_separation,max_levels_of_separation
4337543,4337543,0,0
4337543,920,1,1
4337543,3655440,1,1
4337543,42599120,1,1
3655440,3655440,0,0
42599120,42599120,0,0
""",
    "cdm_source": """
cdm_source_name,cdm_version
a site,v5.3.1
""",
    "cohort": """
cohort_definition_id,subject_id,cohort_start_date,cohort_end_date
7,1,2020-03-02,2020-03-02
7,4,2020-03-02,2020-03-02
8,2,2021-03-02,2021-03-02
""",
    "measurement": """
measurement_id,person_id,measurement_concept_id,measurement_date,value_as_number
1,1,3006923,2020-03-03,40.5
""",
}


def write(folder: Path, without: tuple[str, ...] = ()) -> Path:
    """The tables as CSV files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in TABLES.items():
        if name not in without:
            (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return folder
