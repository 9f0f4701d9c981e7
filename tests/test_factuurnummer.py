"""When a factuurnummer or a referentienummer is used, and when it is free (INV 2.3.3, 2.3.17).

`Pad` replays declarations on one store and says how each ended: the retourcodes of the first objections, or "".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from mzsim.domain.findings import Stage, Status
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.commands import DATUM, speel
from tests.factories import Bericht, eenvoudig, maak

ALLES, VECOZO, VERZEKERAAR = Stage.ALL, Stage.VECOZO, Stage.VERZEKERAAR
# Other values of what differs between the declarations of a test, so that nothing but the number under test is repeated.
ANDERE_PARTIJ = {"r0110": "12009999", "r0111": "12054321"}


class Pad:
    """Replays declarations on one store, with a factuurnummer, a referentienummer and a gebitselement of their own."""

    def __init__(self, store: Database, map_: Path) -> None:
        self._store = store
        self._map = map_
        self._aantal = 0

    def __call__(
        self, stage: Stage = ALLES, datum: str | dt.date = DATUM, bericht: Bericht | None = None, **velden: str
    ) -> list[str]:
        """The retourcodes of what was objected to."""
        self._aantal += 1
        if bericht is None:
            eigen = {"r0116": f"EIGEN{self._aantal}", "r0432": f"EIGEN{self._aantal}", "r0415": f"1{self._aantal}"}
            bericht = eenvoudig(**eigen | velden)
        if isinstance(datum, str):
            datum = dt.date.fromisoformat(datum)
        self.uitkomst, _ = speel(self._store, self._map, bytes(bericht), stage=stage, datum=datum)
        return [str(m.retourcode) for m in self.uitkomst.meldingen]

    def laad(self, **inhoud: object) -> None:
        bestand = self._map / "extra.yaml"
        bestand.write_text(yaml.safe_dump(inhoud), "utf-8")
        laad_bestand(self._store, bestand)

    def beleid(self, **beleid: object) -> None:
        self.laad(uzovi=[{"nummer": "0736", "naam": "V", "soort": "zorgverzekeraar", "edp": True, "beleid": beleid}])


@pytest.fixture
def pad(store: Database, tmp_path: Path) -> Pad:
    return Pad(store, tmp_path)


# What is the same number.


@pytest.mark.parametrize("stage", [ALLES, VERZEKERAAR])
@pytest.mark.parametrize(
    ("eerst", "dan"),
    [
        ("F1", "F1"),
        ("F1", "f1"),
        ("factuur-één", "FACTUUR-ÉÉN"),
        ("straße", "STRAßE"),
        ("F1", "F1   "),
        ("AA1234567890", "aa1234567890"),
        ("000000000000", "000000000000"),
    ],
)
def test_zelfde_nummer(pad: Pad, stage: Stage, eerst: str, dan: str) -> None:
    assert pad(stage, r0116=eerst) == []
    assert pad(stage, r0116=dan) == ["0030"]


@pytest.mark.parametrize("dan", ["F11", "F 1", "F-1", "F1.", "01", "1F"])
def test_ander_nummer(pad: Pad, dan: str) -> None:
    assert pad(r0116="F1") == []
    assert pad(r0116=dan) == []


def test_spatie_vooraan_is_geen_ander_nummer_maar_fout(pad: Pad) -> None:
    assert pad(r0116=" F1") == ["0030"]
    assert pad(r0116="") == ["0030"]
    assert pad(r0116="F1") == [], "what was rejected took nothing"


# Whose number.


@pytest.mark.parametrize("stage", [ALLES, VERZEKERAAR])
def test_per_partij_die_betaald_wordt(pad: Pad, stage: Stage) -> None:
    assert pad(stage, r0116="F1") == []
    assert pad(stage, r0116="F1", **ANDERE_PARTIJ) == []
    assert pad(stage, r0116="F1", r0110="12009999") == ["0030"], "0113 = 03: the praktijk is paid, whoever works there"


def test_0113_zegt_welke_partij(pad: Pad) -> None:
    """The zorgverlener has numbers of his own, apart from those of the praktijk."""
    assert pad(r0116="F1", r0113="03") == []
    assert pad(r0116="F1", r0113="02") == []
    assert pad(r0116="F1", r0113="02", r0111="12054321") == ["0030"]


def test_vecozo_kent_de_nummers_van_elke_verzekeraar(pad: Pad) -> None:
    polis = {"bsn": "123456782", "geboortedatum": dt.date(1954, 12, 10), "naam": "Jansen", "uzovi": "0739"}
    pad.laad(
        pakketten=[
            {"code": "P", "uzovi": "0739", "soort": "basis", "dekkingen": [{"prestaties": ["*"], "percentage": 100}]}
        ],
        polissen=[polis | {"ingang": dt.date(2006, 1, 1), "einde": None, "pakketten": ["P"]}],
    )
    bij_ander = {"r0108": "0739", "r0204": "0739"}
    assert pad(r0116="F1") == []
    assert pad(VERZEKERAAR, r0116="F1", **bij_ander) == [], "the insurer's own list holds what reached it"
    assert pad(ALLES, r0116="F1", **bij_ander) == ["0030"]
    assert pad(VERZEKERAAR, r0116="F1", **bij_ander) == ["0030"]


# For how long.


@pytest.mark.parametrize(
    ("ontvangen", "gespeeld", "codes"),
    [
        ("2006-05-02", "2011-05-02", []),
        ("2006-05-03", "2011-05-02", ["0030"]),
        ("2011-05-02", "2016-05-01", ["0030"]),
        ("2011-05-02", "2016-05-02", []),
        ("2012-02-29", "2017-02-28", ["0030"]),
        ("2012-02-29", "2017-03-01", []),
        ("2011-02-28", "2016-02-28", []),
        ("2011-03-01", "2016-02-29", ["0030"]),
    ],
)
@pytest.mark.parametrize("stage", [ALLES, VERZEKERAAR])
def test_vijf_jaar_op_de_dag(pad: Pad, stage: Stage, ontvangen: str, gespeeld: str, codes: list[str]) -> None:
    dag = dt.date.fromisoformat(ontvangen)
    nummer = {"agb": "12012345", "factuurnummer": "F1", "uzovi": "0736"}
    pad.laad(factuurnummers=[nummer | {"ontvangen": dag, "uitkomst": "toegewezen"}])
    assert pad(stage, gespeeld, r0116="F1", r0117="20110430") == codes


def test_vijf_jaar_na_een_declaratie(pad: Pad) -> None:
    assert pad(r0116="F1") == []
    assert pad(datum="2016-05-01", r0116="F1") == ["0030"]
    assert pad(datum="2016-05-02", r0116="F1") == []
    assert pad(datum="2016-05-03", r0116="F1") == ["0030"], "from here on the five years of the second run"
    assert pad(datum="2021-05-02", r0116="F1") == []


# What became of it.


def test_vrij_na_afwijzing_door_vecozo_als_bestand(pad: Pad) -> None:
    assert pad(r0116="F1", r0119="USD") == ["0031"]
    assert pad(r0116="F1") == []


def test_vrij_na_afwijzing_door_vecozo_op_records(pad: Pad) -> None:
    assert pad(r0116="F1", r0408="20110332") == ["8007"]
    assert pad.uitkomst.status is Status.AFGEKEURD_RECORD
    assert pad(r0116="F1") == []


def test_niet_vrij_na_deels_toegewezen(pad: Pad) -> None:
    bericht = Bericht(voorloop=maak("01", r0116="F1")).voeg_toe("02").voeg_toe("04")
    bericht.voeg_toe("02", r0203="100197243", r0207="19000101").voeg_toe("04")
    assert pad(bericht=bericht) == ["8004"]
    assert pad.uitkomst.status is Status.DEELS_TOEGEWEZEN
    pad.beleid(factuurnummer_hergebruik_na_afwijzing=True)
    assert pad(r0116="F1") == ["0030"], "the beleid frees what was rejected as a whole"


def _wijst_geheel_af(pad: Pad) -> None:
    assert pad(r0116="F1", r0207="19000101") == ["8004"]
    assert pad.uitkomst.status is Status.VOLLEDIG_AFGEWEZEN


def _wijst_bestand_af(pad: Pad) -> None:
    """Left out by VECOZO, rejected as a file by the insurer."""
    assert pad(VERZEKERAAR, r0116="F1", r0119="USD") == ["0031"]
    assert pad.uitkomst.status is Status.AFGEKEURD_BESTAND


@pytest.mark.parametrize("wijst_af", [_wijst_geheel_af, _wijst_bestand_af])
def test_niet_vrij_na_afwijzing_door_de_verzekeraar(pad: Pad, wijst_af: Callable[[Pad], None]) -> None:
    wijst_af(pad)
    assert pad(VERZEKERAAR, r0116="F1") == ["0030"]


def test_niet_vrij_bij_vecozo_na_afwijzing_door_de_verzekeraar(pad: Pad) -> None:
    _wijst_geheel_af(pad)
    assert pad(r0116="F1") == ["0030"]
    assert pad.uitkomst.afzender == "VECOZO"


@pytest.mark.parametrize("wijst_af", [_wijst_geheel_af, _wijst_bestand_af])
@pytest.mark.parametrize("stage", [ALLES, VERZEKERAAR])
def test_vrij_na_afwijzing_door_de_verzekeraar_als_zijn_beleid_dat_zegt(
    pad: Pad, wijst_af: Callable[[Pad], None], stage: Stage
) -> None:
    pad.beleid(factuurnummer_hergebruik_na_afwijzing=True)
    wijst_af(pad)
    assert pad(stage, r0116="F1") == []
    assert pad(stage, r0116="F1") == ["0030"], "granted this time"


@pytest.mark.parametrize(
    ("uitkomst", "beleid", "codes"),
    [
        ("toegewezen", {}, ["0030"]),
        ("afgewezen_verzekeraar", {}, ["0030"]),
        ("afgewezen_vecozo", {}, []),
        ("toegewezen", {"factuurnummer_hergebruik_na_afwijzing": True}, ["0030"]),
        ("afgewezen_verzekeraar", {"factuurnummer_hergebruik_na_afwijzing": True}, []),
        ("afgewezen_vecozo", {"factuurnummer_hergebruik_na_afwijzing": True}, []),
    ],
)
@pytest.mark.parametrize("stage", [ALLES, VECOZO, VERZEKERAAR])
def test_regel_in_de_store_hoort_bij_beide_lijsten(
    pad: Pad, stage: Stage, uitkomst: str, beleid: dict[str, object], codes: list[str]
) -> None:
    pad.beleid(**beleid)
    nummer = {"agb": "12012345", "factuurnummer": "f1", "uzovi": "0736"}
    pad.laad(factuurnummers=[nummer | {"ontvangen": dt.date(2010, 6, 30), "uitkomst": uitkomst}])
    assert pad(stage, r0116="F1") == codes


def test_geweigerd_nummer_blijft_van_de_eerste(pad: Pad) -> None:
    """What is refused for its number does not renew it, nor its outcome."""
    pad.beleid(factuurnummer_hergebruik_na_afwijzing=True)
    assert pad(r0116="F1") == []
    for datum in ("2011-06-01", "2015-01-01"):
        assert pad(ALLES, datum, r0116="F1") == ["0030"]
        assert pad(VERZEKERAAR, datum, r0116="F1") == ["0030"]
    assert pad(datum="2016-05-02", r0116="F1") == []


# The stages apart.


def test_eerst_vecozo_dan_de_verzekeraar(pad: Pad) -> None:
    """VECOZO forwards, and knows the number; at the insurer it is new, once."""
    assert pad(VECOZO, r0116="F1", r0432="R1") == []
    assert pad.uitkomst.status is Status.DOORGESTUURD
    assert pad(VERZEKERAAR, r0116="F1", r0432="R1") == []
    assert pad.uitkomst.status is Status.VOLLEDIG_TOEGEWEZEN
    assert pad(VECOZO, r0116="F1") == ["0030"]
    assert pad(VERZEKERAAR, r0116="F1") == ["0030"]


def test_tweemaal_vecozo(pad: Pad) -> None:
    assert pad(VECOZO, r0116="F1") == []
    assert pad(VECOZO, r0116="F1") == ["0030"]


def test_verzekeraar_alleen_laat_de_lijst_van_vecozo(pad: Pad) -> None:
    """VECOZO's list holds what it forwarded; this it never saw."""
    assert pad(VERZEKERAAR, r0116="F1") == []
    assert pad(VECOZO, r0116="F1") == []


