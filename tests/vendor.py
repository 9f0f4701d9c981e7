"""A vendor's software under test: reads a pack and reports what it booked, right by default and wrong in chosen ways.

It stands on its own: of the program it uses the table of the layout only, of the pack all that its README names, and it is
written from INV, so that it and the grader agree because both are right.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mzsim

_FILES = Path(mzsim.__file__).parent
Rubrieken = dict[str, slice]


def _layout() -> Rubrieken:
    with (_FILES / "standard" / "layouts" / "mz302.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["rubriek"]: slice(int(row["begin"]) - 1, int(row["eind"])) for row in rows}


RUBRIEK = _layout()
_FIRST_CODE = {"01": "0196", "02": "0296", "03": "0396", "04": "0496", "98": "9896"}
_TAIL_OF_0106 = RUBRIEK["0106"].stop


def field(record: bytes, number: str) -> str:
    return record[RUBRIEK[number]].decode("latin-1").strip()


def amount(record: bytes, number: str, sign: str) -> int:
    """In cents, a credit negative; what is no amount is 0."""
    digits = field(record, number)
    return (int(digits) if digits.isdecimal() else 0) * {"D": 1, "C": -1}.get(field(record, sign), 0)


def codes_of(record: bytes) -> list[str]:
    first = int(_FIRST_CODE[record[:2].decode()])
    return [code for n in range(3) if (code := field(record, f"{first + n:04d}")) and code != "0200"]


def euro(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


class Vendor:
    """Software that does everything right. A subclass does something else; `blind_for` names checks that it lacks."""

    def __init__(self, *blind_for: str) -> None:
        self._blind_for = blind_for

    def process(self, pakket: Path) -> dict[str, Any]:
        """The result of a run over a pack; of `fault` in pack.json it takes no notice."""
        with (pakket / "retourcodes.tsv").open(encoding="utf-8", newline="") as file:
            self._kinds = {row["code"]: row["kind"] for row in csv.DictReader(file, delimiter="\t")}
        retours = []
        for case in json.loads((pakket / "pack.json").read_text("utf-8"))["cases"]:
            for step in case["steps"]:
                heen = (pakket / step["declaration"]["file"]).read_bytes()
                for retour in step["retours"]:
                    melding = self.ontvang(heen, (pakket / retour["file"]).read_bytes())
                    retours.append({"case": case["id"], "retour": retour["name"], **melding})
        return {"software": type(self).__name__, "retours": retours}

    def ontvang(self, heen: bytes, back: bytes) -> dict[str, Any]:
        errors = [error for error in self.errors(heen, back) if error not in self._blind_for]
        if errors:
            return {"refused": True, "reason": ", ".join(errors)}
        records = _records(back)
        return {"refused": False, "resend": self.resend(records[0]), **self.book(_records(heen), records)}

    def errors(self, heen: bytes, back: bytes) -> Iterator[str]:
        """What is wrong with a retour, by the names of the checks that fail."""
        return _errors(heen, back, self._kinds)

    def resend(self, header: bytes) -> bool:
        """Whether nothing of the declaration was taken in."""
        return field(header, "0181").startswith("VECOZO") or bool({"0001", "8097"} & set(codes_of(header)))

    def book(self, heen: list[bytes], back: list[bytes]) -> dict[str, Any]:
        of = {record[:310]: record for record in back if record[:2] == b"04"}
        foreign = "8061" in codes_of(back[0])  # of another standard: nobody knows what its records say
        bookings = [
            booking
            for record in heen
            if record[:2] == b"04" and not foreign
            for booking in self.booking(record, of.get(record), back[0])
        ]
        other = [code for record in back[:-1] if record[:2] != b"04" for code in codes_of(record)]
        return {"retourcodes": list(dict.fromkeys(other)), "bookings": bookings}

    def booking(self, heen: bytes, back: bytes | None, header: bytes) -> Iterator[dict[str, Any]]:
        if back is None:
            yield from self.not_back(heen, header)
        else:
            codes = codes_of(back)
            granted = self.granted(back, codes)
            yield _booking(heen, self.outcome(heen, codes, granted, header), granted, codes)

    def not_back(self, heen: bytes, header: bytes) -> Iterator[dict[str, Any]]:
        """INV 3.2 example 1: what does not come back is approved, unless the file was rejected."""
        if "0001" in codes_of(header):
            yield _booking(heen, "niet_beoordeeld", 0, [])
        else:
            yield _booking(heen, "toegekend", amount(heen, "0430", "0431"), [])

    def granted(self, back: bytes, codes: list[str]) -> int:
        return amount(back, "0483", "0484")

    def outcome(self, heen: bytes, codes: list[str], granted: int, header: bytes) -> str:
        if "8002" in codes or (not codes and field(header, "0181").startswith("VECOZO")):
            return "niet_beoordeeld"
        if not granted:
            return "afgewezen"
        return "toegekend" if granted == amount(heen, "0430", "0431") else "deels"


class BooksWhatWasDeclared(Vendor):
    """Reads 0430 for 0483 of a record that was judged."""

    def granted(self, back: bytes, codes: list[str]) -> int:
        return amount(back, "0430", "0431") if set(codes) - {"8002"} else super().granted(back, codes)


class ForgetsApproved(Vendor):
    """Books what it finds in a retour, and nothing else."""

    def not_back(self, heen: bytes, header: bytes) -> Iterator[dict[str, Any]]:
        if "0001" in codes_of(header):
            yield from super().not_back(heen, header)


class Ignores8002(Vendor):
    """Takes 8002 for a remark."""

    def booking(self, heen: bytes, back: bytes | None, header: bytes) -> Iterator[dict[str, Any]]:
        if back is not None and codes_of(back) == ["8002"]:
            back = None
        yield from super().booking(heen, back, header)


class ReadsFirstCode(Vendor):
    """Has room for one code."""

    def booking(self, heen: bytes, back: bytes | None, header: bytes) -> Iterator[dict[str, Any]]:
        for booking in super().booking(heen, back, header):
            yield {**booking, "retourcodes": booking["retourcodes"][:1]}


class BooksCalculated(Vendor):
    """Reads 0481 for 0483."""

    def granted(self, back: bytes, codes: list[str]) -> int:
        return amount(back, "0481", "0482")


class ForgetsSign(Vendor):
    """Reads amounts without D or C."""

    def booking(self, heen: bytes, back: bytes | None, header: bytes) -> Iterator[dict[str, Any]]:
        for booking in super().booking(heen, back, header):
            yield {**booking, **{name: booking[name].lstrip("-") for name in ("granted", "left")}}


class BooksRejectedFile(Vendor):
    """Takes whatever does not come back for approved."""

    def not_back(self, heen: bytes, header: bytes) -> Iterator[dict[str, Any]]:
        yield _booking(heen, "toegekend", amount(heen, "0430", "0431"), [])


class TrustsVecozo(Vendor):
    """Takes VECOZO's 0200 for an approval."""

    def booking(self, heen: bytes, back: bytes | None, header: bytes) -> Iterator[dict[str, Any]]:
        if back is not None and not codes_of(back):
            back = None
        yield from super().booking(heen, back, header)


