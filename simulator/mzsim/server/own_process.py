"""What a process needs that runs a module of this program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import mzsim


def surroundings() -> dict[str, str]:
    """The environment in which it finds this very program, and all that this process finds."""
    found = [str(Path(mzsim.__file__).parents[1]), *filter(None, sys.path)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(found)}