# Referentienummers: rubriek 0432.


def test_referentienummer_tweemaal_bij_dezelfde_verzekeraar(pad: Pad) -> None:
    assert pad(r0432="R1") == []
    assert pad(r0432="R1") == ["8021"]
    assert pad.uitkomst.afzender == "0736"


@pytest.mark.parametrize(("eerst", "dan"), [("ref-1", "REF-1"), ("R1", "r1  "), ("één", "ÉÉN")])
def test_zelfde_referentienummer(pad: Pad, eerst: str, dan: str) -> None:
    assert pad(r0432=eerst) == []
    assert pad(r0432=dan) == ["8021"]


def test_referentienummer_per_partij(pad: Pad) -> None:
    assert pad(r0432="R1") == []
    assert pad(r0432="R1", **ANDERE_PARTIJ) == []


def test_referentienummer_vijf_jaar_op_de_dag(pad: Pad) -> None:
    assert pad(r0432="R1") == []
    assert pad(datum="2016-05-01", r0432="R1") == ["8021"]
    assert pad(datum="2021-05-01", r0432="R1") == [], "five years after the refused one, which reached the insurer too"


def test_referentienummer_na_vijf_jaar_vrij(pad: Pad) -> None:
    assert pad(r0432="R1") == []
    assert pad(datum="2016-05-02", r0432="R1") == []


