"""Every mutator: importing this registers them all; a module holds those of one part of the message."""

# The checks of the amount that is granted are registered where that is decided.
from simulator.verzekeraar import rekening  # isort: skip
from simulator.mutatie import beleid, bestand, combinaties, machtigingen, registers, sets, toekenning, velden
from simulator.mutatie.register import MUTATIES

__all__ = [
    "MUTATIES",
    "beleid",
    "bestand",
    "combinaties",
    "machtigingen",
    "registers",
    "rekening",
    "sets",
    "toekenning",
    "velden",
]
