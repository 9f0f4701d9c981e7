"""Far into a file, where lines are taken in hundreds, what is wrong is found as it is near its start."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection

import pytest

from mzsim.reading.first_reading import Verkenning, verken
from mzsim.standard.layout import CRLF
from tests.factories import Bericht, record

_RECORDS = 1300
_PLAATSEN = (2, 3, 499, 500, 501, 502, 750, 1000, 1001, _RECORDS)
"""Lines (1-based): around the hundreds, and between them."""


def _regels() -> list[bytes]:
    bericht = Bericht().voeg_toe("02")
    for nummer in range(_RECORDS - 1):
        bericht.voeg_toe("04", r0432=f"R{nummer:05d}")
    return bytes(bericht).splitlines(keepends=True)


_GOED = _regels()


def _verken(regels: list[bytes]) -> Verkenning:
    return verken(io.BytesIO(b"".join(regels)), lambda _: None)


def _met(plaats: int, bewerk: Callable[[bytes], bytes]) -> list[bytes]:
    return [bewerk(regel) if nummer == plaats else regel for nummer, regel in enumerate(_GOED, start=1)]


def _gevonden(verkenning: Verkenning) -> list[tuple[int, str]]:
    return sorted((b.regel, b.controle.id) for b in (*verkenning.structuur, *verkenning.reserves))


def test_niets_mis() -> None:
    verkenning = _verken(_GOED)
    assert _gevonden(verkenning) == []
    assert verkenning.aantallen == {b"01": 1, b"02": 1, b"04": _RECORDS - 1, b"99": 1}
    assert verkenning.sluit is not None
    assert verkenning.sluit.nummer == len(_GOED)


@pytest.mark.parametrize("plaats", _PLAATSEN)
@pytest.mark.parametrize(
    ("bewerk", "controles"),
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
def test_fout_op_elke_plaats(plaats: int, bewerk: Callable[[bytes], bytes], controles: list[str]) -> None:
    gevonden = _gevonden(_verken(_met(plaats, bewerk)))
    assert [(plaats, controle) for controle in controles] == [g for g in gevonden if g[0] == plaats]


@pytest.mark.parametrize("regels", [499, 500, 501, 1000, 1001])
def test_afgekapt(regels: int) -> None:
    """The sluitrecord that is missing is missed at the last line."""
    (gevonden,) = _verken(_GOED[:regels]).structuur
    assert (gevonden.regel, gevonden.record, gevonden.identificatie) == (regels, "04", regels - 1)
    assert gevonden.controle.id == "record-3"


@pytest.mark.parametrize("credits", [(), (3,), (499, 502, 1000), range(3, _RECORDS + 2)])
def test_credits(credits: Collection[int]) -> None:
    """Each is counted once, with the debet record that it names; debet records are not."""
    regels = [r[:163] + b"C" + r[164:] if nummer in credits else r for nummer, r in enumerate(_GOED, start=1)]
    verkenning = _verken(regels)
    assert len(verkenning.herroepen) == len(credits)
    assert verkenning.alleen_credits == (len(credits) == _RECORDS - 1)


def test_eerste_en_laatste_referentienummer() -> None:
    """Wherever they stand; as they are compared, so in capitals."""
    for plaats in _PLAATSEN[1:]:
        voorop = _verken(_met(plaats, lambda r: r[:164] + b"a".ljust(20) + r[184:])).referentiegrenzen
        assert voorop == (b"A".ljust(20), f"R{_RECORDS - 2:05d}".encode().ljust(20))
        achteraan = _verken(_met(plaats, lambda r: r[:164] + b"z".ljust(20) + r[184:])).referentiegrenzen
        assert achteraan is not None
        assert achteraan[1] == b"Z".ljust(20)
        assert _verken(_met(plaats, lambda r: r[:164] + b"A\x01".ljust(20) + r[184:])).referentiegrenzen is None
