"""A cluster is made once, brought up to date as often as one likes, and refused where the program isn't the one for it."""

from __future__ import annotations

import re
from contextlib import closing

import pytest

from mzsim.cluster import app, schema
from mzsim.cluster.database import Cluster, conninfo
from mzsim.cluster.errors import ClusterError
from mzsim.program import rules_of_this_program
from mzsim.store.url import store_url
from tests.commands import invoke, require_one_line
from tests.databases import SERVER


def test_making_it_again_changes_nothing(cluster: Cluster) -> None:
    before = schema.made(cluster)
    assert before.regels == rules_of_this_program()
    assert schema.other_rules(before) is None
    assert schema.init(cluster) == before


def test_a_database_that_is_no_cluster_says_how_to_make_one() -> None:
    """With a URL that reaches the same database."""
    assert SERVER is not None
    says = r"is no cluster yet; make it one: mzsim cluster init --store '?([^']*)'?$"
    with closing(Cluster(SERVER)) as none, pytest.raises(ClusterError, match=says) as told:
        schema.made(none)
    said = re.search(says, str(told.value))
    assert said is not None
    assert conninfo(store_url(said[1])) == conninfo(none.url)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("versie = versie + 1", "was made by a newer mzsim; upgrade the program"),
        ("versie = versie - 1", "was made by an older program; run mzsim cluster init once"),
        ("wachtrij = '99'", "was made with a newer procrastinate; upgrade it here too"),
        ("wachtrij = '00'", "was made by an older program; run mzsim cluster init once"),
    ],
)
def test_tables_of_another_form_are_refused(cluster: Cluster, changed: str, said: str) -> None:
    with cluster.connection() as connection:
        connection.execute(f"UPDATE cluster SET {changed}".encode())
    with pytest.raises(ClusterError, match=said):
        schema.made(cluster)


def test_whoever_makes_it_anew_has_it_run_on_its_own_rules_and_what_waits_is_for_those(cluster: Cluster) -> None:
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "proef")
        connection.execute("UPDATE cluster SET regels = 'anders'")
        connection.execute("UPDATE procrastinate_jobs SET queue_name = 'winkels@anders'")
        assert "the cluster runs on other rules: anders of mzsim" in str(schema.other_rules(schema.made(cluster)))
        schema.init(cluster)
        assert connection.execute("SELECT queue_name FROM procrastinate_jobs").fetchall() == [(app.queue(app.STORES),)]


def test_the_command(cluster_url: str) -> None:
    ended = invoke("cluster", "init", "--store", cluster_url)
    assert ended.exit_code == 0
    assert ended.stdout.startswith("the cluster is up to date; it runs on mzsim ")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("x.db", "x.db can't be a cluster: it takes a database of PostgreSQL"),
        ("postgresql://u:geheim@127.0.0.1:1/x", "cluster postgresql://u:***@127.0.0.1:1/x: "),
    ],
)
def test_what_can_be_no_cluster_is_refused_in_a_line(url: str, said: str) -> None:
    ended = invoke("cluster", "init", "--store", url)
    assert ended.exit_code == 2
    line = require_one_line(ended.stderr)
    assert said in line
    assert "geheim" not in line
