"""Meldingen are kept outside memory, and nobody who reads them sees that."""

from __future__ import annotations

import gc
import pickle
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from mzsim.answering.meldingen import Answers, RecordMeldingen, Rows
from mzsim.checks import REGISTER
from mzsim.common.spool import Spool
from mzsim.domain.beleid import DEFAULT
from mzsim.domain.findings import Finding, Melding, Row
from mzsim.presentation.output import meldingen_json
from tests.factories import make, record

_FIRST, _SECOND = REGISTER["0408-1"], REGISTER["0425-1"]
_ROW = Row("polissen", "É", {"bsn": "*********", "pakketten": ["A"], "einde": None})
_MANY = 5000
"""Enough for several pieces, and for a file."""


def _heen(number: int) -> bytes:
    return record("04", make("04", r0402=number))


def _kept(count: int) -> tuple[RecordMeldingen, list[Melding]]:
    """So many records with one objection or two, every third with rows; and what must be read back."""
    meldingen, expected = RecordMeldingen(), []
    for number in range(1, count + 1):
        checks = (_FIRST, _SECOND) if number % 2 else (_SECOND,)
        rows: Rows = [(_ROW, _ROW), ()][: len(checks)] if number % 3 == 0 else ()
        codes = tuple(DEFAULT.retourcode(check) for check in checks)
        meldingen.add(number + 1, _heen(number), checks, codes, rows)
        own = rows or ((),) * len(checks)
        expected += [
            Melding(Finding(number + 1, "04", number, check, of), code)
            for check, code, of in zip(checks, codes, own, strict=True)
        ]
    return meldingen, expected


@pytest.mark.slow
@pytest.mark.parametrize("count", [0, 1, 2, 1999, 2000, 2001, _MANY])
def test_what_was_added_is_read_back(count: int) -> None:
    """In order, as often as is wanted, and by two readers at a time."""
    meldingen, expected = _kept(count)
    assert len(meldingen) == len(expected)
    assert bool(meldingen) is bool(expected)
    assert list(meldingen) == expected == list(meldingen)
    assert all(one == other for one, other in zip(meldingen, meldingen, strict=True))


def test_it_is_a_sequence() -> None:
    meldingen, expected = _kept(7)
    assert meldingen == tuple(expected)
    assert tuple(expected) == meldingen
    assert meldingen != tuple(expected[1:])
    assert meldingen != ()
    assert meldingen != 7
    assert meldingen == _kept(7)[0]
    for number in (0, 3, -1):
        assert meldingen[number] == expected[number]
    for part in (slice(2), slice(1, None), slice(-3, None), slice(None, None, 2), slice(None, None, -1)):
        assert meldingen[part] == tuple(expected[part])
    with pytest.raises(IndexError):
        meldingen[len(expected)]


def test_codes_are_known_by_line() -> None:
    """Each once, the first three: that is what stands on the record."""
    meldingen = RecordMeldingen()
    meldingen.add(2, _heen(1), (_FIRST, _FIRST, _SECOND), ("8007", "8007", "0638"), ())
    meldingen.add(9, _heen(8), (_SECOND,), ("0638",), ())
    assert list(meldingen.codes_per_line()) == [(2, ("8007", "0638")), (9, ("0638",))]


def test_codes_of_their_own_are_for_one_line_and_check() -> None:
    """Those of another line with the same objections stay what they are."""
    answers = Answers(DEFAULT, {(5, _SECOND.id): "0613"})
    assert answers.of((_FIRST, _SECOND), 4).codes == ("8007", "0638")
    assert answers.of((_FIRST, _SECOND), 5).codes == ("8007", "0613")
    assert answers.of((_SECOND,), 5) == (("0613",), ("0613",), True)
    assert answers.of((_FIRST, _SECOND), 6).codes == ("8007", "0638")


def test_they_go_to_another_process_as_a_tuple() -> None:
    meldingen, expected = _kept(3)
    assert pickle.loads(pickle.dumps(meldingen)) == tuple(expected)


def test_json_is_that_of_each_by_itself() -> None:
    """However the words that meldingen have in common are put together."""
    import json

    meldingen, expected = _kept(6)
    with_remark = Melding(Finding(1, "01", None, _FIRST, remark='"é"'), None)
    for melding, text in zip([*expected, with_remark], meldingen_json([*meldingen, with_remark]), strict=True):
        of, check = melding.finding, melding.finding.check
        whole: dict[str, Any] = {
            "record": of.record,
            "identificatie": of.identificatie,
            "rubriek": check.rubriek,
            "retourcode": melding.retourcode,
            "controle": check.id,
            "tekst": of.text,
            "bron": check.source,
            "regel": of.line,
        }
        if of.rows:
            whole["rijen"] = [row._asdict() for row in of.rows]
        assert text == json.dumps(whole)


def test_a_spool_gives_back_what_was_written_in_between() -> None:
    spool = Spool()
    places = [spool.write(bytes([number]) * 300_000) for number in range(8)]
    assert spool.read(places[3], 2) == b"\x03\x03"
    assert spool.write(b"end") == 2_400_000
    assert spool.read(2_400_000, 10) == b"end"
    assert spool.read(places[7], 1) == b"\x07"


@pytest.mark.slow
def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not by who reads to the end, nor by who stops halfway or fails; and no file stays open, which would be a warning."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("mzsim.common.spool._IN_MEMORY", 1000)
    for reads in (0, 3, None):
        meldingen, _ = _kept(_MANY)
        assert len(list(islice(meldingen, reads))) == (len(meldingen) if reads is None else reads)
        del meldingen
        gc.collect()
        assert list(tmp_path.iterdir()) == []
