"""A vendor's software under test: reads a pack and reports what it booked, right by default and wrong in chosen ways.

It stands on its own: of the program it uses the table of the layout only, and it is written from INV, so that it and the
grader agree because both are right.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mzsim

_BESTANDEN = Path(mzsim.__file__).parent
Rubrieken = dict[str, slice]


def _layout() -> Rubrieken:
    with (_BESTANDEN / "standard" / "layouts" / "mz302.tsv").open(encoding="utf-8", newline="") as bestand:
        rijen = csv.DictReader(bestand, delimiter="\t")
        return {rij["rubriek"]: slice(int(rij["begin"]) - 1, int(rij["eind"])) for rij in rijen}


def _codelijst() -> set[str]:
    with (_BESTANDEN / "standard" / "retourcodes.tsv").open(encoding="utf-8", newline="") as bestand:
        return {rij["code"] for rij in csv.DictReader(bestand, delimiter="\t")}


RUBRIEK = _layout()
CODES = _codelijst()
_EERSTE_CODE = {"01": "0196", "02": "0296", "03": "0396", "04": "0496", "98": "9896"}
_STAART_VAN_0106 = RUBRIEK["0106"].stop


def veld(record: bytes, nummer: str) -> str:
    return record[RUBRIEK[nummer]].decode("latin-1").strip()


def bedrag(record: bytes, nummer: str, teken: str) -> int:
    """In cents, a credit negative; what is no number is 0."""
    cijfers = veld(record, nummer)
    return (int(cijfers) if cijfers.isdecimal() else 0) * (-1 if veld(record, teken) == "C" else 1)


def codes_van(record: bytes) -> list[str]:
    eerste = int(_EERSTE_CODE[record[:2].decode()])
    return [code for n in range(3) if (code := veld(record, f"{eerste + n:04d}")) and code != "0200"]


def euro(centen: int) -> str:
    return f"{'-' if centen < 0 else ''}{abs(centen) // 100}.{abs(centen) % 100:02d}"


class Leverancier:
    """Software that does everything right. A subclass does something else; `blind_voor` names checks that it lacks."""

    def __init__(self, *blind_voor: str) -> None:
        self._blind_voor = blind_voor

    def verwerk(self, pakket: Path) -> dict[str, Any]:
        """The result of a run over a pack; of `fault` in pack.json it takes no notice."""
        retours = []
        for geval in json.loads((pakket / "pack.json").read_text("utf-8"))["cases"]:
            for stap in geval["steps"]:
                heen = (pakket / stap["declaration"]["file"]).read_bytes()
                for retour in stap["retours"]:
                    melding = self.ontvang(heen, (pakket / retour["file"]).read_bytes())
                    retours.append({"case": geval["id"], "retour": retour["name"], **melding})
        return {"software": type(self).__name__, "retours": retours}

    def ontvang(self, heen: bytes, terug: bytes) -> dict[str, Any]:
        fouten = [fout for fout in _fouten(heen, terug) if fout not in self._blind_voor]
        if fouten:
            return {"refused": True, "reason": ", ".join(fouten)}
        return {"refused": False, **self.boek(_records(heen), _records(terug))}

    def boek(self, heen: list[bytes], terug: list[bytes]) -> dict[str, Any]:
        van = {record[:310]: record for record in terug if record[:2] == b"04"}
        boekingen = [
            boeking
            for record in heen
            if record[:2] == b"04"
            for boeking in self.boeking(record, van.get(record), terug[0])
        ]
        andere = [code for record in terug[:-1] if record[:2] != b"04" for code in codes_van(record)]
        return {"retourcodes": list(dict.fromkeys(andere)), "bookings": boekingen}

    def boeking(self, heen: bytes, terug: bytes | None, kop: bytes) -> Iterator[dict[str, Any]]:
        if terug is None:
            yield from self.niet_terug(heen, kop)
        else:
            codes = codes_van(terug)
            toegekend = self.toegekend(terug, codes)
            yield _boeking(heen, self.uitkomst(heen, codes, toegekend, kop), toegekend, codes)

    def niet_terug(self, heen: bytes, kop: bytes) -> Iterator[dict[str, Any]]:
        """INV 3.2 example 1: what does not come back is approved, unless the file was rejected."""
        if "0001" in codes_van(kop):
            yield _boeking(heen, "niet_beoordeeld", 0, [])
        else:
            yield _boeking(heen, "toegekend", bedrag(heen, "0430", "0431"), [])

    def toegekend(self, terug: bytes, codes: list[str]) -> int:
        return bedrag(terug, "0483", "0484")

    def uitkomst(self, heen: bytes, codes: list[str], toegekend: int, kop: bytes) -> str:
        if "8002" in codes or (not codes and veld(kop, "0181").startswith("VECOZO")):
            return "niet_beoordeeld"
        if not toegekend:
            return "afgewezen"
        return "toegekend" if toegekend == bedrag(heen, "0430", "0431") else "deels"


class BoektWatGedeclareerdIs(Leverancier):
    """Reads 0430 for 0483 of a record that was judged."""

    def toegekend(self, terug: bytes, codes: list[str]) -> int:
        return bedrag(terug, "0430", "0431") if set(codes) - {"8002"} else super().toegekend(terug, codes)


class VergeetGoedgekeurde(Leverancier):
    """Books what it finds in a retour, and nothing else."""

    def niet_terug(self, heen: bytes, kop: bytes) -> Iterator[dict[str, Any]]:
        if "0001" in codes_van(kop):
            yield from super().niet_terug(heen, kop)


class Negeert8002(Leverancier):
    """Takes 8002 for a remark."""

    def boeking(self, heen: bytes, terug: bytes | None, kop: bytes) -> Iterator[dict[str, Any]]:
        if terug is not None and codes_van(terug) == ["8002"]:
            terug = None
        yield from super().boeking(heen, terug, kop)


class LeestEersteCode(Leverancier):
    """Has room for one code."""

    def boeking(self, heen: bytes, terug: bytes | None, kop: bytes) -> Iterator[dict[str, Any]]:
        for boeking in super().boeking(heen, terug, kop):
            yield {**boeking, "retourcodes": boeking["retourcodes"][:1]}


class BoektBerekend(Leverancier):
    """Reads 0481 for 0483."""

    def toegekend(self, terug: bytes, codes: list[str]) -> int:
        return bedrag(terug, "0481", "0482")


class VergeetTeken(Leverancier):
    """Reads amounts without D or C."""

    def boeking(self, heen: bytes, terug: bytes | None, kop: bytes) -> Iterator[dict[str, Any]]:
        for boeking in super().boeking(heen, terug, kop):
            yield {**boeking, **{naam: boeking[naam].lstrip("-") for naam in ("granted", "left")}}


class BoektAfgekeurdBestand(Leverancier):
    """Takes whatever does not come back for approved."""

    def niet_terug(self, heen: bytes, kop: bytes) -> Iterator[dict[str, Any]]:
        yield _boeking(heen, "toegekend", bedrag(heen, "0430", "0431"), [])


class VertrouwtVecozo(Leverancier):
    """Takes VECOZO's 0200 for an approval."""

    def boeking(self, heen: bytes, terug: bytes | None, kop: bytes) -> Iterator[dict[str, Any]]:
        if terug is not None and not codes_van(terug):
            terug = None
        yield from super().boeking(heen, terug, kop)


