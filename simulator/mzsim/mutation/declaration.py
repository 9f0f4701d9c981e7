"""A declaration to be mutated: its records as bytes, and the ways to change them in which counts and totals stay right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mzsim.checks.voorlooprecord import WLZ
from mzsim.domain.sets import Rol, rol_van
from mzsim.mutation.store_lines import Lijsten, Winkel
from mzsim.standard.heen import genummerd, heenbericht, lees, met
from mzsim.standard.layout import CRLF, TEKENSET
from mzsim.standard.values import DEBET, centen, lees_datum

Velden = Mapping[str, str | int]

_FACTUURNUMMER = "MUTATIE-{}"


class Mutant(NamedTuple):
    """A declaration with a defect. `eerder` are declarations that are sent before it, `store` lines that the store holds
    beside, or in the place of, what it held."""

    bericht: bytes
    store: Lijsten | None = None
    eerder: tuple[bytes, ...] = ()


class Declaratie(NamedTuple):
    """A valid message: its voorlooprecord, its detail records, the processing date and what is known of its store."""

    kop: bytes
    details: tuple[bytes, ...]
    datum: dt.date
    winkel: Winkel

    @classmethod
    def van(cls, bericht: bytes, datum: dt.date, winkel: Winkel) -> Declaratie:
        """Takes a message apart whose structure is in order."""
        kop, *details, _sluit = bericht.split(CRLF)[:-1]
        return cls(kop, tuple(details), datum, winkel)

    @property
    def wlz(self) -> bool:
        return lees(self.kop, "0102") == WLZ

    @property
    def uzovi(self) -> str:
        """Rubriek 0108."""
        return tekst(self.kop, "0108")

    def bericht(self, details: Sequence[bytes] | None = None, kop: bytes | None = None) -> bytes:
        """The message with other detail records or another voorlooprecord; numbers, counts and total follow."""
        return heenbericht(kop or self.kop, genummerd(self.details if details is None else details))

    def plaatsen(self, kenmerk: bytes) -> list[int]:
        """Where the records of a type stand among the details."""
        return [plaats for plaats, heen in enumerate(self.details) if heen[:2] == kenmerk]

    @property
    def prestaties(self) -> list[int]:
        return self.plaatsen(b"04")

    @property
    def honoraria(self) -> list[int]:
        """Records 01 (debet) with no costs behind them, that are neither hours nor travelling expenses."""
        gewoon = (Rol.HONORARIUM, Rol.NAAST)
        return [i for i in self.prestaties if self.rol(i) in gewoon and self.debet(i) and not self.kosten_van(i)]

    def debet(self, plaats: int) -> bool:
        return lees(self.details[plaats], "0431") == DEBET

    def rol(self, plaats: int) -> Rol:
        """What a prestatierecord is to its set."""
        heen = self.details[plaats]
        return rol_van(lees(heen, "0409"), lees(heen, "0413").rstrip(), wlz=self.wlz)

    def kosten_van(self, plaats: int) -> int | None:
        """Where the 02 or 04 stands that belongs to a record 01, directly behind it."""
        volgende = self.einde(plaats)
        if volgende == len(self.details) or self.details[volgende][:2] != b"04":
            return None
        eigen = self.rol(volgende) is Rol.KOSTEN and lees(self.details[volgende], "0413") == lees(
            self.details[plaats], "0413"
        )
        return volgende if eigen else None

    def einde(self, plaats: int) -> int:
        """Where what follows a record and its commentaar stands."""
        plaats += 1
        while plaats < len(self.details) and self.details[plaats][:2] == b"98":
            plaats += 1
        return plaats

    def verzekerde_van(self, plaats: int) -> int:
        """Where the verzekerdenrecord above a record stands."""
        return max(i for i in self.plaatsen(b"02") if i <= plaats)

    def van_verzekerde(self, plaats: int) -> list[int]:
        """Where the prestatierecords below a verzekerdenrecord stand."""
        volgende = min((i for i in self.plaatsen(b"02") if i > plaats), default=len(self.details))
        return [i for i in self.prestaties if plaats < i < volgende]

    def anders(self, *wijzigingen: tuple[int, Velden]) -> list[bytes]:
        """The details with other values in some records."""
        details = list(self.details)
        for plaats, velden in wijzigingen:
            details[plaats] = met(details[plaats], velden)
        return details

    def andere_sleutel(self, plaats: int, sleutel: Mapping[str, str], overig: Velden | None = None) -> list[bytes]:
        """The details with another key of a verzekerde, in his prestatierecords too: {"03": bsn, "04": uzovi, …}."""
        eigen = {f"02{rubriek}": waarde for rubriek, waarde in sleutel.items()}
        in_prestatie = {f"04{rubriek}": waarde for rubriek, waarde in sleutel.items()}
        onder = ((i, in_prestatie) for i in self.van_verzekerde(plaats))
        return self.anders((plaats, {**eigen, **(overig or {})}), *onder)

    def ingevoegd(self, voor: int, *records: bytes) -> list[bytes]:
        """The details with records before a place."""
        return [*self.details[:voor], *records, *self.details[voor:]]

    def zonder(self, *weg: int) -> list[bytes]:
        """The details without some records and their commentaar."""
        weggelaten = {plaats for begin in weg for plaats in range(begin, self.einde(begin))}
        return [heen for plaats, heen in enumerate(self.details) if plaats not in weggelaten]

    def verplaatst(self, plaats: int, voor: int) -> list[bytes]:
        """The details with a record and its commentaar at another place."""
        deel = self.details[plaats : self.einde(plaats)]
        rest = [*self.details[:plaats], *[b""] * len(deel), *self.details[self.einde(plaats) :]]
        return [heen for heen in (*rest[:voor], *deel, *rest[voor:]) if heen]

    def gewijzigd(self, plaats: int, **anders: str | int) -> bytes:
        """A copy of a prestatierecord with a referentienummer of its own, and other values (r0425=2)."""
        return met(self.details[plaats], {"0432": self.vrije_referentie(), **_rubrieken(anders)})

    def vrije_referentie(self, begin: str = "MUTATIE") -> str:
        """A referentienummer that no record has."""
        bezet = {tekst(self.details[i], "0432") for i in self.prestaties}
        return next(nummer for n in range(len(bezet) + 1) if (nummer := f"{begin}-{n + 1}") not in bezet)

    def los(self, plaats: int, record: bytes, nummer: int = 1) -> bytes:
        """A message of the verzekerde at a place with one prestatierecord, under another factuurnummer."""
        kop = met(self.kop, {"0116": _FACTUURNUMMER.format(nummer)})
        return self.bericht([self.details[self.verzekerde_van(plaats)], record], kop)

    def met_kop(self, **anders: str | int) -> bytes:
        """The message with other values in the voorlooprecord (r0119="USD")."""
        return self.bericht(kop=met(self.kop, _rubrieken(anders)))

    def paren(self) -> Iterator[tuple[Declaratie, int]]:
        """Declarations with a 01 that has costs (02 or 04) behind it, and where that 01 stands.

        This one where it has such a pair; or else with costs added to a 01, under a prestatiecode that knows them.
        """
        eigen = [i for i in self.prestaties if self.rol(i) in _HONORARIA and self.debet(i)]
        met_kosten = [i for i in eigen if self.kosten_van(i)]
        yield from ((self, i) for i in met_kosten)
        if met_kosten:
            return
        for i in sorted(eigen, key=lambda i: not self.kent_kosten(i)):
            code = self.winkel.kostencode(lees(self.details[i], "0408"))
            e = self
            if not self.kent_kosten(i) and code is not None:
                e = self._replace(details=tuple(self.anders((i, {"0413": code}))))
            if e.kent_kosten(i):
                yield e._replace(details=tuple(e.ingevoegd(e.einde(i), e.kosten_bij(i)))), i

    def kent_kosten(self, plaats: int) -> bool:
        """Whether the prestatiecode of a record knows costs; any does where the store has no list."""
        heen = self.details[plaats]
        code = self.winkel.code(tekst(heen, "0413"), lees(heen, "0408"))
        return not self.winkel.prestatiecodes or (code is not None and code.techniekkosten)

    def kosten_bij(self, plaats: int, soort: str = "02", **anders: str | int) -> bytes:
        """A record 02 of ten euro for a record 01."""
        bedragen: dict[str, str | int] = {"0424": 1000, "0425": 1, "0426": 1000, "0428": 0, "0430": 1000}
        return met(self.gewijzigd(plaats), {"0409": soort, **bedragen, **_rubrieken(anders)})

    def geboren(self, plaats: int) -> dt.date:
        """Date of birth in a verzekerdenrecord."""
        geboren = lees_datum(lees(self.details[plaats], "0207"))
        assert geboren is not None, "the declaration is in order"
        return geboren


_HONORARIA = (Rol.HONORARIUM, Rol.NAAST)


def tekst(heen: bytes, nummer: str) -> str:
    """A rubriek without trailing spaces."""
    return lees(heen, nummer).decode(TEKENSET).rstrip(" ")


def bedrag(heen: bytes, nummer: str) -> int:
    """An amount or number of a record."""
    return centen(lees(heen, nummer))


def _rubrieken(anders: Mapping[str, str | int]) -> dict[str, str | int]:
    return {naam[1:]: waarde for naam, waarde in anders.items()}
