"""Runs of suites on a cluster: cases that travel to workers, and results that come back."""
