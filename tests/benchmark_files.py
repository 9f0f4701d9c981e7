"""The declaration and the store of the benchmark, as a command of its own so that the measuring process stays small.

python -m tests.benchmark_files FOLDER PRESTATIES VERZEKERDEN POLISSEN [HISTORIE [WRONG]]

WRONG is which prestatierecords come back: `fifth`, every fifth, with one code of the insurer; `vecozo` and `insurer`, all of
them, with three codes of that sender.

With HISTORIE the insurer has pakketten with shares and maxima, asks authorisations, and has granted so many
prestatierecords before, over five years; without, it covers everything.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sys
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
import yaml

from mzsim.standard.layout import CRLF, layouts
from mzsim.standard.values import elfproef
from mzsim.store.loading import load_file
from mzsim.store.models import (
    ContractTable,
    DekkingTable,
    MachtigingTable,
    MessageTable,
    PakketTable,
    PolispakketTable,
    PolisTable,
    PrestatieTable,
    UzoviTable,
)
from mzsim.store.session import open_store
from mzsim.store.shipped_files import path_of
from tests.databases import by_models
from tests.factories import make, record

_HEEN = layouts("mz301")


def _bsns(count: int) -> list[str]:
    # The range for test data, 9999xxxxx, holds 9,090 that pass the elfproef; a large file needs more.
    reach = (f"{number:09d}" for number in range(900_000_000, 999_999_999))
    return list(islice((bsn for bsn in reach if elfproef(bsn.encode())), count))


class _Code(NamedTuple):
    code: str
    tarief: int
    element: bool
    vlak: bool


_ELEMENTS = [f"{quadrant}{location}" for quadrant in range(1, 5) for location in range(1, 9)]
_GENERAL = (
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
    listing = yaml.load(path_of("@nza-2026").read_text("utf-8"), yaml.CSafeLoader)
    tariffs = {line["prestatiecode"]: round(100 * line["tarief"]) for line in listing["tarieven"]}
    return [
        _Code(line["code"], tariffs[line["code"]], line.get("element", False), line.get("vlak", False))
        for line in listing["prestatiecodes"]
        if line["code"] in _GENERAL and line["code"] in tariffs and not line.get("kaak")
    ]


class _Wrong(NamedTuple):
    """What is wrong with each so many-th prestatierecord, as rubrieken, and the beleid of an insurer who objects to more.

    Where that asks for a contract, this party has none: he has one with another.
    """

    each: int
    fields: Mapping[str, str]
    beleid: Mapping[str, Any]


_UNKNOWN_MACHTIGING = {"0406": "UNKNOWN"}
_WRONG = {
    "": _Wrong(1, {}, {}),
    "fifth": _Wrong(5, _UNKNOWN_MACHTIGING, {}),
    "vecozo": _Wrong(1, {"0407": "9", "0412": "999", "0425": "0"}, {}),
    "insurer": _Wrong(
        1,
        _UNKNOWN_MACHTIGING,
        {"indientermijn": {"soort": "dagen_na_maandeinde", "dagen": 1}, "contract_vereist": "record"},
    ),
}


def make_declaration(place: Path, prestaties: int, bsns: list[str], wrong: str = "") -> int:
    """Writes a valid declaration of so many prestatierecords over these verzekerden; returns its number of records."""
    rng = random.Random(1)
    codes = _prestatiecodes()
    each, fields, _ = _WRONG[wrong]
    number = total = done = 0
    with place.open("wb") as off:
        off.write(record("01", _VOORLOOP) + CRLF)
        for numerator, bsn in enumerate(bsns):
            number += 1
            verzekerde = make("02", r0202=number, r0203=bsn, r0207=f"19{rng.randrange(30, 99)}0{rng.randrange(1, 9)}15")
            off.write(record("02", verzekerde) + CRLF)
            chosen: set[tuple[int, str, str]] = set()
            for _ in range(prestaties // len(bsns) + (numerator < prestaties % len(bsns))):
                number, done = number + 1, done + 1
                # The same prestatie twice would be one record with a number (INV 2.3.18).
                while True:
                    day, code = rng.randrange(1, 32), rng.choice(codes)
                    element = rng.choice(_ELEMENTS) if code.element else "00"
                    if (day, code.code, element) not in chosen:
                        break
                chosen.add((day, code.code, element))
                total += code.tarief
                prestatie = {
                    **_PRESTATIE,
                    "0402": str(number),
                    "0403": bsn,
                    "0408": f"202603{day:02d}",
                    "0413": code.code,
                    "0415": element,
                    "0416": rng.choice(("M", "D", "MO", "DO")) if code.vlak else "",
                    "0424": str(code.tarief),
                    "0426": str(code.tarief),
                    "0430": str(code.tarief),
                    "0432": f"R{done:09d}",
                    **({} if done % each else fields),
                }
                off.write(record("04", prestatie) + CRLF)
        sluitrecord = {"9901": "99", "9902": len(bsns), "9904": done, "9906": number, "9907": total, "9908": "D"}
        off.write(record("99", {rubriek: str(value) for rubriek, value in sluitrecord.items()}) + CRLF)
    return number + 2


_VOORLOOP = make("01", r0114="20260301", r0115="20260331", r0117="20260402")
_PRESTATIE = make("04", r0404="0736", r0427="D", r0431="D")


def make_store(url: str, declaration: Path, bsns: list[str], polissen: int, history: int = 0, wrong: str = "") -> None:
    """Fills a store with the reference list, an insurer and so many polissen, those of the declaration among them."""
    born = {}
    with declaration.open("rb") as source:
        for line in source:
            if line[:2] == b"02":
                date = line[_HEEN[b"02"]["0207"].plaats].decode()
                born[line[_HEEN[b"02"]["0203"].plaats].decode()] = f"{date[:4]}-{date[4:6]}-{date[6:]}"
    every = _bsns(max(polissen, len(bsns)))
    store = open_store(url)
    load_file(store, path_of("@nza-2026"))
    with by_models(store) as connection:
        beleid = {"machtigingsplichtig": [{"prestaties": ["R*", "J*"]}]} if history else dict(_WRONG[wrong].beleid)
        connection.execute(
            sa.insert(UzoviTable),
            {"nummer": "0736", "naam": "Voorbeeld", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid},
        )
        if beleid.get("contract_vereist"):
            other = {"uzovi": "0736", "agb": "12099999", "ingang": dt.date(2008, 1, 1), "modules": {}}
            connection.execute(sa.insert(ContractTable), other)
        for code, (kind, dekkingen) in (_WITH_MAXIMA if history else _ALL).items():
            connection.execute(sa.insert(PakketTable), {"uzovi": "0736", "code": code, "soort": kind})
            for number, dekking in enumerate(dekkingen):
                fixed = {"uzovi": "0736", "pakket": code, "volgnummer": number, "over": "bedrag", "machtiging": False}
                connection.execute(sa.insert(DekkingTable), fixed | dekking)
        connection.execute(
            sa.insert(PolisTable),
            [
                {
                    "id": number,
                    "uzovi": "0736",
                    "persoon": bsn,
                    "bsn": bsn,
                    "geboortedatum": dt.date.fromisoformat(born.get(bsn, "1970-01-01")),
                    "naam": "Verzekerde",
                    "ingang": dt.date(2006, 1, 1),
                }
                for number, bsn in enumerate(every, start=1)
            ],
        )
        connection.execute(
            sa.insert(PolispakketTable),
            [
                {"polis_id": number, "volgnummer": volgnummer, "uzovi": "0736", "pakket": code}
                for number in range(1, len(every) + 1)
                for volgnummer, code in enumerate(_WITH_MAXIMA if history else _ALL)
            ],
        )
        if history:
            _make_machtigingen(connection, every)
            _make_history(connection, every, history)
    store.close()


_ALL: dict[str, tuple[str, list[dict[str, Any]]]] = {"ALLES": ("basis", [{"prestaties": ["*"], "percentage": 100}])}
_WITH_MAXIMA: dict[str, tuple[str, list[dict[str, Any]]]] = {
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


def _make_machtigingen(connection: sa.Connection, bsns: list[str]) -> None:
    fixed = {"uzovi": "0736", "agb": "12012345", "prestaties": ["R*"], "status": "afgegeven"}
    period = {"ingang": dt.date(2026, 1, 1), "einde": dt.date(2026, 12, 31)}
    connection.execute(
        sa.insert(MachtigingTable),
        [{**fixed, **period, "nummer": f"M{number:08d}", "bsn": bsn} for number, bsn in enumerate(bsns, start=1)],
    )


_PER_MESSAGE = 1000


def _make_history(connection: sa.Connection, bsns: list[str], count: int) -> None:
    """What these persons were granted in the five years before, ten records a visit a month apart."""
    rng = random.Random(2)
    codes = _prestatiecodes()
    messages = -(-count // _PER_MESSAGE)
    connection.execute(
        sa.insert(MessageTable),
        [
            {
                "id": number,
                "agb": "12012345",
                "uzovi": "0736",
                "factuurnummer": f"H{number:07d}",
                "soort": "176",
                "ontvangen": dt.date(2021, 4, 1) + dt.timedelta(days=1800 * number // messages),
                "uitkomst": "volledig_toegewezen",
            }
            for number in range(1, messages + 1)
        ],
    )
    rows = []
    for number in range(count):
        message = 1 + number // _PER_MESSAGE
        day = dt.date(2021, 3, 1) + dt.timedelta(days=1800 * message // messages + rng.randrange(28))
        code = rng.choice(codes)
        share = None if code.code[0] in "CM" else json.dumps([["0736", "TAND", 1, code.tarief, 1]])
        rows.append(
            {
                "bericht_id": message,
                "persoon": bsns[number * 7919 % len(bsns)],
                "datum": f"{day:%Y%m%d}",
                "soort": "01",
                "prestatiecode": code.code,
                "gebitselement": rng.choice(_ELEMENTS) if code.element else "00",
                "vlak": "M" if code.vlak else "",
                "kaak": "0",
                "behandelaar": "12004567",
                "referentienummer": f"H{number:09d}",
                "vorig_referentienummer": "",
                "aantal": 1,
                "berekend_bedrag": code.tarief,
                "declaratiebedrag": code.tarief,
                "toegekend_bedrag": code.tarief,
                "uitkomst": "toegewezen",
                "aandelen": share,
            }
        )
        if len(rows) == 20_000 or number == count - 1:
            connection.execute(sa.insert(PrestatieTable), rows)
            rows.clear()


def main() -> None:
    folder, numbers = Path(sys.argv[1]), [int(figure) for figure in sys.argv[2:6]]
    prestaties, verzekerden, polissen, history = [*numbers, 0][:4]
    wrong = "".join(sys.argv[6:])
    bsns = _bsns(verzekerden)
    (folder / "store.db").unlink(missing_ok=True)
    print(make_declaration(folder / "declaratie.asc", prestaties, bsns, wrong))
    make_store(f"sqlite:///{folder / 'store.db'}", folder / "declaratie.asc", bsns, polissen, history, wrong)


if __name__ == "__main__":
    main()
