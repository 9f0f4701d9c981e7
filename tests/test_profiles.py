"""The ready-made insurers @vgz, @asr and @ditzo behave as their pages say, and every figure says where it comes from."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.standard.values import elfproef
from mzsim.store.shipped_files import namen, plaats_van
from mzsim.store.verzekeraarsbestand import lees_bestand
from tests.commands import invoke
from tests.factories import eenvoudig

pytestmark = pytest.mark.slow

PROFIELEN = ("@vgz", "@asr", "@ditzo")
VOLWASSENE, OUDERE, KIND = 0, 1, 2
MET, ZONDER, MACHTIGINGSVRIJ = "12099901", "12099902", "12099903"


class Verzekeraar:
    """A store with one ready-made insurer, and declarations to it."""

    def __init__(self, lijst: str, map_: Path) -> None:
        self.lijst = lijst
        self._map = map_
        self.store = f"sqlite:///{map_ / 'store.db'}"
        self.inhoud = lees_bestand(plaats_van(lijst)).inhoud
        assert invoke("db", "load", "--store", self.store, "@uzovi", "@nza-2026", lijst).exit_code == 0
        self._nummer = 0

    def declareer(self, wie: int, *prestaties: dict[str, str], op: str, praktijk: str = MET) -> dict[str, Any]:
        """Replays one declaration of a verzekerde on a day, and gives what `--json` prints."""
        self._nummer += 1
        polis = self.inhoud.polissen[wie]
        gedaan = [
            {"0408": op, "0410": "N", "0420": "12999901", "0432": f"R{self._nummer}-{n}"} | p
            for n, p in enumerate(prestaties)
        ]
        bericht = eenvoudig(
            r0108=polis.uzovi, r0110="12999901", r0111=praktijk, r0114=min(p["0408"] for p in gedaan),
            r0115=op, r0116=f"F{self._nummer}", r0117=op, r0203=polis.bsn or "", r0204=polis.uzovi,
            r0207=polis.geboortedatum.strftime("%Y%m%d"), r0210=polis.naam,
        )  # fmt: skip
        bericht.details = bericht.details[:1]
        for p in gedaan:
            bericht.voeg_toe("04", **{f"r{rubriek}": waarde for rubriek, waarde in p.items()})
        plaats = self._map / f"{self._nummer}.asc"
        plaats.write_bytes(bytes(bericht))
        dag = dt.datetime.strptime(op, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day, not a moment
        uit = invoke("replay", "--store", self.store, "--date", dag, "--json", plaats)
        assert uit.exit_code == 0
        gevonden: dict[str, Any] = json.loads(uit.stdout)
        return gevonden


def codes(uitkomst: dict[str, Any]) -> list[str]:
    return [m["retourcode"] for m in uitkomst["meldingen"]]


def implantaat(code: str = "J040", tarief: int = 34358) -> dict[str, str]:
    return {"0413": code, "0415": "33", "0424": str(tarief)}


CONTROLE = {"0413": "C002", "0424": "2851"}


@pytest.fixture
def vgz(tmp_path: Path) -> Verzekeraar:
    return Verzekeraar("@vgz", tmp_path)


@pytest.fixture
def asr(tmp_path: Path) -> Verzekeraar:
    return Verzekeraar("@asr", tmp_path)


@pytest.fixture
def ditzo(tmp_path: Path) -> Verzekeraar:
    return Verzekeraar("@ditzo", tmp_path)


def test_vgz_vraagt_een_machtiging_onder_de_standaardmodule(vgz: Verzekeraar) -> None:
    """But not for two implants in the lower jaw (VGZ, Implantologiescores)."""
    assert codes(vgz.declareer(OUDERE, implantaat(), op="20260310")) == ["0551"]
    assert codes(vgz.declareer(OUDERE, implantaat(), op="20260310", praktijk=ZONDER)) == ["0551"]
    assert codes(vgz.declareer(OUDERE, implantaat("J049", 76442), op="20260310")) == []


def test_vgz_vraagt_er_geen_onder_de_machtigingsvrije(vgz: Verzekeraar) -> None:
    uitkomst = vgz.declareer(OUDERE, implantaat(), op="20260310", praktijk=MACHTIGINGSVRIJ)
    assert uitkomst["status"] == "volledig_toegewezen"


def test_vgz_vraagt_er_een_voor_een_kind_boven_het_plafond(vgz: Verzekeraar) -> None:
    """1,400 euro in a kalenderjaar."""
    kiezen = [f"{kwadrant}{plaats}" for kwadrant in range(1, 5) for plaats in range(3, 8)]
    vullingen = [{"0413": "V92", "0415": kies, "0416": "MO", "0424": "7877"} for kies in kiezen[:18]]
    uitkomst = vgz.declareer(KIND, *vullingen, op="20260310")
    assert uitkomst["totaal_toegekend"] == "1339.09"  # 17 x 78.77; the 18th makes it 1417.86
    assert codes(uitkomst) == ["0551"]


def test_vgz_neemt_declaraties_twaalf_maanden_en_betaalt_de_volgende_werkdag(vgz: Verzekeraar) -> None:
    eerder = CONTROLE | {"0408": "20260403"}
    assert codes(vgz.declareer(KIND, eerder, op="20270404")) == ["0586"]
    uitkomst = vgz.declareer(KIND, eerder, op="20270403")
    assert codes(uitkomst) == []
    assert uitkomst["betaaldatum"] == "2027-04-05"  # the 3rd is a Saturday


def test_asr_neemt_declaraties_tot_en_met_30_april_van_het_jaar_erna(asr: Verzekeraar) -> None:
    gedaan = CONTROLE | {"0408": "20260520"}
    assert codes(asr.declareer(KIND, gedaan, op="20270501")) == ["0586"]
    assert codes(asr.declareer(KIND, gedaan, op="20270430")) == []


def test_asr_neemt_declaraties_zonder_contract_voor_minder(asr: Verzekeraar) -> None:
    uitkomst = asr.declareer(KIND, CONTROLE, op="20260310", praktijk=ZONDER)
    assert (codes(uitkomst), uitkomst["totaal_toegekend"]) == (["0613"], "21.38")  # 75 %


def test_ditzo_neemt_declaraties_180_dagen_na_de_maand(ditzo: Verzekeraar) -> None:
    gedaan = CONTROLE | {"0408": "20260310"}
    assert codes(ditzo.declareer(KIND, gedaan, op="20260928")) == ["0586"]
    uitkomst = ditzo.declareer(KIND, gedaan, op="20260927")
    assert codes(uitkomst) == []
    assert uitkomst["betaaldatum"] == "2026-10-27"  # within 30 days


def test_ditzo_neemt_niets_zonder_contract(ditzo: Verzekeraar) -> None:
    uitkomst = ditzo.declareer(KIND, CONTROLE, op="20260310", praktijk=ZONDER)
    assert (uitkomst["status"], codes(uitkomst)) == ("afgekeurd_bestand", ["8022"])


@pytest.mark.parametrize("lijst", PROFIELEN)
def test_de_basisverzekering_is_die_van_de_wet(lijst: str, tmp_path: Path) -> None:
    """75 % of a full denture, 90 % of its repair; a child in full, an adult's check-up not at all."""
    verzekeraar = Verzekeraar(lijst, tmp_path)
    prothese = {"0413": "P020", "0424": "20000"}
    reparatie = {"0413": "P068", "0414": "1", "0424": "2000"}
    assert verzekeraar.declareer(OUDERE, prothese, reparatie, op="20260310")["totaal_toegekend"] == "168.00"
    assert verzekeraar.declareer(KIND, CONTROLE, op="20260310")["totaal_toegekend"] == "28.51"
    assert verzekeraar.declareer(OUDERE, CONTROLE, op="20260310")["totaal_toegekend"] == "0.00"
    assert verzekeraar.declareer(VOLWASSENE, CONTROLE, op="20260310")["totaal_toegekend"] == "21.38"  # TAND, 75 %


