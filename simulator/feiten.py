"""Facts that checks and adjudication judge by: plain values, fetched from the store in bulk. Dates are EEJJMMDD bytes."""

from __future__ import annotations

from typing import NamedTuple

from simulator.verzekeraar.beleid import Beleid


class UzoviFeit(NamedTuple):
    """An insurer, zorgkantoor or other payer; `edp` says whether it is connected to the declaratieportaal."""

    nummer: str
    naam: str
    soort: str
    edp: bool
    label_van: str | None
    beleid: Beleid


class PolisFeit(NamedTuple):
    """A polis of one verzekerde; `einde` is its last day (None: open), `pakketten` are (UZOVI-nummer, code)."""

    uzovi: str
    geboortedatum: bytes
    ingang: bytes
    einde: bytes | None
    overleden: bytes | None
    pakketten: tuple[tuple[str, str], ...]

    def in_kracht(self, datum: bytes) -> bool:
        """Whether the polis covers this day."""
        return self.ingang <= datum and (self.einde is None or datum <= self.einde)
