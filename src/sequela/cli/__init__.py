"""The command line: arguments in, text or JSON out.

Purpose: thin commands; errors become one line on stderr and an exit code here and nowhere else.
May import: `account`, `assessing` and everything below; nothing but Typer before a command runs.
Door: `main()`, the program `sequela`; `run(arguments)`, the same without leaving the process.

Exit codes: 0 done; 1 a bug of ours; 2 something the user can mend, in one line that says what, where and what to try.
"""

from sequela.cli.ending import main, run

__all__ = ["main", "run"]
