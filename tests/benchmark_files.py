"""The declaration and the store of the benchmark, as a command of its own so that the measuring process stays small.

python -m tests.benchmark_files FOLDER PRESTATIES VERZEKERDEN POLISSEN [HISTORIE]

With HISTORIE the insurer has pakketten with shares and maxima, asks authorisations, and has granted so many
prestatierecords before, over five years; without, it covers everything.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
import yaml

from mzsim.standard.layout import CRLF, layouts
from mzsim.standard.values import elfproef
from mzsim.store.loading import laad_bestand
from mzsim.store.models import Bericht, Dekking, Machtiging, Pakket, Polis, Polispakket, Prestatie, Uzovi
from mzsim.store.session import open_store
from mzsim.store.shipped_files import plaats_van
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


def maak_store(plaats: Path, declaratie: Path, bsns: list[str], polissen: int, historie: int) -> None:
    """A store with the reference list, an insurer and so many polissen, those of the declaration among them."""
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
        beleid = {"machtigingsplichtig": [{"prestaties": ["R*", "J*"]}]} if historie else {}
        verbinding.execute(
            sa.insert(Uzovi),
            {"nummer": "0736", "naam": "Voorbeeld", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid},
        )
        for code, (soort, dekkingen) in (_MET_MAXIMA if historie else _ALLES).items():
            verbinding.execute(sa.insert(Pakket), {"uzovi": "0736", "code": code, "soort": soort})
            for nummer, dekking in enumerate(dekkingen):
                vast = {"uzovi": "0736", "pakket": code, "volgnummer": nummer, "over": "bedrag", "machtiging": False}
                verbinding.execute(sa.insert(Dekking), vast | dekking)
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
            [
                {"polis_id": nummer, "volgnummer": volgnummer, "uzovi": "0736", "pakket": code}
                for nummer in range(1, len(alle) + 1)
                for volgnummer, code in enumerate(_MET_MAXIMA if historie else _ALLES)
            ],
        )
        if historie:
            _maak_machtigingen(verbinding, alle)
            _maak_historie(verbinding, alle, historie)
    store.sluit()


_ALLES: dict[str, tuple[str, list[dict[str, Any]]]] = {"ALLES": ("basis", [{"prestaties": ["*"], "percentage": 100}])}
_MET_MAXIMA: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "BASIS": (
        "basis",
        [{"prestaties": ["*"], "percentage": 100, "leeftijd_tot": 18}, {"prestaties": ["P*", "J*"], "percentage": 75}],
    ),
    "TAND": (
        "aanvullend",
        [
            {"prestaties": ["C*", "M*"], "percentage": 100},
            {"prestaties": ["*"], "percentage": 100, "maximum_bedrag": 150_000, "per": "kalenderjaar"},
        ],
    ),
}


def _maak_machtigingen(verbinding: sa.Connection, bsns: list[str]) -> None:
    vast = {"uzovi": "0736", "agb": "12012345", "prestaties": ["R*"], "status": "afgegeven"}
    periode = {"ingang": dt.date(2026, 1, 1), "einde": dt.date(2026, 12, 31)}
    verbinding.execute(
        sa.insert(Machtiging),
        [{**vast, **periode, "nummer": f"M{nummer:08d}", "bsn": bsn} for nummer, bsn in enumerate(bsns, start=1)],
    )


_PER_BERICHT = 1000


def _maak_historie(verbinding: sa.Connection, bsns: list[str], aantal: int) -> None:
    """What these persons were granted in the five years before, ten records a visit a month apart."""
    toeval = random.Random(2)
    codes = _prestatiecodes()
    berichten = -(-aantal // _PER_BERICHT)
    verbinding.execute(
        sa.insert(Bericht),
        [
            {
                "id": nummer,
                "agb": "12012345",
                "uzovi": "0736",
                "factuurnummer": f"H{nummer:07d}",
                "soort": "176",
                "ontvangen": dt.date(2021, 4, 1) + dt.timedelta(days=1800 * nummer // berichten),
                "uitkomst": "volledig_toegewezen",
            }
            for nummer in range(1, berichten + 1)
        ],
    )
    rijen = []
    for nummer in range(aantal):
        bericht = 1 + nummer // _PER_BERICHT
        dag = dt.date(2021, 3, 1) + dt.timedelta(days=1800 * bericht // berichten + toeval.randrange(28))
        code = toeval.choice(codes)
        aandeel = None if code.code[0] in "CM" else json.dumps([["0736", "TAND", 1, code.tarief, 1]])
        rijen.append(
            {
                "bericht_id": bericht,
                "persoon": bsns[nummer * 7919 % len(bsns)],
                "datum": f"{dag:%Y%m%d}",
                "soort": "01",
                "prestatiecode": code.code,
                "gebitselement": toeval.choice(_ELEMENTEN) if code.element else "00",
                "vlak": "M" if code.vlak else "",
                "kaak": "0",
                "behandelaar": "12004567",
                "referentienummer": f"H{nummer:09d}",
                "vorig_referentienummer": "",
                "aantal": 1,
                "berekend_bedrag": code.tarief,
                "declaratiebedrag": code.tarief,
                "toegekend_bedrag": code.tarief,
                "uitkomst": "toegewezen",
                "aandelen": aandeel,
            }
        )
        if len(rijen) == 20_000 or nummer == aantal - 1:
            verbinding.execute(sa.insert(Prestatie), rijen)
            rijen.clear()


def main() -> None:
    map_, getallen = Path(sys.argv[1]), [int(getal) for getal in sys.argv[2:]]
    prestaties, verzekerden, polissen, historie = [*getallen, 0][:4]
    bsns = _bsns(verzekerden)
    (map_ / "store.db").unlink(missing_ok=True)
    print(maak_declaratie(map_ / "declaratie.asc", prestaties, bsns))
    maak_store(map_ / "store.db", map_ / "declaratie.asc", bsns, polissen, historie)


if __name__ == "__main__":
    main()
