"""Alembic's entry: runs the migrations on the connection that the program hands over, or on MZSIM_STORE."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection

from mzsim.store.migrating import engine_for
from mzsim.store.models import Model
from mzsim.store.place import WAITING_TIME
from mzsim.store.url import store_url


def _migreer(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Model.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


aangereikt = context.config.attributes.get("connection")
if aangereikt is not None:
    _migreer(aangereikt)
else:
    url = store_url(os.environ.get("MZSIM_STORE", "sqlite:///mzsim.db"))
    with engine_for(url, WAITING_TIME).begin() as own:
        _migreer(own)
