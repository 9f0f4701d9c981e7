"""The texts of the pages, in Dutch or English: a catalogue each, with the same keys."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

from mzsim.common.yaml_lines import YamlText, read_yaml

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")


class Catalogue(NamedTuple):
    """All texts in one language, by page."""

    language: Language
    texts: dict[str, Any]

    @property
    def other(self) -> Language:
        """The language that this one is not."""
        return "en" if self.language == "nl" else "nl"


@cache
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language."""
    text = (files(__package__) / "catalogues" / f"{language}.yaml").read_text("utf-8")
    return Catalogue(language, read_yaml(YamlText(text, f"{language}.yaml")).root)


def preferred(accept: str) -> Language:
    """The language that a browser asks for, by its Accept-Language; Dutch where it asks for neither."""
    best: tuple[float, Language] = (0.0, "nl")
    for part in accept.lower().split(","):
        name, _, quality = part.strip().partition(";q=")
        language: Language | None = "nl" if name[:2] == "nl" else "en" if name[:2] == "en" else None
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if language is not None and weight > best[0]:
            best = weight, language
    return best[1]
