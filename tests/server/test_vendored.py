"""What others made and we carry: as they published it, to the byte, with its licence beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import mzsim

_STATIC = Path(mzsim.__file__).parent / "server" / "static"
_AXE = Path(__file__).parent / "axe"


@pytest.mark.parametrize(
    ("file", "licence", "sha256"),
    [
        (  # htmx.org 2.0.11, dist/htmx.min.js, of the npm registry
            _STATIC / "htmx.min.js",
            _STATIC / "htmx.LICENSE",
            "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717",
        ),
        (  # axe-core 4.14.1, axe.min.js, of the npm registry
            _AXE / "axe.min.js",
            _AXE / "LICENSE",
            "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c",
        ),
    ],
    ids=["htmx", "axe-core"],
)
def test_it_is_what_was_published(file: Path, licence: Path, sha256: str) -> None:
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    assert len(licence.read_text("utf-8")) > 100
