"""Where in the mouth a prestatie was done, by rubrieken 0414 (jaw), 0415 (element) and 0416 (surfaces)."""

from __future__ import annotations

from functools import lru_cache

NO_JAW = "0"
NO_ELEMENT, SURPLUS = "00", "99"
ABOVE, UNDER = "1", "2"
JAWS = frozenset({ABOVE, UNDER})

# FDI: milk teeth (5-8) stand in the quadrants of permanent ones (1-4).
_QUADRANT = {str(digit): str((digit - 1) % 4 + 1) for digit in range(1, 9)}
_JAW = {digit: ABOVE if quadrant in "12" else UNDER for digit, quadrant in _QUADRANT.items()}
_FRONT = frozenset("123")


def jaw_of(jaw: str, element: str) -> str:
    """The jaw: rubriek 0414 where that says it, else that of the element, else 0."""
    return jaw if jaw in JAWS else _JAW.get(element[:1], NO_JAW)


@lru_cache(maxsize=4096)
def place(kind: str | None, jaw: str, element: str, surface: str) -> str | None:
    """What stands for the place of a record: of soort element, vlak, kwadrant, sextant or kaak; None for no soort is "".

    Records with the same value are at the same place. None: the record doesn't tell it; a supernumerary element (99) is
    none that can be told from another.
    """
    if kind is None:
        return ""
    if kind == "kaak":
        of = jaw_of(jaw, element)
        return None if of == NO_JAW else of
    if element in (NO_ELEMENT, SURPLUS, "") or (kind == "vlak" and not surface):
        return None
    if kind == "element":
        return element
    if kind == "vlak":
        return f"{element} {surface}"
    quadrant = _QUADRANT.get(element[0])
    if kind == "kwadrant" or quadrant is None:
        return quadrant
    # The front of a jaw, from canine to canine, is one sextant.
    return f"front {_JAW[quadrant]}" if element[1] in _FRONT else quadrant
