"""The migrations make exactly the schema of the models, are found wherever the program is installed, and can be undone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
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
from mzsim.store.portal_models import Model
from mzsim.store.session import open_store, upgrade_store
from mzsim.store.sqlite import SCHEMA
from tests.commands import invoke, require_one_line, surroundings
from tests.databases import IN_A_SCHEMA, engine_to, everywhere
from tests.make_empty_store import made_by_migrations

ROOT = Path(__file__).parents[2]


@pytest.fixture
def engine(bare_url: str) -> sa.Engine:
    upgrade_store(bare_url)
    return engine_to(bare_url)


def _difference(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Model.metadata))


@everywhere
def test_migrations_make_the_models(engine: sa.Engine) -> None:
    assert _difference(engine) == []


def test_a_new_store_is_what_the_migrations_make() -> None:
    """A file that is new is made without them: `python -m tests.make_empty_store` renews what it is made of."""
    # Before 2.1 SQLAlchemy put a default in brackets.
    made = re.sub(r"DEFAULT \((\w+)\)", r"DEFAULT \1", made_by_migrations())
    assert SCHEMA.read_text("utf-8") == made


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


@everywhere
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
    engine = engine_to(bare_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE van_een_ander (a INTEGER)"))
    for words in (["db", "upgrade"], ["replay", "x.asc"]):
        ended = invoke(*words, "--store", bare_url)
        assert (ended.exit_code, ended.stdout) == (2, "")
        require_one_line(ended.stderr)
    assert sa.inspect(engine).get_table_names() == ["van_een_ander"]


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


_BEFORE = "0005"
"""The last schema in which a person had several names."""
_PERSONS_BEFORE = [
    "INSERT INTO uzovi (nummer, naam, soort, edp, label_van, beleid) VALUES"
    " ('0736', 'V', 'zorgverzekeraar', true, null, '{}'), ('0737', 'L', 'zorgverzekeraar', true, '0736', '{}'),"
    " ('0739', 'A', 'zorgverzekeraar', true, null, '{}')",
    "INSERT INTO pakketten (uzovi, code, soort) VALUES ('0736', 'B', 'basis')",
    "INSERT INTO polissen (id, uzovi, persoon, bsn, verzekerdennummer, geboortedatum, naam, ingang) VALUES"
    # Nobody has another number, or no number at all.
    " (1, '0736', '123456782', '123456782', null, '1954-12-10', 'J', '2006-01-01'),"
    " (2, '0736', '100197243', '100197243', 'V0002', '1922-03-22', 'J', '2006-01-01'),"
    # The number went from one person to another.
    " (3, '0736', 'VV0003', null, 'V0003', '1950-01-01', 'J', '2006-01-01'),"
    " (4, '0736', 'VV0003', null, 'V0003', '1960-01-01', 'J', '2010-01-01'),"
    # The BSN became known, with the same polis and with a later one, at a label.
    " (5, '0736', 'VV0005', null, 'V0005', '1970-01-01', 'J', '2006-01-01'),"
    " (6, '0736', '999900249', '999900249', 'V0005', '1970-01-01', 'J', '2006-01-01'),"
    " (7, '0737', 'VV0007', null, 'V0007', '1980-01-01', 'J', '2006-01-01'),"
    " (8, '0736', '999900250', '999900250', 'V0007', '1980-01-01', 'J', '2009-01-01'),"
    # Two may be meant.
    " (9, '0736', 'VV0009', null, 'V0009', '1990-01-01', 'J', '2006-01-01'),"
    " (10, '0736', '999900262', '999900262', 'V0009', '1990-01-01', 'J', '2006-01-01'),"
    " (11, '0736', '999900274', '999900274', 'V0009', '1990-01-01', 'J', '2006-01-01'),"
    # The same number elsewhere is another person's.
    " (12, '0739', 'VV0005', null, 'V0005', '1970-01-01', 'J', '2006-01-01')",
    "INSERT INTO polispakketten (polis_id, volgnummer, uzovi, pakket) VALUES (5, 0, '0736', 'B'), (7, 0, '0736', 'B')",
    "INSERT INTO berichten (id, agb, uzovi, factuurnummer, soort, ontvangen, uitkomst) VALUES"
    " (1, '12012345', '0736', 'F1', '176', '2011-05-02', ''), (2, '12012345', '0737', 'F2', '176', '2011-05-02', ''),"
    " (3, '12012345', '0739', 'F3', '176', '2011-05-02', '')",
]
_DECLARED_BEFORE = [  # message, day, who was declared under the old name, and under the new one
    (1, "20110331", "123456782", "123456782"),
    (1, "20100101", "VV0003", "V19600101V0003"),
    (1, "20091231", "VV0003", "V19500101V0003"),
    (1, "19991231", "VV0003", "V19500101V0003"),
    (1, "20110331", "VV0005", "999900249"),
    (2, "20110331", "VV0007", "999900250"),
    (1, "20110331", "VV0007", "999900250"),
    (1, "20110331", "VV0009", "V19900101V0009"),
    (3, "20110331", "VV0005", "V19700101V0005"),
    (2, "20110331", "VV0005", "999900249"),
    (1, "20110331", "VNOBODY", "V        NOBODY"),
]
_POLISSEN_AFTER = {
    1: ("123456782", "123456782"),
    2: ("100197243", "100197243"),
    3: ("V19500101V0003", None),
    4: ("V19600101V0003", None),
    6: ("999900249", "999900249"),
    7: ("999900250", "999900250"),
    8: ("999900250", "999900250"),
    9: ("V19900101V0009", None),
    10: ("999900262", "999900262"),
    11: ("999900274", "999900274"),
    12: ("V19700101V0005", None),
}


def _persons(connection: sa.Connection) -> tuple[dict[int, tuple[str, str | None]], list[str]]:
    polissen = connection.execute(sa.text("SELECT id, persoon, bsn FROM polissen"))
    return (
        {id: (person, bsn) for id, person, bsn in polissen},
        list(connection.scalars(sa.text("SELECT persoon FROM prestaties ORDER BY id"))),
    )


@everywhere
def test_persons_get_one_name(database: str, bare_url: str) -> None:
    """Of a store that named them by BSN or number alone, back, and once more."""
    engine = engine_to(bare_url)
    if database == IN_A_SCHEMA:
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema("user"))
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, _BEFORE)
        for order in _PERSONS_BEFORE:
            connection.execute(sa.text(order))
        for id, (message, day, old, _) in enumerate(_DECLARED_BEFORE, start=1):
            connection.execute(
                sa.text(
                    "INSERT INTO prestaties (id, bericht_id, persoon, datum, soort, prestatiecode, gebitselement, vlak, kaak,"
                    " behandelaar, referentienummer, vorig_referentienummer, aantal, berekend_bedrag, declaratiebedrag,"
                    " toegekend_bedrag, uitkomst) VALUES (:id, :message, :person, :day, '01', 'C11', '', '', '', '12004567',"
                    " 'R', '', 1, 1, 1, 1, 'toegewezen')"
                ),
                {"id": id, "message": message, "person": old, "day": day},
            )
        command.upgrade(config, "head")
        after = (_POLISSEN_AFTER, [new for *_, new in _DECLARED_BEFORE])
        assert _persons(connection) == after
        assert connection.scalars(sa.text("SELECT polis_id FROM polispakketten")).all() == [7]
        command.downgrade(config, _BEFORE)
        polissen, declared = _persons(connection)
        assert {polissen[id][0] for id in (3, 4, 9, 12)} == {"VV0003", "VV0009", "VV0005"}
        assert declared[:4] == [old for _, _, old, _ in _DECLARED_BEFORE[:4]]
        command.upgrade(config, "head")
        assert _persons(connection) == after


def test_two_persons_with_one_number_do_not_fit_in_an_older_store(engine: sa.Engine) -> None:
    """On the way back one of them stays: there it is one person."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        for order in (_PERSONS_BEFORE[0], _PERSONS_BEFORE[1]):
            connection.execute(sa.text(order))
        for id, born in ((1, "1950-01-01"), (2, "1960-01-01")):
            connection.execute(
                sa.text(
                    "INSERT INTO polissen (id, uzovi, persoon, verzekerdennummer, geboortedatum, naam, ingang) VALUES"
                    f" ({id}, '0736', 'V{born.replace('-', '')}V1', 'V1', '{born}', 'J', '2006-01-01')"
                )
            )
            connection.execute(sa.text(f"INSERT INTO polispakketten VALUES ({id}, 0, '0736', 'B')"))
        command.downgrade(config, _BEFORE)
        assert _persons(connection)[0] == {1: ("VV1", None)}
