"""Recording what a replay did: the message, its factuurnummer and its prestatierecords, in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from mzsim.store.facts import vijf_jaar_eerder


class Recorded(NamedTuple):
    """What a row of `prestaties` holds of a prestatierecord and of what became of it, whoever and whenever it was; amounts in
    cents, a credit negative. `aandelen` as in `models.Prestatie`."""

    toegekend_bedrag: int
    uitkomst: str
    soort: str
    prestatiecode: str
    gebitselement: str
    vlak: str
    kaak: str
    behandelaar: str
    aantal: int
    berekend_bedrag: int
    declaratiebedrag: int
    aandelen: str | None


_KOLOMMEN = ("bericht_id", "persoon", "referentienummer", "vorig_referentienummer", "datum", *Recorded._fields)
"""What `Vastlegging.prestatie` puts together; no row has a name there, which would take as long as all the rest."""


class Berichtrij(NamedTuple):
    """What identifies a message in the store; `factuurnummer` as it is compared."""

    agb: str
    uzovi: str
    factuurnummer: str
    soort: str
    ontvangen: dt.date


_ONTVANGEN = sa.bindparam("ontvangen", type_=sa.Date)
_GRENS = sa.bindparam("grens", type_=sa.Date)

_NIEUW_BERICHT = sa.text(
    "INSERT INTO berichten (agb, uzovi, factuurnummer, soort, ontvangen, uitkomst)"
    " VALUES (:agb, :uzovi, :factuurnummer, :soort, :ontvangen, '') RETURNING id"
).bindparams(_ONTVANGEN)
_BERICHT_AF = sa.text(
    "UPDATE berichten SET uitkomst = :uitkomst, retour = :retour, deel = :deel, computer = :computer WHERE id = :id"
)
_NUMMER = "agb = :agb AND factuurnummer = :factuurnummer AND uzovi = :uzovi"
# Only rows that no longer hold the number give way. Where it is held all the same (its check is off, or something else
# stopped the file first), the row that holds it stays as it is.
_RUIM_VECOZO = sa.text(
    "UPDATE factuurnummers SET vecozo_sleutel = NULL WHERE vecozo_sleutel = :sleutel"
    " AND (ontvangen <= :grens OR uitkomst = 'afgewezen_verzekeraar')"
).bindparams(_GRENS)
_RUIM_VERZEKERAAR = sa.text(
    f"DELETE FROM factuurnummers WHERE {_NUMMER}"
    " AND (ontvangen <= :grens OR uitkomst IN ('afgewezen_verzekeraar', 'afgewezen_vecozo') OR NOT bij_verzekeraar)"
).bindparams(_GRENS)
_SLEUTEL = sa.text(f"SELECT vecozo_sleutel FROM factuurnummers WHERE {_NUMMER}")
_BIJ_VECOZO = sa.text(
    f"UPDATE factuurnummers SET vecozo_sleutel = :sleutel WHERE {_NUMMER}"
    " AND NOT EXISTS (SELECT 1 FROM factuurnummers f WHERE f.vecozo_sleutel = :sleutel)"
)
_NIEUW_NUMMER = sa.text(
    "INSERT INTO factuurnummers (agb, factuurnummer, uzovi, vecozo_sleutel, bij_verzekeraar, ontvangen, uitkomst)"
    " VALUES (:agb, :factuurnummer, :uzovi, :vecozo_sleutel, :bij_verzekeraar, :ontvangen, :uitkomst)"
    " ON CONFLICT DO NOTHING"
).bindparams(_ONTVANGEN, sa.bindparam("bij_verzekeraar", type_=sa.Boolean))


# Sixty rows in one statement take a third less time than one at a time.
_PER_OPDRACHT = 60


@cache
def _invoer(rijen: int, dialect: sa.Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement that adds so many prestaties, and the names of its values in order."""
    kop = f"INSERT INTO prestaties ({', '.join(_KOLOMMEN)}) VALUES"
    if dialect.paramstyle == "qmark":  # a thousand names take long to compile, only to become question marks
        rij = f"({', '.join('?' * len(_KOLOMMEN))})"
        return f"{kop} {', '.join([rij] * rijen)}", ()
    namen = [[f"{kolom}_{rij}" for kolom in _KOLOMMEN] for rij in range(rijen)]
    plaatsen = ", ".join(f"(:{', :'.join(rij)})" for rij in namen)
    opdracht = sa.text(f"{kop} {plaatsen}")
    return str(opdracht.compile(dialect=dialect)), tuple(naam for rij in namen for naam in rij)


