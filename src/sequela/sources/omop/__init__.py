"""Episodes and their facts out of a database in the OMOP common data model, through Ibis."""
