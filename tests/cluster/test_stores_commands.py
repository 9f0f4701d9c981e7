"""The commands `mzsim stores`: what they say, in which words, and with which exit status."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mzsim.cluster import stores
from mzsim.cluster.database import Cluster
from mzsim.cluster.stores import ClusterStores
from mzsim.cluster.stores_display import as_size
from mzsim.store.session import REVISION
from tests.commands import invoke, require_one_line
from tests.databases import SERVER


def _token(stdout: str) -> str:
    (line,) = (line for line in stdout.splitlines() if line.startswith("token: "))
    return line.removeprefix("token: ")


def _standing(cluster_url: str) -> dict[str, str]:
    """How each store stands, for people."""
    rows = [
        re.split("  +", line.strip()) for line in invoke("stores", "list", "--store", cluster_url).stdout.splitlines()
    ]
    return {row[0]: row[-1] for row in rows if len(row) == 7 and row[0] != "name"}


@pytest.mark.slow
def test_from_making_to_dropping(cluster_url: str, cluster: Cluster, tmp_path: Path) -> None:
    at, file = ("--store", cluster_url), tmp_path / "x.db"
    assert invoke("stores", "list", *at).stdout == "there are no stores; make one: mzsim stores make NAME\n"
    made = invoke("stores", "make", "proef-1", *at)
    assert made.stdout.startswith("proef-1: made\ntoken: ")
    assert ClusterStores(cluster).opened_by(_token(made.stdout)) == {"proef-1"}
    again = invoke("stores", "make", "proef-1", *at)
    assert (again.exit_code, "there is a store proef-1 already" in require_one_line(again.stderr)) == (2, True)
    assert invoke("db", "load", "@proef", "--store", f"{cluster_url}&schema=mzsim_proef_1").exit_code == 0

    (listed,) = map(json.loads, invoke("stores", "list", *at, "--json").stdout.splitlines())
    size = listed.pop("omvang")
    assert size > 500_000
    assert len(listed.pop("gemaakt")) == 20
    assert listed == {
        "naam": "proef-1",
        "versie": REVISION,
        "wachtend": 0,
        "beantwoord": 0,
        "gearchiveerd": None,
        "half": False,
        "dicht": False,
    }
    assert _standing(cluster_url) == {"proef-1": "open"}

    renewed = _token(invoke("stores", "token", "proef-1", *at).stdout)
    assert renewed != _token(made.stdout)
    assert ClusterStores(cluster).opened_by(renewed) == {"proef-1"}

    archived = invoke("stores", "archive", "proef-1", "--out", file, "--drop", *at).stdout
    assert archived.startswith("proef-1: ")
    assert archived.endswith(f" rows -> {file}, {file.stat().st_size} bytes; the store was dropped\n")
    assert _standing(cluster_url)["proef-1"].startswith("archived 20")
    for words in (("archive", "proef-1", "--out", tmp_path / "y.db"), ("migrate", "proef-1")):
        ended = invoke("stores", *words, *at)
        assert ended.exit_code == 2
        assert "the store proef-1 was archived, or is half made" in require_one_line(ended.stderr)

    assert f" rows from {file}\ntoken: " in invoke("stores", "restore", file, "anders", *at).stdout
    assert _standing(cluster_url)["anders"] == "open"
    assert invoke("stores", "drop", "anders", "--yes", *at).stdout == "anders: dropped\n"
    assert set(_standing(cluster_url)) == {"proef-1"}
    assert invoke("stores", "drop", "proef-1", "--yes", *at).exit_code == 0
    assert _standing(cluster_url) == {}


@pytest.mark.slow
def test_migrating(cluster_url: str, cluster: Cluster) -> None:
    """One that was never made is made, one of another program stops no other."""
    registry = ClusterStores(cluster)
    for name in ("b-nieuw", "a-vreemd", "c-archief"):
        registry.add(name, "", None)
    with cluster.connection() as connection:
        connection.execute("CREATE SCHEMA mzsim_a_vreemd CREATE TABLE van_een_ander (a integer)")
        stores.end(connection, stores.tenant(connection, "c-archief"), half=False)
    assert _standing(cluster_url)["b-nieuw"] == "not made; migrate it"
    ended = invoke("stores", "migrate", "--all", "--store", cluster_url)
    assert (ended.exit_code, ended.stdout) == (2, f"b-nieuw: nothing -> {REVISION}\n")
    assert "mzsim: a-vreemd: store " in require_one_line(ended.stderr)
    assert "holds other tables" in ended.stderr
    ended = invoke("stores", "migrate", "b-nieuw", "--store", cluster_url)
    assert (ended.exit_code, ended.stdout) == (0, "b-nieuw: is up to date\n")
    assert set(_standing(cluster_url)) == {"a-vreemd", "b-nieuw", "c-archief"}


def test_dropping_is_asked(cluster_url: str, cluster: Cluster) -> None:
    ClusterStores(cluster).add("proef", "", None)
    ended = invoke("stores", "drop", "proef", "--store", cluster_url)
    assert ended.exit_code == 2
    # An older click takes no answer for a no.
    assert ended.stderr.rstrip().endswith(("give --yes", "nothing was dropped"))
    assert [store.name for store in stores.tenants(cluster)] == ["proef"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("make", "Proef"), "'Proef' is no name of a store"),
        (("drop", "niemand"), "there is no store 'niemand'"),
        (("drop", "niemand", "--yes"), "there is no store 'niemand'"),
        (("token", "niemand"), "there is no store 'niemand'"),
        (("migrate", "niemand"), "niemand: there is no store 'niemand'"),
        (("archive", "niemand", "--out", "nergens/x.db"), "can't be written"),
        (("restore", "nergens.db", "proef"), "is not there"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_can_not_be_done_is_said_in_a_line(
    words: tuple[str, ...], said: str, cluster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = invoke("stores", *words, "--store", cluster_url)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert said in require_one_line(ended.stderr)


@pytest.mark.parametrize("words", [(), ("proef", "--all")])
def test_migrate_takes_names_or_all(words: tuple[str, ...], cluster_url: str) -> None:
    assert invoke("stores", "migrate", *words, "--store", cluster_url).exit_code == 2


def test_a_database_that_is_no_cluster_says_how_to_make_one() -> None:
    ended = invoke("stores", "list", "--store", SERVER)
    assert ended.exit_code == 2
    assert "mzsim cluster init" in require_one_line(ended.stderr)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (236_437_504, "236.4 MB"), (5 * 10**15, "5000.0 TB")],
)
def test_sizes(size: int, expected: str) -> None:
    assert as_size(size) == expected
