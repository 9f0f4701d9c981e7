"""The declaration and the store of the benchmark, as a command of its own so that the measuring process stays small.

python -m tests.benchmark_bestanden FOLDER PRESTATIES VERZEKERDEN POLISSEN
"""

from __future__ import annotations

import datetime as dt
import random
import sys
from itertools import islice
from pathlib import Path

import sqlalchemy as sa

from simulator.ei.layout import CRLF, layouts
from simulator.ei.waarden import elfproef
from simulator.store.models import Dekking, Pakket, Polis, Polispakket, Uzovi
from simulator.store.session import open_store
from tests.factories import maak, record

_HEEN = layouts("mz301")


def _bsns(aantal: int) -> list[str]:
    # The range for test data, 9999xxxxx, holds 9,090 that pass the elfproef; a large file needs more.
    bereik = (f"{nummer:09d}" for nummer in range(900_000_000, 999_999_999))
    return list(islice((bsn for bsn in bereik if elfproef(bsn.encode())), aantal))


def maak_declaratie(plaats: Path, prestaties: int, bsns: list[str]) -> int:
    """Writes a valid declaration of so many prestatierecords over these verzekerden; returns its number of records."""
    toeval = random.Random(1)
    codes = [
        (f"{letter}{nummer:02d}", toeval.randrange(500, 30_000, 25)) for letter in "CEVMRX" for nummer in range(10, 20)
    ]
    elementen = [f"{kwadrant}{plek}" for kwadrant in range(1, 5) for plek in range(1, 9)]
    nummer = totaal = gedaan = 0
    with plaats.open("wb") as uit:
        uit.write(record("01", maak("01")) + CRLF)
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
                while (keuze := (toeval.randrange(1, 32), toeval.choice(elementen), *toeval.choice(codes)))[
                    :3
                ] in gekozen:
                    pass
                gekozen.add(keuze[:3])
                dag, element, code, tarief = keuze
                totaal += tarief
                prestatie = {
                    **_PRESTATIE,
                    "0402": str(nummer),
                    "0403": bsn,
                    "0408": f"201103{dag:02d}",
                    "0413": code,
                    "0415": element,
                    "0424": str(tarief),
                    "0426": str(tarief),
                    "0430": str(tarief),
                    "0432": f"R{gedaan:09d}",
                }
                uit.write(record("04", prestatie) + CRLF)
        sluit = {"9901": "99", "9902": len(bsns), "9904": gedaan, "9906": nummer, "9907": totaal, "9908": "D"}
        uit.write(record("99", {rubriek: str(waarde) for rubriek, waarde in sluit.items()}) + CRLF)
    return nummer + 2


_PRESTATIE = maak("04", r0404="0736")


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
