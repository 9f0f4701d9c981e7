"""`mzsim cluster status`: who works, and what waits."""

from __future__ import annotations

import json

from mzsim.cluster import app
from mzsim.cluster.database import Cluster
from mzsim.common.version import __version__
from mzsim.program import rules_of_this_program
from tests.cluster.conftest import Shops
from tests.commands import invoke
from tests.server.conftest import submit

_WORKER = """
INSERT INTO werkers (id, computer, proces, programma, regels, wachtrijen, winkel, inzending, deel)
VALUES (%s, 'noord', 41, '0.2.0', %s, %s, 'b', 7, 0.42)
"""


def _a_busy_day(cluster: Cluster, shops: Shops) -> None:
    """Two wait in `a`, one that is lost was at `b`, and the store `c` can't be used."""
    for number in range(2):
        submit(shops["a"], name=f"{number}.asc")
    with cluster.connection() as connection:
        app.ask_for_answers(connection, "b")
        (lost,) = connection.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        ).fetchone() or (0,)
        connection.execute(_WORKER, [lost, rules_of_this_program(), [app.queue(app.STORES)]])
        connection.execute("SELECT procrastinate_fetch_job_v2(NULL, %s)", [lost])
        app.ask_for_answers(connection, "a")
        app.ask_for_answers(connection, "c", later=60)
        app.defer(connection, app.SUITES, app.PLAY, [{"run": 3, "brok": part} for part in range(4)])


def test_for_programs(cluster: Cluster, cluster_url: str, shops: Shops) -> None:
    _a_busy_day(cluster, shops)
    found = json.loads(invoke("cluster", "status", "--store", cluster_url, "--json").stdout)
    assert (found["programma"], found["regels"]) == (__version__, rules_of_this_program())
    (worker,) = found["werkers"]
    assert worker["verloren"]
    assert worker["gehoord"] > 3000
    assert (worker["winkel"], worker["inzending"], worker["deel"]) == ("b", 7, 0.42)
    queues = {queue.pop("wachtrij"): queue for queue in found["wachtrijen"]}
    assert 0 <= queues[app.queue(app.STORES)].pop("oudste") < 60
    assert queues[app.queue(app.STORES)] == {"wachtend": 1, "bezig": 0, "later": 1, "gestrand": 1, "mislukt": 0}
    assert queues[app.queue(app.SUITES)]["wachtend"] == 4
    assert {(one["soort"], one["naam"]): one["aantal"] for one in found["wachtend"]} == {
        ("winkel", "a"): 2,
        ("suite", "3"): 4,
    }


def test_for_people(cluster: Cluster, cluster_url: str, shops: Shops) -> None:
    assert "nobody works for it" in invoke("cluster", "status", "--store", cluster_url).stdout
    _a_busy_day(cluster, shops)
    said = invoke("cluster", "status", "--store", cluster_url).stdout
    assert said.startswith(f"a cluster of mzsim {__version__}, rules {rules_of_this_program()[:8]}\n")
    for words in ("noord", "ago, lost", "b 7: 42%", "winkels@", "suites@"):
        assert words in said
