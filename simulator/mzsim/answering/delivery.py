"""Records an answer and puts its retour in its place: both, or neither.

The two can't be one operation. So the store keeps where the retour waits, from the commit until it has its name: a run
that is killed in between is completed by the next one.
"""

from __future__ import annotations

import platform
from contextlib import suppress
from pathlib import Path

from mzsim.common.errors import OutputError
from mzsim.common.in_memory import RetourStream
from mzsim.common.interrupts import uninterrupted
from mzsim.common.whole_file import Retourbestand, hernoem
from mzsim.domain.findings import Uitkomst
from mzsim.store.recording import Vastlegging, openstaand, rond_af, settle, vergeet
from mzsim.store.session import Connection, Database


def record_and_place(
    uitkomst: Uitkomst, retour: Retourbestand | RetourStream, boek: Vastlegging, verbinding: Connection
) -> None:
    """Commits what was recorded and puts the retour in its place.

    Raises OutputError where it can't get its name; then nothing is recorded.
    """
    plaats = deel = None
    if uitkomst.heeft_retour and isinstance(retour, Retourbestand):
        plaats, deel = str(retour.plaats.absolute()), str(retour.deel)
    boek.afronden(uitkomst.status, retour=plaats, deel=deel, computer=platform.node())
    with uninterrupted():
        verbinding.commit()
        if plaats is None:
            return
        try:
            retour.zet_neer()
        except OutputError:
            vergeet(verbinding, boek.bericht_id)
            verbinding.commit()
            raise
        settle(verbinding, boek.bericht_id)


def complete_waiting(store: Database) -> None:
    """Completes what killed runs left: the store knows the message, the retour still has to get its name."""
    computer = platform.node()
    with store.lezen() as verbinding:
        if not openstaand(verbinding, computer):
            return
    with store.wijzigen() as verbinding, uninterrupted():
        for bericht_id, retour, deel in openstaand(verbinding, computer):
            with suppress(OutputError):  # a place that can't be written now; it waits for a later run
                if Path(deel).exists():
                    hernoem(Path(deel), Path(retour))
                rond_af(verbinding, bericht_id)
        verbinding.commit()
