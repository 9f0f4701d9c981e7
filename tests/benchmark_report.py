"""How fast `mzsim report` is on a store with many prestaties.

    python -m tests.benchmark_report [--prestaties 1000000] [--url sqlite:///…]

Makes a store of 300 practices and 100,000 verzekerden with so many granted prestaties over five years, one in twenty of
them implantology, and times both reports on one practice, each as a command of its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

import sqlalchemy as sa

from mzsim.reports.implantologiecodes import implantologiecodes
from mzsim.store.models import Bericht, Contract, Machtiging, Polis, Prestatie, Uzovi
from mzsim.store.session import open_store, upgrade_store

PRAKTIJKEN = [f"12{n:06d}" for n in range(300)]
PERSONEN = [f"9{n:08d}" for n in range(100_000)]
BEGIN, DAGEN = dt.date(2021, 1, 1), 1826
DATUM = "2026-01-01"


def vul(url: str, prestaties: int) -> None:
    """Fills an empty store."""
    toeval = random.Random(1)
    store = open_store(url)
    with store.engine.begin() as verbinding:
        verzekeraar = {"nummer": "0736", "naam": "Voorbeeld", "soort": "zorgverzekeraar", "edp": True, "beleid": {}}
        verbinding.execute(sa.insert(Uzovi), verzekeraar)
        contract = {"uzovi": "0736", "ingang": BEGIN, "modules": {"implantologie": "standaard"}}
        verbinding.execute(sa.insert(Contract), [contract | {"agb": agb} for agb in PRAKTIJKEN])
        polis = {"uzovi": "0736", "naam": "Verzekerde", "ingang": BEGIN}
        geboren = [dt.date(1930, 1, 1) + dt.timedelta(days=toeval.randrange(33_000)) for _ in PERSONEN]
        personen = zip(PERSONEN, geboren, strict=True)
        rijen = [polis | {"persoon": bsn, "bsn": bsn, "geboortedatum": dag} for bsn, dag in personen]
        verbinding.execute(sa.insert(Polis), rijen)
        verbinding.execute(sa.insert(Machtiging), list(_machtigingen(toeval)))
        for nummer, begin in enumerate(range(0, prestaties, 1000), start=1):
            agb = toeval.choice(PRAKTIJKEN)
            bericht = {"id": nummer, "agb": agb, "uzovi": "0736", "factuurnummer": f"F{nummer}", "soort": "176"}
            uitkomst = {"ontvangen": dt.date(2026, 1, 1), "uitkomst": "volledig_toegewezen"}
            verbinding.execute(sa.insert(Bericht), bericht | uitkomst)
            aantal = min(1000, prestaties - begin)
            verbinding.execute(
                sa.insert(Prestatie), [_prestatie(toeval, nummer, agb, begin + n) for n in range(aantal)]
            )
        if verbinding.dialect.name == "postgresql":
            verbinding.execute(sa.text("ANALYZE"))
    store.sluit()


def _machtigingen(toeval: random.Random) -> Iterator[dict[str, object]]:
    for nummer in range(20_000):
        yield {
            "uzovi": "0736",
            "nummer": f"M{nummer}",
            "bsn": toeval.choice(PERSONEN),
            "agb": toeval.choice(PRAKTIJKEN),
            "prestaties": ["J*"],
            "ingang": BEGIN + dt.timedelta(days=toeval.randrange(DAGEN)),
            "status": "afgewezen" if toeval.random() < 0.05 else "afgegeven",
        }


def _prestatie(toeval: random.Random, bericht: int, agb: str, nummer: int) -> dict[str, object]:
    implantologie = toeval.random() < 0.05
    code = toeval.choice(sorted(implantologiecodes())) if implantologie else f"V{toeval.randrange(10, 99)}"
    return {
        "bericht_id": bericht,
        "persoon": toeval.choice(PERSONEN),
        "datum": (BEGIN + dt.timedelta(days=toeval.randrange(DAGEN))).strftime("%Y%m%d"),
        "soort": "01",
        "prestatiecode": code,
        "gebitselement": f"{toeval.randrange(1, 5)}{toeval.randrange(1, 9)}",
        "vlak": "",
        "kaak": "0",
        "behandelaar": agb,
        "referentienummer": f"R{nummer}",
        "vorig_referentienummer": "",
        "aantal": 1,
        "berekend_bedrag": 1000,
        "declaratiebedrag": 1000,
        "toegekend_bedrag": 1000,
        "uitkomst": "toegewezen",
    }


def main() -> None:
    opties = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    opties.add_argument("--prestaties", type=int, default=1_000_000)
    opties.add_argument("--url", help="an empty database to fill; a SQLite file that is thrown away by default")
    keuze = opties.parse_args()
    with tempfile.TemporaryDirectory() as werkmap:
        url = keuze.url or f"sqlite:///{werkmap}/store.db"
        upgrade_store(url)
        vul(url, keuze.prestaties)
        for naam in ("implantologiescore", "behandelindex"):
            woorden = ["report", naam, "--agb", PRAKTIJKEN[0], "--date", DATUM, "--store", url, "--json"]
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-m", "mzsim", *woorden], check=True, stdout=subprocess.DEVNULL)
            print(f"{naam}: {time.perf_counter() - begin:.2f} s on {keuze.prestaties:,} prestaties")


if __name__ == "__main__":
    main()
