"""`beleid`: what an insurer chooses where the standard leaves a choice. Validated when the store is loaded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NamedTuple

from mzsim.domain.check import Controle
from mzsim.domain.terms import Betaaltermijn, Indientermijn, indientermijn


class Plicht(NamedTuple):
    """When an authorisation is needed: where all that is filled holds. Amounts in cents; `leeftijd_tot` is exclusive."""

    prestaties: tuple[str, ...]
    leeftijd_vanaf: int | None = None
    leeftijd_tot: int | None = None
    boven_bedrag: int | None = None
    vanaf_aantal: int | None = None
    per: str | None = None

    @property
    def weegt(self) -> bool:
        """Whether it depends on how much is declared."""
        return self.boven_bedrag is not None or self.vanaf_aantal is not None


@dataclass(frozen=True, slots=True)
class Beleid:
    """An insurer's choices; the defaults are those of an insurer without any."""

    factuurnummer_hergebruik_na_afwijzing: bool = False
    """A factuurnummer that the insurer rejected may be used again (INV 2.3.3)."""
    referentienummer_hergebruik_na_afwijzing: bool = False
    """A referentienummer of a rejected record may be used again (INV 2.3.17)."""
    tarief_afwijking: str = "eigen_tarief"
    """A tariff that is too high: eigen_tarief (8059, the insurer's own is granted) or afwijzen (0611)."""
    machtigingsplichtig: tuple[Plicht, ...] = ()
    """When an authorisation is needed: where any of these holds."""
    contract_vereist: Literal[False, "bestand", "record"] = False
    """What is rejected where the party that is paid has no contract: nothing, the file, or the record."""
    niet_gecontracteerd: Mapping[str, int] = field(default_factory=lambda: {"vergoeding": 100})
    """What a party without contract gets: this percentage of the cover."""
    indientermijn: Indientermijn | None = None
    """Until when a prestatie may be submitted; None for always."""
    factuurdatum_max_dagen: int | None = None
    """How many days old the factuur (0117) may be; None for any number."""
    betaaltermijn: Betaaltermijn | None = None
    """When what was granted is paid; None where that is not known."""
    volledig_afgewezen: str = "0200"
    """Retourcode in 0196 where nothing is granted: 0200 or 8073."""
    alles_of_niets: bool = False
    """One objection rejects the whole file: 8097 in 0196, 8096 on the records that were good."""
    retourcodes: Mapping[str, str] = field(default_factory=dict)
    """Other codes for checks, by check id."""
    uit: frozenset[str] = frozenset()
    """Ids of checks that are not performed."""

    @classmethod
    def uit_opslag(cls, waarden: Mapping[str, Any]) -> Beleid:
        """The beleid as the store keeps it: a mapping of the keys that are not default."""
        eigen = {f.name for f in fields(cls)}
        return cls(**{naam: _ALS.get(naam, _zo)(waarde) for naam, waarde in waarden.items() if naam in eigen})

    def betaaldatum(self, antwoord: dt.date, toegekend: int) -> dt.date | None:
        """When the total granted (cents) in an answer of this day is paid; None where it leaves nothing to pay."""
        return self.betaaltermijn.betaaldatum(antwoord) if self.betaaltermijn and toegekend > 0 else None

    def voert_uit(self, controle: Controle) -> bool:
        """Whether a check is performed on messages to this insurer."""
        return controle.id not in self.uit

    def retourcode(self, controle: Controle) -> str:
        """The code that an objection is answered with, on messages to this insurer."""
        code = self.retourcodes.get(controle.id, controle.retourcode)
        assert code is not None, f"check {controle.id} has no retourbericht"
        return code


def _zo(waarde: Any) -> Any:
    return waarde


def _plichten(regels: list[dict[str, Any]]) -> tuple[Plicht, ...]:
    return tuple(Plicht(**regel | {"prestaties": tuple(regel["prestaties"])}) for regel in regels)


_ALS: dict[str, Callable[[Any], Any]] = {
    "uit": frozenset,
    "machtigingsplichtig": _plichten,
    "indientermijn": indientermijn,
    "betaaltermijn": lambda keuze: Betaaltermijn(**keuze),
}
"""How a choice is made of what the store keeps; the others are kept as they are."""

STANDAARD = Beleid()
