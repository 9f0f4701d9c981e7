"""A line of `combinatieregels` in a verzekeraarsbestand: which keys belong to which soort of rule."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from mzsim.common.file_values import Duur, Geldig, Patronen, Tekst, weiger

_VAN_REGEL = {
    "niet_met": ({"tegenhanger", "bereik"}, {"behalve", "plaats", "kaak", "zelfde_zorgaanbieder"}),
    "alleen_met": ({"tegenhanger", "bereik"}, {"behalve", "plaats", "kaak", "zelfde_zorgaanbieder"}),
    "alleen_na": (
        {"tegenhanger", "bereik"},
        {"behalve", "plaats", "kaak", "zelfde_zorgaanbieder", "maanden", "dagen"},
    ),
    "niet_na": ({"tegenhanger", "bereik"}, {"behalve", "plaats", "kaak", "zelfde_zorgaanbieder", "maanden", "dagen"}),
    "interval": ({"tegenhanger"}, {"behalve", "plaats", "kaak", "zelfde_zorgaanbieder", "maanden", "dagen"}),
    "maximum": ({"aantal", "bereik"}, {"tegenhanger", "behalve", "plaats", "kaak", "zelfde_zorgaanbieder"}),
    "niet_beoordeeld": ({"uitleg"}, set[str]()),
}
"""The keys that a soort of rule needs, and those that it may hold; every rule has those of `_VAN_ELKE_REGEL`."""
_VAN_ELKE_REGEL = {"nummer", "soort", "prestaties", "ingang", "einde", "bron", "tekst", "uitleg"}


class Combinatieregel(Geldig):
    """A rule on the combination, order, interval or number of prestaties (NZa), or why one can't be judged."""

    nummer: Tekst
    soort: Literal["niet_met", "alleen_met", "alleen_na", "niet_na", "interval", "maximum", "niet_beoordeeld"]
    prestaties: Patronen
    tegenhanger: Patronen = Field(default_factory=list)
    behalve: Patronen = Field(default_factory=list)
    bereik: Literal["zitting", "kalendermaand", "patient"] | None = None
    plaats: Literal["element", "vlak", "kaak", "kwadrant", "sextant"] | None = None
    kaak: Literal["1", "2"] | None = None
    maanden: Duur | None = None
    dagen: Duur | None = None
    aantal: Duur | None = None
    zelfde_zorgaanbieder: bool = False
    bron: Tekst
    tekst: Tekst
    uitleg: Tekst | None = None

    @model_validator(mode="after")
    def _bij_soort(self) -> Combinatieregel:
        nodig, mag = _VAN_REGEL[self.soort]
        gevuld = {naam for naam in self.model_fields_set if getattr(self, naam) is not None}
        if ontbreekt := sorted(nodig - gevuld):
            raise weiger(f"is a rule of soort {self.soort} and must hold {', '.join(ontbreekt)}")
        if vreemd := sorted(gevuld - nodig - mag - _VAN_ELKE_REGEL):
            raise weiger(f"is a rule of soort {self.soort} and may not hold {', '.join(vreemd)}")
        if self.maanden is not None and self.dagen is not None:
            raise weiger("may hold maanden or dagen, not both")
        if self.soort == "interval" and self.maanden is None and self.dagen is None:
            raise weiger("is a rule of soort interval and must hold maanden or dagen")
        self._eis_bereik()
        return self

    def _eis_bereik(self) -> None:
        if self.soort in ("alleen_na", "niet_na") and self.bereik == "kalendermaand":
            raise weiger(f"is a rule of soort {self.soort}; its bereik must be zitting or patient")
        if self.soort == "niet_na" and self.bereik == "zitting":
            raise weiger("is a rule of soort niet_na, which looks at earlier days; its bereik must be patient")
        if self.bereik == "zitting" and (self.maanden is not None or self.dagen is not None):
            raise weiger("looks at one sitting and may not hold maanden or dagen; use bereik: patient")
