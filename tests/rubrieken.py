"""Each kind of defect in each rubriek of records 01, 02, 04, 98 and 99, and what comes of it: `python -m tests.rubrieken`.

A declaration in which every rubriek is filled, as far as they can be together, is approved in full. With one defect in it
it is rejected, and the table names the retourcodes and checks; or it is approved all the same, and the table gives the
reason that the register of checks gives (`mzsim.checks.not_checked`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from mzsim.checks.not_checked import NOT_CHECKED, Defect
from mzsim.domain.findings import Outcome, Status
from mzsim.presentation.parts import Table, as_text
from mzsim.standard.layout import RecordLayout, Rubriek, layouts
from mzsim.store.session import Database
from mzsim.store.templates import fresh_store
from tests.check_cases import STORE
from tests.commands import play
from tests.factories import Fields, Message, make

JUDGED = (b"01", b"02", b"04", b"98", b"99")
"""Record 03 goes to a servicebureau only, which this program does not play."""

FILLED: Mapping[str, Fields] = {
    "01": {"0106": "000505", "0107": "1.0", "0109": "98000001", "0118": "NL123456789B01"},
    "02": {
        "0205": "V0001",
        "0206": "P1",
        "0211": "de",
        "0212": "2",
        "0213": "Bakker",
        "0214": "van",
        "0216": "4",
        "0220": "A",
    },
    "04": {
        "0406": "M1",
        "0410": "J",
        "0411": "010",
        "0414": "1",
        "0415": "16",
        "0416": "MO",
        "0417": "026",
        "0418": "0001",
        "0421": "1200",
        "0422": "01009999",
        "0423": "0100",
        "0426": "900",
        "0428": "100",
        "0429": "2100",
        "0430": "900",
        "0433": "REF-OLD",
    },
    "98": {"9802": "2"},
}
"""Beside what the factories fill: what makes a rubriek hold something, wherever it may."""

_ABROAD = {"0217": "", "0218": "B-1000", "0221": "BE"}
INSTEAD: Mapping[str, Fields] = {
    "0112": {"0110": "", "0111": "", "0112": "37000320", "0113": "04", "0406": ""},
    "0205": {"0203": "999999999", "0205": "V0009", "0406": ""},
    "0218": _ABROAD,
    "0221": _ABROAD,
}
"""What has to differ for a rubriek that is not filled beside all others."""

_DEBITEUR = "D1"
"""Rubriek 0222 is for a servicebureau, so that no declaration to an insurer holds it."""

STORE_BESIDE = """
prestatiecodes:
  - {code: C11, omschrijving: Periodieke controle, ingang: 2000-01-01, einde: null, bevoegd: ["12"]}
polissen:
  - {bsn: null, verzekerdennummer: V0009, geboortedatum: 1954-12-10, naam: Jansen,
     uzovi: "0736", ingang: 2006-01-01, einde: null, overleden: null, pakketten: [ALLES]}
machtigingen:
  - {nummer: M1, uzovi: "0736", bsn: "123456782", agb: "12012345", prestaties: ["*"],
     ingang: 2011-01-01, einde: 2011-12-31, status: afgegeven}
