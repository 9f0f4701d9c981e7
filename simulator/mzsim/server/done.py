"""What an answer took. Light to import: who starts a worker hears it, and answers nothing by itself."""

from __future__ import annotations

from typing import NamedTuple


class Done(NamedTuple):
    """An answer that was given: how the submission with this id ends, the seconds that took, those of them in which others were
    changing the store, and how many records the declaration has; 0 where it was not read."""

    id: int
    status: str
    seconds: float
    waited: float
    records: int
