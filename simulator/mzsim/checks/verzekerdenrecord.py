"""The verzekerdenrecord: rubrieken 0201-0280. A check receives the record and the `Omgeving` in which it stands."""

from __future__ import annotations

from mzsim.checks.register import controle
from mzsim.checks.surroundings import Omgeving
from mzsim.checks.voorlooprecord import ZORGKANTOOR
from mzsim.standard.records import Verzekerdenrecord
from mzsim.standard.values import BSN_ONBEKEND, elfproef, lees_datum

# COD829 (INV 2.3.7): which name comes first in letters; 0 where that does not matter.
_NAAMGEBRUIK = frozenset({b"0", b"1", b"2", b"3", b"4"})


def _geen_geboortedatum(v: Verzekerdenrecord, o: Omgeving) -> bool:
    return lees_datum(v.geboortedatum) is None or v.geboortedatum > o.datum


def _heeft_bsn(v: Verzekerdenrecord) -> bool:
    return v.bsn != BSN_ONBEKEND


@controle(
    "0203-1", 3, "verzekerde", "0435", "VZ",
    bron="INV 2.3.5, BER 0203",
    herstel="Fill 0203 with the BSN of the verzekerde; 999999999 where he has none (not in a Wlz message).",
)  # fmt: skip
def bsn(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """BSN is not numeric, is zeros or fails the elfproef; 999999999 stands for unknown, in a Zvw message only."""
    return not elfproef(v.bsn) and (_heeft_bsn(v) or o.wlz)


@controle(
    "0203-2", 5, "verzekerde", "0435", "VZ",
    bron="INV 2.3.6",
    herstel="Put all prestaties of one verzekerde under one verzekerdenrecord.",
    leest=("0204",),
)  # fmt: skip
def verzekerde_herhaald(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """The key BSN, UZOVI-nummer and verzekerdennummer (in a Wlz message: BSN) stands in an earlier verzekerdenrecord."""
    return o.verzekerde_stond_op != o.regel


@controle(
    "0203-3", 6, "verzekerde", "0320", "Z",
    bron="BER 0203",
    herstel="Check BSN and insurer; the person is not insured here (in the store: polissen).",
    leest=("0204",),
)  # fmt: skip
def bsn_zonder_polis(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """The insurer has no polis for the BSN."""
    return _heeft_bsn(v) and o.eigen_uzovi and not o.polissen


@controle(
    "0204-1", 3, "verzekerde", "0423", "VZ",
    bron="BER 0204",
    herstel="Fill 0204 with the four digits of the UZOVI-nummer of the verzekerde's insurer.",
)  # fmt: skip
def uzovi(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """UZOVI-nummer is not numeric, or 0000."""
    return not v.uzovi.isdigit() or v.uzovi == b"0000"


@controle(
    "0204-2", 6, "verzekerde", "0423", "VZ",
    bron="BER 0204, INV 4.3",
    herstel="Fill 0204 with a known UZOVI-nummer; in a Zvw message not one of a zorgkantoor.",
)  # fmt: skip
def uzovi_onbekend(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """UZOVI-nummer is not a known one, or is of a zorgkantoor in a Zvw message."""
    feit = o.uzovi.get(v.uzovi.decode("iso8859-1"))
    return feit is None or (feit.soort == ZORGKANTOOR and not o.wlz)


@controle(
    "0204-3", 6, "verzekerde", "0423", "Z",
    bron="INV 4.3",
    herstel="Send the declaration to the insurer of 0204, or to the insurer that it is a label of.",
)  # fmt: skip
def uzovi_van_ander(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """In a Zvw message the UZOVI-nummer is neither that of 0108 nor a label of it."""
    return not o.eigen_uzovi


@controle(
    "0205-1", 5, "verzekerde", "0300", "VZ",
    bron="INV 2.3.5",
    herstel="Fill 0205 with the verzekerdennummer where the BSN is unknown (999999999).",
    leest=("0203",),
)  # fmt: skip
def verzekerdennummer_ontbreekt(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Verzekerdennummer is empty while the BSN is 999999999."""
    return not _heeft_bsn(v) and not v.verzekerdennummer.strip()


@controle(
    "0205-2", 5, "verzekerde", "0300", "VZ",
    bron="INV 2.3.5",
    herstel="Leave 0205 empty in a Wlz message.",
)  # fmt: skip
def verzekerdennummer_in_wlz(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Verzekerdennummer is filled in a Wlz message."""
    return o.wlz and v.verzekerdennummer.strip() != b""


@controle(
    "0205-3", 6, "verzekerde", "0300", "Z",
    bron="INV 2.3.5",
    herstel="Check the verzekerdennummer; the insurer has no polis with it (in the store: polissen).",
    leest=("0203", "0204"),
)  # fmt: skip
def verzekerdennummer_onbekend(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """The BSN is 999999999 and the insurer has no polis with this verzekerdennummer."""
    return not _heeft_bsn(v) and o.eigen_uzovi and v.verzekerdennummer.strip() != b"" and not o.polissen


@controle(
    "0207-1", 3, "verzekerde", "8004", "VZ",
    bron="BER 0207",
    herstel="Fill 0207 with the date of birth, EEJJMMDD.",
)  # fmt: skip
def geboortedatum(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Datum geboorte is not an existing date, or after the processing date (BSN known)."""
    return _heeft_bsn(v) and _geen_geboortedatum(v, o)


@controle(
    "0207-2", 3, "verzekerde", "0307", "VZ",
    bron="BER 0207",
    herstel="Fill 0207 with the date of birth, EEJJMMDD.",
)  # fmt: skip
def geboortedatum_zonder_bsn(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Datum geboorte is not an existing date, or after the processing date (BSN 999999999)."""
    return not _heeft_bsn(v) and _geen_geboortedatum(v, o)


@controle(
    "0207-3", 6, "verzekerde", "8004", "Z",
    bron="INV 3.3 example 4a",
    herstel="Check BSN and date of birth together; the polis with this BSN has another date.",
    leest=("0203", "0204"),
)  # fmt: skip
def geboortedatum_van_ander(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Datum geboorte is not that of the polis with this BSN."""
    return _heeft_bsn(v) and _andere_geboortedatum(v, o)


@controle(
    "0207-4", 6, "verzekerde", "0307", "Z",
    bron="INV 2.3.5",
    herstel="Check verzekerdennummer and date of birth together; the polis with this number has another date.",
    leest=("0203", "0204", "0205"),
)  # fmt: skip
def geboortedatum_van_ander_zonder_bsn(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Datum geboorte is not that of the polis with this verzekerdennummer (BSN 999999999)."""
    return not _heeft_bsn(v) and _andere_geboortedatum(v, o)


def _andere_geboortedatum(v: Verzekerdenrecord, o: Omgeving) -> bool:
    return bool(o.polissen) and all(polis.geboortedatum != v.geboortedatum for polis in o.polissen)


@controle(
    "0208-1", 4, "verzekerde", "0351", "VZ",
    bron="BER 0208 (COD046)",
    herstel="Fill 0208 with 1 (male) or 2 (female).",
)  # fmt: skip
def geslacht(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Code geslacht is not 1 or 2."""
    return v.geslacht not in (b"1", b"2")


@controle(
    "0209-1", 4, "verzekerde", "0317", "VZ",
    bron="BER 0209 (COD700), INV 2.3.7",
    herstel="Fill 0209 with 1: name 01 is the name at birth.",
)  # fmt: skip
def naamcode_01(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Naamcode (01) is not 1."""
    return v.naamcode_01 != b"1"


@controle(
    "0210-1", 3, "verzekerde", "0312", "VZ",
    bron="BER 0210",
    herstel="Fill 0210 with the name at birth of the verzekerde.",
)  # fmt: skip
def naam_ontbreekt(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Naam verzekerde (01) is empty."""
    return not v.naam_01.strip(b" ")


@controle(
    "0215-1", 3, "verzekerde", "0310", "VZ",
    bron="BER 0215",
    herstel="Fill 0215 with the initials of the verzekerde.",
)  # fmt: skip
def voorletters_ontbreken(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Voorletters are empty."""
    return not v.voorletters.strip(b" ")


@controle(
    "0216-1", 4, "verzekerde", "0397", "VZ",
    bron="BER 0216 (COD829), INV 2.3.7",
    herstel="Fill 0216 with the way the name is used, 1 to 4, or with 0 where that does not matter.",
)  # fmt: skip
def naamcode_03(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Naamcode (03) is not 0, 1, 2, 3 or 4."""
    return v.naamcode_03 not in _NAAMGEBRUIK


@controle(
    "0219-1", 3, "verzekerde", "0406", "VZ",
    bron="BER 0219, INV 2.3.9",
    herstel="Fill 0219 with the five digits of the house number; 00000 where there is none.",
)  # fmt: skip
def huisnummer(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Huisnummer is not numeric."""
    return not v.huisnummer.isdigit()


@controle(
    "0221-1", 5, "verzekerde", "0316", "VZ",
    bron="BER 0218, 0221",
    herstel="Fill 0221 with the country of a verzekerde who lives abroad (0218).",
    leest=("0218",),
)  # fmt: skip
def land_ontbreekt(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Code land is empty while the postcode buitenland is filled."""
    return v.postcode_buitenland.strip(b" ") != b"" and not v.land.strip(b" ")


@controle(
    "0222-1", 5, "verzekerde", "0630", "VZ",
    bron="INV 2.3.2 table 2-2",
    herstel="Leave 0222 empty in a message to an insurer; it is for a servicebureau.",
)  # fmt: skip
def debiteurnummer_naar_verzekeraar(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Debiteurnummer is filled in a message that is addressed to an insurer."""
    return v.debiteurnummer.strip(b" ") != b""


@controle(
    "0223-1", 4, "verzekerde", "8030", "VZ",
    bron="BER 0223 (COD841)",
    herstel="Fill 0223 with 2, or with 1 where the verzekerde has died.",
)  # fmt: skip
def indicatie_overleden(v: Verzekerdenrecord, o: Omgeving) -> bool:
    """Indicatie cliënt overleden is not 1 or 2."""
    return v.overleden not in (b"1", b"2")
