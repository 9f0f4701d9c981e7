"""Folders of cases for tests: a suite of a few cases, to run, break and accept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.make_inv3 import FOLDER as INV3

EXAMPLE = "4a-fout-in-verzekerdenrecord"
"""An example with a partial approval: 0.00 for a rejected verzekerde, 10.00 for the other."""

CASE: dict[str, Any] = {
    "id": "a-case",
    "title": "A case",
    "date": "2011-05-02",
    "store": ["store.yaml"],
    "steps": [{"declaration": "1.mz301.asc", "expect": {"retour": "1.mz302.asc"}}],
}


def make_case(folder: Path, **otherwise: Any) -> Path:
    """A folder with the case of the example; `otherwise` replaces keys of its case.yaml, None leaves one out."""
    folder.mkdir(parents=True)
    shutil.copyfile(INV3 / f"{EXAMPLE}.mz301.asc", folder / "1.mz301.asc")
    shutil.copyfile(INV3 / f"{EXAMPLE}.alle.mz302.asc", folder / "1.mz302.asc")
    shutil.copyfile(INV3 / "store.yaml", folder / "store.yaml")
    content = {name: value for name, value in {**CASE, **otherwise}.items() if value is not None}
    (folder / "case.yaml").write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    return folder
