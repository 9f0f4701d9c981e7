"""The suites that come with the program: they pass, they are as the generator makes them, and they cover what they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from mzsim.domain.findings import Status
from mzsim.suites.case import vind_gevallen
from mzsim.suites.locations import map_van, namen
from mzsim.suites.playing import speel_geval
from mzsim.suites.running import draai
from tests.make_inv3 import MAP as INV3
from tests.make_inv4 import MAP as INV4
from tests.make_suites import SOORTEN, SUITES, maak
from tests.suite_codes import codes

pytestmark = pytest.mark.slow

_PAD = {"all": "alle", "vecozo": "vecozo", "insurer": "verzekeraar"}


def _inhoud(map_: Path) -> dict[str, bytes]:
    return {str(pad.relative_to(map_)): pad.read_bytes() for pad in map_.rglob("*") if pad.is_file()}


def test_de_suites() -> None:
    assert namen() == sorted(SOORTEN)
    assert map_van("inv").resolve() == (SUITES / "inv").resolve()


@pytest.mark.parametrize("naam", SOORTEN)
def test_fixtures_zijn_vers(naam: str, tmp_path: Path) -> None:
    maak(naam, tmp_path / naam)
    assert _inhoud(tmp_path / naam) == _inhoud(SUITES / naam)


@pytest.mark.parametrize("naam", SOORTEN)
def test_een_suite_slaagt(naam: str) -> None:
    gezakt = [verslag.geval.id for verslag in draai(vind_gevallen(SUITES / naam), 1) if not verslag.geslaagd]
    assert gezakt == []


def test_codes_bevat_elke_code_van_het_register() -> None:
    """A case a code, whose last step yields it and nothing else, and comes with the retour to the byte."""
    gevallen = vind_gevallen(SUITES / "codes")
    assert [geval.id for geval in gevallen] == codes()
    for geval in gevallen:
        verwacht = geval.stappen[-1].verwacht
        assert verwacht.codes == (geval.id,)
        assert verwacht.retour is not None
        assert verwacht.retour.read_bytes()


def test_inv_bevat_elk_voorbeeld_van_hoofdstuk_3_in_drie_paden() -> None:
    gevallen = [geval for geval in vind_gevallen(SUITES / "inv") if "chapter-3" in geval.tags]
    declaraties = sorted(INV3.glob("*.mz301.asc"))
    assert len(gevallen) == 3 * len(declaraties)
    for geval in gevallen:
        (stap,) = geval.stappen
        naam = stap.declaratie.name.removesuffix(".mz301.asc")
        pad = _PAD[geval.id.rpartition("-")[2]]
        assert stap.declaratie.read_bytes() == (INV3 / stap.declaratie.name).read_bytes()
        goud = INV3 / f"{naam}.{pad}.mz302.asc"
        retour = stap.verwacht.retour
        assert (retour and retour.read_bytes()) == (goud.read_bytes() if goud.exists() else None)
    assert (SUITES / "inv" / "store-3.yaml").read_bytes() == (INV3 / "store.yaml").read_bytes()


def test_inv_bevat_elk_voorbeeld_van_hoofdstuk_4() -> None:
    gevallen = [geval for geval in vind_gevallen(SUITES / "inv") if "chapter-4" in geval.tags]
    declaraties = {geval.stappen[0].declaratie.name: geval.stappen[0].declaratie.read_bytes() for geval in gevallen}
    assert declaraties == {pad.name: pad.read_bytes() for pad in INV4.glob("*.mz301.asc")}


def test_outcomes_bevat_elke_uitkomst() -> None:
    stappen = [stap for geval in vind_gevallen(SUITES / "outcomes") for stap in geval.stappen]
    assert {stap.verwacht.status for stap in stappen} == set(Status)


def test_wlz_wordt_toegekend_en_geweigerd(tmp_path: Path) -> None:
    gevallen = vind_gevallen(SUITES / "wlz")
    assert {geval.tags[0] for geval in gevallen} == {"granted", "refused"}
    for geval in gevallen:
        assert geval.stappen[-1].declaratie.read_bytes()[2:5] == b"250", f"{geval.id} is no Wlz message"
        (*_, stap) = speel_geval(geval, tmp_path).stappen
        assert stap.uitkomst is not None
        assert bool(stap.uitkomst.meldingen) is (geval.tags[0] == "refused")
