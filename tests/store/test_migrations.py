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
from mzsim.store.models import Model
from mzsim.store.session import open_store, upgrade_store
from tests.commands import invoke, require_one_line, surroundings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(bare_url: str) -> Iterator[sa.Engine]:
    upgrade_store(bare_url)
    engine = sa.create_engine(bare_url)
    yield engine
    engine.dispose()


def _difference(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Model.metadata))


def test_migrations_make_the_models(engine: sa.Engine) -> None:
    assert _difference(engine) == []


def test_the_comparison_sees_a_difference(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE uzovi ADD COLUMN extra INTEGER"))
    assert _difference(engine) != []


def test_constraints_are_those_of_the_models(engine: sa.Engine) -> None:
    """Alembic doesn't compare these: check constraints, and what happens to children."""
    found = sa.inspect(engine)
    for name, table in Model.metadata.tables.items():
        in_models = {str(c.name) for c in table.constraints if isinstance(c, sa.CheckConstraint)}
        assert {c["name"] for c in found.get_check_constraints(name)} == in_models, name
        references = {str(c.name): c.ondelete for c in table.foreign_key_constraints}
        in_database = {c["name"]: c["options"].get("ondelete") for c in found.get_foreign_keys(name)}
        assert in_database == references, name


def test_constraints_hold(engine: sa.Engine) -> None:
    """The same numbers twice, an unknown outcome, a tariff below zero: the database itself refuses them."""
    good = [
        "INSERT INTO uzovi (nummer, naam, soort, edp, beleid) VALUES ('0736', 'V', 'zorgverzekeraar', true, '{}')",
        "INSERT INTO factuurnummers (agb, factuurnummer, uzovi, vecozo_sleutel, bij_verzekeraar, ontvangen, uitkomst)"
        " VALUES ('1', 'F1', '0736', '1/F1', true, '2011-05-02', 'toegewezen')",
    ]
    error = [
        good[0],
        good[1],
        good[0].replace("0736", "0739").replace("zorgverzekeraar", "bank"),
        good[1].replace("'F1'", "'F2'"),  # another number with VECOZO's key of the first
        good[1].replace("F1", "F3").replace("toegewezen", "zoek"),
        good[1].replace("F1", "F4").replace("0736", "9999"),
        "INSERT INTO tarieven (prestatiecode, ingang, tarief) VALUES ('C11', '2011-01-01', -1)",
    ]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(sa.text("PRAGMA foreign_keys = ON"))
        for order in good:
            connection.execute(sa.text(order))
        for order in error:
            with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
                connection.execute(sa.text(order))


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(shipped("migrations")))


def test_the_revision_is_the_newest_migration() -> None:
    assert _script().get_current_head() == session.REVISION
    earlier_records = {script.revision for script in _script().walk_revisions()} - {session.REVISION}
    assert earlier_records == session.EARLIER_REVISIONS


def test_upgrade_once_more_changes_nothing(engine: sa.Engine, bare_url: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE stand SET revisie = 7"))
    upgrade_store(bare_url)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT revisie FROM stand")) == 7
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == session.REVISION


def test_migrations_can_be_undone(engine: sa.Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(config, "head")
    assert _difference(engine) == []


def test_what_stood_in_a_file_that_was_rejected_was_not_judged(engine: sa.Engine) -> None:
    """A store of before 0004 knows no more of a record than what became of its file."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
        connection.execute(
            sa.text("INSERT INTO uzovi (nummer, naam, soort, edp, beleid) VALUES ('0736', 'V', 'dji', true, '{}')")
        )
        for id, outcome in enumerate(("afgekeurd_bestand", "volledig_afgewezen"), start=1):
            connection.execute(
                sa.text(
                    "INSERT INTO berichten (id, agb, uzovi, factuurnummer, soort, ontvangen, uitkomst)"
                    f" VALUES ({id}, '12012345', '0736', 'F{id}', '176', '2011-05-02', '{outcome}')"
                )
            )
            connection.execute(
                sa.text(
                    "INSERT INTO prestaties (bericht_id, persoon, datum, soort, prestatiecode, gebitselement, vlak, kaak,"
                    " behandelaar, referentienummer, vorig_referentienummer, aantal, berekend_bedrag, declaratiebedrag,"
                    " toegekend_bedrag, uitkomst) VALUES"
                    f" ({id}, '123456782', '20110331', '01', 'C11', '00', '', '0', '12004567', 'R', '', 1, 1, 1, 0, 'afgewezen')"
                )
            )
        command.upgrade(config, "head")
        judged = connection.scalars(sa.text("SELECT beoordeeld FROM prestaties ORDER BY bericht_id")).all()
    assert [bool(one) for one in judged] == [False, True]


def test_a_database_of_another_becomes_no_store(bare_url: str) -> None:
    engine = sa.create_engine(bare_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE van_een_ander (a INTEGER)"))
    for words in (["db", "upgrade"], ["replay", "x.asc"]):
        ended = invoke(*words, "--store", bare_url)
        assert (ended.exit_code, ended.stdout) == (2, "")
        require_one_line(ended.stderr)
    assert sa.inspect(engine).get_table_names() == ["van_een_ander"]
    engine.dispose()


def test_db_upgrade_on_the_command_line(bare_url: str) -> None:
    ended = invoke("db", "upgrade", "--store", bare_url)
    assert (ended.exit_code, ended.stderr) == (0, "")
    open_store(bare_url).close()


@pytest.mark.slow
def test_alembic_itself_finds_the_migrations(tmp_path: Path) -> None:
    """`alembic upgrade head` in a checkout, on the store of MZSIM_STORE."""
    url = f"sqlite:///{tmp_path}/store.db"
    ended = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env=surroundings(MZSIM_STORE=url),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    open_store(url).close()


@pytest.mark.slow
def test_the_package_holds_what_it_needs(tmp_path: Path) -> None:
    """Laid out as in the wheel, far from the checkout, the program finds its migrations, layouts, lists and examples."""
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["simulator/mzsim"]
    gone = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(mzsim.__file__).parent, tmp_path / "mzsim", ignore=gone)
    for source, target in wheel["force-include"].items():
        if not (tmp_path / target).exists():
            (shutil.copytree if (ROOT / source).is_dir() else shutil.copy)(ROOT / source, tmp_path / target)
    (tmp_path / "elders").mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "mzsim", "demo", "--keep", str(tmp_path / "demo")],
        cwd=tmp_path / "elders",
        env=surroundings(PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "4a-fout-in-verzekerdenrecord" in ended.stdout
    assert (tmp_path / "mzsim" / "shipped" / "migrations" / "versions").is_dir()
