"""Alembic's entry: runs the migrations on the connection that the program hands over, or on MZSIM_STORE."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from mzsim.store.models import Basis


def _migreer(verbinding: Connection) -> None:
    context.configure(connection=verbinding, target_metadata=Basis.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


aangereikt = context.config.attributes.get("connection")
if aangereikt is not None:
    _migreer(aangereikt)
else:
    with create_engine(os.environ.get("MZSIM_STORE", "sqlite:///mzsim.db")).begin() as eigen:
        _migreer(eigen)
