"""The booking of every prestatierecord, from a declaration and its retour."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mzsim.common.errors import InputError
from mzsim.domain.findings import Stage, Status
from mzsim.retour.bookings import Boekhouding, Boekuitkomst, boek
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.commands import speel
from tests.factories import Bericht, maak
from tests.make_inv3 import MAP
from tests.test_properties import _gemuteerd, _welgevormd, vast

HALF = """
pakketten:
  - code: ALLES
    uzovi: "0736"
    soort: basis
    dekkingen:
      - {prestaties: ["R*"], percentage: 0}
      - {prestaties: ["*"], percentage: 75}
"""


@pytest.fixture
def halve_store(store: Database, tmp_path: Path) -> Iterator[Database]:
    """A store whose insurer pays three quarters, and nothing of an R-code."""
    (tmp_path / "half.yaml").write_text(HALF, "utf-8")
    laad_bestand(store, tmp_path / "half.yaml")
    return store


def _boek(declaratie: bytes, retour: bytes) -> Boekhouding:
    return boek(io.BytesIO(declaratie), io.BytesIO(retour))


def _van_inv(naam: str, antwoord: str) -> list[tuple[str, int, int, tuple[str, ...]]]:
    heen, terug = (MAP / f"{naam}.mz301.asc").read_bytes(), (MAP / f"{naam}.{antwoord}.mz302.asc").read_bytes()
    return [(b.uitkomst.value, b.toegekend, b.rest, b.codes) for b in _boek(heen, terug).boekingen]


NIET = "niet_beoordeeld"


@pytest.mark.parametrize(
    ("naam", "antwoord", "boekingen"),
    [
        (
            "1-volledig-toegewezen",
            "alle",
            [("toegekend", 1000, 0, ()), ("toegekend", 50000, 0, ()), ("toegekend", 15000, 0, ())],
        ),
        ("2b-factuurnummer-gebruikt", "alle", [(NIET, 0, 1000, ()), (NIET, 0, 50000, ()), (NIET, 0, 15000, ())]),
        (
            "4a-fout-in-verzekerdenrecord",
            "alle",
            [("toegekend", 1000, 0, ()), (NIET, 0, 50000, ("8002",)), (NIET, 0, 15000, ("8002",))],
        ),
        (
            "4b-fout-in-prestatierecord",
            "vecozo",
            [(NIET, 0, 1000, ()), ("afgewezen", 0, 50000, ("8007",)), (NIET, 0, 15000, ())],
        ),
        (
            "4b-fout-in-prestatierecord",
            "verzekeraar",
            [("toegekend", 1000, 0, ()), ("afgewezen", 0, 50000, ("8007",)), ("toegekend", 15000, 0, ())],
        ),
    ],
)
def test_voorbeelden_van_inv(naam: str, antwoord: str, boekingen: list[tuple[str, int, int, tuple[str, ...]]]) -> None:
    assert _van_inv(naam, antwoord) == boekingen


def test_codes_van_wat_nergens_geboekt_wordt() -> None:
    for naam, codes in (("4a-fout-in-verzekerdenrecord", ("8004",)), ("2b-factuurnummer-gebruikt", ("0001", "0030"))):
        heen, terug = (MAP / f"{naam}.mz301.asc").read_bytes(), (MAP / f"{naam}.alle.mz302.asc").read_bytes()
        assert _boek(heen, terug).codes == codes


def test_deels_toegekend_en_het_krediet_ervan(halve_store: Database, tmp_path: Path) -> None:
    bericht = (
        Bericht(voorloop=maak("01")).voeg_toe("02").voeg_toe("04", r0432="A").voeg_toe("04", r0413="R24", r0432="B")
    )
    _, retour = speel(halve_store, tmp_path, bytes(bericht), stage=Stage.VERZEKERAAR)
    assert retour is not None
    a, b = _boek(bytes(bericht), retour).boekingen
    assert (a.uitkomst, a.toegekend, a.rest, a.berekend) == (Boekuitkomst.DEELS, 750, 250, 1000)
    assert (b.uitkomst, b.toegekend, b.rest, b.berekend) == (Boekuitkomst.AFGEWEZEN, 0, 1000, 1000)

    krediet = Bericht(voorloop=maak("01", r0116="F20110002")).voeg_toe("02")
    krediet.voeg_toe("04", r0427="C", r0431="C", r0432="C", r0433="A")
    _, retour = speel(halve_store, tmp_path, bytes(krediet), stage=Stage.VERZEKERAAR)
    assert retour is not None
    boekhouding = _boek(bytes(krediet), retour)
    (c,) = boekhouding.boekingen
    assert (c.uitkomst, c.gedeclareerd, c.toegekend, c.rest) == (Boekuitkomst.DEELS, -1000, -750, -250)
    assert boekhouding.totaal == -750


def test_alles_of_niets_wijst_ook_af_wat_goed_was(store: Database, tmp_path: Path) -> None:
    beleid = tmp_path / "beleid.yaml"
    beleid.write_text(
        'uzovi: [{nummer: "0736", naam: X, soort: zorgverzekeraar, edp: true, beleid: {alles_of_niets: true}}]', "utf-8"
    )
    laad_bestand(store, beleid)
    heen = (MAP / "4b-fout-in-prestatierecord.mz301.asc").read_bytes()
    uitkomst, retour = speel(store, tmp_path, heen, stage=Stage.VERZEKERAAR)
    assert uitkomst.status is Status.VOLLEDIG_AFGEWEZEN
    assert retour is not None
    boekhouding = _boek(heen, retour)
    assert [(b.uitkomst.value, b.codes) for b in boekhouding.boekingen] == [
        ("afgewezen", ("8096",)),
        ("afgewezen", ("8007",)),
        ("afgewezen", ("8096",)),
    ]
    assert boekhouding.codes == ("8097",)


def test_retour_op_een_andere_declaratie_wordt_geweigerd() -> None:
    heen = (MAP / "4b-fout-in-prestatierecord.mz301.asc").read_bytes()
    with pytest.raises(InputError, match="check-retour"):
        _boek(heen, (MAP / "6-fout-in-sleutel-prestatierecord.alle.mz302.asc").read_bytes())


@pytest.mark.parametrize("inhoud", [b"", b"\r\n", b"01" * 185, b"\0" * 370 + b"\r\n", b"99".ljust(370) + b"\r\n"])
def test_wat_geen_retour_is_wordt_geweigerd(inhoud: bytes) -> None:
    with pytest.raises(InputError, match="no retourbericht"):
        _boek((MAP / "1-volledig-toegewezen.mz301.asc").read_bytes(), inhoud)


# Whatever is declared and whoever answers: every prestatierecord is booked once, and the bookings add up to 9909.


@pytest.mark.slow
@vast(150)
@given(inhoud=_gemuteerd() | _welgevormd(), stage=st.sampled_from(list(Stage)))
def test_elk_record_een_boeking_en_samen_het_totaal(
    store_van_helften: Database, map_van_helften: Path, inhoud: bytes, stage: Stage
) -> None:
    uitkomst, retour = speel(store_van_helften, map_van_helften, inhoud, stage=stage, dry_run=True)
    if retour is None:
        return
    boekhouding = _boek(inhoud, retour)
    regels = inhoud.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    assert [b.regel for b in boekhouding.boekingen] == [n for n, regel in enumerate(regels, 1) if regel[:2] == b"04"]
    assert sum(b.toegekend for b in boekhouding.boekingen) == boekhouding.totaal == uitkomst.totaal_toegekend
    for b in boekhouding.boekingen:
        assert 0 <= b.toegekend <= b.gedeclareerd or b.gedeclareerd <= b.toegekend <= 0
        assert b.teruggekomen or not b.codes
        if b.uitkomst is Boekuitkomst.TOEGEKEND:
            assert b.rest == 0
        if b.uitkomst in (Boekuitkomst.AFGEWEZEN, Boekuitkomst.NIET_BEOORDEELD):
            assert b.toegekend == 0
    if uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN:
        assert {b.uitkomst for b in boekhouding.boekingen} <= {Boekuitkomst.TOEGEKEND}


@pytest.fixture(scope="module")
def map_van_helften(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the property above."""
    return tmp_path_factory.mktemp("boeking")


@pytest.fixture(scope="module")
def store_van_helften(store_van_inv: Path, map_van_helften: Path) -> Iterator[Database]:
    """One store that pays in part, for all examples of the property above: each is a dry run."""
    from shutil import copy

    from mzsim.store.session import open_store

    store = open_store(f"sqlite:///{copy(store_van_inv, map_van_helften / 'half.db')}")
    (map_van_helften / "half.yaml").write_text(HALF, "utf-8")
    laad_bestand(store, map_van_helften / "half.yaml")
    yield store
    store.sluit()
