"""What was granted before to a person, found fast and by the dekking that paid; tariffs of several kinds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("tarieven", sa.Column("tarief_bijzonder", sa.Integer(), nullable=True))
    op.add_column("tarieven", sa.Column("per_vijf_minuten", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("prestaties", sa.Column("aandelen", sa.String(), nullable=True))
    op.create_index("ix_prestaties_persoon_datum_prestatiecode", "prestaties", ["persoon", "datum", "prestatiecode"])


def downgrade() -> None:
    op.drop_index("ix_prestaties_persoon_datum_prestatiecode", table_name="prestaties")
    op.drop_column("prestaties", "aandelen")
    op.drop_column("tarieven", "per_vijf_minuten")
    op.drop_column("tarieven", "tarief_bijzonder")
