"""Verzekeraarsbestanden that come with the program, named as @nza-2026."""

from __future__ import annotations

from pathlib import Path

from mzsim.common.errors import InputError

_MAP = Path(__file__).parent / "shipped"


def namen() -> list[str]:
    """The lists there are, with their @."""
    return sorted(f"@{bestand.stem}" for bestand in _MAP.glob("*.yaml"))


def plaats_van(bestand: str) -> Path:
    """The path of a file, or of a list by its @name."""
    if not bestand.startswith("@"):
        return Path(bestand)
    if bestand not in namen():
        raise InputError(f"{bestand}: no such list; there are {', '.join(namen())}")
    return _MAP / f"{bestand[1:]}.yaml"
