"""Where in the mouth a prestatie was done, by rubrieken 0414 (jaw), 0415 (element) and 0416 (surfaces)."""

from __future__ import annotations

from functools import lru_cache

GEEN_KAAK = "0"
GEEN_ELEMENT, BOVENTALLIG = "00", "99"
BOVEN, ONDER = "1", "2"
KAKEN = frozenset({BOVEN, ONDER})

# FDI: milk teeth (5-8) stand in the quadrants of permanent ones (1-4).
_KWADRANT = {str(cijfer): str((cijfer - 1) % 4 + 1) for cijfer in range(1, 9)}
_KAAK = {cijfer: BOVEN if kwadrant in "12" else ONDER for cijfer, kwadrant in _KWADRANT.items()}
_FRONT = frozenset("123")


def kaak_van(kaak: str, element: str) -> str:
    """The jaw: rubriek 0414 where that says it, else that of the element, else 0."""
    return kaak if kaak in KAKEN else _KAAK.get(element[:1], GEEN_KAAK)


@lru_cache(maxsize=4096)
def plaats(soort: str | None, kaak: str, element: str, vlak: str) -> str | None:
    """What stands for the place of a record: of soort element, vlak, kwadrant, sextant or kaak; None for no soort is "".

    Records with the same value are at the same place. None: the record doesn't tell it; a supernumerary element (99) is
    none that can be told from another.
    """
    if soort is None:
        return ""
    if soort == "kaak":
        van = kaak_van(kaak, element)
        return None if van == GEEN_KAAK else van
    if element in (GEEN_ELEMENT, BOVENTALLIG, "") or (soort == "vlak" and not vlak):
        return None
    if soort == "element":
        return element
    if soort == "vlak":
        return f"{element} {vlak}"
    kwadrant = _KWADRANT.get(element[0])
    if soort == "kwadrant" or kwadrant is None:
        return kwadrant
    # The front of a jaw, from canine to canine, is one sextant.
    return f"front {_KAAK[kwadrant]}" if element[1] in _FRONT else kwadrant
