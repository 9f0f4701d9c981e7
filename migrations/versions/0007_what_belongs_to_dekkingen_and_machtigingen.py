"""Of a dekking its id and the eigen bijdrage that is taken off, of a machtiging the number and the amount that it is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("dekkingen", sa.Column("id", sa.String(), nullable=True))
    op.add_column("dekkingen", sa.Column("eigen_bijdrage", sa.JSON(), nullable=True))
    op.add_column("machtigingen", sa.Column("aantal", sa.Integer(), nullable=True))
    op.add_column("machtigingen", sa.Column("bedrag", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("machtigingen", "bedrag")
    op.drop_column("machtigingen", "aantal")
    op.drop_column("dekkingen", "eigen_bijdrage")
    op.drop_column("dekkingen", "id")
