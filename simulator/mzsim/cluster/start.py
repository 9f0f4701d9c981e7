"""What a worker and its parent agree on. Light to import."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

AWAY, CHANGED = 75, 76
"""Exit statuses of a worker: the server went away; the program is another than that of its parent."""
HEARTBEAT = 2.0
"""Seconds after which a worker is heard again."""
LOST_AFTER = 10.0
"""Seconds without being heard after which it is taken for lost."""


class Start(NamedTuple):
    """What a worker is told when it starts: its cluster, what it is for, where it may write, and the rules of its parent."""

    url: str
    kinds: Sequence[str]
    folder: str
    rules: str

    def to_line(self) -> bytes:
        return json.dumps(self).encode() + b"\n"
