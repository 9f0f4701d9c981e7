"""Declarations that differ and can all be granted, and the store of their insurer, for measuring."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import sqlalchemy as sa

from mzsim.standard.heen import combined_with, heenbericht, numbered
from mzsim.standard.layout import CRLF
from mzsim.store.session import upgrade_store
from tests.benchmark_files import _bsns, make_declaration, make_store
from tests.databases import engine_to

DAY = dt.date(2026, 4, 3)
"""On which all of them are declared."""
PER_VERZEKERDE = 5
"""Prestatierecords of one verzekerde in a declaration."""
_OLDER = 12
"""Prestaties that each verzekerde was granted before, on average: five years of a country's 60 million for 17 million people
would be 17 each, of which not all go to one insurer."""


def make(folder: Path, url: str, sizes: Iterable[int]) -> Iterator[bytes]:
    """Fills a new store on PostgreSQL, and gives a declaration of each of these sizes in prestatierecords, one by one."""
    sizes = list(sizes)
    total = sum(sizes)
    bsns = _bsns(-(-total // PER_VERZEKERDE))
    all_of_them = folder / "alle.asc"
    make_declaration(all_of_them, total, bsns)
    upgrade_store(url)
    make_store(url, all_of_them, bsns, len(bsns), _OLDER * len(bsns))
    _settle(url)
    return _divided(all_of_them, sizes)


def _settle(url: str) -> None:
    """Ids go on behind those that were given, and the server knows what it holds."""
    engine = engine_to(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for table in ("berichten", "prestaties"):
            last = f"SELECT max(id) FROM {table}"
            connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), ({last}))"))
        connection.execute(sa.text("VACUUM ANALYZE"))


def _divided(declaration: Path, sizes: list[int]) -> Iterator[bytes]:
    """The verzekerden of a declaration over declarations of their own, each with its own factuurnummer."""
    voorloop, *details, _ = declaration.read_bytes().removesuffix(CRLF).split(CRLF)
    step = PER_VERZEKERDE + 1
    persons = (details[place : place + step] for place in range(0, len(details), step))
    for number, size in enumerate(sizes):
        own = islice(persons, size // PER_VERZEKERDE)
        yield heenbericht(combined_with(voorloop, {"0116": f"C{number:07d}"}), numbered(chain.from_iterable(own)))
