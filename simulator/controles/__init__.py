"""Every check of the standard: one function and one entry in the register each.

Importing this package registers all of them; a module holds the checks of one part of the message.
"""

from simulator.controles import (
    bestand,
    combinatie,
    commentaar,
    contract,
    historie,
    kosten,
    machtiging,
    prestatie,
    prestatie_bedrag,
    prestatie_vorm,
    prestatiecodelijst,
    reeks,
    sluit,
    tarief,
    verzekerde,
    voorloop,
    zorgaanbieder,
)
from simulator.controles.register import REGISTER, Controle

__all__ = [
    "REGISTER",
    "Controle",
    "bestand",
    "combinatie",
    "commentaar",
    "contract",
    "historie",
    "kosten",
    "machtiging",
    "prestatie",
    "prestatie_bedrag",
    "prestatie_vorm",
    "prestatiecodelijst",
    "reeks",
    "sluit",
    "tarief",
    "verzekerde",
    "voorloop",
    "zorgaanbieder",
]
