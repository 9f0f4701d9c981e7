"""What `controles`, `eisen` and `personas` print."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from mzsim.presentation.kinds.values import Amount, Day, Kenmerk, Status, closed


@closed
class Controle(TypedDict):
    """A check of the register."""

    id: str
    niveau: Annotated[int, Field(ge=1, le=7)]
    record: str
    rubriek: str | None
    retourcode: str | None
    vervangend: bool
    door: Literal["V", "Z", "VZ"]
    tekst: str
    herstel: str
    bron: str


@closed
class Coverage(TypedDict):
    """What covers a requirement."""

    controles: list[str]
    beleid: list[str]
    commandos: list[str]
    tests: list[str]


@closed
class Reason(TypedDict):
    """Why nothing covers a requirement, or what was chosen."""

    soort: str
    tekst: str


@closed
class Eis(TypedDict):
    """A requirement of a source."""

    id: str
    bron: str
    bindt: list[str]
    eis: str
    gedekt_door: Coverage
    reden: Reason | None


@closed
class ExpectedRecord(TypedDict):
    """A record that comes back."""

    record: Kenmerk
    identificatie: int | None
    codes: list[str]
    toegekend: Amount


@closed
class ExpectedAnswer(TypedDict):
    """What a declaration of a persona gets."""

    afzender: str
    status: Status
    totaal_toegekend: Amount
    terug: list[ExpectedRecord]


@closed
class PersonaDeclaration(TypedDict):
    """A declaration for a persona: its file, the day to replay it on, and its rubrieken by number."""

    bestand: str
    datum: Day
    voorloop: dict[str, str | int]
    verzekerde: dict[str, str | int]
    prestaties: list[dict[str, str | int]]
    verwacht: ExpectedAnswer


@closed
class Persona(TypedDict):
    """Whom to declare for, and what comes back."""

    id: str
    titel: str
    reden: str
    bsn: str | None
    verzekerdennummer: str | None
    naam: str
    geboortedatum: Day
    declaraties: list[PersonaDeclaration]