def test_referentienummer_dat_vecozo_tegenhield_is_vrij(pad: Pad) -> None:
    assert pad(r0432="R1", r0408="20110332") == ["8007"]
    assert pad(r0432="R1") == []


def test_referentienummer_dat_vecozo_alleen_doorstuurde_is_vrij(pad: Pad) -> None:
    assert pad(VECOZO, r0432="R1") == []
    assert pad(r0432="R1") == []


@pytest.mark.parametrize("hergebruik", [False, True])
def test_referentienummer_van_een_afgewezen_record(pad: Pad, hergebruik: bool) -> None:
    pad.beleid(referentienummer_hergebruik_na_afwijzing=hergebruik)
    assert pad(VERZEKERAAR, r0432="R1", r0408="20110332") == ["8007"]
    assert pad(r0432="R1") == ([] if hergebruik else ["8021"])
    assert pad(r0432="R1") == ["8021"], "granted or refused, it reached the insurer" if not hergebruik else "granted"


@pytest.mark.parametrize("hergebruik", [False, True])
def test_referentienummer_onder_een_afgewezen_verzekerde(pad: Pad, hergebruik: bool) -> None:
    pad.beleid(referentienummer_hergebruik_na_afwijzing=hergebruik)
    assert pad(r0432="R1", r0207="19000101") == ["8004"]
    assert pad(r0432="R1") == ([] if hergebruik else ["8021"])


