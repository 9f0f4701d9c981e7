"""The migrations make exactly the schema of the models, are found wherever the program is installed, and can be undone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import mzsim
from mzsim.common.shipped import shipped
from mzsim.store import session
from mzsim.store.models import Basis
from mzsim.store.session import open_store, upgrade_store
from tests.commands import eis_een_regel, invoke, omgeving

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(kale_url: str) -> Iterator[sa.Engine]:
    upgrade_store(kale_url)
    engine = sa.create_engine(kale_url)
    yield engine
    engine.dispose()


def _verschil(engine: sa.Engine) -> list[object]:
    with engine.connect() as verbinding:
        opties = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(verbinding, opts=opties), Basis.metadata))


def test_migraties_maken_de_modellen(engine: sa.Engine) -> None:
    assert _verschil(engine) == []


def test_vergelijking_ziet_een_verschil(engine: sa.Engine) -> None:
    with engine.begin() as verbinding:
        verbinding.execute(sa.text("ALTER TABLE uzovi ADD COLUMN extra INTEGER"))
    assert _verschil(engine) != []


def test_voorwaarden_zijn_die_van_de_modellen(engine: sa.Engine) -> None:
    """Alembic doesn't compare these: check constraints, and what happens to children."""
    gevonden = sa.inspect(engine)
    for naam, tabel in Basis.metadata.tables.items():
        modellen = {str(c.name) for c in tabel.constraints if isinstance(c, sa.CheckConstraint)}
        assert {c["name"] for c in gevonden.get_check_constraints(naam)} == modellen, naam
        verwijzingen = {str(c.name): c.ondelete for c in tabel.foreign_key_constraints}
        in_database = {c["name"]: c["options"].get("ondelete") for c in gevonden.get_foreign_keys(naam)}
        assert in_database == verwijzingen, naam


def test_voorwaarden_gelden(engine: sa.Engine) -> None:
    """The same numbers twice, an unknown outcome, a tariff below zero: the database itself refuses them."""
    goed = [
        "INSERT INTO uzovi (nummer, naam, soort, edp, beleid) VALUES ('0736', 'V', 'zorgverzekeraar', true, '{}')",
        "INSERT INTO factuurnummers (agb, factuurnummer, uzovi, vecozo_sleutel, bij_verzekeraar, ontvangen, uitkomst)"
        " VALUES ('1', 'F1', '0736', '1/F1', true, '2011-05-02', 'toegewezen')",
    ]
    fout = [
        goed[0],
        goed[1],
        goed[0].replace("0736", "0739").replace("zorgverzekeraar", "bank"),
        goed[1].replace("'F1'", "'F2'"),  # another number with VECOZO's key of the first
        goed[1].replace("F1", "F3").replace("toegewezen", "zoek"),
        goed[1].replace("F1", "F4").replace("0736", "9999"),
        "INSERT INTO tarieven (prestatiecode, ingang, tarief) VALUES ('C11', '2011-01-01', -1)",
    ]
    with engine.connect() as verbinding:
        if engine.dialect.name == "sqlite":
            verbinding.execute(sa.text("PRAGMA foreign_keys = ON"))
        for opdracht in goed:
            verbinding.execute(sa.text(opdracht))
        for opdracht in fout:
            with pytest.raises(sa.exc.IntegrityError), verbinding.begin_nested():
                verbinding.execute(sa.text(opdracht))


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(shipped("migrations")))


def test_revisie_is_de_nieuwste_migratie() -> None:
    assert _script().get_current_head() == session.REVISIE
    eerdere = {script.revision for script in _script().walk_revisions()} - {session.REVISIE}
    assert eerdere == session.EERDERE_REVISIES


def test_upgrade_nog_eens_verandert_niets(engine: sa.Engine, kale_url: str) -> None:
    with engine.begin() as verbinding:
        verbinding.execute(sa.text("UPDATE stand SET revisie = 7"))
    upgrade_store(kale_url)
    with engine.connect() as verbinding:
        assert verbinding.scalar(sa.text("SELECT revisie FROM stand")) == 7
        assert verbinding.scalar(sa.text("SELECT version_num FROM alembic_version")) == session.REVISIE


def test_migraties_zijn_terug_te_draaien(engine: sa.Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with engine.begin() as verbinding:
        config.attributes["connection"] = verbinding
        command.downgrade(config, "base")
        assert sa.inspect(verbinding).get_table_names() == ["alembic_version"]
        command.upgrade(config, "head")
    assert _verschil(engine) == []


def test_database_van_een_ander_wordt_geen_store(kale_url: str) -> None:
    engine = sa.create_engine(kale_url)
    with engine.begin() as verbinding:
        verbinding.execute(sa.text("CREATE TABLE van_een_ander (a INTEGER)"))
    for woorden in (["db", "upgrade"], ["replay", "x.asc"]):
        afloop = invoke(*woorden, "--store", kale_url)
        assert (afloop.exit_code, afloop.stdout) == (2, "")
        eis_een_regel(afloop.stderr)
    assert sa.inspect(engine).get_table_names() == ["van_een_ander"]
    engine.dispose()


def test_db_upgrade_op_de_opdrachtregel(kale_url: str) -> None:
    afloop = invoke("db", "upgrade", "--store", kale_url)
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    open_store(kale_url).sluit()


def test_alembic_zelf_vindt_de_migraties(tmp_path: Path) -> None:
    """`alembic upgrade head` in a checkout, on the store of MZSIM_STORE."""
    url = f"sqlite:///{tmp_path}/store.db"
    afloop = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env=omgeving(MZSIM_STORE=url),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert afloop.returncode == 0, afloop.stderr
    open_store(url).sluit()


@pytest.mark.slow
def test_pakket_bevat_wat_het_nodig_heeft(tmp_path: Path) -> None:
    """Laid out as in the wheel, far from the checkout, the program finds its migrations, layouts, lists and examples."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["simulator/mzsim"]
    weg = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(mzsim.__file__).parent, tmp_path / "mzsim", ignore=weg)
    for bron, doel in wheel["force-include"].items():
        if not (tmp_path / doel).exists():
            (shutil.copytree if (ROOT / bron).is_dir() else shutil.copy)(ROOT / bron, tmp_path / doel)
    (tmp_path / "elders").mkdir()
    afloop = subprocess.run(
        [sys.executable, "-m", "mzsim", "demo", "--keep", str(tmp_path / "demo")],
        cwd=tmp_path / "elders",
        env=omgeving(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (afloop.returncode, afloop.stderr) == (0, "")
    assert "4a-fout-in-verzekerdenrecord" in afloop.stdout
    assert (tmp_path / "mzsim" / "shipped" / "migrations" / "versions").is_dir()