@pytest.mark.parametrize("lijst", [*PROFIELEN, "@proef"])
def test_de_verzekerden_zijn_verzonnen(lijst: str) -> None:
    bsns = [polis.bsn for polis in lees_bestand(plaats_van(lijst)).inhoud.polissen if polis.bsn]
    assert len(bsns) == len(set(bsns)) >= 3
    assert all(bsn.startswith("9999") and elfproef(bsn.encode()) for bsn in bsns)


@pytest.mark.parametrize("lijst", PROFIELEN)
def test_elke_keuze_in_het_beleid_zegt_waar_zij_vandaan_komt(lijst: str) -> None:
    """A comment stands before every key of the beleid; what no page says is called invented or assumed."""
    regels = plaats_van(lijst).read_text("utf-8").splitlines()
    (verzekeraar,) = yaml.safe_load("\n".join(regels))["uzovi"]
    for sleutel in verzekeraar["beleid"]:
        plaats = next(i for i, regel in enumerate(regels) if regel.strip().startswith(f"{sleutel}:"))
        omgeving = [regel.strip() for regel in regels[plaats - 2 : plaats + 2]]
        assert any(regel.startswith("#") for regel in omgeving), sleutel


def test_de_hulp_noemt_elke_lijst() -> None:
    hulp = invoke("db", "load", "--help").stdout
    assert all(naam in hulp for naam in namen())


@pytest.mark.parametrize("lijst", PROFIELEN)
def test_een_verzekeraar_laadt_zonder_andere_lijsten(lijst: str, tmp_path: Path) -> None:
    assert invoke("db", "load", "--store", f"sqlite:///{tmp_path / 's.db'}", lijst).exit_code == 0
