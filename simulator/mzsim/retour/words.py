"""A retourbericht in words: per record the code, its meaning, the rule behind it, its source, and what to change.

The 310 heen positions are in the retour, so a check that needs nothing else is put to the record again, and named where
it is the one that objects. Of checks that need the store, all that give this code on this record are named.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from mzsim.checks import REGISTER
from mzsim.checks.register import ordering
from mzsim.checks.surroundings import Surroundings
from mzsim.common.errors import InputError
from mzsim.domain.check import Check
from mzsim.domain.findings import Row
from mzsim.domain.parties import to_servicebureau
from mzsim.standard.layout import CHARSET, HEEN_LENGTH, RETOUR_LENGTH, layouts, rubriek_name
from mzsim.standard.messages import RETOUR
from mzsim.standard.reader import read_lines
from mzsim.standard.recognition import is_declaration
from mzsim.standard.records import Commentaarrecord, Debiteurrecord, Prestatierecord, Verzekerdenrecord, Voorlooprecord
from mzsim.standard.retourcodes import NO_REMARK, NOT_JUDGED, Retourcode, given_codes
from mzsim.standard.values import CREDIT, as_euro, as_iso, cents, read_date

_RETOUR = layouts("mz302")
_PARTS = {
    b"01": ("bestand", "alle", "voorloop", "debiteur", "sluit"),
    b"02": ("verzekerde",),
    b"03": ("debiteur",),
    b"04": ("prestatie", "toekenning"),
    b"98": ("commentaar",),
}
_CATEGORIES = {
    b"01": Voorlooprecord,
    b"02": Verzekerdenrecord,
    b"03": Debiteurrecord,
    b"04": Prestatierecord,
    b"98": Commentaarrecord,
}
Mask = Callable[[str], str] | None


class CodeExplanation(NamedTuple):
    """A retourcode on a record, and the checks that give it there; `rows` are the rows of the store that decided each,
    where that is known."""

    code: str
    meaning: str
    checks: tuple[Check, ...]
    rows: tuple[tuple[Row, ...], ...] = ()


class RecordExplanation(NamedTuple):
    """A record of the retour: what it is about, its codes, and its amounts in cents where it has any.

    `derivation` says line by line how the amount granted came about, where that is known.
    """

    line: int
    record: str
    identificatie: int | None
    bsn: str
    what: str
    codes: tuple[CodeExplanation, ...]
    declaratiebedrag: int | None = None
    berekend: int | None = None
    toegekend: int | None = None
    derivation: tuple[str, ...] = ()


class WordedRetour(NamedTuple):
    """A whole retourbericht; totals in cents, a credit negative.

    `payment_date` is when the insurer pays; None where there is nothing to pay or its beleid is not known. `other` are lines
    about what did not come back, `underived` is why it can't be told how the retour came about, `remark` what to
    think of when that is told.
    """

    sender: str
    dagtekening: str
    factuurnummer: str
    records: tuple[RecordExplanation, ...]
    submitted: int
    granted: int
    payment_date: dt.date | None
    other: tuple[str, ...] = ()
    underived: str | None = None
    remark: str | None = None

    def as_dict(self, mask: Mask) -> dict[str, Any]:
        """For JSON: amounts as decimal strings."""
        return {
            "afzender": self.sender,
            "dagtekening": as_iso(self.dagtekening.encode(CHARSET)),
            "factuurnummer": self.factuurnummer,
            "totaal_ingediend": as_euro(self.submitted),
            "totaal_toegekend": as_euro(self.granted),
            **({"betaaldatum": self.payment_date.isoformat()} if self.payment_date else {}),
            "records": [_record_dict(record, mask) for record in self.records],
            **({"onherleid": self.underived} if self.underived else {}),
            **({"kanttekening": self.remark} if self.remark else {}),
        }

    def lines(self, mask: Mask) -> Iterator[str]:
        """For people, a line at a time."""
        yield f"retourbericht of {self.sender} on factuur {self.factuurnummer}, dated {self.dagtekening}"
        yield f"granted {as_euro(self.granted)} of {as_euro(self.submitted)}"
        if self.payment_date:
            yield f"payment date {self.payment_date}"
        for record in self.records:
            if any(code.code != NO_REMARK for code in record.codes) or record.record == "01":
                yield ""
                yield from _record_lines(record, mask)
        silent = sum(all(code.code == NO_REMARK for code in r.codes) for r in self.records if r.record != "01")
        if silent:
            yield ""
            yield f"{silent} more came back without an objection of their own (0200)"
        if self.other:
            yield ""
            yield from self.other
        for sentence in filter(None, (self.underived, self.remark)):
            yield ""
            yield sentence


def _record_dict(r: RecordExplanation, mask: Mask) -> dict[str, Any]:
    amounts = {name: getattr(r, name) for name in ("declaratiebedrag", "berekend", "toegekend")}
    return {
        "regel": r.line,
        "record": r.record,
        "identificatie": r.identificatie,
        "bsn": mask(r.bsn) if mask else r.bsn,
        **{name: as_euro(amount) for name, amount in amounts.items() if amount is not None},
        "codes": [
            {
                "retourcode": c.code,
                "betekenis": c.meaning,
                "controles": [
                    {
                        "id": k.id,
                        "rubriek": k.rubriek,
                        "tekst": k.sentence,
                        "bron": k.source,
                        "herstel": k.remedy,
                        **({"rijen": [row._asdict() for row in rows]} if rows else {}),
                    }
                    for k, rows in _with_rows(c)
                ],
            }
            for c in r.codes
        ],
    }


def _record_lines(r: RecordExplanation, mask: Mask) -> Iterator[str]:
    who = f" of {mask(r.bsn) if mask else r.bsn}" if r.bsn else ""
    number = "" if r.identificatie is None else f" {r.identificatie}"
    yield f"line {r.line}: {_RETOUR[r.record.encode()].name}{number}{who}{r.what and f', {r.what}'}"
    if r.declaratiebedrag is not None and r.toegekend is not None:
        rest = as_euro(r.declaratiebedrag - r.toegekend)
        yield f"  declared {as_euro(r.declaratiebedrag)}, granted {as_euro(r.toegekend)}, left {rest}"
    for code in r.codes:
        yield f"  {code.code} {code.meaning}"
        for check, rows in _with_rows(code):
            rubriek = f"{check.rubriek} {rubriek_name(check.rubriek)}: " if check.rubriek else ""
            yield f"    {check.id}: {rubriek}{check.sentence} [{check.source}]"
            yield f"      {check.remedy}"
            for row in rows:
                yield f"      decided by {_row(row)}"
    for line in r.derivation:
        yield f"  {line}"


def _with_rows(code: CodeExplanation) -> Iterator[tuple[Check, tuple[Row, ...]]]:
    none: tuple[Row, ...] = ()
    yield from zip(code.checks, code.rows or (none,) * len(code.checks), strict=True)


def _row(row: Row) -> str:
    """A row of the store in a line."""
    if row.waarden is None:
        return f"{row.lijst}: none with {_values(row.sleutel)}"
    return f"{row.lijst}: {_values(row.waarden)}"


def _values(values: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {value if isinstance(value, str) else json.dumps(value)}"
        for name, value in values.items()
        if value not in (None, "", [], {})
    )


Payment = Callable[[Voorlooprecord, dt.date, int], dt.date | None]
"""When an insurer pays what it granted (cents), by the voorlooprecord and the dagtekening of the retour."""


def _unknown_payment(_: Voorlooprecord, __: dt.date, ___: int) -> None:
    return None


def explain_retour(
    retour: BinaryIO, codes: Mapping[str, Retourcode], payment: Payment = _unknown_payment
) -> WordedRetour:
    """Reads a retourbericht; raises `InputError` where it is none."""
    retour.seek(0)
    records: list[RecordExplanation] = []
    header, sluitrecord = b"", b""
    surroundings: Surroundings | None = None
    for number, (line, _) in enumerate(read_lines(retour, RETOUR_LENGTH), start=1):
        if number == 1 and is_declaration(line):
            raise InputError("this is a declaration, not a retourbericht; mzsim replay answers it")
        if len(line) != RETOUR_LENGTH or line[:2] not in _RETOUR:
            raise InputError(
                f"line {number} is no record of an MZ302 (370 positions); mzsim check-retour says what is wrong"
            )
        if line[:2] == b"99":
            sluitrecord = line
            continue
        if line[:2] == b"01":
            header = line
            surroundings = _surroundings(header)
        elif line[:2] == b"02" and surroundings is not None:
            surroundings.verzekerde = Verzekerdenrecord(line[:HEEN_LENGTH])
        records.append(_record(number, line, codes, surroundings))
    if not header or not sluitrecord:
        raise InputError("no retourbericht: it needs a voorlooprecord and a sluitrecord of 370 positions")
    granted = _amount(sluitrecord, "9909", "9910")
    return WordedRetour(
        sender=_field(header, "0181").partition("-")[0] or "unknown (0181 is empty)",
        dagtekening=_field(header, "0182"),
        factuurnummer=_field(header, "0116"),
        records=tuple(records),
        submitted=_amount(sluitrecord, "9907", "9908"),
        granted=granted,
        payment_date=_payment_date(header, granted, payment),
    )


def _payment_date(header: bytes, granted: int, payment: Payment) -> dt.date | None:
    dagtekening = read_date(header[_RETOUR[b"01"]["0182"].plaats])
    return None if dagtekening is None else payment(Voorlooprecord(header[:HEEN_LENGTH]), dagtekening, granted)


def _field(line: bytes, number: str) -> str:
    return line[_RETOUR[line[:2]][number].plaats].decode(CHARSET).strip()


def _amount(line: bytes, amount: str, indication: str) -> int:
    layout = _RETOUR[line[:2]]
    cents_ = cents(line[layout[amount].plaats])
    return -cents_ if line[layout[indication].plaats] == CREDIT else cents_


def _record(
    number: int, line: bytes, codes: Mapping[str, Retourcode], surroundings: Surroundings | None
) -> RecordExplanation:
    kenmerk = line[:2]
    identificatie = None if kenmerk == b"01" else cents(line[2:14])
    explanation = RecordExplanation(
        number,
        kenmerk.decode(),
        identificatie,
        "",
        "",
        tuple(_code(code, line, codes, surroundings) for code in given_codes(line)),
    )
    if kenmerk == b"02":
        return explanation._replace(bsn=_field(line, "0203"))
    if kenmerk == b"04":
        return explanation._replace(
            bsn=_field(line, "0403"),
            what=f"{_field(line, '0413')} on {_field(line, '0408')}",
            declaratiebedrag=_amount(line, "0430", "0431"),
            berekend=_amount(line, "0481", "0482"),
            toegekend=_amount(line, "0483", "0484"),
        )
    return explanation


def _code(
    code: str, line: bytes, codes: Mapping[str, Retourcode], surroundings: Surroundings | None
) -> CodeExplanation:
    row = codes.get(code)
    meaning = row.meaning if row else "not in the code list"
    if code in (NO_REMARK, NOT_JUDGED):
        return CodeExplanation(code, meaning, ())
    possible = [c for c in REGISTER.values() if c.retourcode == code and c.part in _PARTS[line[:2]]]
    certain = [c for c in possible if _objects(c, line, surroundings)]
    rest = [c for c in possible if c.level > 4 or _of_other_record(c)]
    return CodeExplanation(code, meaning, tuple(sorted(certain or rest or possible, key=ordering)))


def _of_other_record(check: Check) -> bool:
    """Whether a check whose code stands on the voorlooprecord looks at another record: a line of the file, or the sluitrecord."""
    return check.rubriek is None or check.part == "sluit"


def _objects(check: Check, line: bytes, surroundings: Surroundings | None) -> bool:
    """Whether a check objects to the heen record, as far as the retour alone shows it."""
    category = _CATEGORIES.get(line[:2])
    if check.level > 5 or category is None or surroundings is None or _of_other_record(check):
        return False
    try:
        return check.function(category(line[:HEEN_LENGTH]), surroundings)
    except AttributeError:  # it needs a verzekerdenrecord that did not come back
        return False


def _surroundings(header: bytes) -> Surroundings:
    """What the voorlooprecord of a retour says to the checks of its records; of the store nothing is known."""
    voorloop = Voorlooprecord(header)
    date = header[_RETOUR[b"01"]["0182"].plaats]
    return Surroundings(
        today=date,
        dagtekening=voorloop.dagtekening,
        workplaces=(),
        wlz=voorloop.bericht == RETOUR.wlz,
        to_servicebureau=to_servicebureau(voorloop),
        uzovi={},
        insurer=None,
        prestatiecodes={},
    )