class SendsEverythingAgain(Vendor):
    """Sends a declaration again as soon as anything is wrong with it."""

    def resend(self, header: bytes) -> bool:
        return "8001" not in codes_of(header)


class NeverSendsAgain(Vendor):
    """Leaves a declaration that was rejected as it is."""

    def resend(self, header: bytes) -> bool:
        return False


class SendsAgainWhatIsRefused(Vendor):
    """Takes a faulty retour for a reason to declare again."""

    def ontvang(self, heen: bytes, back: bytes) -> dict[str, Any]:
        said = super().ontvang(heen, back)
        return {**said, "resend": True} if said["refused"] else said


class SaysNothingOfSendingAgain(Vendor):
    """Does not report whether to send a declaration again."""

    def ontvang(self, heen: bytes, back: bytes) -> dict[str, Any]:
        return {name: what for name, what in super().ontvang(heen, back).items() if name != "resend"}


class RefusesAddedCommentaar(Vendor):
    """Knows no commentaar but that of the declaration."""

    def errors(self, heen: bytes, back: bytes) -> Iterator[str]:
        found = list(super().errors(heen, back))
        details = [] if found else _records(back)[1:-1]
        yield from found or ["commentaar"] * (_without_added(details, _records(heen)) != details)


class RefusesNewCodes(Vendor):
    """Takes a code that it doesn't know for a fault."""

    def errors(self, heen: bytes, back: bytes) -> Iterator[str]:
        found = list(super().errors(heen, back))
        codes = [] if found else [code for record in _records(back)[:-1] for code in codes_of(record)]
        yield from found or ["codes"] * any(code not in self._kinds for code in codes)


