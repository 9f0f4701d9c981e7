"""Alembic's entry: runs the migrations on the connection that the program hands over, or on MZSIM_STORE."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from mzsim.store.models import Model


def _migreer(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Model.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


aangereikt = context.config.attributes.get("connection")
if aangereikt is not None:
    _migreer(aangereikt)
else:
    with create_engine(os.environ.get("MZSIM_STORE", "sqlite:///mzsim.db")).begin() as own:
        _migreer(own)
