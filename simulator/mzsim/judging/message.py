"""One declaration on its way: what its voorlooprecord says, who it is for, and how objections to it are answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mzsim.checks.voorlooprecord import PARTIJ, WLZ, partij
from mzsim.domain.beleid import STANDAARD, Beleid
from mzsim.domain.check import VECOZO, Controle
from mzsim.domain.facts import ContractFeit, Prestatiecodes, UzoviFeit
from mzsim.domain.findings import Bevinding, Melding
from mzsim.judging.onlookers import Director, Onlooker
from mzsim.reading.first_reading import Verkenning
from mzsim.standard.layout import TEKENSET
from mzsim.standard.records import Voorlooprecord, ingediend
from mzsim.standard.values import genormaliseerd, gevuld, schrijf_datum, tekst
from mzsim.store.facts import Feitenbron

AFZENDER_VECOZO = "VECOZO"
_ONBEKENDE_AFZENDER = "0000"


@dataclass(frozen=True)
class Bericht:
    """A declaration whose voorlooprecord can be read, and the insurer that it is addressed to.

    `verzekeraar` is None where 0108 is not in the store. `datum` is the processing date. `regie` directs the answer,
    `toelichting` looks on where people want to know how the answer came about.
    """

    verkenning: Verkenning
    voorloop: Voorlooprecord
    datum: dt.date
    uzovi: Mapping[str, UzoviFeit]
    verzekeraar: UzoviFeit | None
    prestatiecodes: Prestatiecodes
    regie: Director | None = None
    toelichting: Onlooker | None = None

    @classmethod
    def van(
        cls,
        verkenning: Verkenning,
        datum: dt.date,
        uzovi: Mapping[str, UzoviFeit],
        prestatiecodes: Prestatiecodes,
        regie: Director | None = None,
        toelichting: Onlooker | None = None,
    ) -> Bericht:
        assert verkenning.voorloop is not None
        voorloop = verkenning.voorloop
        verzekeraar = uzovi.get(voorloop.uzovi.decode(TEKENSET))
        return cls(verkenning, voorloop, datum, uzovi, verzekeraar, prestatiecodes, regie, toelichting)

    @property
    def beleid(self) -> Beleid:
        """The choices of the insurer of 0108."""
        return self.verzekeraar.beleid if self.verzekeraar else STANDAARD

    @cached_property
    def wlz(self) -> bool:
        return self.voorloop.bericht == WLZ

    @cached_property
    def uzovi_nummer(self) -> str:
        """Rubriek 0108."""
        return self.voorloop.uzovi.decode(TEKENSET)

    @cached_property
    def zoek_in(self) -> frozenset[str]:
        """The insurers whose polissen and pakketten count: that of 0108, in a Zvw message with its labels."""
        eigen = self.uzovi_nummer
        labels = () if self.wlz else (u.nummer for u in self.uzovi.values() if u.label_van == eigen)
        return frozenset((eigen, *labels))

    @property
    def pakketten_van(self) -> frozenset[str]:
        """Whose pakketten those polissen may hold: their own insurer's, and that of which it is a label."""
        gevonden = (self.uzovi.get(nummer) for nummer in self.zoek_in)
        return self.zoek_in | {feit.label_van for feit in gevonden if feit and feit.label_van}

    @property
    def vandaag(self) -> bytes:
        """The processing date as EEJJMMDD."""
        return schrijf_datum(self.datum)

    @property
    def partij(self) -> str | None:
        """The AGB-code of the party that is paid; None where 0113 names none."""
        code = partij(self.voorloop)
        return (
            code.decode("ascii") if self.voorloop.betaling_aan in PARTIJ and code.isdigit() and gevuld(code) else None
        )

    def contracten(self, feiten: Feitenbron) -> tuple[ContractFeit, ...] | None:
        """The contracts of the insurer with the party that is paid; None where there are none to check against."""
        if self.partij is None or not feiten.heeft_contracten(self.uzovi_nummer):
            return None
        return feiten.contracten(self.uzovi_nummer, self.partij)

    @property
    def factuurnummer(self) -> str | None:
        """Rubriek 0116 as it is compared; None where it holds no number."""
        nummer = self.voorloop.factuurnummer
        return None if nummer.startswith(b" ") else tekst(genormaliseerd(nummer))

    def afzender(self, door: str) -> str:
        """Who answers: VECOZO, or the insurer by its UZOVI-nummer."""
        if door == VECOZO:
            return AFZENDER_VECOZO
        nummer = self.voorloop.uzovi
        return nummer.decode("ascii") if nummer.isdigit() else _ONBEKENDE_AFZENDER

    def referentie(self, door: str) -> str:
        """Rubriek 0181: who answers and on which factuurnummer."""
        nummer = "".join(teken for teken in self.voorloop.factuurnummer.decode(TEKENSET) if teken.isprintable())
        return f"{self.afzender(door)}-{nummer.strip()}".rstrip("-")

    @property
    def ingediend(self) -> bytes:
        """Rubrieken 9907 and 9908 of the heen sluitrecord; zeros and D where they can't be read."""
        sluit = self.verkenning.sluit
        return ingediend(sluit.inhoud if sluit else b"")

    @property
    def totaal_ingediend(self) -> int:
        """The same in cents, a credit negative."""
        bedrag = int(self.ingediend[:-1])
        return -bedrag if self.ingediend.endswith(b"C") else bedrag

    def voert_uit(self, controle: Controle, door: str) -> bool:
        """Whether a check is performed on this message by VECOZO (V) or the insurer (Z)."""
        return door in controle.door and self.beleid.voert_uit(controle)

    def meldingen(self, bevindingen: Iterable[Bevinding]) -> tuple[Melding, ...]:
        """The objections with the codes that they are answered with."""
        return tuple(Melding(b, self.beleid.retourcode(b.controle)) for b in bevindingen)
