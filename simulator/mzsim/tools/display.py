"""Messages, their differences and their statistics, for people and programs; BSN and names masked unless asked otherwise."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from mzsim.common.names import printable
from mzsim.presentation.output import PERSONAL, mask
from mzsim.presentation.page import templates
from mzsim.presentation.parts import Part, Table, first_rows
from mzsim.standard.comparing import RecordDifference
from mzsim.standard.layout import rubriek_name
from mzsim.standard.retourcodes import retourcodes
from mzsim.standard.values import as_euro
from mzsim.tools.message import ShownField, ShownRecord
from mzsim.tools.stats import Statistics

_ON_A_PAGE = 2_000
"""Records of one page: a browser shows no more at ease."""


def record_parts(records: Iterable[ShownRecord], *, everything: bool, unmask: bool) -> Iterator[Part]:
    """Records for people: a table each, of the rubrieken that are filled, or of `everything`."""
    for record in records:
        yield _title(record)
        fields = _chosen(record, everything=everything)
        if fields:
            rows = [(*_place(f), printable(_shown(f, unmask=unmask)), f.meaning) for f in fields]
            yield Table(("rubriek", "name", "positions", "value", "meaning"), rows)


def record_json(record: ShownRecord, *, unmask: bool) -> str:
    """A record as JSON, with every rubriek."""
    return json.dumps(
        {
            "regel": record.line,
            "record": record.kenmerk,
            "naam": record.name or None,
            "identificatie": record.identificatie,
            "opmerking": record.remark or None,
            "rubrieken": [
                {
                    "rubriek": f.rubriek.nummer,
                    "naam": f.rubriek.naam,
                    "begin": f.rubriek.begin,
                    "eind": f.rubriek.ending,
                    "waarde": _shown(f, unmask=unmask),
                    "betekenis": f.meaning or None,
                }
                for f in record.fields
            ],
        }
    )


def page(name: str, records: Iterable[ShownRecord], *, everything: bool, unmask: bool) -> bytes:
    """A message as one page without anything from outside, of its first two thousand records that are chosen."""
    shown: list[dict[str, Any]] = []
    more = False
    for record in records:
        if len(shown) == _ON_A_PAGE:
            more = True
            break
        fields = _chosen(record, everything=everything)
        rows = [(*_place(f), printable(_shown(f, unmask=unmask)), f.meaning) for f in fields]
        shown.append({"title": _title(record), "rows": rows})
    rendered = templates().get_template("bericht.html").render(name=printable(name), records=shown, more=more)
    return rendered.encode("utf-8")


def _title(record: ShownRecord) -> str:
    what = record.name or f"record {printable(record.kenmerk)}"
    number = "" if record.identificatie is None else f" {record.identificatie}"
    return f"line {record.line}: {what}{number}{f': {record.remark}' if record.remark else ''}"


def _chosen(record: ShownRecord, *, everything: bool) -> Sequence[ShownField]:
    return [f for f in record.fields if everything or f.filled]


def _place(f: ShownField) -> tuple[str, str, str]:
    return f.rubriek.nummer, f.rubriek.naam, f"{f.rubriek.begin}-{f.rubriek.ending}"


def _shown(f: ShownField, *, unmask: bool) -> str:
    value = f.value.rstrip(" ")
    return value if unmask or f.rubriek.nummer not in PERSONAL else mask(value)


def difference_parts(differences: Sequence[RecordDifference], *, unmask: bool) -> Iterator[Part]:
    """In what two messages differ, for people."""
    if not differences:
        yield "equal, to the byte"
        return
    yield f"{len(differences)} {'difference' if len(differences) == 1 else 'differences'}"
    header = ("line", "record", "nr", "rubriek", "first", "second")
    yield from first_rows(header, [_covered(d, unmask=unmask) for d in differences], _difference_row)


def difference_json(difference: RecordDifference, *, unmask: bool) -> str:
    """One difference as JSON."""
    d = _covered(difference, unmask=unmask)
    fields = {"regel": d.line, "record": d.record, "identificatie": d.identificatie, "rubriek": d.rubriek}
    return json.dumps(fields | {"eerste": d.first, "tweede": d.second})


def _covered(d: RecordDifference, *, unmask: bool) -> RecordDifference:
    if unmask or d.rubriek not in PERSONAL:
        return d
    return d._replace(first=mask(d.first), second=mask(d.second))


def _difference_row(d: RecordDifference) -> Sequence[str]:
    rubriek = f"{d.rubriek} {rubriek_name(d.rubriek)}" if d.rubriek else ""
    place = (str(d.line or ""), printable(d.record), str(d.identificatie or ""), rubriek)
    return (*place, d.first.rstrip(" ") or "(spaces)", d.second.rstrip(" ") or "(spaces)")


def statistics_parts(found: Statistics) -> Iterator[Part]:
    """Statistics for people."""
    retours = f"{found.retours} {'retour' if found.retours == 1 else 'retours'}"
    yield f"{retours}: {as_euro(found.granted)} granted of {as_euro(found.declared)}"
    yield Table(("outcome", "retours"), [(str(status), str(n)) for status, n in found.outcomes.most_common()])
    yield Table(("sender", "retours"), [(printable(sender), str(n)) for sender, n in found.senders.most_common()])
    if found.codes:
        rows = [
            (printable(code), str(n), str(found.code_files[code]), *_code(code)) for code, n in _by_number(found.codes)
        ]
        yield Table(("code", "records", "retours", "kind", "meaning"), rows)


def statistics_json(found: Statistics) -> str:
    """Statistics as JSON."""
    return json.dumps(
        {
            "retouren": found.retours,
            "totaal_ingediend": as_euro(found.declared),
            "totaal_toegekend": as_euro(found.granted),
            "statussen": {str(status): n for status, n in found.outcomes.most_common()},
            "afzenders": dict(found.senders.most_common()),
            "retourcodes": [
                {
                    "retourcode": code,
                    "records": n,
                    "retouren": found.code_files[code],
                    **dict(zip(("soort", "betekenis"), _code(code), strict=True)),
                }
                for code, n in _by_number(found.codes)
            ],
        }
    )


def _by_number(codes: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(codes.items(), key=lambda entry: (-entry[1], entry[0]))


def _code(code: str) -> tuple[str, str]:
    """The kind and the meaning of a retourcode, as far as the list knows it."""
    known = retourcodes().get(code)
    return ("", "not in the list") if known is None else (known.kind, known.meaning)
