"""Reading and editing retourberichten in tests, by rubriek."""

from __future__ import annotations

from typing import NamedTuple

from mzsim.standard.layout import CHARSET, CRLF, layouts

RETOUR = layouts("mz302")
_CODES = {"01": "0196", "02": "0296", "03": "0396", "04": "0496", "98": "9896"}


class Line(NamedTuple):
    """A record of a retour: its kenmerk, identificatie, retourcodes, and 0481 and 0483 with their sign (record 04)."""

    kenmerk: str
    identificatie: int
    codes: tuple[str, ...]
    berekend: str = ""
    toegekend: str = ""


def records(message: bytes) -> list[bytes]:
    """The records of a message, without line ends; every one must end with CR/LF."""
    *lines, last = message.split(CRLF)
    assert last == b"", "the last record is not followed by CR/LF"
    return lines


def field(record: bytes, number: str) -> str:
    """A rubriek of a retour record as it stands there."""
    return record[RETOUR[record[:2]][number].plaats].decode(CHARSET)


def read(retour: bytes) -> list[Line]:
    """Every record of a retour but the sluitrecord."""
    lines = []
    for record in records(retour)[:-1]:
        kenmerk = record[:2].decode()
        first = int(_CODES[kenmerk])
        codes = tuple(c for n in range(3) if (c := field(record, f"{first + n:04d}").strip()))
        number = 0 if kenmerk == "01" else int(record[2:14])
        amounts = ()
        if kenmerk == "04":
            amounts = (field(record, "0481") + field(record, "0482"), field(record, "0483") + field(record, "0484"))
        lines.append(Line(kenmerk, number, codes, *amounts))
    return lines


def codes(retour: bytes) -> dict[tuple[str, int], tuple[str, ...]]:
    """The retourcodes by kenmerk and identificatie; of commentaarrecords those of the last."""
    return {(line.kenmerk, line.identificatie): line.codes for line in read(retour)}


def slot(retour: bytes) -> list[str]:
    """9902-9910 of the sluitrecord."""
    record = records(retour)[-1]
    return [field(record, f"99{n:02d}") for n in range(2, 11)]


def put(message: bytes, line: int, number: str, value: str) -> bytes:
    """The message with one rubriek of one record (1-based line) replaced; heen or retour."""
    lines = message.split(CRLF)
    record = lines[line - 1]
    rubriek = RETOUR[record[:2]][number]
    assert len(value) == rubriek.length, f"rubriek {number} has {rubriek.length} positions"
    lines[line - 1] = record[: rubriek.begin - 1] + value.encode(CHARSET) + record[rubriek.ending :]
    return CRLF.join(lines)
