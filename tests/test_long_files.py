"""Far into a file, where lines are taken in hundreds, what is wrong is found as it is near its start."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection

import pytest

from mzsim.reading.first_reading import FirstReading, read_first
from mzsim.standard.layout import CRLF
from tests.factories import Message, record

_RECORDS = 1300
_PLACES = (2, 3, 499, 500, 501, 502, 750, 1000, 1001, _RECORDS)
"""Lines (1-based): around the hundreds, and between them."""


def _lines() -> list[bytes]:
    message = Message().add("02")
    for number in range(_RECORDS - 1):
        message.add("04", r0432=f"R{number:05d}")
    return bytes(message).splitlines(keepends=True)


_GOOD = _lines()


def _read_first(lines: list[bytes]) -> FirstReading:
    return read_first(io.BytesIO(b"".join(lines)), lambda _: None)


def _combined_with(place: int, edit: Callable[[bytes], bytes]) -> list[bytes]:
    return [edit(line) if number == place else line for number, line in enumerate(_GOOD, start=1)]


def _found(first_reading: FirstReading) -> list[tuple[int, str]]:
    return sorted((b.line, b.check.id) for b in (*first_reading.structure, *first_reading.reserves))


def test_nothing_wrong() -> None:
    first_reading = _read_first(_GOOD)
    assert _found(first_reading) == []
    assert first_reading.counts == {b"01": 1, b"02": 1, b"04": _RECORDS - 1, b"99": 1}
    assert first_reading.sluitrecord is not None
    assert first_reading.sluitrecord.number == len(_GOOD)


@pytest.mark.parametrize("place", _PLACES)
@pytest.mark.parametrize(
    ("edit", "checks"),
    [
        pytest.param(lambda r: r[:-3] + b"x" + CRLF, ["record-6"], id="reserve gevuld"),
        pytest.param(lambda r: r[:-3] + CRLF, ["record-1"], id="te kort"),
        pytest.param(lambda r: r[:-2] + b" " + CRLF, ["record-1"], id="te lang"),
        pytest.param(lambda r: r[:2] + b"000000009999" + r[14:], ["record-4"], id="ander nummer"),
        pytest.param(lambda r: b"05" + r[2:], ["record-2"], id="onbekend kenmerk"),
        pytest.param(lambda r: r[:-2] + b"\n", ["bestand-2"], id="alleen LF"),
        pytest.param(lambda r: r[:-2] + b"\r", ["bestand-2"], id="alleen CR"),
        pytest.param(lambda r: r[:-2] + b"x\n", ["bestand-2", "record-1"], id="anders dan CR voor de LF"),
        pytest.param(lambda r: r[:-2] + b"\rx", ["bestand-2"], id="anders dan LF na de CR"),
        pytest.param(lambda r: r[:100] + b"\n" + r[101:], ["bestand-2", "record-1"], id="LF erin"),
        pytest.param(lambda r: r[:100] + b"\r" + r[101:], ["bestand-2", "record-1"], id="CR erin"),
        pytest.param(lambda r: record("01", {}) + CRLF, ["record-3"], id="tweede voorlooprecord"),
    ],
)
def test_an_error_at_every_place(place: int, edit: Callable[[bytes], bytes], checks: list[str]) -> None:
    found = _found(_read_first(_combined_with(place, edit)))
    assert [(place, check) for check in checks] == [g for g in found if g[0] == place]


@pytest.mark.parametrize("lines", [499, 500, 501, 1000, 1001])
def test_truncated(lines: int) -> None:
    """The sluitrecord that is missing is missed at the last line."""
    (found,) = _read_first(_GOOD[:lines]).structure
    assert (found.line, found.record, found.identificatie) == (lines, "04", lines - 1)
    assert found.check.id == "record-3"


@pytest.mark.parametrize("credits", [(), (3,), (499, 502, 1000), range(3, _RECORDS + 2)])
def test_credits(credits: Collection[int]) -> None:
    """Each is counted once, with the debet record that it names; debet records are not."""
    lines = [r[:163] + b"C" + r[164:] if number in credits else r for number, r in enumerate(_GOOD, start=1)]
    first_reading = _read_first(lines)
    assert len(first_reading.revoked) == len(credits)
    assert first_reading.only_credits == (len(credits) == _RECORDS - 1)


def test_first_and_last_referentienummer() -> None:
    """Wherever they stand, with letters as they stand: capitals come before small ones."""
    for place in _PLACES[1:]:
        sorted_first = _read_first(_combined_with(place, lambda r: r[:164] + b"A".ljust(20) + r[184:])).reference_limits
        assert sorted_first == (b"A".ljust(20), f"R{_RECORDS - 2:05d}".encode().ljust(20))
        sorted_last = _read_first(_combined_with(place, lambda r: r[:164] + b"z".ljust(20) + r[184:])).reference_limits
        assert sorted_last is not None
        assert sorted_last[1] == b"z".ljust(20)
        assert (
            _read_first(_combined_with(place, lambda r: r[:164] + b"A\x01".ljust(20) + r[184:])).reference_limits
            is None
        )