class RefusesWithoutDate(Vendor):
    """Wants a dagtekening (0182)."""

    def errors(self, heen: bytes, back: bytes) -> Iterator[str]:
        yield from super().errors(heen, back)
        if not field(back, "0182"):
            yield "no date"


def _booking(heen: bytes, outcome: str, granted: int, codes: list[str]) -> dict[str, Any]:
    return {
        "referentienummer": field(heen, "0432"),
        "outcome": outcome,
        "granted": euro(granted),
        "left": euro(amount(heen, "0430", "0431") - granted),
        "retourcodes": codes,
    }


def _records(message: bytes) -> list[bytes]:
    return message.split(b"\r\n")[:-1]


# What a receiver checks of a retour, each by itself.


def _errors(heen: bytes, back: bytes, kinds: dict[str, str]) -> Iterator[str]:
    """The names of the checks that fail; the first is of the structure, and ends the checking."""
    lines = back.split(b"\r\n")
    if lines[-1] or any(b"\r" in line or b"\n" in line for line in lines):
        yield "line ends"
        return
    records, declaration = lines[:-1], _records(heen)
    if any(len(record) != 370 for record in records):
        yield "lengths"
        return
    if records[0][:2] != b"01" or records[-1][:2] != b"99" or len(records) < 2:
        yield "first and last"
        return
    header, *details, slot = records
    if [record[:2] for record in details].count(b"99"):
        yield "two sluitrecords"
        return
    if header[5:10] != declaration[0][5:10] or header[_TAIL_OF_0106:310] != declaration[0][_TAIL_OF_0106:310]:
        yield "voorlooprecord"
    if not all(_fits(record, code, kinds) for record in records[:-1] for code in codes_of(record)):
        yield "codes"
    if not _is_part(details, declaration):
        yield "records"
    counts = [sum(record[:2] == kenmerk for record in details) for kenmerk in (b"02", b"03", b"04", b"98")]
    if [int(field(slot, f"99{n:02d}")) for n in range(2, 7)] != [*counts, len(details)]:
        yield "counts"
    if amount(slot, "9909", "9910") != _granted(header, details, declaration):
        yield "total"
    yield from _ending(header, details)
    if field(header, "0181").startswith("VECOZO"):
        if not any(set(codes_of(record)) - {"8002"} for record in details) and details:
            yield "nothing said"
    else:
        yield from _together(details, declaration)
    of_vecozo = field(header, "0181").startswith("VECOZO")
    if any(_amounts(r) and not _grants(of_vecozo, codes_of(r), kinds) for r in details if r[:2] == b"04"):
        yield "unfounded amount"


def _ending(header: bytes, details: list[bytes]) -> Iterator[str]:
    """Whether 0196 fits what came back, and the causes fit it."""
    codes = codes_of(header)
    if codes == ["0001"]:
        yield "no cause"
    if ({"0001", "8001"} & set(codes) != set()) != (not details):
        yield "ending"


