"""From a declaration to a suite: every mutator is tried, replayed, and kept where its check objects and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from mzsim.checks import REGISTER
from mzsim.common.errors import InputError, StoreFileError
from mzsim.common.in_memory import BytesMessage, RetourStream
from mzsim.domain.findings import Melding, Stage, Status, Uitkomst
from mzsim.mutation.all_mutators import MUTATIES
from mzsim.mutation.declaration import Declaratie, Mutant
from mzsim.mutation.mutators import Mutatie
from mzsim.mutation.store_lines import als_storebestand, lees_winkel
from mzsim.pipeline import Opdracht, replay
from mzsim.standard.layout import CRLF, layouts
from mzsim.standard.values import lees_datum
from mzsim.standard.writer import Overloop
from mzsim.store.session import Database
from mzsim.store.templates import verse_store
from mzsim.suites.case import NAAM, Geval, Stap, Verwacht, als_yaml
from mzsim.suites.difference import codes_van, melding_als_dict

MEESTE_RECORDS = 2_000
"""Each defect is a copy of the declaration; a hundred copies of a longer one serve nobody."""
_POGINGEN = 40
"""Ways of one mutator that are tried before it is given up: the first records of a kind stand for all."""
_ALLES = frozenset({"retour", "status", "totaal_toegekend", "codes", "meldingen"})

_DECLARATIE, _RETOUR = "{}declaratie.mz301.asc", "{}retour.mz302.asc"
_EIGEN_STORE = "store.yaml"


class Geschreven(NamedTuple):
    """A case that was written."""

    mutatie: Mutatie
    meldingen: tuple[Melding, ...]


class Overgeslagen(NamedTuple):
    """A check of which the declaration got no defect, and why."""

    controle: str
    reden: str


class Resultaat(NamedTuple):
    """What became of the mutators, in the order of the register."""

    geschreven: tuple[Geschreven, ...]
    overgeslagen: tuple[Overgeslagen, ...]


class Basis(NamedTuple):
    """A declaration that is in order, with the store files that it is replayed on."""

    declaratie: Declaratie
    store: tuple[Path, ...]


def lees_basis(bericht: bytes, naam: str, store: Sequence[Path], datum: dt.date | None, werkmap: Path) -> Basis:
    """Replays a declaration as it is. Raises InputError with the first objection where it isn't granted in full."""
    dag = datum or lees_datum(bericht[_DAGTEKENING]) or dt.date.min
    if bericht.count(CRLF) > MEESTE_RECORDS:
        raise InputError(
            f"{naam}: holds over {MEESTE_RECORDS} records; each defect is a copy of it, so take a shorter one"
        )
    with verse_store(store, werkmap / "stores") as geopend:
        uitkomst = replay(Opdracht(BytesMessage(bericht), RetourStream(BytesIO()), dag), geopend)
    if uitkomst.status is not Status.VOLLEDIG_TOEGEWEZEN:
        eerste = uitkomst.meldingen[0].bevinding
        raise InputError(
            f"{naam}: is not in order on {dag}: line {eerste.regel}, record {eerste.record}:"
            f" {eerste.controle.zin} ({eerste.controle.id}); repair that first"
        )
    return Basis(Declaratie.van(bericht, dag, lees_winkel(store)), tuple(store))


_DAGTEKENING = layouts("mz301")[b"01"]["0117"].plaats


def maak_suite(
    basis: Basis, doel: Path, werkmap: Path, controles: Collection[str], voortgang: Callable[[], None]
) -> Resultaat:
    """Writes a case folder in `doel` for each mutator of these checks that makes its check object.

    `voortgang` is told of each that was tried.
    """
    geschreven: list[Geschreven] = []
    overgeslagen: list[Overgeslagen] = []
    for controle in sorted(controles):
        eigen = [m for m in MUTATIES.values() if m.controle == controle]
        if not eigen:
            overgeslagen.append(Overgeslagen(controle, "mutate makes no defect for it"))
        for mutatie in sorted(eigen, key=lambda m: m.id):
            gelukt = _Poging(basis, mutatie, doel, werkmap).maak()
            if isinstance(gelukt, Geschreven):
                geschreven.append(gelukt)
            else:
                overgeslagen.append(gelukt)
            voortgang()
    return Resultaat(tuple(geschreven), tuple(overgeslagen))


class _Gespeeld(NamedTuple):
    """What came of a declaration."""

    bericht: bytes
    uitkomst: Uitkomst
    retour: bytes | None


