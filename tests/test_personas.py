"""The personas: what `mzsim personas` says comes back is what comes back; the ready-made insurers do what their pages say."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mzsim.common.errors import StoreFileError
from mzsim.domain.findings import Stage
from mzsim.personas import PROEF, file, personas
from mzsim.pipeline import Opdracht, replay
from mzsim.store.session import Database
from mzsim.store.shipped_files import plaats_van
from mzsim.store.templates import verse_store
from mzsim.store.verzekeraarsbestand import lees_bestand
from tests.commands import eis_een_regel, invoke
from tests.retours import lees

pytestmark = pytest.mark.slow

NZA = "@nza-2026"
README = Path(__file__).parents[1] / "README.md"


@cache
def gedocumenteerd() -> dict[str, dict[str, Any]]:
    """What a user reads: the lines of `mzsim personas --json`."""
    regels = invoke("personas", "--json").stdout.splitlines()
    return {persona["id"]: persona for persona in map(json.loads, regels)}


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where loaded stores are kept for the tests of this process."""
    return tmp_path_factory.mktemp("stores")


@pytest.fixture(scope="session")
def verstuurd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `mzsim personas --out`."""
    map_ = tmp_path_factory.mktemp("personas")
    assert invoke("personas", "--out", map_).exit_code == 0
    return map_


def _komt_terug(declaratie: dict[str, Any], store: Database, verstuurd: Path, map_: Path) -> dict[str, Any]:
    """What came back, in the form of the documentation."""
    retour = map_ / "retour.asc"
    opdracht = Opdracht(
        verstuurd / declaratie["bestand"], retour, dt.date.fromisoformat(declaratie["datum"]), Stage.ALL
    )
    uitkomst = replay(opdracht, store)
    return {
        "afzender": uitkomst.afzender,
        "status": str(uitkomst.status),
        "totaal_toegekend": f"{uitkomst.totaal_toegekend / 100:.2f}",
        "terug": [
            {
                "record": r.kenmerk,
                "identificatie": r.identificatie,
                "codes": list(r.codes),
                "toegekend": _euro(r.toegekend),
            }
            for r in lees(retour.read_bytes())
        ],
    }


def _euro(veld: str) -> str:
    """Rubriek 0483 with its sign (empty of other records) as the documentation has it."""
    return f"{int(veld[:-1] or 0) / (-100 if veld.endswith('C') else 100):.2f}"


@pytest.mark.parametrize("id", [p.id for p in personas()])
def test_een_persona_krijgt_terug_wat_er_staat(id: str, stores: Path, verstuurd: Path, tmp_path: Path) -> None:
    """Each on a fresh store with nothing but @proef."""
    with verse_store([plaats_van(PROEF)], stores) as store:
        for declaratie in gedocumenteerd()[id]["declaraties"]:
            assert _komt_terug(declaratie, store, verstuurd, tmp_path) == declaratie["verwacht"]


@pytest.mark.parametrize("lijsten", [(PROEF,), (NZA, PROEF), (PROEF, NZA)], ids=" ".join)
def test_personas_zitten_elkaar_niet_in_de_weg(
    lijsten: tuple[str, ...], stores: Path, verstuurd: Path, tmp_path: Path
) -> None:
    """All of them on one store, from the last to the first; the lists of the NZa beside it change nothing."""
    with verse_store([plaats_van(lijst) for lijst in lijsten], stores) as store:
        for persona in reversed(gedocumenteerd().values()):
            for declaratie in persona["declaraties"]:
                terug = _komt_terug(declaratie, store, verstuurd, tmp_path)
                assert terug == declaratie["verwacht"], persona["id"]


def test_een_gebruiker_kan_het_nadoen(verstuurd: Path, tmp_path: Path) -> None:
    """By the words that `--out` prints, in its folder."""
    store = f"sqlite:///{tmp_path / 'store.db'}"
    assert invoke("db", "load", "--store", store, PROEF).exit_code == 0
    opdrachten = invoke("personas", "dubbel", "--out", tmp_path).stdout.splitlines()
    statussen = []
    for opdracht in opdrachten[:2]:
        programma, *woorden = opdracht.split()
        assert programma == "mzsim"
        statussen.append(json.loads(invoke(*woorden, "--store", store, "--json").stdout)["status"])
    assert statussen == ["volledig_toegewezen", "volledig_afgewezen"]
    assert (tmp_path / "dubbel-1.mz301.asc").read_bytes() == (verstuurd / "dubbel-1.mz301.asc").read_bytes()


def test_de_tabel_in_de_readme_is_vers() -> None:
    """To renew it: mzsim personas --markdown."""
    assert invoke("personas", "--markdown").stdout in (README.read_text("utf-8"))


def test_de_tabel_noemt_iedereen_met_bedrag_en_codes() -> None:
    """The three forms say the same."""
    tabel = invoke("personas").stdout
    for persona in gedocumenteerd().values():
        assert f" {persona['bsn'] or persona['verzekerdennummer']} " in tabel
        een = invoke("personas", persona["bsn"] or persona["id"]).stdout
        assert een.startswith(f"{persona['id']}: {persona['titel']}\n")
        for declaratie in persona["declaraties"]:
            verwacht = declaratie["verwacht"]
            assert f"{verwacht['status']}, {verwacht['totaal_toegekend']} granted" in een
            for terug in verwacht["terug"]:
                assert all(f": {code} " in een for code in terug["codes"])


def test_elke_persona_heeft_een_uitkomst_van_zichzelf() -> None:
    """No two for the same: titles and ids are unique, and together they show every status and some thirty codes."""
    alle = personas()
    assert len({p.id for p in alle}) == len({p.titel for p in alle}) == len({p.sleutel for p in alle}) == len(alle)
    verwacht = [d.verwacht for p in alle for d in p.declaraties]
    assert {v.status for v in verwacht} == {
        *("volledig_toegewezen", "deels_toegewezen", "volledig_afgewezen", "afgekeurd_bestand", "afgekeurd_record")
    }
    gezien = {code for v in verwacht for t in v.terug for code in t.codes}
    assert gezien >= {
        *("0300", "0307", "0320", "0328", "0423", "0550", "0551", "0552", "0553", "0554", "0586", "0587", "0589"),
        *(
            "0030",
            "0611",
            "0613",
            "0633",
            "0634",
            "8002",
            "8004",
            "8017",
            "8021",
            "8022",
            "8024",
            "8059",
            "8060",
            "8073",
        ),
        *("8084", "8096", "8097", "8176", "8198", "8220"),
    }


def test_wie_verzekerd_is_heet_zoals_er_staat() -> None:
    """Name and birth date of a persona are those of the polis; who has none is said to be unknown."""
    polissen = {p.bsn or p.verzekerdennummer: p for p in lees_bestand(plaats_van(PROEF)).inhoud.polissen}
    for persona in personas():
        polis = polissen.pop(persona.sleutel, None)
        if polis is None:
            assert persona.id in ("onbekend", "zonder-bsn-onbekend", "niet-aangesloten")
        else:
            assert (polis.naam, polis.geboortedatum) == (persona.naam, persona.geboortedatum)
    assert not polissen


def test_tarieven_en_regels_van_proef_zijn_die_van_de_nza() -> None:
    proef, nza = (lees_bestand(plaats_van(lijst)).inhoud for lijst in (PROEF, NZA))
    for lijst in ("tarieven", "combinatieregels"):
        regels = getattr(proef, lijst)
        assert regels
        assert all(regel in getattr(nza, lijst) for regel in regels)


def test_de_nummers_van_proef_zijn_van_niemand() -> None:
    """So that @proef can be loaded beside any other."""
    eigen = {regel.nummer for regel in lees_bestand(plaats_van(PROEF)).inhoud.uzovi}
    for lijst in ("@uzovi", "@vgz", "@asr", "@ditzo"):
        assert eigen.isdisjoint(regel.nummer for regel in lees_bestand(plaats_van(lijst)).inhoud.uzovi)


@pytest.mark.parametrize(
    ("woorden", "wat"),
    [
        (("niemand",), "mzsim: niemand: no such persona; mzsim personas lists them"),
        (("--json", "--markdown"), "Error: choose one of --json, --markdown and --out"),
    ],
)
def test_wat_niet_kan(woorden: tuple[str, ...], wat: str) -> None:
    resultaat = invoke("personas", *woorden)
    assert resultaat.exit_code == 2
    assert resultaat.stderr.splitlines()[-1] == wat


def test_de_map_wordt_gemaakt(tmp_path: Path) -> None:
    map_ = tmp_path / "nieuw" / "hier"
    for _ in range(2):
        resultaat = invoke("personas", "dubbel", "--out", map_)
        assert resultaat.exit_code == 0
        gedrukt = [regel.split()[2] for regel in resultaat.stdout.splitlines() if regel.startswith("mzsim replay ")]
        assert sorted(gedrukt) == sorted(str(plaats) for plaats in map_.iterdir()) != []


@pytest.mark.parametrize("plaats", ["bestand", "bestand/map", "nieuw/" + 300 * "x"])
def test_een_map_die_niet_kan(plaats: str, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_bytes(b"")
    resultaat = invoke("personas", "--out", tmp_path / plaats)
    assert (resultaat.exit_code, resultaat.stdout) == (2, "")
    assert eis_een_regel(resultaat.stderr).startswith(f"mzsim: {tmp_path / plaats}: ")
    assert [pad.name for pad in tmp_path.iterdir()] == ["bestand"]


def test_een_rubriek_die_niet_bestaat_wordt_geweigerd(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The data file is read strictly: a mistake in it can't become another declaration."""
    verkeerd = tmp_path / "personas.yaml"
    verkeerd.write_text(file.BESTAND.read_text("utf-8").replace('"0425": 4', '"0499": 4', 1), "utf-8")
    monkeypatch.setattr(file, "BESTAND", verkeerd)
    with pytest.raises(
        StoreFileError, match=r"personas\[10\]\.declaraties\[0\]\.prestaties\[0\].*0499 is no rubriek of record 04"
    ):
        file.lees()