def _boeking(heen: bytes, uitkomst: str, toegekend: int, codes: list[str]) -> dict[str, Any]:
    return {
        "referentienummer": veld(heen, "0432"),
        "outcome": uitkomst,
        "granted": euro(toegekend),
        "left": euro(bedrag(heen, "0430", "0431") - toegekend),
        "retourcodes": codes,
    }


def _records(bericht: bytes) -> list[bytes]:
    return bericht.split(b"\r\n")[:-1]


# What a receiver checks of a retour, each by itself.


def _fouten(heen: bytes, terug: bytes) -> Iterator[str]:
    """The names of the checks that fail; the first is of the structure, and ends the checking."""
    regels = terug.split(b"\r\n")
    if regels[-1] or any(b"\r" in regel or b"\n" in regel for regel in regels):
        yield "line ends"
        return
    records, declaratie = regels[:-1], _records(heen)
    if any(len(record) != 370 for record in records):
        yield "lengths"
        return
    if records[0][:2] != b"01" or records[-1][:2] != b"99" or len(records) < 2:
        yield "first and last"
        return
    kop, *details, slot = records
    if [record[:2] for record in details].count(b"99"):
        yield "two sluitrecords"
        return
    if kop[5:10] != declaratie[0][5:10] or kop[_STAART_VAN_0106:310] != declaratie[0][_STAART_VAN_0106:310]:
        yield "voorlooprecord"
    if not set().union(*(codes_van(record) for record in records[:-1])) <= CODES:
        yield "codes"
    if not _is_deel(details, declaratie):
        yield "records"
    aantallen = [sum(record[:2] == kenmerk for record in details) for kenmerk in (b"02", b"03", b"04", b"98")]
    if [int(veld(slot, f"99{n:02d}")) for n in range(2, 7)] != [*aantallen, len(details)]:
        yield "counts"
    if bedrag(slot, "9909", "9910") != _toegekend(kop, details, declaratie):
        yield "total"


def _is_deel(details: list[bytes], declaratie: list[bytes]) -> bool:
    """Whether the records of the retour are records of the declaration, in its order, unchanged."""
    rest = iter(declaratie)
    return all(any(record[:310] == heen for heen in rest) for record in details)


def _toegekend(kop: bytes, details: list[bytes], declaratie: list[bytes]) -> int:
    if {"0001", "8097"} & set(codes_van(kop)):
        return 0
    terug = {record[:310] for record in details}
    niet_terug = (bedrag(heen, "0430", "0431") for heen in declaratie if heen[:2] == b"04" and heen not in terug)
    return sum(niet_terug) + sum(bedrag(record, "0483", "0484") for record in details if record[:2] == b"04")


def als_csv(resultaat: dict[str, Any], scheiding: str = ",") -> str:
    """The same result as a table."""
    kolommen = ("case", "retour", "refused", "reason", "referentienummer", "outcome", "granted", "left", "retourcodes")
    uit = io.StringIO(newline="")
    schrijver = csv.DictWriter(uit, kolommen, restval="", delimiter=scheiding)
    schrijver.writeheader()
    for retour in resultaat["retours"]:
        wie = {naam: retour[naam] for naam in ("case", "retour")}
        codes = " ".join(retour.get("retourcodes", []))
        schrijver.writerow(
            {**wie, "refused": str(retour["refused"]).lower(), "reason": retour.get("reason", ""), "retourcodes": codes}
        )
        for boeking in retour.get("bookings", []):
            rij = {**wie, **boeking, "retourcodes": " ".join(boeking["retourcodes"])}
            if scheiding == ";":  # as a Dutch spreadsheet writes it
                rij |= {naam: boeking[naam].replace(".", ",") for naam in ("granted", "left")}
            schrijver.writerow(rij)
    return uit.getvalue()