class _Poging:
    """One mutator on one declaration."""

    def __init__(self, basis: Basis, mutatie: Mutatie, doel: Path, werkmap: Path) -> None:
        self._basis = basis
        self._mutatie = mutatie
        self._map = doel / mutatie.id
        self._werkmap = werkmap

    def maak(self) -> Geschreven | Overgeslagen:
        """Writes the case of the first way that works."""
        anders: set[str] = set()
        geprobeerd = 0
        for nummer, mutant in enumerate(self._wegen()):
            geprobeerd += 1
            try:
                gespeeld = self._speel(nummer, mutant)
            except StoreFileError:
                continue  # a line that this store can't hold
            gevonden = {m.bevinding.controle.id for m in gespeeld[-1].uitkomst.meldingen}
            eerder_goed = all(stap.uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN for stap in gespeeld[:-1])
            if (
                eerder_goed
                and self._mutatie.controle in gevonden
                and gevonden - self._mutatie.samen == {self._mutatie.controle}
            ):
                self._schrijf(mutant, gespeeld)
                return Geschreven(self._mutatie, gespeeld[-1].uitkomst.meldingen)
            anders |= gevonden
        return Overgeslagen(self._mutatie.controle, self._reden(geprobeerd, anders))

    def _wegen(self) -> Iterator[Mutant]:
        # An amount that is a cent too high may have no place left in its rubriek.
        with suppress(Overloop):
            yield from islice(self._mutatie.maker(self._basis.declaratie), _POGINGEN)

    def _reden(self, geprobeerd: int, anders: set[str]) -> str:
        if not geprobeerd:
            return f"needs {self._mutatie.vraagt or 'a record for it'}"
        andere = ", ".join(sorted(anders - {self._mutatie.controle}))
        return f"its defect gives {andere} as well" if andere else "its defect is not objected to here"

    def _speel(self, nummer: int, mutant: Mutant) -> list[_Gespeeld]:
        eigen = self._werkmap / f"{self._mutatie.id}-{nummer}.yaml"
        extra = []
        if mutant.store:
            eigen.write_bytes(self._storebestand(mutant))
            extra = [eigen]
        with verse_store([*self._basis.store, *extra], self._werkmap / "stores") as store:
            return [self._replay(bericht, store) for bericht in (*mutant.eerder, mutant.bericht)]

    def _replay(self, bericht: bytes, store: Database) -> _Gespeeld:
        retour = BytesIO()
        opdracht = Opdracht(BytesMessage(bericht), RetourStream(retour), self._basis.declaratie.datum)
        uitkomst = replay(opdracht, store)
        return _Gespeeld(bericht, uitkomst, retour.getvalue() if uitkomst.heeft_retour else None)

    def _storebestand(self, mutant: Mutant) -> bytes:
        assert mutant.store is not None
        return als_storebestand(mutant.store, self._mutatie.zin)

    def _schrijf(self, mutant: Mutant, gespeeld: list[_Gespeeld]) -> None:
        self._map.mkdir(parents=True)
        eigen = [self._map / _EIGEN_STORE] if mutant.store else []
        for bestand in eigen:
            bestand.write_bytes(self._storebestand(mutant))
        stappen = tuple(
            self._stap(stap, f"{nummer}-" if len(gespeeld) > 1 else "") for nummer, stap in enumerate(gespeeld, start=1)
        )
        controle = REGISTER[self._mutatie.controle]
        geval = Geval(
            map_=self._map,
            id=self._mutatie.id,
            titel=self._mutatie.zin,
            bron=controle.bron,
            tags=("mutate", f"level-{controle.niveau}"),
            store=(*self._basis.store, *eigen),
            stappen=stappen,
        )
        (self._map / NAAM).write_text(als_yaml(geval), "utf-8")

    def _stap(self, gespeeld: _Gespeeld, begin: str) -> Stap:
        declaratie = self._map / _DECLARATIE.format(begin)
        declaratie.write_bytes(gespeeld.bericht)
        retour = self._map / _RETOUR.format(begin) if gespeeld.retour is not None else None
        if retour is not None and gespeeld.retour is not None:
            retour.write_bytes(gespeeld.retour)
        uitkomst = gespeeld.uitkomst
        verwacht = Verwacht(
            gegeven=_ALLES,
            retour=retour,
            status=uitkomst.status,
            totaal_toegekend=uitkomst.totaal_toegekend,
            codes=codes_van(uitkomst),
            meldingen=tuple(tuple(melding_als_dict(melding).items()) for melding in uitkomst.meldingen),
        )
        return Stap(declaratie, self._basis.declaratie.datum, Stage.ALL, None, verwacht)
