"""The kinds of practice that declarations are made of: a module each."""

from __future__ import annotations

from importlib import import_module

from mzsim.generation.profiles.shape import Profile

NAMES = ("mondzorg", "orthodontie", "implantologie", "wlz")


def profile(name: str) -> Profile:
    """A profile by its name."""
    found: Profile = import_module(f"{__name__}.{name}").PROFILE
    return found