@pytest.mark.parametrize("hergebruik", [False, True])
def test_referentienummer_in_een_bestand_dat_de_verzekeraar_afwees(pad: Pad, hergebruik: bool) -> None:
    pad.beleid(referentienummer_hergebruik_na_afwijzing=hergebruik)
    assert pad(VERZEKERAAR, r0432="R1", r0119="USD") == ["0031"]
    assert pad(r0432="R1") == ([] if hergebruik else ["8021"])


def test_referentienummer_tweemaal_in_een_bestand(pad: Pad) -> None:
    """VECOZO sees it: the later record is wrong. No record of the message itself counts as declared before."""
    bericht = Bericht().voeg_toe("02").voeg_toe("04", r0432="R1").voeg_toe("04", r0432="r1", r0424="2000")
    assert pad(bericht=bericht) == ["8021"]
    ((melding,),) = [pad.uitkomst.meldingen]
    assert melding.bevinding.identificatie == 3
    assert pad(VERZEKERAAR, bericht=bericht) == ["8021"]


# Used, but something else decides: the number stays with the message that has it.


@pytest.mark.parametrize("stage", [ALLES, VERZEKERAAR])
def test_gebruikt_nummer_waar_de_controle_uit_staat(pad: Pad, stage: Stage) -> None:
    assert pad(stage, r0116="F1") == []
    pad.beleid(uit=["0116-2"])
    assert pad(stage, r0116="F1", r0432="R2") == []
    pad.beleid()
    assert pad(stage, r0116="F1", r0432="R3") == ["0030"]


def test_gebruikt_nummer_bij_een_andere_verzekeraar_waar_de_controle_uit_staat(pad: Pad) -> None:
    """The other insurer has the number already, from a message that VECOZO did not see."""
    pad.laad(
        uzovi=[{"nummer": "9900", "naam": "A", "soort": "zorgverzekeraar", "edp": True, "beleid": {"uit": ["0116-2"]}}]
    )
    assert pad(ALLES, r0116="F1") == []
    pad(VERZEKERAAR, r0116="F1", r0108="9900", r0432="R2")
    pad(ALLES, r0116="F1", r0108="9900", r0432="R3")
    assert pad(ALLES, r0116="F1", r0432="R4") == ["0030"]


def test_gebruikt_nummer_op_een_bestand_met_een_fout_in_zijn_opbouw(pad: Pad) -> None:
    assert pad(VERZEKERAAR, r0116="F1") == []
    assert pad(VERZEKERAAR, bericht=_zonder_verzekerde()) == ["8026"]
    assert pad(VERZEKERAAR, r0116="F1", r0432="R3") == ["0030"]


def _zonder_verzekerde() -> Bericht:
    return Bericht(voorloop=maak("01", r0116="F1")).voeg_toe("04")
