"""What `replay`, `explain`, `check-retour` and `db waiting` print."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from mzsim.presentation.kinds.values import Amount, Day, DayAsFound, Status, closed


@closed
class StoreRow(TypedDict):
    """A row of the store that decided: its list, what was looked for, and what it holds; null where there is none."""

    lijst: str
    sleutel: dict[str, Any]
    waarden: dict[str, Any] | None


@closed
class Melding(TypedDict):
    """An objection: where, with which code, by which check, from which source, and the rows that decided it."""

    record: str
    identificatie: int | None
    rubriek: str | None
    retourcode: str | None
    controle: str
    tekst: str
    bron: str
    regel: NotRequired[int]
    rijen: NotRequired[list[StoreRow]]


@closed
class AmountRoom(TypedDict):
    """A maximum amount: the most, and what was used of it before and after."""

    hoogstens: Amount
    voor: Amount
    na: Amount


@closed
class CountRoom(TypedDict):
    """A maximum number: the most, and what was used of it before and after."""

    hoogstens: int
    voor: int
    na: int


@closed
class Maximum(TypedDict):
    """The maxima of a dekking, and over what they count."""

    per: str
    jaar: str | None
    kaak: str | None
    bedrag: AmountRoom | None
    aantal: CountRoom | None


@closed
class Machtiging(TypedDict):
    """An authorisation for an amount or a number."""

    uzovi: str
    nummer: str
    bedrag: AmountRoom | None
    aantal: CountRoom | None


@closed
class Dekking(TypedDict):
    """What a dekking pays of a prestatierecord, step by step; of a credit only what it gives back."""

    uzovi: str
    pakket: str
    soort: str
    dekking: int
    id: NotRequired[str]
    percentage: NotRequired[int]
    over: NotRequired[Literal["bedrag", "eigen_bijdrage"]]
    grondslag: NotRequired[Amount]
    aandeel: NotRequired[Amount]
    eigen_bijdrage: NotRequired[Amount]
    vergoeding: NotRequired[Amount]
    binnen_maximum: NotRequired[Amount]
    bedrag: NotRequired[Amount]
    eerder: NotRequired[Amount]
    toegekend: Amount
    maximum: Maximum | None


@closed
class Tarief(TypedDict):
    """The tariff that was declared, and the highest that the insurer pays."""

    gedeclareerd: Amount
    hoogste: Amount | None
    per_uur: bool
    rijen: list[StoreRow]


@closed
class Toekenning(TypedDict):
    """How the amount of a prestatierecord came about."""

    record: Literal["04"]
    identificatie: int
    regel: int
    referentienummer: str
    datum: DayAsFound
    prestatiecode: str
    declaratiebedrag: Amount
    tarief: NotRequired[Tarief]
    aantal: NotRequired[int]
    vermindering: NotRequired[Amount]
    berekend: NotRequired[Amount]
    zonder_contract: NotRequired[int | None]
    zonder_contract_hoogstens: NotRequired[Amount | None]
    dekkingen: NotRequired[list[Dekking]]
    machtiging: NotRequired[Machtiging | None]
    ongedekt: NotRequired[Amount]
    eerder_toegekend: NotRequired[Amount]
    toegekend: Amount
    voor_patient: NotRequired[Amount]
    debet: NotRequired[list[StoreRow]]
    script: NotRequired[bool]


@closed
class Replay(TypedDict):
    """The answer to one declaration."""

    declaratie: str | None
    retour: str | None
    afzender: str | None
    status: Status
    totaal_ingediend: Amount
    totaal_toegekend: Amount
    betaaldatum: NotRequired[Day]
    kanttekening: NotRequired[str]
    meldingen: list[Melding]
    toekenningen: list[Toekenning]


@closed
class ExplainedCheck(TypedDict):
    """A check behind a retourcode, with what to change and, where they are known, the rows that decided."""

    id: str
    rubriek: str | None
    tekst: str
    bron: str
    herstel: str
    rijen: NotRequired[list[StoreRow]]


@closed
class ExplainedCode(TypedDict):
    """A retourcode on a record."""

    retourcode: str
    betekenis: str
    controles: list[ExplainedCheck]


@closed
class ExplainedRecord(TypedDict):
    """A record of a retourbericht in words."""

    regel: int
    record: str
    identificatie: int | None
    bsn: str
    declaratiebedrag: NotRequired[Amount]
    berekend: NotRequired[Amount]
    toegekend: NotRequired[Amount]
    codes: list[ExplainedCode]


@closed
class Explain(TypedDict):
    """A retourbericht in words."""

    afzender: str
    dagtekening: DayAsFound
    factuurnummer: str
    totaal_ingediend: Amount
    totaal_toegekend: Amount
    betaaldatum: NotRequired[Day]
    records: list[ExplainedRecord]
    onherleid: NotRequired[str]
    kanttekening: NotRequired[str]
    toekenningen: NotRequired[list[Toekenning]]


@closed
class Deviation(TypedDict):
    """What is wrong with a retourbericht, or to be seen in it."""

    regel: int
    record: str
    identificatie: int | None
    rubriek: str | None
    verwacht: str
    gevonden: str
    reden: str


@closed
class CheckRetour(TypedDict):
    """Whether a retourbericht is in order."""

    retour: str
    in_orde: bool
    afwijkingen: list[Deviation]
    waarschuwingen: list[Deviation]


@closed
class Waiting(TypedDict):
    """A retourbericht that waits for its place."""

    id: int
    ontvangen: Day
    uzovi: str
    agb: str
    factuurnummer: str
    retour: str
    deel: str
    computer: str
    stand: Literal["klaar", "bezig", "geplaatst", "vast"]
    reden: NotRequired[str]
