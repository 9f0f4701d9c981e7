"""What of a rubriek no check looks at, and why: a reader of the register would look for it.

`python -m tests.rubrieken` shows it beside what is checked; a test holds that nothing is missing here and nothing stale.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Defect = Literal[
    "filled", "letters", "blanks", "leading space", "zeros", "too few digits", "outside its list", "no date", "form"
]
"""A kind of defect that a value can have by itself. `form`: no check of levels 3 and 4 looks at the rubriek, for another
level says all that there is to say of it."""


class NotChecked(NamedTuple):
    """A kind of defect that is let pass in some rubrieken."""

    defect: Defect
    rubrieken: tuple[str, ...]
    why: str


NOT_CHECKED = (
    NotChecked(
        "outside its list",
        ("0106", "0211", "0214"),
        "The lists COD805 and NAM040 are not public.",
    ),
    NotChecked(
        "outside its list",
        ("0411", "0418", "0421", "0423"),
        "The lists COD859, COD852 and COD016 are not public; one that the store holds (codelijsten) is checked against.",
    ),
    NotChecked(
        "zeros", ("0116", "0432", "0433"), "The numbers are the sender's own: a number of zeros is as good as another."
    ),
    NotChecked(
        "zeros",
        ("0107", "0206", "0215", "0218", "0220", "9804"),
        "The text is the sender's own, and compared with nothing: zeros may be part of it.",
    ),
    NotChecked("zeros", ("0219",), "00000 stands for an address without a house number (INV 2.3.9)."),
    NotChecked("form", ("0222",), "It has to be empty in a message to an insurer (0222-1)."),
    NotChecked(
        "form", ("0403", "0404", "0405"), "They have to be those of the verzekerdenrecord (0403-1, 0404-1, 0405-1)."
    ),
    NotChecked("form", ("0406",), "It is a number that the insurer gave; any other is unknown to him (0406-3)."),
    NotChecked(
        "form",
        ("9902", "9903", "9904", "9905", "9906", "9907", "9908"),
        "They have to be what was counted and added, to the digit (9902-1 to 9907-1).",
    ),
)
