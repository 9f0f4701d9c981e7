"""The prestatierecord: whose it is, when, and its reference (rubrieken 0403-0405, 0408, 0432).

A check receives the record and the `Omgeving` in which it stands. The other rubrieken are in `prestatie_vorm` and
`prestatie_bedrag`.
"""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import lees_datum

# First datum prestatie of the standard (INV 4.2).
INGANG_ZVW, INGANG_WLZ = b"20080201", b"20170701"


@controle(
    "0403-1", 5, "prestatie", "0435", "VZ",
    bron="INV 3.3 example 6",
    herstel="Repeat in 0403 the BSN of the verzekerdenrecord above it.",
    leest=("0203",),
    per="sleutel",
)  # fmt: skip
def bsn(p: Prestatierecord, o: Omgeving) -> bool:
    """BSN is not that of the verzekerdenrecord above it."""
    return p.bsn != o.verzekerde.bsn


@controle(
    "0404-1", 5, "prestatie", "0423", "VZ",
    bron="INV 3.3 example 6",
    herstel="Repeat in 0404 the UZOVI-nummer of the verzekerdenrecord above it.",
    leest=("0204",),
    per="sleutel",
)  # fmt: skip
def uzovi(p: Prestatierecord, o: Omgeving) -> bool:
    """UZOVI-nummer is not that of the verzekerdenrecord above it."""
    return p.uzovi != o.verzekerde.uzovi


@controle(
    "0405-1", 5, "prestatie", "0300", "VZ",
    bron="BER 0405",
    herstel="Repeat in 0405 the verzekerdennummer of the verzekerdenrecord above it.",
    per="sleutel",
)  # fmt: skip
def verzekerdennummer(p: Prestatierecord, o: Omgeving) -> bool:
    """Verzekerdennummer is not that of the verzekerdenrecord above it."""
    return p.verzekerdennummer != o.verzekerde.verzekerdennummer


@controle(
    "0408-1", 3, "prestatie", "8007", "VZ",
    bron="INV 3.3 example 4b",
    herstel="Fill 0408 with an existing date, EEJJMMDD.",
    per="inhoud",
)  # fmt: skip
def datum(p: Prestatierecord, o: Omgeving) -> bool:
    """Datum prestatie is not an existing date."""
    return lees_datum(p.datum) is None


@controle(
    "0408-2", 5, "prestatie", "8007", "VZ",
    bron="INV 4.2",
    herstel="Fill 0408 with the day of treatment: from 1-2-2008 (Wlz: 1-7-2017), not before the date of birth.",
    per="datum",
)  # fmt: skip
def datum_te_vroeg(p: Prestatierecord, o: Omgeving) -> bool:
    """Datum prestatie is before 2008-02-01 (Wlz: 2017-07-01), or before the date of birth."""
    ingang = INGANG_WLZ if o.wlz else INGANG_ZVW
    return p.datum < ingang or (o.geboortedatum is not None and p.datum < o.geboortedatum)


@controle(
    "0408-3", 5, "prestatie", "8176", "VZ",
    bron="Vektis, most frequent rejections",
    herstel="Declare only what was done on or before the dagtekening of the factuur (0117).",
    per="inhoud",
)  # fmt: skip
def datum_na_dagtekening(p: Prestatierecord, o: Omgeving) -> bool:
    """Datum prestatie is after the dagtekening of the factuur."""
    return p.datum > o.dagtekening


@controle(
    "0408-4", 6, "prestatie", "0320", "Z",
    bron="COD954 0320",
    herstel="Check where the verzekerde was insured on that date; the polis was not in force.",
    leest=("0203", "0204"),
    per="datum",
)  # fmt: skip
def polis_niet_in_kracht(p: Prestatierecord, o: Omgeving) -> bool:
    """The polis is not in force on the datum prestatie."""
    return bool(o.polissen) and not any(polis.in_kracht(p.datum) for polis in o.polissen)


@controle(
    "0408-5", 6, "prestatie", "0328", "Z",
    bron="COD954 0328",
    herstel="Check the datum prestatie; the verzekerde had died before it.",
    leest=("0203", "0204"),
    per="datum",
)  # fmt: skip
def overleden(p: Prestatierecord, o: Omgeving) -> bool:
    """The verzekerde had died before the datum prestatie."""
    return any(polis.overleden is not None and polis.overleden < p.datum for polis in o.polissen)


@controle(
    "0432-1", 3, "prestatie", "8021", "VZ",
    bron="INV 2.3.17",
    herstel="Give every prestatierecord a referentienummer (0432).",
    per="referentie",
)  # fmt: skip
def referentienummer_ontbreekt(p: Prestatierecord, o: Omgeving) -> bool:
    """Referentienummer dit prestatierecord is empty."""
    return not o.referentie.strip(b" ")


@controle(
    "0432-2", 5, "prestatie", "8021", "VZ",
    bron="INV 2.3.17",
    herstel="Give every prestatierecord a referentienummer (0432) of its own.",
    per="referentie",
)  # fmt: skip
def referentienummer_herhaald(p: Prestatierecord, o: Omgeving) -> bool:
    """Referentienummer is the same as in an earlier prestatierecord of the file."""
    return o.referentie_stond_op != o.regel


@controle(
    "0432-3", 6, "prestatie", "8021", "Z",
    bron="INV 2.3.17",
    herstel="Give the prestatierecord a referentienummer (0432) that was not sent to this insurer in the past five years.",
    per="referentie",
)  # fmt: skip
def referentienummer_gebruikt(p: Prestatierecord, o: Omgeving) -> bool:
    """Referentienummer was sent to this insurer before by the party that is paid, within five years."""
    return o.referentie in o.gebruikte_referenties
