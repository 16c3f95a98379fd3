"""The library as pages: plain HTML that needs no script, in English and Spanish, and a record in a terminal.

Purpose: an index with facets, and a record page for each work as a library's catalogue has it, with the rules that cite
it, the counts taken from it, and its record in the formats that reference managers read. The templates take an
address scheme (`Places`), so that a server can answer with the same pages.

May import: `evidence` and the page of `measure`; Jinja is loaded when a page is made, Rich when a record is printed.

Door: `site(works, out, ...)`, `record_page(work, language, ...)`, `record_text(work, uses, similar, width, language)`.
"""

from sequela.account.library.pages import record_page
from sequela.account.library.printing import record_text
from sequela.account.library.writing import site

__all__ = ["record_page", "record_text", "site"]
