"""Tests of clusters; they need a PostgreSQL server."""
