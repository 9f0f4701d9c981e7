"""What `rules list`, `rules diff` and `--version` print."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from mzsim.presentation.kinds.values import closed

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@closed
class Version(TypedDict):
    """The program: its version, the hash of its rules, the revision of the schema of a store, its Python."""

    versie: str
    regels: Sha256
    schema: str
    python: str


@closed
class ListedCheck(TypedDict):
    """A check, with the hash of its cases."""

    id: str
    niveau: Annotated[int, Field(ge=1, le=7)]
    record: str
    rubriek: str | None
    retourcode: str | None
    door: Literal["V", "Z", "VZ"]
    tekst: str
    bron: str
    gevallen: Sha256


@closed
class ListedCode(TypedDict):
    """A retourcode of the list."""

    code: str
    betekenis: str
    soort: str


@closed
class ListedFile(TypedDict):
    """A file, with its hash."""

    naam: str
    sha256: Sha256


@closed
class RulesList(TypedDict):
    """What the rules are."""

    versie: str
    regels: Sha256
    controles: list[ListedCheck]
    retourcodes: list[ListedCode]
    indelingen: list[ListedFile]
    lijsten: list[ListedFile]
    bestanden: list[ListedFile]


@closed
class KnownRules(TypedDict):
    """Whose rules they are, and their hash."""

    versie: str
    regels: str


@closed
class RuleDifference(TypedDict):
    """What of the rules is new, gone (now is null) or different."""

    deel: Literal["controles", "retourcodes", "indelingen", "lijsten", "bestanden"]
    naam: str
    was: dict[str, Any] | None
    now: dict[str, Any] | None


@closed
class RulesDiff(TypedDict):
    """In what rules differ; verschillen is null where only the hash of the old ones is known."""

    was: KnownRules
    now: KnownRules
    gelijk: bool
    verschillen: list[RuleDifference] | None
