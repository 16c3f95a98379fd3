"""The grammar of clinical sentences: what may be said of a course, and what it means to say it.

Purpose: frozen, self-checking nodes (quantities and three-valued statements), the parameters they name, and the shelf
that carries definitions, conditions, scores and steps. No database, no DataFrame, no evaluation.
May import: `course`, `evidence`, `errors`.
Door: the nodes of `quantities` and `statements`, the sugar of `language`, `prose.say`, `wire`, `shelf.Shelf`.
"""
