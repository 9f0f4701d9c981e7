"""The declaration and the store of the benchmark, as a command of its own so that the measuring process stays small.

python -m tests.benchmark_bestanden FOLDER PRESTATIES VERZEKERDEN POLISSEN
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
import yaml

from simulator.ei.layout import CRLF, layouts
from simulator.ei.waarden import elfproef
from simulator.store.load import laad_bestand
from simulator.store.models import Dekking, Pakket, Polis, Polispakket, Uzovi
from simulator.store.referentie import plaats_van
from simulator.store.session import open_store
from tests.factories import maak, record

_HEEN = layouts("mz301")


def _bsns(aantal: int) -> list[str]:
    # The range for test data, 9999xxxxx, holds 9,090 that pass the elfproef; a large file needs more.
    bereik = (f"{nummer:09d}" for nummer in range(900_000_000, 999_999_999))
    return list(islice((bsn for bsn in bereik if elfproef(bsn.encode())), aantal))


class _Code(NamedTuple):
    code: str
    tarief: int
    element: bool
    vlak: bool


_ELEMENTEN = [f"{kwadrant}{plek}" for kwadrant in range(1, 5) for plek in range(1, 9)]
_ALGEMEEN = (
    "C002",
    "M02",
    "M03",
    "X10",
    "X21",
    "V71",
    "V72",
    "V73",
    "V81",
    "V82",
    "V83",
    "V91",
    "V92",
    "V93",
    "E13",
    "E14",
    "E16",
    "R24",
    "R31",
    "T042",
)


def _prestatiecodes() -> list[_Code]:
    """What a general practice declares every day, as the reference list has it."""
    lijst = yaml.load(plaats_van("@nza-2026").read_text("utf-8"), yaml.CSafeLoader)
    tarieven = {regel["prestatiecode"]: round(100 * regel["tarief"]) for regel in lijst["tarieven"]}
    return [
        _Code(regel["code"], tarieven[regel["code"]], regel.get("element", False), regel.get("vlak", False))
        for regel in lijst["prestatiecodes"]
        if regel["code"] in _ALGEMEEN and regel["code"] in tarieven and not regel.get("kaak")
    ]


def maak_declaratie(plaats: Path, prestaties: int, bsns: list[str]) -> int:
    """Writes a valid declaration of so many prestatierecords over these verzekerden; returns its number of records."""
    toeval = random.Random(1)
    codes = _prestatiecodes()
    nummer = totaal = gedaan = 0
    with plaats.open("wb") as uit:
        uit.write(record("01", _VOORLOOP) + CRLF)
        for teller, bsn in enumerate(bsns):
            nummer += 1
            verzekerde = maak(
                "02", r0202=nummer, r0203=bsn, r0207=f"19{toeval.randrange(30, 99)}0{toeval.randrange(1, 9)}15"
            )
            uit.write(record("02", verzekerde) + CRLF)
            gekozen: set[tuple[int, str, str]] = set()
            for _ in range(prestaties // len(bsns) + (teller < prestaties % len(bsns))):
                nummer, gedaan = nummer + 1, gedaan + 1
                # The same prestatie twice would be one record with a number (INV 2.3.18).
                while True:
                    dag, code = toeval.randrange(1, 32), toeval.choice(codes)
                    element = toeval.choice(_ELEMENTEN) if code.element else "00"
                    if (dag, code.code, element) not in gekozen:
                        break
                gekozen.add((dag, code.code, element))
                totaal += code.tarief
                prestatie = {
                    **_PRESTATIE,
                    "0402": str(nummer),
                    "0403": bsn,
                    "0408": f"202603{dag:02d}",
                    "0413": code.code,
                    "0415": element,
                    "0416": toeval.choice(("M", "D", "MO", "DO")) if code.vlak else "",
                    "0424": str(code.tarief),
                    "0426": str(code.tarief),
                    "0430": str(code.tarief),
                    "0432": f"R{gedaan:09d}",
                }
                uit.write(record("04", prestatie) + CRLF)
        sluit = {"9901": "99", "9902": len(bsns), "9904": gedaan, "9906": nummer, "9907": totaal, "9908": "D"}
        uit.write(record("99", {rubriek: str(waarde) for rubriek, waarde in sluit.items()}) + CRLF)
    return nummer + 2


_VOORLOOP = maak("01", r0114="20260301", r0115="20260331", r0117="20260402")
_PRESTATIE = maak("04", r0404="0736", r0427="D", r0431="D")


def maak_store(plaats: Path, declaratie: Path, bsns: list[str], polissen: int) -> None:
    """A store with an insurer and so many polissen, those of the declaration among them."""
    geboren = {}
    with declaratie.open("rb") as bron:
        for regel in bron:
            if regel[:2] == b"02":
                datum = regel[_HEEN[b"02"]["0207"].plaats].decode()
                geboren[regel[_HEEN[b"02"]["0203"].plaats].decode()] = f"{datum[:4]}-{datum[4:6]}-{datum[6:]}"
    alle = _bsns(max(polissen, len(bsns)))
    store = open_store(f"sqlite:///{plaats}")
    laad_bestand(store, plaats_van("@nza-2026"))
    with store.engine.begin() as verbinding:
        verbinding.execute(
            sa.insert(Uzovi),
            {"nummer": "0736", "naam": "Voorbeeld", "soort": "zorgverzekeraar", "edp": True, "beleid": {}},
        )
        verbinding.execute(sa.insert(Pakket), {"uzovi": "0736", "code": "ALLES", "soort": "basis"})
        dekking = {"uzovi": "0736", "pakket": "ALLES", "volgnummer": 0, "prestaties": ["*"], "percentage": 100}
        verbinding.execute(sa.insert(Dekking), dekking | {"over": "bedrag", "machtiging": False})
        verbinding.execute(
            sa.insert(Polis),
            [
                {
                    "id": nummer,
                    "uzovi": "0736",
                    "persoon": bsn,
                    "bsn": bsn,
                    "geboortedatum": dt.date.fromisoformat(geboren.get(bsn, "1970-01-01")),
                    "naam": "Verzekerde",
                    "ingang": dt.date(2006, 1, 1),
                }
                for nummer, bsn in enumerate(alle, start=1)
            ],
        )
        verbinding.execute(
            sa.insert(Polispakket),
            [{"polis_id": n, "volgnummer": 0, "uzovi": "0736", "pakket": "ALLES"} for n in range(1, len(alle) + 1)],
        )
    store.sluit()


def main() -> None:
    map_, prestaties, verzekerden, polissen = Path(sys.argv[1]), *(int(getal) for getal in sys.argv[2:])
    bsns = _bsns(verzekerden)
    (map_ / "store.db").unlink(missing_ok=True)
    print(maak_declaratie(map_ / "declaratie.asc", prestaties, bsns))
    maak_store(map_ / "store.db", map_ / "declaratie.asc", bsns, polissen)


if __name__ == "__main__":
    main()
