"""The countries of ISO 3166-1 (COD090), from `countries.tsv`: those in force, and those of ISO 3166-3, which once were."""

from __future__ import annotations

from functools import cache
from pathlib import Path

NETHERLANDS = b"NL"


@cache
def country_codes() -> frozenset[bytes]:
    """The codes of two capitals. One that was withdrawn stays good: a verzekerde may have lived there on the day of treatment."""
    text = Path(__file__).with_name("countries.tsv").read_text("utf-8")
    return frozenset(line.partition("\t")[0].encode("ascii") for line in text.splitlines()[1:])
