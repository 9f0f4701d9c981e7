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
from mzsim.store.models import ContractTable, MachtigingTable, MessageTable, PolisTable, PrestatieTable, UzoviTable
from mzsim.store.session import open_store, upgrade_store
from tests.databases import by_models

PRACTICES = [f"12{n:06d}" for n in range(300)]
PERSONS = [f"9{n:08d}" for n in range(100_000)]
BEGIN, DAYS = dt.date(2021, 1, 1), 1826
DATE = "2026-01-01"


def fill(url: str, prestaties: int) -> None:
    """Fills an empty store."""
    rng = random.Random(1)
    store = open_store(url)
    with by_models(store) as connection:
        insurer = {"nummer": "0736", "naam": "Voorbeeld", "soort": "zorgverzekeraar", "edp": True, "beleid": {}}
        connection.execute(sa.insert(UzoviTable), insurer)
        contract = {"uzovi": "0736", "ingang": BEGIN, "modules": {"implantologie": "standaard"}}
        connection.execute(sa.insert(ContractTable), [contract | {"agb": agb} for agb in PRACTICES])
        polis = {"uzovi": "0736", "naam": "Verzekerde", "ingang": BEGIN}
        born = [dt.date(1930, 1, 1) + dt.timedelta(days=rng.randrange(33_000)) for _ in PERSONS]
        persons = zip(PERSONS, born, strict=True)
        rows = [polis | {"persoon": bsn, "bsn": bsn, "geboortedatum": day} for bsn, day in persons]
        connection.execute(sa.insert(PolisTable), rows)
        connection.execute(sa.insert(MachtigingTable), list(_machtigingen(rng)))
        for number, begin in enumerate(range(0, prestaties, 1000), start=1):
            agb = rng.choice(PRACTICES)
            message = {"id": number, "agb": agb, "uzovi": "0736", "factuurnummer": f"F{number}", "soort": "176"}
            outcome = {"ontvangen": dt.date(2026, 1, 1), "uitkomst": "volledig_toegewezen"}
            connection.execute(sa.insert(MessageTable), message | outcome)
            count = min(1000, prestaties - begin)
            connection.execute(
                sa.insert(PrestatieTable), [_prestatie(rng, number, agb, begin + n) for n in range(count)]
            )
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))
    store.close()


def _machtigingen(rng: random.Random) -> Iterator[dict[str, object]]:
    for number in range(20_000):
        yield {
            "uzovi": "0736",
            "nummer": f"M{number}",
            "bsn": rng.choice(PERSONS),
            "agb": rng.choice(PRACTICES),
            "prestaties": ["J*"],
            "ingang": BEGIN + dt.timedelta(days=rng.randrange(DAYS)),
            "status": "afgewezen" if rng.random() < 0.05 else "afgegeven",
        }


def _prestatie(rng: random.Random, message: int, agb: str, number: int) -> dict[str, object]:
    implantologie = rng.random() < 0.05
    code = rng.choice(sorted(implantologiecodes())) if implantologie else f"V{rng.randrange(10, 99)}"
    return {
        "bericht_id": message,
        "persoon": rng.choice(PERSONS),
        "datum": (BEGIN + dt.timedelta(days=rng.randrange(DAYS))).strftime("%Y%m%d"),
        "soort": "01",
        "prestatiecode": code,
        "gebitselement": f"{rng.randrange(1, 5)}{rng.randrange(1, 9)}",
        "vlak": "",
        "kaak": "0",
        "behandelaar": agb,
        "referentienummer": f"R{number}",
        "vorig_referentienummer": "",
        "aantal": 1,
        "berekend_bedrag": 1000,
        "declaratiebedrag": 1000,
        "toegekend_bedrag": 1000,
        "uitkomst": "toegewezen",
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--prestaties", type=int, default=1_000_000)
    options.add_argument("--url", help="an empty database to fill; a SQLite file that is thrown away by default")
    choice = options.parse_args()
    with tempfile.TemporaryDirectory() as work_folder:
        url = choice.url or f"sqlite:///{work_folder}/store.db"
        upgrade_store(url)
        fill(url, choice.prestaties)
        for name in ("implantologiescore", "behandelindex"):
            words = ["report", name, "--agb", PRACTICES[0], "--date", DATE, "--store", url, "--json"]
            begin = time.perf_counter()
            subprocess.run([sys.executable, "-m", "mzsim", *words], check=True, stdout=subprocess.DEVNULL)
            print(f"{name}: {time.perf_counter() - begin:.2f} s on {choice.prestaties:,} prestaties")


if __name__ == "__main__":
    main()
