"""Whether a prestatierecord was judged: costs that come later count only on a 01 that was (INV 4.4.2).

Of what stands in a store already that is known of files that were rejected as a whole; the others count as judged.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("prestaties", sa.Column("beoordeeld", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute(
        "UPDATE prestaties SET beoordeeld = false WHERE EXISTS (SELECT 1 FROM berichten b"
        " WHERE b.id = prestaties.bericht_id AND b.uitkomst = 'afgekeurd_bestand')"
    )


def downgrade() -> None:
    op.drop_column("prestaties", "beoordeeld")
