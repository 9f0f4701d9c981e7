"""The migrations, by Alembic: what brings a store up to date. It takes longer to import than a small declaration to answer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.pool import NullPool

from mzsim.common.shipped import shipped
from mzsim.store.server import engine, engine_of, told
from mzsim.store.url import StoreUrl


def migrate(url: StoreUrl, seconds: float) -> None:
    """Runs the migrations that a store has not had, in a schema that is made where it isn't there: all of them or none.
    `seconds` is how long to wait for others. Raises DatabaseError."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with told(), engine_for(url, seconds).begin() as connection:
        if connection.dialect.name == "postgresql":
            _prepare(connection, url.schema)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


_ONE_AT_A_TIME = sa.text("SELECT pg_advisory_xact_lock(hashtext('mzsim db upgrade'), hashtext(:schema))")
_IS_THERE = sa.text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")


def _prepare(connection: sa.Connection, schema: str | None) -> None:
    """Waits for who makes the same store, and makes its schema."""
    connection.execute(_ONE_AT_A_TIME, {"schema": schema or ""})
    if schema is not None and connection.scalar(_IS_THERE, {"schema": schema}) is None:
        connection.execute(sa.schema.CreateSchema(schema))


def engine_for(url: StoreUrl, seconds: float) -> sa.Engine:
    """The engine that a store is migrated with; `seconds` is how long it waits for others."""
    if url.server is not None:
        return engine_of(url, seconds, poolclass=NullPool)
    place = sa.URL.create("sqlite", database=url.file)
    found = engine(place, poolclass=NullPool, connect_args={"timeout": seconds})
    sa.event.listen(found, "connect", _with_foreign_keys)
    return found


def _with_foreign_keys(driver: Any, _: object) -> None:
    driver.execute("PRAGMA foreign_keys = ON")
