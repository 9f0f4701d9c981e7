"""Which program this is: its rules, as the files of the package that decide, and their SHA-256.

Where that is the same, the same declaration on the same store gets the same answer.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
_KINDS = frozenset({".py", ".tsv", ".sql"})
"""Of files that decide: code, code lists and layouts. The lists of store files count by the store that holds them."""
NO_RULES = {
    "__init__.py": "names the version, which a manifest has beside the rules",
    "__main__.py": "starts the command line",
    "certification": "weighs what another program makes of a retour",
    "cli": "reads options and prints",
    "cluster": "hands declarations to processes that each answer as one does",
    "explanation": "looks on while a declaration is answered",
    "generation": "makes declarations",
    "manifest.py": "looks on, and compares",
    "manual": "is read by people",
    "mutation": "makes declarations",
    "personas": "makes declarations",
    "presentation": "prints",
    "program.py": "says which files are the rules",
    "public": "hands a declaration to the path and its answer back",
    "reports": "counts what the store remembers",
    "rules": "lists them, and compares",
    "server": "hands declarations to the path and answers back",
    "shipped": "holds what comes along: migrations, of which a manifest has the store's, suites and examples",
    "suites": "compares answers",
    "testing": "helps the tests of others",
    "tools": "looks at messages without answering them",
}
"""What is no part of the rules, of all that stands at the top of the package, and why. All else decides how a record is
judged, what is granted, or whether a retour leaves: also a room that is built tomorrow."""


@cache
def rules_of_this_program() -> str:
    """The SHA-256 of the rules of this program: what a manifest calls `regels`."""
    return rules_sha256(PACKAGE)


def rules_sha256(package: Path) -> str:
    """The SHA-256 of the rules of a package of this program: of each of its files that decides, path and bytes."""
    digest = hashlib.sha256()
    for path in rule_files(package):
        digest.update(f"{path.relative_to(package).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def rule_files(package: Path) -> list[Path]:
    """The files of a package that decide, in the order of their paths."""
    top = (path for path in package.iterdir() if path.name not in NO_RULES)
    found = (file for path in top for file in ([path] if path.is_file() else path.rglob("*")))
    return sorted((file for file in found if file.suffix in _KINDS), key=Path.as_posix)
