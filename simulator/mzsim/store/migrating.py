"""The migrations, by Alembic: what brings a store up to date. It takes longer to import than a small declaration to answer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.pool import NullPool

from mzsim.common.shipped import shipped
from mzsim.store.server import engine, told
from mzsim.store.url import StoreUrl


def migrate(url: StoreUrl, seconds: float) -> None:
    """Runs the migrations that a database has not had; of SQLite `seconds` is how long to wait for others. Raises
    DatabaseError."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with told(), _engine(url, seconds).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _engine(url: StoreUrl, seconds: float) -> sa.Engine:
    if url.server is not None:
        return engine(url.server, poolclass=NullPool)
    place = sa.URL.create("sqlite", database=url.file)
    found = engine(place, poolclass=NullPool, connect_args={"timeout": seconds})
    sa.event.listen(found, "connect", _with_foreign_keys)
    return found


def _with_foreign_keys(driver: Any, _: object) -> None:
    driver.execute("PRAGMA foreign_keys = ON")
