"""Makes fixtures/codes: for every retourcode of the register the smallest declaration that yields it and nothing else.

    python -m tests.make_codes

A folder a code, taken from the cases of the checks: `declaratie.mz301.asc`, the retour that it must get, and
`geval.yaml` with the check, the date, the stage and what the store holds beyond fixtures/inv3/store.yaml; declarations
that go before it are `eerder-1.mz301.asc` and so on, their dates under `eerder`.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from mzsim.checks import REGISTER
from mzsim.presentation.register import Keuze, kies
from mzsim.store.loading import laad_bestand
from mzsim.store.session import open_store
from tests.check_cases import STORE, alle_gevallen, declaratie_van, speel, stage_van

CODES = Path(__file__).parents[1] / "fixtures" / "codes"
DATUM = dt.date(2011, 5, 2)


def codes() -> list[str]:
    """Every retourcode that a check of the register gives."""
    return sorted({c.retourcode for c in kies(Keuze()) if c.retourcode is not None})


def geval_voor(code: str) -> tuple[str, dict[str, Any]]:
    """The check and the case with the shortest declaration that yields this code and nothing else."""
    passend = [
        (controle, geval)
        for controle, geval in alle_gevallen()
        if [b["retourcode"] for b in geval["verwacht"]] == [code] and REGISTER[controle].retourcode == code
    ]
    if not passend:
        raise SystemExit(f"no case yields {code} and nothing else")
    return min(passend, key=lambda paar: (len(declaratie_van(paar[1])), len(paar[1].get("eerder", ())), paar[0]))


def maak(code: str, doel: Path) -> None:
    """Writes the folder of a code."""
    controle, geval = geval_voor(code)
    doel.mkdir(parents=True)
    for nummer, eerder in enumerate(geval.get("eerder", ()), start=1):
        (doel / f"eerder-{nummer}.mz301.asc").write_bytes(declaratie_van(eerder))
    (doel / "declaratie.mz301.asc").write_bytes(declaratie_van(geval))
    beschrijving = {
        "controle": controle,
        "naam": geval["naam"],
        "stage": str(stage_van(controle, geval)),
        "date": geval.get("date", DATUM),
        **({"eerder": [e.get("date", geval.get("date", DATUM)) for e in geval["eerder"]]} if "eerder" in geval else {}),
        **({"store": geval["store"]} if "store" in geval else {}),
    }
    (doel / "geval.yaml").write_text(yaml.safe_dump(beschrijving, sort_keys=False, allow_unicode=True), "utf-8")
    with tempfile.TemporaryDirectory() as werkmap:
        map_ = Path(werkmap)
        store = open_store(f"sqlite:///{map_ / 'store.db'}")
        laad_bestand(store, STORE)
        speel(controle, geval, store, map_)
        store.sluit()
        shutil.copy(map_ / "declaratie.retour", doel / "retour.mz302.asc")


def main() -> None:
    shutil.rmtree(CODES, ignore_errors=True)
    for code in codes():
        maak(code, CODES / code)


if __name__ == "__main__":
    main()
