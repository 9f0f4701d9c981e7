"""The verzekerdenrecord: rubrieken 0201-0280. A check receives the record and the `Surroundings` in which it stands."""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.checks.voorlooprecord import ZORGKANTOOR
from mzsim.standard.countries import NETHERLANDS, country_codes
from mzsim.standard.records import Verzekerdenrecord
from mzsim.standard.values import BSN_UNKNOWN, elfproef, filled_text, read_date

# COD829 (INV 2.3.7): which name comes first in letters; 0 where that does not matter.
_NAME_USAGE = frozenset({b"0", b"1", b"2", b"3", b"4"})


def _no_geboortedatum(v: Verzekerdenrecord, o: Surroundings) -> bool:
    return read_date(v.geboortedatum) is None or v.geboortedatum > o.today


def _has_bsn(v: Verzekerdenrecord) -> bool:
    return v.bsn != BSN_UNKNOWN


@check(
    "0203-1", 3, "verzekerde", "0435", "VZ",
    source="INV 2.3.5, BER 0203",
    remedy="Fill 0203 with the BSN of the verzekerde; 999999999 where he has none (not in a Wlz message).",
)  # fmt: skip
def bsn(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """BSN is not numeric, is zeros or fails the elfproef; 999999999 stands for unknown, in a Zvw message only."""
    return not elfproef(v.bsn) and (_has_bsn(v) or o.wlz)


@check(
    "0203-2", 5, "verzekerde", "0435", "VZ",
    source="INV 2.3.6",
    remedy="Put all prestaties of one verzekerde under one verzekerdenrecord.",
    reads=("0204", "0205"),
)  # fmt: skip
def verzekerde_repeated(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """The key BSN, UZOVI-nummer and verzekerdennummer (in a Wlz message: BSN) stands in an earlier verzekerdenrecord."""
    return o.verzekerde_stood_at != o.line


@check(
    "0203-3", 6, "verzekerde", "0320", "Z",
    source="BER 0203",
    remedy="Check BSN and insurer; the person is not insured here (in the store: polissen).",
    reads=("0204", "0205"),
)  # fmt: skip
def bsn_without_polis(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """The insurer has no polis for the BSN."""
    return _has_bsn(v) and o.own_uzovi and not o.polissen


@check(
    "0204-1", 3, "verzekerde", "0423", "VZ",
    source="BER 0204",
    remedy="Fill 0204 with the four digits of the UZOVI-nummer of the verzekerde's insurer.",
    per="inhoud",
)  # fmt: skip
def uzovi(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """UZOVI-nummer is not numeric, or 0000."""
    return not v.uzovi.isdigit() or v.uzovi == b"0000"


@check(
    "0204-2", 6, "verzekerde", "0423", "VZ",
    source="BER 0204, INV 4.3",
    remedy="Fill 0204 with a known UZOVI-nummer; in a Zvw message not one of a zorgkantoor.",
    per="inhoud",
)  # fmt: skip
def uzovi_unknown(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """UZOVI-nummer is not a known one, or is of a zorgkantoor in a Zvw message."""
    fact = o.uzovi.get(v.uzovi.decode("iso8859-1"))
    return fact is None or (fact.kind == ZORGKANTOOR and not o.wlz)


@check(
    "0204-3", 6, "verzekerde", "0423", "Z",
    source="INV 4.3",
    remedy="Send the declaration to the insurer of 0204, or to the insurer that it is a label of.",
)  # fmt: skip
def uzovi_of_other(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """In a Zvw message the UZOVI-nummer is neither that of 0108 nor a label of it."""
    return not o.own_uzovi


@check(
    "0205-1", 5, "verzekerde", "0300", "VZ",
    source="INV 2.3.5",
    remedy="Fill 0205 with the verzekerdennummer where the BSN is unknown (999999999).",
    reads=("0203",),
)  # fmt: skip
def verzekerdennummer_missing(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Verzekerdennummer is empty while the BSN is 999999999."""
    return not _has_bsn(v) and not v.verzekerdennummer.strip()


@check(
    "0205-2", 5, "verzekerde", "0300", "VZ",
    source="INV 2.3.5",
    remedy="Leave 0205 empty in a Wlz message.",
)  # fmt: skip
def verzekerdennummer_in_wlz(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Verzekerdennummer is filled in a Wlz message."""
    return o.wlz and v.verzekerdennummer.strip() != b""


@check(
    "0205-3", 6, "verzekerde", "0300", "Z",
    source="INV 2.3.5",
    remedy="Check the verzekerdennummer; the insurer has no polis with it (in the store: polissen).",
    reads=("0203", "0204"),
)  # fmt: skip
def verzekerdennummer_unknown(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """The BSN is 999999999 and the insurer has no polis with this verzekerdennummer, be it one that holds a BSN."""
    return not _has_bsn(v) and o.own_uzovi and v.verzekerdennummer.strip() != b"" and not o.number_known


@check(
    "0205-5", 6, "verzekerde", "0300", "Z",
    source="INV 2.3.5, 2.3.6 (which code: our choice)",
    remedy="Declare with the BSN (0203); several persons have this verzekerdennummer and date of birth (in the store: polissen).",
    reads=("0203", "0204", "0207"),
)  # fmt: skip
def verzekerdennummer_of_several(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """The BSN is 999999999 and several persons have this verzekerdennummer and date of birth."""
    return not _has_bsn(v) and o.fitting > 1


@check(
    "0205-4", 3, "verzekerde", "0300", "VZ",
    source="BER 0205, INV 2.2.2",
    remedy="Fill 0205 from its first position with the verzekerdennummer, its leading zeros included.",
)  # fmt: skip
def verzekerdennummer_not_left_aligned(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Verzekerdennummer is filled and begins with a space while the BSN is 999999999."""
    return not _has_bsn(v) and v.verzekerdennummer.startswith(b" ") and v.verzekerdennummer.strip(b" ") != b""


@check(
    "0207-1", 3, "verzekerde", "8004", "VZ",
    source="BER 0207",
    remedy="Fill 0207 with the date of birth, EEJJMMDD.",
)  # fmt: skip
def geboortedatum(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Datum geboorte is not an existing date, or after the processing date (BSN known)."""
    return _has_bsn(v) and _no_geboortedatum(v, o)


@check(
    "0207-2", 3, "verzekerde", "0307", "VZ",
    source="BER 0207",
    remedy="Fill 0207 with the date of birth, EEJJMMDD.",
)  # fmt: skip
def geboortedatum_without_bsn(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Datum geboorte is not an existing date, or after the processing date (BSN 999999999)."""
    return not _has_bsn(v) and _no_geboortedatum(v, o)


@check(
    "0207-3", 6, "verzekerde", "8004", "Z",
    source="INV 3.3 example 4a",
    remedy="Check BSN and date of birth together; the polis with this BSN has another date.",
    reads=("0203", "0204", "0205"),
)  # fmt: skip
def geboortedatum_of_other(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Datum geboorte is not that of the polis with this BSN."""
    if not _has_bsn(v) or not o.polissen:
        return False
    return all(polis.geboortedatum != v.geboortedatum for polis in o.polissen)


@check(
    "0207-4", 6, "verzekerde", "0307", "Z",
    source="INV 2.3.5",
    remedy="Check verzekerdennummer and date of birth together; who has this number was born on another date.",
    reads=("0203", "0204", "0205"),
)  # fmt: skip
def geboortedatum_of_other_without_bsn(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Datum geboorte is that of no polis with this verzekerdennummer (BSN 999999999)."""
    return not _has_bsn(v) and o.number_known and not o.fitting


@check(
    "0213-2", 5, "verzekerde", "8072", "VZ",
    source="BER 0213, INV 2.3.7",
    remedy="Fill the name of the partner (0213) where naamcode 02 (0212) is 2, and only there.",
    reads=("0212",),
    per="inhoud",
)  # fmt: skip
def name_of_partner(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Naam verzekerde (02) is empty while naamcode (02) is 2, or filled while that is 0."""
    return filled_text(v.naam_02) != (v.naamcode_02 == b"2")


@check(
    "0214-2", 5, "verzekerde", "8072", "VZ",
    source="BER 0214",
    remedy="Leave the prefix of the partner's name (0214) empty where there is no such name (0212 = 0, 0213 empty).",
    reads=("0212", "0213"),
    per="inhoud",
)  # fmt: skip
def prefix_without_name(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Voorvoegsel verzekerde (02) is filled while naamcode (02) is 0 and naam (02) is empty."""
    return filled_text(v.voorvoegsel_02) and v.naamcode_02 == b"0" and not filled_text(v.naam_02)


@check(
    "0216-1", 4, "verzekerde", "0397", "VZ",
    source="BER 0216 (COD829), INV 2.3.7",
    remedy="Fill 0216 with the way the name is used, 1 to 4, or with 0 where that does not matter.",
    per="inhoud",
)  # fmt: skip
def naamcode_03(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Naamcode (03) is not 0, 1, 2, 3 or 4."""
    return v.naamcode_03 not in _NAME_USAGE


@check(
    "0216-2", 5, "verzekerde", "0397", "V",
    source="INV 2.3.7 table 2-5",
    remedy="Fill 0216 with the way in which the verzekerde uses his name, 1 to 4, in a message to a servicebureau.",
    per="inhoud",
)  # fmt: skip
def naamcode_03_to_servicebureau(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Naamcode (03) is 0 in a message to a servicebureau."""
    return o.to_servicebureau and v.naamcode_03 == b"0"


@check(
    "0218-2", 5, "verzekerde", "8072", "VZ",
    source="BER 0217, 0218",
    remedy="Fill either the Dutch postcode (0217) or the foreign one (0218): that of where the verzekerde lives.",
    reads=("0217",),
    per="inhoud",
)  # fmt: skip
def two_postcodes(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Postcode buitenland is filled while the Dutch postcode is filled too."""
    return filled_text(v.postcode_buitenland) and filled_text(v.postcode)


@check(
    "0221-1", 5, "verzekerde", "0316", "VZ",
    source="BER 0218, 0221",
    remedy="Fill 0221 with the country of a verzekerde who lives abroad (0218).",
    reads=("0217", "0218"),
    per="inhoud",
)  # fmt: skip
def land_missing(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Code land is empty while the postcode buitenland is filled (not judged where both postcodes are)."""
    return filled_text(v.postcode_buitenland) and not filled_text(v.postcode) and not filled_text(v.land)


@check(
    "0221-2", 4, "verzekerde", "0316", "VZ",
    source="BER 0221 (COD090): ISO 3166-1",
    remedy="Fill 0221 with the two capitals of ISO 3166-1 for the country (NL, BE, DE), or with spaces.",
    per="inhoud",
)  # fmt: skip
def land_unknown(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Code land is filled and not a code of ISO 3166-1, in force or once in force."""
    return filled_text(v.land) and v.land not in country_codes()


@check(
    "0221-3", 5, "verzekerde", "0316", "VZ",
    source="BER 0217, 0218, 0221",
    remedy="Name the country of the postcode in 0221: NL or none beside a Dutch one (0217), another beside a foreign one (0218).",
    reads=("0217", "0218"),
    per="inhoud",
)  # fmt: skip
def land_of_other_postcode(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Code land is NL while the postcode buitenland is filled, or another while the Dutch postcode is (not judged where both
    are)."""
    abroad = filled_text(v.postcode_buitenland)
    return filled_text(v.land) and abroad != filled_text(v.postcode) and abroad == (v.land == NETHERLANDS)


@check(
    "0222-1", 5, "verzekerde", "0630", "VZ",
    source="INV 2.3.2 table 2-2",
    remedy="Leave 0222 empty in a message to an insurer; it is for a servicebureau.",
    per="inhoud",
)  # fmt: skip
def debiteurnummer_to_insurer(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """Debiteurnummer is filled in a message that is addressed to an insurer."""
    return not o.to_servicebureau and v.debiteurnummer.strip(b" ") != b""


@check(
    "0222-2", 5, "verzekerde", "0630", "V",
    source="INV 2.3.2 table 2-2",
    remedy="Fill 0222 with 0303 of the debiteurrecord below it; leave it empty where there is no debiteurrecord.",
)  # fmt: skip
def debiteurnummer_without_debiteur(v: Verzekerdenrecord, o: Surroundings) -> bool:
    """To a servicebureau: debiteurnummer is filled without a debiteurrecord that carries it, or empty with one."""
    return o.to_servicebureau and not o.debiteur_fits