def _together(details: list[bytes], declaration: list[bytes]) -> Iterator[str]:
    """INV 3.3 examples 4a and 4b, and a rejected commentaarrecord: what an insurer says of records that belong together."""
    own = _without_added(details, declaration)
    if any(codes_of(record) for record in details if record not in own):
        yield "commentaar"
    verzekerde: list[str] = []
    owner = b""
    for record in own:
        codes, kind = codes_of(record), record[:2]
        if kind == b"02":
            verzekerde = codes
        elif kind == b"04" and verzekerde and codes != ["8002"]:
            yield "not 8002"
        elif kind == b"04" and not codes:
            yield "approved sent along"
        elif kind == b"98" and owner == b"04" and verzekerde:
            if codes != ["8002"]:
                yield "commentaar"
        elif kind == b"98" and "8002" in codes:
            yield "commentaar"
        owner = owner if kind == b"98" else kind
    if details and not any(codes_of(record) for record in details):
        yield "nothing said"


def _amounts(record: bytes) -> bool:
    return any(field(record, number).strip("0") for number in ("0481", "0483"))


_GRANTING = {"8059", "0611", "0613", "0589", "8220", "0587"}


def _grants(of_vecozo: bool, codes: list[str], kinds: dict[str, str]) -> bool:
    """BER 0481: the codes beside which an insurer grants a part; of a code newer than the list nobody can say."""
    return not of_vecozo and all(code in _GRANTING or code not in kinds for code in codes)


def _fits(record: bytes, code: str, kinds: dict[str, str]) -> bool:
    """Whether a code can stand there; one that is not in the list is newer than it."""
    kind = kinds.get(code)
    if kind is None or kind == "O" or code == "8096":
        return True
    return (kind == "D") == (record[:2] != b"01")


def _without_added(details: list[bytes], declaration: list[bytes]) -> list[bytes]:
    """The records that the declaration has: the insurer may add commentaar behind a record's own, numbered on."""
    own, kept = {record for record in declaration if record[:2] == b"98"}, []
    number, last = b"", 0
    for record in details:
        if record[:2] == b"98":
            if record[:310] not in own and (record[2:14], int(record[14:18])) == (number, last + 1):
                last += 1
                continue
            last = int(record[14:18]) if record[14:18].isdigit() else last + 1
        else:
            number, last = record[2:14], 0
        kept.append(record)
    return kept


def _is_part(details: list[bytes], declaration: list[bytes]) -> bool:
    """Whether the records of the retour are records of the declaration, in its order, unchanged."""
    rest = iter(declaration)
    return all(any(record[:310] == heen for heen in rest) for record in _without_added(details, declaration))


def _granted(header: bytes, details: list[bytes], declaration: list[bytes]) -> int:
    if {"0001", "8097"} & set(codes_of(header)):
        return 0
    back = {record[:310] for record in details}
    not_back = (amount(heen, "0430", "0431") for heen in declaration if heen[:2] == b"04" and heen not in back)
    return sum(not_back) + sum(amount(record, "0483", "0484") for record in details if record[:2] == b"04")


def as_csv(result: dict[str, Any], separator: str = ",") -> str:
    """The same result as a table."""
    columns = (
        "case",
        "retour",
        "refused",
        "reason",
        "referentienummer",
        "outcome",
        "granted",
        "left",
        "retourcodes",
        "resend",
    )
    off = io.StringIO(newline="")
    writer = csv.DictWriter(off, columns, restval="", delimiter=separator)
    writer.writeheader()
    for retour in result["retours"]:
        who = {name: retour[name] for name in ("case", "retour")}
        row = {**who, "reason": retour.get("reason", ""), "retourcodes": " ".join(retour.get("retourcodes", []))}
        row |= {name: str(retour[name]).lower() for name in ("refused", "resend") if name in retour}
        writer.writerow(row)
        for booking in retour.get("bookings", []):
            row = {**who, **booking, "retourcodes": " ".join(booking["retourcodes"])}
            if separator == ";":  # as a Dutch spreadsheet writes it
                row |= {name: booking[name].replace(".", ",") for name in ("granted", "left")}
            writer.writerow(row)
    return off.getvalue()
