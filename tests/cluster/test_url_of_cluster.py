"""The URL of a cluster reaches the same server as that of a store does, and what opens it is shown by neither."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict

from mzsim.cluster.database import cluster_url, conninfo
from mzsim.cluster.errors import ClusterError
from mzsim.store.server import engine_of
from mzsim.store.url import store_url
from tests.commands import invoke, require_one_line
from tests.databases import SERVER

OWN = {"options", "application_name", "connect_timeout", "context"}
"""Arguments that the program, or SQLAlchemy, adds something of its own to."""


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://a%20b:c%20d%25e%2Bf@h:5433/g%20h",
        "postgresql://u:'a\\b@h/db",
        "postgresql://u@/db?host=/a%20b&passfile=/c%20d",
        "postgresql://u@/db?host=a:1&host=b:2",
        "postgresql://u@/db?host=a,b&port=1,2&sslmode=require",
    ],
)
def test_it_is_reached_as_a_store_there(text: str) -> None:
    engine = engine_of(store_url(text), 1.0)
    (_, as_store) = engine.dialect.create_connect_args(engine.url)
    as_cluster = conninfo_to_dict(conninfo(cluster_url(text)))
    assert {name: value for name, value in as_cluster.items() if name not in OWN} == {
        name: str(value) for name, value in as_store.items() if name not in OWN
    }


def test_what_it_asks_of_the_server_is_kept() -> None:
    text = "postgresql://u@h/db?options=-c%20statement_timeout%3D9&options=-c%20geqo%3Doff&connect_timeout=3"
    found = conninfo_to_dict(conninfo(cluster_url(text), "synchronous_commit=off"))
    assert found["options"] == ("-c statement_timeout=9 -c geqo=off -c search_path=mzsim -c synchronous_commit=off")
    assert found["connect_timeout"] == "3"


@pytest.mark.parametrize("arguments", ["host=a:1&host=b:2&port=3", "port=x", "onbekend=geheim%20%25"])
def test_one_that_can_not_be_used_is_one_line(arguments: str) -> None:
    with pytest.raises(ClusterError, match="cluster postgresql://u@/db") as caught:
        conninfo(cluster_url(f"postgresql://u@/db?{arguments}"))
    assert "geheim" not in str(caught.value)


def test_what_is_encoded_arrives_and_is_not_shown() -> None:
    server = sa.make_url(SERVER or "")
    for changed in (server.set(username="een twee", password="a b%c"), server.set(password="a b%c", database="x y")):
        url = changed.render_as_string(hide_password=False)
        for command in (("stores", "list"), ("db", "upgrade"), ("db", "load", "@uzovi")):
            said = require_one_line(invoke(*command, "--store", url).stderr)
            assert ('role "een twee"' in said) or ('database "x y" does not exist' in said)
            assert all(secret not in said for secret in ("a b", "a%20b", "a+b"))
