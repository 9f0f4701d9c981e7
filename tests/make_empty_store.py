"""Makes `simulator/mzsim/store/empty_store.sql`: what the migrations make of an empty SQLite file.

    python -m tests.make_empty_store

A new store is made of it, so that no Alembic is needed for one. A test holds it to the migrations.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from mzsim.store.migrating import migrate
from mzsim.store.sqlite import SCHEMA
from mzsim.store.url import StoreUrl


def made_by_migrations() -> str:
    """The statements that make the same."""
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "leeg.db")
        migrate(StoreUrl(place), 1.0)
        with closing(sqlite3.connect(place)) as driver:
            return "\n".join(driver.iterdump()) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(made_by_migrations(), "utf-8")
