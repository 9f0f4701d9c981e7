"""For which prestaties an insurer asks for an authorisation: by its beleid, by a dekking of the polis, and by contract.

Every insurer decides for itself (INV 4.5.1). Everything here is about the prestatie as such; what was granted before,
which some lines of `machtigingsplichtig` weigh, is counted by `Telling`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mzsim.common.patterns import past
from mzsim.domain.beleid import Plicht
from mzsim.domain.covers import Dekkingsleutel, Pakket, Pakketsleutel, grond
from mzsim.domain.facts import ContractFeit, PolisFeit, geldend_contract
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import centen

MACHTIGINGSVRIJ = "machtigingsvrij"
MODULES: Mapping[str, tuple[str, ...]] = {"implantologie": tuple(f"J{cijfer}*" for cijfer in range(10))}
"""The prestaties of the modules that a contract may name.

Implantologie: chapter J of the NZa's mondzorg tariffs is implantology, all of it and only it. VGZ, which offers the
module, speaks of implantological treatments and names no codes. The digit keeps out JTV001 and JTV010 of the
prestatiecodelijst, which only institutions for jeugdtandverzorging claim.
"""


class Stand(NamedTuple):
    """What was granted before: declared amounts (0430) in cents, and the aantal (0425) of records 01."""

    bedrag: int
    aantal: int


NIETS = Stand(0, 0)


class Telling:
    """What was granted to whom in which period, by line of the beleid; credits give back."""

    def __init__(self) -> None:
        self._standen: dict[tuple[str, int, str], Stand] = {}

    def tel(self, persoon: str, regel: int, in_periode: str, bij: Stand) -> None:
        """Adds to what a person was granted."""
        sleutel = (persoon, regel, in_periode)
        stand = self._standen.get(sleutel)
        self._standen[sleutel] = bij if stand is None else _samen(stand, bij)

    def stand(self, persoon: str, regel: int, in_periode: str, erbij: Telling) -> Stand:
        """What a person was granted so far, by another count as well."""
        sleutel = (persoon, regel, in_periode)
        stand, meer = self._standen.get(sleutel), erbij._standen.get(sleutel)
        if stand is None or meer is None:
            return stand or meer or NIETS
        return _samen(stand, meer)


def _samen(een: Stand, ander: Stand) -> Stand:
    return Stand(een.bedrag + ander.bedrag, een.aantal + ander.aantal)


class Eis(NamedTuple):
    """What asks for an authorisation for a prestatiecode.

    `plichten` are lines of the beleid by number, `pakketten` those with a dekking that may ask; `weegt` says whether it
    depends on how much is declared. `geteld` are the lines by number and period for which what was granted before
    counts. The contract may say otherwise for one of `modules`.
    """

    plichten: tuple[tuple[int, Plicht], ...]
    pakketten: frozenset[Pakketsleutel]
    weegt: bool
    geteld: tuple[tuple[int, str], ...]
    modules: tuple[str, ...]


_MEESTE = 20_000


class Eisen:
    """What an insurer asks, looked up by prestatiecode (as rubriek 0413 holds it)."""

    def __init__(
        self,
        plichten: Sequence[Plicht],
        pakketten: Mapping[Pakketsleutel, Pakket],
        contracten: Sequence[ContractFeit] = (),
    ) -> None:
        """`contracten` are those with the party that is paid, oldest first."""
        self._plichten = tuple(enumerate(plichten))
        self._pakketten = {
            sleutel: pakket for sleutel, pakket in pakketten.items() if any(d.machtiging for d in pakket.dekkingen)
        }
        self._contracten = contracten
        self._per_code: dict[bytes, Eis | None] = {}
        self.vragen_iets = bool(self._plichten or self._pakketten)
        perioden = {plicht.per for plicht in plichten if plicht.weegt} - {None}
        self.telt = bool(perioden)
        """Whether what was granted before can matter."""
        self.telt_altijd = "verzekering" in perioden
        """Whether that can be of any year."""

    def van(self, prestatiecode: bytes) -> Eis | None:
        """What is asked for a prestatiecode; None where that is nothing for anyone."""
        try:
            return self._per_code[prestatiecode]
        except KeyError:
            if len(self._per_code) >= _MEESTE:
                self._per_code.clear()
            eis = self._per_code[prestatiecode] = self._zoek(prestatiecode)
            return eis

    def _zoek(self, code: bytes) -> Eis | None:
        plichten = tuple((nummer, plicht) for nummer, plicht in self._plichten if past(plicht.prestaties, code))
        pakketten = frozenset(
            sleutel
            for sleutel, pakket in self._pakketten.items()
            if any(d.machtiging and past(tuple(d.prestaties), code) for d in pakket.dekkingen)
        )
        if not plichten and not pakketten:
            return None
        return Eis(
            plichten,
            pakketten,
            weegt=any(plicht.weegt for _, plicht in plichten),
            geteld=tuple((nummer, plicht.per) for nummer, plicht in plichten if plicht.per and plicht.weegt),
            modules=tuple(module for module, codes in MODULES.items() if past(codes, code)),
        )

    def vrijgesteld(self, eis: Eis, datum: bytes) -> bool:
        """Whether the contract in force on a day says that no authorisation is asked."""
        if not eis.modules:
            return False
        contract = geldend_contract(self._contracten, datum)
        return contract is not None and any(contract.modules.get(m) == MACHTIGINGSVRIJ for m in eis.modules)

    def dekking_die_vraagt(self, eis: Eis, p: Prestatierecord, polis: PolisFeit) -> Dekkingsleutel | None:
        """A dekking that counts for a prestatierecord and asks for an authorisation."""
        die_vragen = tuple(sleutel for sleutel in polis.pakketten if sleutel in eis.pakketten)
        if not die_vragen:
            return None
        gronden = grond(polis._replace(pakketten=die_vragen), p.datum, self._pakketten)
        return next((gekozen.sleutel for gekozen in gronden.kies(p) if gekozen.dekking.machtiging), None)


def plicht_geldt(plicht: Plicht, p: Prestatierecord, jaren: int, eerder: Stand) -> bool:
    """Whether a line of the beleid that names the prestatie asks for an authorisation.

    `jaren` is the age on the datum prestatie, `eerder` what was granted before in the period of the line. Only a record
    01 has a number that counts.
    """
    return (
        (plicht.leeftijd_vanaf is None or jaren >= plicht.leeftijd_vanaf)
        and (plicht.leeftijd_tot is None or jaren < plicht.leeftijd_tot)
        and (plicht.boven_bedrag is None or eerder.bedrag + centen(p.declaratiebedrag) > plicht.boven_bedrag)
        and (plicht.vanaf_aantal is None or (telt_aantal(p.soort) and _bereikt(plicht.vanaf_aantal, p, eerder)))
    )


def telt_aantal(soort: bytes) -> bool:
    """Whether the aantal of a prestatierecord of this soort (0409) counts."""
    return soort == b"01"


def _bereikt(vanaf: int, p: Prestatierecord, eerder: Stand) -> bool:
    return eerder.aantal + centen(p.aantal) >= vanaf
