"""Files that come with the program, found in one way: in a wheel they stand in the package, in a checkout in their own place."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Shipped = Literal["migrations", "inv3", "suites", "cases"]

_PACKAGE = Path(__file__).parents[1]
_IN_CHECKOUT: dict[Shipped, str] = {
    "migrations": "migrations",
    "inv3": "fixtures/inv3",
    "suites": "fixtures/suites",
    "cases": "tests/cases",
}
"""Where each stands in a checkout; pyproject.toml puts it in the wheel as `mzsim/shipped/NAME`."""


def shipped(name: Shipped) -> Path:
    """The folder with this name: the store's migrations, the examples of INV chapter 3, the suites, or the checks' cases."""
    in_wheel = _PACKAGE / "shipped" / name
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parents[1] / _IN_CHECKOUT[name]