class Vastlegging:
    """Records one message. Nothing is kept unless the caller commits the transaction of the connection."""

    _PER_KEER = 80 * _PER_OPDRACHT

    def __init__(self, verbinding: Connection, bericht: Berichtrij) -> None:
        self._verbinding = verbinding
        self._bericht = bericht
        self.bericht_id: int = verbinding.execute(_NIEUW_BERICHT, bericht._asdict()).scalar_one()
        self._wachtend: list[tuple[str | int | None, ...]] = []

    def prestatie(
        self, persoon: str, referentienummer: str, vorig_referentienummer: str, datum: str, rest: Recorded
    ) -> None:
        """Adds a prestatierecord: of whom, under which numbers as they are compared ("" for none), of which day (EEJJMMDD)."""
        self._wachtend.append((self.bericht_id, persoon, referentienummer, vorig_referentienummer, datum, *rest))
        if len(self._wachtend) >= self._PER_KEER:
            self._schrijf_weg()

    def _schrijf_weg(self) -> None:
        """Straight to the driver: SQLAlchemy's own handling of parameters would take four times as long."""
        rijen, self._wachtend = self._wachtend, []
        heel = len(rijen) - len(rijen) % _PER_OPDRACHT
        for per_opdracht, deel in ((_PER_OPDRACHT, rijen[:heel]), (1, rijen[heel:])):
            if deel:
                opdracht, namen = _invoer(per_opdracht, self._verbinding.dialect)
                waarden: list[Any] = [
                    tuple(chain.from_iterable(deel[plaats : plaats + per_opdracht]))
                    for plaats in range(0, len(deel), per_opdracht)
                ]
                if not self._verbinding.dialect.positional:
                    waarden = [dict(zip(namen, een, strict=True)) for een in waarden]
                self._verbinding.exec_driver_sql(opdracht, waarden)

    def doorgestuurd(self) -> None:
        """VECOZO takes the factuurnummer: it forwards the message."""
        waarden = self._nummer()
        self._verbinding.execute(_RUIM_VECOZO, waarden)
        self._verbinding.execute(_RUIM_VERZEKERAAR, waarden)
        if not self._verbinding.execute(_BIJ_VECOZO, waarden).rowcount:
            self._neem_nummer(waarden, waarden["sleutel"], bij_verzekeraar=False, uitkomst="doorgestuurd")

    def ontvangen(self, uitkomst: str) -> None:
        """The insurer takes the factuurnummer: toegewezen or afgewezen_verzekeraar."""
        waarden = self._nummer()
        sleutel = self._verbinding.scalar(_SLEUTEL, waarden)
        self._verbinding.execute(_RUIM_VERZEKERAAR, waarden)
        self._neem_nummer(waarden, sleutel, bij_verzekeraar=True, uitkomst=uitkomst)

    def _nummer(self) -> dict[str, Any]:
        bericht = self._bericht
        return bericht._asdict() | {
            "sleutel": f"{bericht.agb}/{bericht.factuurnummer}",
            "grens": vijf_jaar_eerder(bericht.ontvangen),
        }

    def _neem_nummer(
        self, waarden: dict[str, Any], sleutel: str | None, *, bij_verzekeraar: bool, uitkomst: str
    ) -> None:
        rij = {"vecozo_sleutel": sleutel, "bij_verzekeraar": bij_verzekeraar, "uitkomst": uitkomst}
        self._verbinding.execute(_NIEUW_NUMMER, waarden | rij)

    def afronden(self, uitkomst: str, *, retour: str | None, deel: str | None, computer: str) -> None:
        """Completes the row of the message; `deel` is the name under which the retour waits to be renamed."""
        self._schrijf_weg()
        self._verbinding.execute(
            _BERICHT_AF,
            {"uitkomst": uitkomst, "retour": retour, "deel": deel, "computer": computer, "id": self.bericht_id},
        )


_OPENSTAAND = sa.text("SELECT id, retour, deel FROM berichten WHERE deel IS NOT NULL AND computer = :computer")
_AFGEROND = sa.text("UPDATE berichten SET deel = NULL WHERE id = :id")
_WEG = (
    sa.text(
        "DELETE FROM factuurnummers WHERE EXISTS (SELECT 1 FROM berichten b WHERE b.id = :id AND b.agb ="
        " factuurnummers.agb AND b.factuurnummer = factuurnummers.factuurnummer AND b.uzovi = factuurnummers.uzovi)"
    ),
    sa.text("DELETE FROM prestaties WHERE bericht_id = :id"),
    sa.text("DELETE FROM berichten WHERE id = :id"),
)


def openstaand(verbinding: Connection, computer: str) -> list[tuple[int, str, str]]:
    """Messages of this computer whose retour still waits for its name: (id, retour, deel)."""
    return [(rij.id, rij.retour, rij.deel) for rij in verbinding.execute(_OPENSTAAND, {"computer": computer})]


def rond_af(verbinding: Connection, bericht_id: int) -> None:
    """The retour of a message has its name."""
    verbinding.execute(_AFGEROND, {"id": bericht_id})


def settle(verbinding: Connection, bericht_id: int) -> None:
    """The same, committed; where another run has the store for long, the next one finds that nothing waits."""
    with suppress(OperationalError):
        rond_af(verbinding, bericht_id)
        verbinding.commit()


def vergeet(verbinding: Connection, bericht_id: int) -> None:
    """Undoes a message whose retour could not get its name."""
    for opdracht in _WEG:
        verbinding.execute(opdracht, {"id": bericht_id})
