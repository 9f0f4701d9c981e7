"""An extra reading of a declaration, for what a record's neighbours and the rest of the file say about it.

Done only where it can matter: a Wlz message, a message with a prestatierecord other than 01, or with a credit. Its
memory grows with the largest verzekerde and with what is wrong, not with the file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from mzsim.checks.register import controles
from mzsim.checks.sets import bezwaren
from mzsim.common.marks import Merken
from mzsim.domain.sets import STOELUREN, Lid, Reeksen, Rol, rol_van
from mzsim.standard.layout import layouts
from mzsim.standard.reader import lees_groepen
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import CREDIT, DEBET, genormaliseerd, gevuld, tekst

_LAYOUT = layouts("mz301")[b"04"]
_REFERENTIE = _LAYOUT["0432"].plaats
_DEBET_CREDIT = _LAYOUT["0431"].plaats
# What decides the place of a record in its set: equal values give equal roles.
_PLAATS = itemgetter(_LAYOUT.stuk("0408", "0413"), _LAYOUT["0420"].plaats, _LAYOUT.stuk("0427", "0431"))
_RUBRIEKEN = frozenset({"0408", "0409", "0413", "0427"})
_MEESTE = 20_000
_ALLEEN_HONORARIUM = (Rol.HONORARIUM, Rol.NAAST, Rol.REISKOSTEN, Rol.ONLEESBAAR)


def als_nummer(rubriek: bytes) -> str:
    """A referentienummer (0432, 0433) as it is looked up."""
    return tekst(genormaliseerd(rubriek))


class Voorlezing(NamedTuple):
    """What the extra reading found.

    `bezwaren` are check ids by line number; `nagekomen` the lines of a 02 or 04 that stands alone; `vorige_in_bestand`
    the numbers of debet records that a credit of the same file points at.
    """

    bezwaren: Mapping[int, Collection[str]]
    nagekomen: Merken
    vorige_in_bestand: frozenset[str]

    def met(self, bezwaren: Mapping[int, Collection[str]]) -> Voorlezing:
        """The same with the objections of another reading."""
        if not bezwaren:
            return self
        samen = {regel: {*self.bezwaren[regel], *bezwaren[regel]} for regel in self.bezwaren.keys() & bezwaren.keys()}
        return self._replace(bezwaren={**self.bezwaren, **bezwaren, **samen})


NIETS = Voorlezing({}, Merken(), frozenset())


class _Wet(NamedTuple):
    """What the checks of form ask of their surroundings."""

    wlz: bool


def lees_voor(bron: BinaryIO, *, wlz: bool, herroepen: Merken) -> Voorlezing:
    """Reads the detail records. `herroepen` holds 0433 of every credit of the file, as `als_nummer` gives it."""
    lezer = _Lezer(wlz=wlz)
    in_bestand = set()
    regel = 1
    for groep in lees_groepen(bron):
        for heen in groep:
            regel += 1
            kenmerk = heen[:2]
            if kenmerk == b"04":
                lezer.prestatie(heen, regel)
                if herroepen and heen[_DEBET_CREDIT] == DEBET and (eigen := als_nummer(heen[_REFERENTIE])) in herroepen:
                    in_bestand.add(eigen)
            elif kenmerk in (b"02", b"99"):
                lezer.sluit_verzekerde()
    lezer.sluit_bestand()
    return Voorlezing(lezer.bezwaren, lezer.nagekomen, frozenset(in_bestand))


class _Lezer:
    """Gathers the records of a verzekerde and has them judged together."""

    def __init__(self, *, wlz: bool) -> None:
        self._wet = _Wet(wlz)
        self._vorm = [c.functie for c in controles("prestatie") if c.niveau <= 4 and c.rubriek in _RUBRIEKEN]
        self._leden: list[Lid] = []
        self._telt = False
        self._gezien: dict[tuple[bytes, bytes, bytes], Lid] = {}
        self._reizen = _Reizen() if wlz else None
        self.bezwaren: dict[int, set[str]] = {}
        self.nagekomen = Merken()

    def prestatie(self, heen: bytes, regel: int) -> None:
        """A prestatierecord of the verzekerde at hand."""
        sleutel = _PLAATS(heen)
        vorm = self._gezien.get(sleutel)
        if vorm is None:
            if len(self._gezien) >= _MEESTE:
                self._gezien.clear()
            vorm = self._gezien[sleutel] = self._lid(Prestatierecord(heen))
        lid = vorm._replace(regel=regel)
        self._leden.append(lid)
        self._telt |= lid.rol not in _ALLEEN_HONORARIUM

    def _lid(self, p: Prestatierecord) -> Lid:
        soort, code = p.soort, p.prestatiecode.rstrip(b" ")
        leesbaar = not any(functie(p, self._wet) for functie in self._vorm)
        return Lid(
            regel=0,
            rol=rol_van(soort, code, wlz=self._wet.wlz) if leesbaar else Rol.ONLEESBAAR,
            datum=p.datum,
            soort=soort,
            code=code,
            behandelaar=p.behandelaar,
            credit=p.debet_credit_02 == CREDIT,
            stoeluren=code.startswith(STOELUREN) and p.bijzondere_tandheelkunde == b"J",
        )

    def sluit_verzekerde(self) -> None:
        """The records of the verzekerde at hand are complete."""
        if self._reizen is not None:
            self._reizen.verzekerde(self._leden)
        if self._telt:
            reeksen = Reeksen(self._leden)
            for regel, id in bezwaren(reeksen):
                self._meld(regel, id)
            for plaats, lid in enumerate(self._leden):
                if reeksen.nagekomen(plaats):
                    self.nagekomen.zet(lid.regel)
        self._leden, self._telt = [], False

    def sluit_bestand(self) -> None:
        """Every record was read."""
        self.sluit_verzekerde()
        if self._reizen is not None:
            for regel in self._reizen.herhaald:
                self._meld(regel, "0413-6")
            for regel in self._reizen.bij_andere_client():
                self._meld(regel, "0413-7")

    def _meld(self, regel: int, id: str) -> None:
        self.bezwaren.setdefault(regel, set()).add(id)


class _Reizen:
    """Reiskosten Wlz: once a day for a behandelaar, at his first cliënt of that day (INV 4.8)."""

    def __init__(self) -> None:
        self._verzekerde = 0
        self._eerste: dict[tuple[bytes, bytes], int] = {}
        """The first verzekerde for whom a behandelaar declares a treatment on a day."""
        self._reizen: dict[tuple[bytes, bytes], list[tuple[int, int]]] = {}
        self._gezien: set[tuple[bytes, bytes, bytes]] = set()
        self.herhaald: list[int] = []
        """Lines with reiskosten of a behandelaar, day and prestatiecode that stood in the file before."""

    def verzekerde(self, leden: list[Lid]) -> None:
        """The records of the next verzekerde."""
        self._verzekerde += 1
        for lid in leden:
            if lid.credit or lid.rol in (Rol.KOSTEN, Rol.ONLEESBAAR) or not gevuld(lid.behandelaar):
                continue
            dag = lid.behandelaar, lid.datum
            if lid.rol is not Rol.REISKOSTEN:
                self._eerste.setdefault(dag, self._verzekerde)
                continue
            self._reizen.setdefault(dag, []).append((self._verzekerde, lid.regel))
            if (lid.code, *dag) in self._gezien:
                self.herhaald.append(lid.regel)
            self._gezien.add((lid.code, *dag))

    def bij_andere_client(self) -> list[int]:
        """Lines with reiskosten at another than the first cliënt."""
        return [
            regel
            for dag, reizen in self._reizen.items()
            for verzekerde, regel in reizen
            if verzekerde != self._eerste.get(dag, reizen[0][0])
        ]
