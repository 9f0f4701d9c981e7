"""What the checks of detail records know beside the record itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from simulator.ei.records import Verzekerdenrecord
from simulator.feiten import PolisFeit, UzoviFeit

_SPATIE = ord(" ")


class Omgeving:
    """The place of a record in its message, and the facts about its verzekerde.

    The first group is fixed for a message; the second belongs to the verzekerde, the third to the record at hand.
    Whoever reads the message keeps them up to date; a check only reads them. Dates are EEJJMMDD bytes.
    """

    __slots__ = (
        "dagtekening",
        "datum",
        "eigen_uzovi",
        "geboortedatum",
        "gebruikte_referenties",
        "polissen",
        "referentie",
        "referentie_stond_op",
        "regel",
        "uzovi",
        "verzekerde",
        "verzekerde_stond_op",
        "wlz",
    )

    def __init__(self, *, datum: bytes, dagtekening: bytes, wlz: bool, uzovi: Mapping[str, UzoviFeit]) -> None:
        self.datum = datum
        """The processing date."""
        self.dagtekening = dagtekening
        """Rubriek 0117."""
        self.wlz = wlz
        self.uzovi = uzovi

        self.verzekerde: Verzekerdenrecord
        self.geboortedatum: bytes | None = None
        """Rubriek 0207 of the verzekerdenrecord, None where it is not a date of birth."""
        self.eigen_uzovi = True
        """Whether 0204 is the insurer of 0108 or a label of it (in a Wlz message always)."""
        self.polissen: tuple[PolisFeit, ...] = ()

        self.regel = 0
        self.verzekerde_stond_op = 0
        """The line where the key of this verzekerdenrecord stood first in the file."""
        self.referentie_stond_op = 0
        """The line where this 0432 stood first in the file."""
        self.referentie = b""
        """Rubriek 0432 as it is compared."""
        self.gebruikte_referenties: Collection[bytes] = frozenset()
        """Those that the insurer has received from this party in the past five years."""

    def nieuwe_referentie(self) -> bool:
        """Whether nothing can be said against the 0432 at hand: filled, first in the file, not used before."""
        return (
            self.referentie_stond_op == self.regel
            and self.referentie not in self.gebruikte_referenties
            and self.referentie[0] != _SPATIE
        )
