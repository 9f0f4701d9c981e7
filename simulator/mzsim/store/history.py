"""What an insurer received before, fetched for a group of records at a time. Plain SQL, as in `facts.py`."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy.engine import Connection

from mzsim.domain.declared import Eerdere
from mzsim.domain.granted import Toekenning
from mzsim.store.many_values import zoek

_KOLOMMEN = ", ".join(f"p.{kolom}" for kolom in Eerdere._fields)
_UIT = f"SELECT {_KOLOMMEN} FROM prestaties p JOIN berichten b ON b.id = p.bericht_id"
# A message at hand is not earlier than itself; a file that was rejected declared nothing.
_EERDER = "b.uzovi = :uzovi AND p.bericht_id < :eigen AND b.uitkomst <> 'afgekeurd_bestand'"
_OP_DAGEN = f"{_UIT} WHERE p.persoon IN :personen AND p.datum IN :dagen AND b.agb = :agb AND {_EERDER}"
_TOEGEKEND = (
    # The order of the columns is that of `Toekenning`.
    "SELECT b.agb, p.persoon, p.datum, p.soort, p.prestatiecode, p.behandelaar, p.gebitselement, p.vlak, p.kaak,"
    " p.referentienummer, p.vorig_referentienummer, p.toegekend_bedrag, p.aandelen"
    " FROM prestaties p JOIN berichten b ON b.id = p.bericht_id"
    " WHERE p.persoon IN :personen AND p.datum BETWEEN :van AND :tot AND b.uzovi = :uzovi AND p.bericht_id < :eigen"
    " AND p.uitkomst <> 'afgewezen'"
)
_REISKOSTEN = (
    f"{_UIT} WHERE p.prestatiecode IN :codes AND p.behandelaar IN :behandelaars AND p.datum IN :dagen AND {_EERDER}"
)


class Historiebron:
    """Answers questions about the earlier declarations of one party (AGB-code) to one insurer."""

    def __init__(self, verbinding: Connection, agb: str, uzovi: str, eigen_bericht: int) -> None:
        self._verbinding = verbinding
        self._vast = {"agb": agb, "uzovi": uzovi, "eigen": eigen_bericht}

    def op_dagen(self, personen: Collection[str], dagen: Collection[str]) -> list[Eerdere]:
        """What the party declared for these persons on these days (EEJJMMDD)."""
        rijen = zoek(self._verbinding, _OP_DAGEN, self._vast, personen=personen, dagen=dagen)
        return [Eerdere(*rij) for rij in rijen]

    def reiskosten(
        self, codes: Collection[str], behandelaars: Collection[str], dagen: Collection[str]
    ) -> list[Eerdere]:
        """The reiskosten of these behandelaars on these days, whoever was paid for them (INV 4.8)."""
        lijsten = {"dagen": dagen, "behandelaars": behandelaars, "codes": codes}
        return [Eerdere(*rij) for rij in zoek(self._verbinding, _REISKOSTEN, self._vast, **lijsten)]

    def toegekend(self, personen: Collection[str], van: str, tot: str) -> Iterator[Toekenning]:
        """What the insurer granted these persons from day to day (EEJJMMDD), whoever declared it; credits among it."""
        vast = self._vast | {"van": van, "tot": tot}
        return map(Toekenning._make, zoek(self._verbinding, _TOEGEKEND, vast, personen=personen))
