"""Reading and editing retourberichten in tests, by rubriek."""

from __future__ import annotations

from typing import NamedTuple

from mzsim.standard.layout import CRLF, TEKENSET, layouts

RETOUR = layouts("mz302")
_CODES = {"01": "0196", "02": "0296", "03": "0396", "04": "0496", "98": "9896"}


class Regel(NamedTuple):
    """A record of a retour: its kenmerk, identificatie, retourcodes, and 0481 and 0483 with their sign (record 04)."""

    kenmerk: str
    identificatie: int
    codes: tuple[str, ...]
    berekend: str = ""
    toegekend: str = ""


def records(bericht: bytes) -> list[bytes]:
    """The records of a message, without line ends; every one must end with CR/LF."""
    *regels, laatste = bericht.split(CRLF)
    assert laatste == b"", "the last record is not followed by CR/LF"
    return regels


def veld(record: bytes, nummer: str) -> str:
    """A rubriek of a retour record as it stands there."""
    return record[RETOUR[record[:2]][nummer].plaats].decode(TEKENSET)


def lees(retour: bytes) -> list[Regel]:
    """Every record of a retour but the sluitrecord."""
    regels = []
    for record in records(retour)[:-1]:
        kenmerk = record[:2].decode()
        eerste = int(_CODES[kenmerk])
        codes = tuple(c for n in range(3) if (c := veld(record, f"{eerste + n:04d}").strip()))
        nummer = 0 if kenmerk == "01" else int(record[2:14])
        bedragen = ()
        if kenmerk == "04":
            bedragen = (veld(record, "0481") + veld(record, "0482"), veld(record, "0483") + veld(record, "0484"))
        regels.append(Regel(kenmerk, nummer, codes, *bedragen))
    return regels


def codes(retour: bytes) -> dict[tuple[str, int], tuple[str, ...]]:
    """The retourcodes by kenmerk and identificatie; of commentaarrecords those of the last."""
    return {(regel.kenmerk, regel.identificatie): regel.codes for regel in lees(retour)}


def slot(retour: bytes) -> list[str]:
    """9902-9910 of the sluitrecord."""
    record = records(retour)[-1]
    return [veld(record, f"99{n:02d}") for n in range(2, 11)]


def zet(bericht: bytes, regel: int, nummer: str, waarde: str) -> bytes:
    """The message with one rubriek of one record (1-based line) replaced; heen or retour."""
    regels = bericht.split(CRLF)
    record = regels[regel - 1]
    rubriek = RETOUR[record[:2]][nummer]
    assert len(waarde) == rubriek.lengte, f"rubriek {nummer} has {rubriek.lengte} positions"
    regels[regel - 1] = record[: rubriek.begin - 1] + waarde.encode(TEKENSET) + record[rubriek.eind :]
    return CRLF.join(regels)
