"""Writing what came back as what is expected: the files of retours, and values in case.yaml, whose comments stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from mzsim.common.errors import CaseError
from mzsim.common.message_names import retournaam
from mzsim.presentation.report_file import schrijf
from mzsim.suites.case import Geval, Stap, Verwacht, als_yamlwaarde, verwacht_als_dict
from mzsim.suites.difference import codes_van, melding_als_dict
from mzsim.suites.playing import Stapverslag, Verslag


def om_te_spelen(geval: Geval) -> Geval:
    """The case as it can be played where an expected retour has yet to be written: then none is expected."""

    def stap(s: Stap) -> Stap:
        retour = s.verwacht.retour
        return s if retour is None or retour.is_file() else s._replace(verwacht=s.verwacht._replace(retour=None))

    return geval._replace(stappen=tuple(stap(s) for s in geval.stappen))


class _Nieuw(NamedTuple):
    """What a step must expect from now on, and the retour that belongs to it."""

    verwacht: Verwacht
    retour: bytes | None


def aanvaard(geval: Geval, verslag: Verslag) -> Iterator[Path]:
    """Writes what differs, and gives each file that was written. `geval` is as its case.yaml has it."""
    nieuw = [_nu(geval, stap, gespeeld) for stap, gespeeld in zip(geval.stappen, verslag.stappen, strict=True)]
    _eis_een_inhoud(geval, nieuw)
    for een in nieuw:
        plaats = een.verwacht.retour
        if plaats is not None and een.retour is not None and _inhoud(plaats) != een.retour:
            schrijf(plaats, een.retour)
            yield plaats
    wijzigingen = {
        (i, naam): waarde
        for i, (stap, een) in enumerate(zip(geval.stappen, nieuw, strict=True))
        for naam, waarde in verwacht_als_dict(geval, een.verwacht).items()
        if waarde != verwacht_als_dict(geval, stap.verwacht)[naam]
    }
    if wijzigingen:
        tekst = geval.bestand.read_bytes().decode("utf-8-sig")
        try:
            nieuwe_tekst = _gewijzigd(tekst, wijzigingen)
        except CaseError as fout:
            raise CaseError(f"{geval.bestand}: {fout}") from None
        schrijf(geval.bestand, nieuwe_tekst.encode())
        yield geval.bestand


def _eis_een_inhoud(geval: Geval, nieuw: list[_Nieuw]) -> None:
    retouren: dict[Path, bytes] = {}
    for een in nieuw:
        plaats = een.verwacht.retour
        if plaats and een.retour is not None and retouren.setdefault(plaats.resolve(), een.retour) != een.retour:
            raise CaseError(f"{geval.bestand}: two steps expect {plaats.name} and now get different retours")


def _inhoud(plaats: Path) -> bytes | None:
    return plaats.read_bytes() if plaats.is_file() else None


def _nu(geval: Geval, stap: Stap, gespeeld: Stapverslag) -> _Nieuw:
    uitkomst, eerder = gespeeld.uitkomst, stap.verwacht
    if uitkomst is None or not gespeeld.verschillen:
        return _Nieuw(eerder, gespeeld.retour)
    retour = None
    if gespeeld.retour is not None and "retour" in eerder.gegeven:
        retour = eerder.retour or geval.map_ / retournaam(stap.declaratie)
    meldingen = tuple(tuple(melding_als_dict(melding).items()) for melding in uitkomst.meldingen)
    zelfde = not any(verschil.wat == "meldingen" for verschil in gespeeld.verschillen)
    verwacht = Verwacht(
        gegeven=eerder.gegeven,
        retour=retour,
        status=uitkomst.status,
        totaal_toegekend=uitkomst.totaal_toegekend,
        codes=codes_van(uitkomst),
        meldingen=eerder.meldingen if zelfde else meldingen,
    )
    return _Nieuw(verwacht, gespeeld.retour)


def _gewijzigd(tekst: str, wijzigingen: dict[tuple[int, str], Any]) -> str:
    """The text of a case.yaml with other values behind keys of `expect`, by number of the step (from 0) and key."""
    stappen = _onder(yaml.compose(tekst, Loader=yaml.SafeLoader), "steps").value
    plekken: dict[tuple[int, int], str] = {}
    for (i, naam), waarde in wijzigingen.items():
        knoop = _onder(_onder(stappen[i], "expect"), naam)
        begin, eind = knoop.start_mark.index, knoop.end_mark.index
        plek = begin, begin + len(_zonder_rest(tekst[begin:eind], knoop))
        nieuw = als_yamlwaarde(waarde)
        if plekken.setdefault(plek, nieuw) != nieuw:
            raise CaseError(f"steps share what they expect of {naam} by an alias; write it out for each")
    for (begin, eind), waarde in sorted(plekken.items(), reverse=True):
        tekst = f"{tekst[:begin]}{waarde}{tekst[eind:]}"
    return tekst


def _onder(knoop: Any, naam: str) -> Any:
    return next(waarde for sleutel, waarde in knoop.value if sleutel.value == naam)


def _zonder_rest(stuk: str, knoop: Any) -> str:
    """A block ends where the next key begins; what stands in between, comments for one, is not of the block."""
    if isinstance(knoop, yaml.ScalarNode) or knoop.flow_style:
        return stuk
    regels = stuk.splitlines(keepends=True)
    while len(regels) > 1 and (not regels[-1].strip() or regels[-1].lstrip().startswith("#")):
        regels.pop()
    return "".join(regels).rstrip()
