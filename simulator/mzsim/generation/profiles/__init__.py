"""The kinds of practice that declarations are made of: a module each."""

from __future__ import annotations

from importlib import import_module

from mzsim.generation.profiles.shape import Profiel

NAMEN = ("mondzorg", "orthodontie", "implantologie", "wlz")


def profiel(naam: str) -> Profiel:
    """A profile by its name."""
    gevonden: Profiel = import_module(f"{__name__}.{naam}").PROFIEL
    return gevonden
