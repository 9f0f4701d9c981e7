"""A line of `combinatieregels` in a verzekeraarsbestand: which keys belong to which soort of rule."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from mzsim.common.file_values import Duration, Patterns, Text, Valid, refuse

_OF_LINE = {
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
"""The keys that a soort of rule needs, and those that it may hold; every rule has those of `_OF_EVERY_LINE`."""
_OF_EVERY_LINE = {"nummer", "soort", "prestaties", "ingang", "einde", "bron", "tekst", "uitleg"}


class CombinatieregelLine(Valid):
    """A rule on the combination, order, interval or number of prestaties (NZa), or why one can't be judged."""

    nummer: Text
    soort: Literal["niet_met", "alleen_met", "alleen_na", "niet_na", "interval", "maximum", "niet_beoordeeld"]
    prestaties: Patterns
    tegenhanger: Patterns = Field(default_factory=list)
    behalve: Patterns = Field(default_factory=list)
    bereik: Literal["zitting", "kalendermaand", "patient"] | None = None
    plaats: Literal["element", "vlak", "kaak", "kwadrant", "sextant"] | None = None
    kaak: Literal["1", "2"] | None = None
    maanden: Duration | None = None
    dagen: Duration | None = None
    aantal: Duration | None = None
    zelfde_zorgaanbieder: bool = False
    bron: Text
    tekst: Text
    uitleg: Text | None = None

    @model_validator(mode="after")
    def _by_kind(self) -> CombinatieregelLine:
        needed, may = _OF_LINE[self.soort]
        filled = {name for name in self.model_fields_set if getattr(self, name) is not None}
        if missing := sorted(needed - filled):
            raise refuse(f"is a rule of soort {self.soort} and must hold {', '.join(missing)}")
        if foreign := sorted(filled - needed - may - _OF_EVERY_LINE):
            raise refuse(f"is a rule of soort {self.soort} and may not hold {', '.join(foreign)}")
        if self.maanden is not None and self.dagen is not None:
            raise refuse("may hold maanden or dagen, not both")
        if self.soort == "interval" and self.maanden is None and self.dagen is None:
            raise refuse("is a rule of soort interval and must hold maanden or dagen")
        self._require_range()
        return self

    def _require_range(self) -> None:
        if self.soort in ("alleen_na", "niet_na") and self.bereik == "kalendermaand":
            raise refuse(f"is a rule of soort {self.soort}; its bereik must be zitting or patient")
        if self.soort == "niet_na" and self.bereik == "zitting":
            raise refuse("is a rule of soort niet_na, which looks at earlier days; its bereik must be patient")
        if self.bereik == "zitting" and (self.maanden is not None or self.dagen is not None):
            raise refuse("looks at one sitting and may not hold maanden or dagen; use bereik: patient")
