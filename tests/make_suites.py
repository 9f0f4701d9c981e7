"""Makes the suites that come with the program, in fixtures/suites: `python -m tests.make_suites [folder]`.

Declarations come from the examples of INV, the cases of the checks, `suite_outcomes` and `suite_toekenning`; what must
come back is what the program answers now. The difference with what was there is to be read before it is kept.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mzsim.checks import REGISTER
from mzsim.domain.findings import Stage
from mzsim.store.templates import verse_store
from tests import make_inv3, make_inv4, suite_codes, suite_granting, suite_outcomes
from tests.check_cases import STORE, alle_gevallen, bevindingen, declaratie_van, speel, stage_van
from tests.suite_setup import DATUM, Declaratie, Opzet, maak_geval

SUITES = Path(__file__).parents[1] / "fixtures" / "suites"
WLZ_DATUM = dt.date(2018, 5, 2)
PADEN = {"all": Stage.ALL, "vecozo": Stage.VECOZO, "insurer": Stage.VERZEKERAAR}
_WAT_3 = {
    "1": "Granted in full",
    "2a": "The UZOVI-nummer is of no insurer that is connected",
    "2b": "The factuurnummer was used before",
    "3a": "The total in the sluitrecord is wrong",
    "4a": "An error in a verzekerdenrecord",
    "4b": "An error in a prestatierecord",
    "6": "Errors in the key of a prestatierecord",
}
_PAD_IN_WOORDEN = {"all": "the whole path", "vecozo": "what VECOZO answers", "insurer": "the insurer without VECOZO"}


def _inv(_: Path) -> Iterator[Opzet]:
    for naam, inhoud in make_inv3.declaraties().items():
        nummer = naam.partition("-")[0]
        paragraaf = "3.2" if nummer[0] in "123" else "3.3"
        for pad, stage in PADEN.items():
            yield Opzet(
                f"{paragraaf}-{nummer}-{pad}",
                f"{_WAT_3[nummer]}: {_PAD_IN_WOORDEN[pad]}",
                (Declaratie(naam, inhoud),),
                ("chapter-3", pad),
                bron=f"INV {paragraaf} example {nummer}",
                stage=stage,
                store=("store-3.yaml",),
            )
    for naam, inhoud in make_inv4.declaraties().items():
        paragraaf, _, rest = naam.partition("-")
        wlz = "wlz" in naam
        yield Opzet(
            naam,
            rest.replace("-", " ").replace("wlz", "Wlz"),
            (Declaratie(naam, inhoud),),
            ("chapter-4", "wlz" if wlz else "zvw"),
            bron=f"INV {paragraaf}",
            datum=WLZ_DATUM if wlz else DATUM,
            store=("store-4.yaml",),
        )


def _codes(_: Path) -> Iterator[Opzet]:
    for code in suite_codes.codes():
        controle, geval = suite_codes.geval_voor(code)
        yield _van_controle(code, f"{geval['naam']} ({controle})", (code,), controle, geval, stage_van(controle, geval))


def _wlz(werkmap: Path) -> Iterator[Opzet]:
    """The cases of all checks that are Wlz declarations, by the whole path where that comes to the same."""
    nummers: dict[str, int] = {}
    for controle, geval in alle_gevallen():
        if not _is_wlz(geval):
            continue
        nummers[controle] = nummers.get(controle, 0) + 1
        wat = (
            ("refused", *dict.fromkeys(m["retourcode"] for m in geval["verwacht"]))
            if geval["verwacht"]
            else ("granted",)
        )
        stage = Stage.ALL if _zelfde_langs_vecozo(controle, geval, werkmap) else stage_van(controle, geval)
        yield _van_controle(f"{controle}-case-{nummers[controle]}", geval["naam"], wat, controle, geval, stage)
    for naam, inhoud in make_inv4.declaraties().items():
        if "wlz" in naam:
            yield Opzet(
                f"inv-{naam}",
                "An example of INV, granted",
                (Declaratie(naam, inhoud),),
                ("granted",),
                bron=f"INV {naam.partition('-')[0]}",
                datum=WLZ_DATUM,
                store=("store-inv.yaml",),
            )


def _is_wlz(geval: Mapping[str, Any]) -> bool:
    declaratie = geval.get("declaratie") or {}
    return str((declaratie.get("01") or {}).get("0102", "")) == "250"


def _zelfde_langs_vecozo(controle: str, geval: Mapping[str, Any], werkmap: Path) -> bool:
    with tempfile.TemporaryDirectory() as map_, verse_store((STORE,), werkmap / "stores") as store:
        uitkomst = speel(controle, {**geval, "stage": Stage.ALL}, store, Path(map_))
    return bevindingen(uitkomst) == geval["verwacht"]


def _van_controle(
    id: str, titel: str, tags: tuple[str, ...], controle: str, geval: Mapping[str, Any], stage: Stage
) -> Opzet:
    """A case of a check; what goes before it is played by the whole path."""
    datum = geval.get("date", DATUM)
    eerder = tuple(
        Declaratie(f"eerder-{nummer}", declaratie_van(e), e.get("date", datum), Stage.ALL)
        for nummer, e in enumerate(geval.get("eerder", ()), start=1)
    )
    return Opzet(
        id,
        titel,
        (*eerder, Declaratie("declaratie", declaratie_van(geval))),
        tags,
        bron=f"check {controle}: {REGISTER[controle].bron}",
        stage=stage,
        datum=datum,
        eigen_store=geval.get("store"),
    )


SOORTEN: dict[str, Callable[[Path], Iterator[Opzet]]] = {
    "inv": _inv,
    "codes": _codes,
    "outcomes": lambda _: iter([*suite_outcomes.gevallen(), *suite_granting.gevallen()]),
    "wlz": _wlz,
}
_STORES = {
    "inv": {"store-3.yaml": make_inv3.STORE, "store-4.yaml": make_inv4.STORE},
    "codes": {"store.yaml": STORE},
    "outcomes": {"store.yaml": STORE},
    "wlz": {"store.yaml": STORE, "store-inv.yaml": make_inv4.STORE},
}


def maak(naam: str, doel: Path) -> None:
    """Writes a suite into a folder that doesn't exist yet."""
    doel.mkdir(parents=True)
    for bestand, bron in _STORES[naam].items():
        shutil.copyfile(bron, doel / bestand)
    with tempfile.TemporaryDirectory() as werkmap:
        for opzet in SOORTEN[naam](Path(werkmap)):
            maak_geval(opzet, doel, Path(werkmap))


def main(doel: Path) -> None:
    for naam in SOORTEN:
        shutil.rmtree(doel / naam, ignore_errors=True)
        maak(naam, doel / naam)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SUITES)
