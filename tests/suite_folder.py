"""Folders of cases for tests: a suite of a few cases, to run, break and accept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.make_inv3 import MAP as INV3

VOORBEELD = "4a-fout-in-verzekerdenrecord"
"""An example with a partial approval: 0.00 for a rejected verzekerde, 10.00 for the other."""

CASE: dict[str, Any] = {
    "id": "a-case",
    "title": "A case",
    "date": "2011-05-02",
    "store": ["store.yaml"],
    "steps": [{"declaration": "1.mz301.asc", "expect": {"retour": "1.mz302.asc"}}],
}


def maak_case(map_: Path, **anders: Any) -> Path:
    """A folder with the case of the example; `anders` replaces keys of its case.yaml, None leaves one out."""
    map_.mkdir(parents=True)
    shutil.copyfile(INV3 / f"{VOORBEELD}.mz301.asc", map_ / "1.mz301.asc")
    shutil.copyfile(INV3 / f"{VOORBEELD}.alle.mz302.asc", map_ / "1.mz302.asc")
    shutil.copyfile(INV3 / "store.yaml", map_ / "store.yaml")
    inhoud = {naam: waarde for naam, waarde in {**CASE, **anders}.items() if waarde is not None}
    (map_ / "case.yaml").write_text(yaml.safe_dump(inhoud, sort_keys=False), "utf-8")
    return map_