"""

OUTSIDE: Fields = {
    "0102": "999",
    "0103": "02",
    "0104": "02",
    "0105": "X",
    "0106": "999999",
    "0109": "12012345",
    "0110": "00004567",
    "0111": "12000000",
    "0112": "37000000",
    "0113": "05",
    "0118": "BE0123456789",
    "0119": "USD",
    "0208": "3",
    "0209": "2",
    "0211": "xyz",
    "0212": "1",
    "0214": "xyz",
    "0216": "5",
    "0217": "0708JE",
    "0221": "QQ",
    "0223": "3",
    "0407": "3",
    "0409": "05",
    "0410": "X",
    "0411": "999",
    "0412": "011",
    "0413": "Q99",
    "0414": "3",
    "0415": "19",
    "0416": "LV",
    "0417": "025",
    "0418": "9999",
    "0419": "X",
    "0420": "00004567",
    "0421": "9999",
    "0422": "01000000",
    "0423": "9999",
    "0427": "X",
    "0429": "0500",
    "0431": "X",
    "9908": "X",
}
"""Values that the list or the pattern of a rubriek does not have."""


class Attempt(NamedTuple):
    """A defect of a rubriek: its kind, and the value in the full length of the rubriek."""

    rubriek: Rubriek
    defect: Defect
    value: str


class Answer(NamedTuple):
    """What comes of an attempt: what rejects it, and where nothing does the reason; empty where there is none."""

    attempt: Attempt
    rejected: str
    reason: str


def layout_of(kenmerk: bytes) -> RecordLayout:
    """The layout of a record of the heenbericht."""
    return layouts("mz301")[kenmerk]


def attempts() -> Iterator[Attempt]:
    """Every kind of defect of every rubriek."""
    for kenmerk in JUDGED:
        for rubriek in layout_of(kenmerk).rubrieken:
            for defect, value in _defects(rubriek):
                yield Attempt(rubriek, defect, value)


def _defects(rubriek: Rubriek) -> Iterator[tuple[Defect, str]]:
    size = rubriek.length
    if rubriek.obligation == "S":
        yield "filled", "X".rjust(size)
        return
    value = _value(rubriek)
    if rubriek.type == "N":
        yield "letters", value[:-1] + "A"
        if size > 1:
            yield "too few digits", value[1:] + " "
    if size > 1:
        yield "leading space", " " + (value[1:] if rubriek.type == "N" else value[:-1])
    yield "blanks", " " * size
    yield "zeros", "0" * size
    if rubriek.nummer in OUTSIDE:
        yield "outside its list", OUTSIDE[rubriek.nummer].ljust(size)
    if rubriek.pattern == "EEJJMMDD":
        yield "no date", value[:4] + "0231"


def _value(rubriek: Rubriek) -> str:
    """What the rubriek holds in the declaration that is in order."""
    if rubriek.nummer == "0222":
        return _DEBITEUR.ljust(rubriek.length)
    message = declaration(rubriek.nummer)
    (heen,) = (r for r in message.records() if r[:2] == layout_of(rubriek.nummer[:2].encode()).kenmerk)
    return heen[rubriek.plaats].decode("iso8859-1")


def declaration(rubriek: str, value: str | None = None) -> Message:
    """A declaration in which the rubriek is filled, with this value if there is one."""
    otherwise = INSTEAD.get(rubriek, {}) | ({} if value is None else {rubriek: value})

    def fields(kenmerk: str) -> dict[str, str]:
        chosen = FILLED.get(kenmerk, {}) | {n: v for n, v in otherwise.items() if n[:2] == kenmerk}
        return {f"r{number}": content for number, content in chosen.items()}

    message = Message(voorloop=make("01", **fields("01")))
    for kenmerk in ("02", "04", "98"):
        message.add(kenmerk, **fields(kenmerk))
    message.sluit = {number[1:]: content for number, content in fields("99").items()}
    return message


def answers(store: Database, folder: Path) -> Iterator[Answer]:
    """What comes of every attempt."""
    for attempt in attempts():
        outcome = judge(store, folder, declaration(attempt.rubriek.nummer, attempt.value))
        rejected = "" if outcome.status is Status.FULLY_GRANTED else _codes(outcome)
        yield Answer(attempt, rejected, "" if rejected else reason(attempt))


def judge(store: Database, folder: Path, message: Message) -> Outcome:
    """The whole path, of which nothing is remembered."""
    return play(store, folder, bytes(message), dry_run=True)[0]


def _codes(outcome: Outcome) -> str:
    found = dict.fromkeys(f"{m.retourcode or 'no retour'} ({m.finding.check.id})" for m in outcome.meldingen)
    return ", ".join(found)


def reason(attempt: Attempt) -> str:
    """Why a defect is let pass."""
    rubriek = attempt.rubriek
    if rubriek.obligation in ("C", "O") and attempt.defect == {"N": "zeros", "AN": "blanks"}[rubriek.type]:
        return "no defect: the value of a rubriek that is not filled (INV 2.2.2)"
    return _reasons().get((rubriek.nummer, attempt.defect), "")


@cache
def _reasons() -> Mapping[tuple[str, Defect], str]:
    return {(number, line.defect): line.why for line in NOT_CHECKED for number in line.rubrieken}


def the_answers() -> list[Answer]:
    """Those on a store of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (beside := folder / "beside.yaml").write_text(STORE_BESIDE, "utf-8")
        with fresh_store((STORE, beside), folder) as store:
            return list(answers(store, folder))


def main() -> None:
    """Prints the table."""
    rows = (
        (a.attempt.rubriek.nummer, a.attempt.rubriek.naam, a.attempt.defect, a.rejected or a.reason or "NOT CHECKED")
        for a in the_answers()
    )
    print(as_text([Table(("rubriek", "name", "defect", "answer"), rows)]), end="")


if __name__ == "__main__":
    main()
