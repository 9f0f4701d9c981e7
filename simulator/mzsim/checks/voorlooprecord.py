"""The voorlooprecord: rubrieken 0101-0180.

A check receives the record and a `Voorloopomgeving`. Every code here rejects the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mzsim.checks.register import controle
from mzsim.domain.facts import ContractFeit, UzoviFeit, Zorgaanbieders
from mzsim.standard.messages import HEEN
from mzsim.standard.records import Voorlooprecord
from mzsim.standard.values import gevuld, lees_datum

WLZ, ZVW = HEEN.wlz, HEEN.zvw
ZORGKANTOOR = "zorgkantoor"

# AGB kinds that are institutions: rechtspersoon, gezondheidscentrum, samenwerkingsverband (INV 2.3.2).
_SOORT_INSTELLING = (b"17", b"37", b"53")
_SOORT_SERVICEBUREAU = b"98"

PARTIJ = {b"01": "0109", b"02": "0110", b"03": "0111", b"04": "0112"}
"""COD833: which rubriek names the party that is paid, by the value of 0113."""


class Voorloopomgeving(NamedTuple):
    """What the checks of the voorlooprecord know beside it.

    `datum` is the processing date as EEJJMMDD; `zorgaanbieders` are those of 0109-0112 that the register holds, None
    where there is no register. The last two say what the insurer's beleid asks: the contracts of the party that is paid,
    None where it needs none, and the oldest day that 0117 may hold.
    """

    datum: bytes
    uzovi: Mapping[str, UzoviFeit]
    factuurnummer_gebruikt: bool
    zorgaanbieders: Zorgaanbieders | None
    contracten: Sequence[ContractFeit] | None = None
    oudste_dagtekening: bytes = b""


def partij(v: Voorlooprecord) -> bytes:
    """The AGB-code of the party that is paid (0113 over 0109-0112); empty where 0113 names none."""
    codes = {"0109": v.servicebureau, "0110": v.zorgverlener, "0111": v.praktijk, "0112": v.instelling}
    rubriek = PARTIJ.get(v.betaling_aan)
    return codes[rubriek] if rubriek else b""


def declarant(v: Voorlooprecord) -> bytes:
    """The AGB-code of the instelling (0112) or else the praktijk (0111) that declares; empty where there is neither."""
    return next((code for code in (v.instelling, v.praktijk) if gevuld(code)), b"")


def _uzovi(v: Voorlooprecord, o: Voorloopomgeving) -> UzoviFeit | None:
    return o.uzovi.get(v.uzovi.decode("iso8859-1"))


def _aangesloten(v: Voorlooprecord, o: Voorloopomgeving) -> UzoviFeit | None:
    feit = _uzovi(v, o)
    return feit if feit and feit.edp else None


@controle(
    "0102-1", 3, "voorloop", "0010", "VZ",
    bron="COD954 0010",
    herstel="Fill 0102 with 176 (Zvw) or 250 (Wlz).",
)  # fmt: skip
def bericht_ontbreekt(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Code externe-integratiebericht is not numeric, or 000."""
    return not v.bericht.isdigit() or v.bericht == b"000"


@controle(
    "0102-2", 4, "voorloop", "8061", "VZ",
    bron="BER 0102, INV 4.2",
    herstel="Send a declaration: 176 (Zvw) or 250 (Wlz) in 0102.",
    leest=("0102",),
)  # fmt: skip
def ander_bericht(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Code externe-integratiebericht is of another message than 176 (Zvw) or 250 (Wlz)."""
    return v.bericht.isdigit() and v.bericht not in (b"000", ZVW, WLZ)


@controle(
    "0103-1", 4, "voorloop", "0011", "VZ",
    bron="BER 0103",
    herstel="Fill 0103 with 01.",
)  # fmt: skip
def versie(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Versienummer berichtstandaard is not 01."""
    return v.versie != b"01"


@controle(
    "0104-1", 4, "voorloop", "8027", "VZ",
    bron="BER 0104",
    herstel="Fill 0104 with 03.",
)  # fmt: skip
def subversie(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Subversienummer berichtstandaard is not 03."""
    return v.subversie != b"03"


@controle(
    "0105-1", 4, "voorloop", "8028", "VZ",
    bron="BER 0105 (COD856)",
    herstel="Fill 0105 with P (production) or T (test).",
)  # fmt: skip
def soort_bericht(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Soort bericht is not P or T."""
    return v.soort_bericht not in (b"P", b"T")


@controle(
    "0108-1", 3, "voorloop", "0018", "VZ",
    bron="BER 0108, INV 2.3.2",
    herstel="Fill 0108 with the four digits of the UZOVI-nummer of the insurer or zorgkantoor.",
)  # fmt: skip
def uzovi_ontbreekt(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """UZOVI-nummer is not numeric, or 0000."""
    return not v.uzovi.isdigit() or v.uzovi == b"0000"


@controle(
    "0108-2", 6, "voorloop", "8198", "VZ",
    bron="INV 3.2 example 2a",
    herstel="Address an insurer that is connected to the declaratieportaal (in the store: uzovi, edp: true).",
)  # fmt: skip
def uzovi_niet_aangesloten(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """UZOVI-nummer is not one of an insurer connected to the declaratieportaal."""
    return _aangesloten(v, o) is None


@controle(
    "0108-3", 6, "voorloop", "0018", "VZ",
    bron="INV 4.2, 4.3",
    herstel="Send a Zvw message (176) to a zorgverzekeraar and a Wlz message (250) to a zorgkantoor.",
    leest=("0102",),
)  # fmt: skip
def uzovi_van_andere_soort(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """UZOVI-nummer is of a zorgkantoor in a Zvw message, or not of a zorgkantoor in a Wlz message."""
    feit = _aangesloten(v, o)
    return feit is not None and (feit.soort == ZORGKANTOOR) != (v.bericht == WLZ)


@controle(
    "0109-1", 3, "voorloop", "0013", "VZ",
    bron="BER 0109",
    herstel="Fill 0109 with the AGB-code of the servicebureau (it begins with 98), or with zeros.",
)  # fmt: skip
def servicebureau(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Code servicebureau is not numeric, or filled and not of AGB kind 98."""
    code = v.servicebureau
    return not code.isdigit() or (gevuld(code) and code[:2] != _SOORT_SERVICEBUREAU)


@controle(
    "0110-1", 3, "voorloop", "0014", "VZ",
    bron="BER 0110",
    herstel="Fill 0110 with the eight digits of the AGB-code of the zorgverlener, or with zeros.",
)  # fmt: skip
def zorgverlener(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Zorgverlenerscode is not numeric."""
    return not v.zorgverlener.isdigit()


@controle(
    "0110-2", 5, "voorloop", "0014", "VZ",
    bron="BER 0110, INV 2.3.2",
    herstel="Fill 0110 with the zorgverlener where a praktijk (0111) declares or no instelling (0112) does.",
    leest=("0111", "0112"),
)  # fmt: skip
def zorgverlener_ontbreekt(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Zorgverlenerscode is empty while the praktijkcode is filled, or while the instellingscode is empty too."""
    return not gevuld(v.zorgverlener) and (gevuld(v.praktijk) or not gevuld(v.instelling))


@controle(
    "0110-3", 5, "voorloop", "0014", "VZ",
    bron="INV 2.3.2 table 2-2, 1B, 2D",
    herstel="Name either a zorgverlener (0110) or an instelling (0112); kinds 17, 37 and 53 are instellingen.",
    leest=("0112",),
)  # fmt: skip
def zorgverlener_naast_instelling(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Zorgverlenerscode is filled while the instellingscode is, or is of AGB kind 17, 37 or 53."""
    return gevuld(v.zorgverlener) and (gevuld(v.instelling) or v.zorgverlener[:2] in _SOORT_INSTELLING)


@controle(
    "0111-1", 3, "voorloop", "0016", "VZ",
    bron="BER 0111, INV 2.3.2",
    herstel="Fill 0111 with the AGB-code of the praktijk (its third position is 0), or with zeros.",
)  # fmt: skip
def praktijk(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Praktijkcode is not numeric, or filled and its third position is not 0."""
    return not v.praktijk.isdigit() or (gevuld(v.praktijk) and v.praktijk[2:3] != b"0")


@controle(
    "0111-2", 5, "voorloop", "0016", "VZ",
    bron="INV 2.3.2",
    herstel="Name either a praktijk (0111) or an instelling (0112); kinds 17, 37 and 53 are instellingen.",
    leest=("0112",),
)  # fmt: skip
def praktijk_naast_instelling(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Praktijkcode is filled while the instellingscode is, or is of AGB kind 17, 37 or 53."""
    return gevuld(v.praktijk) and (gevuld(v.instelling) or v.praktijk[:2] in _SOORT_INSTELLING)


@controle(
    "0112-1", 3, "voorloop", "0017", "VZ",
    bron="BER 0112",
    herstel="Fill 0112 with the eight digits of the AGB-code of the instelling, or with zeros.",
)  # fmt: skip
def instelling(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Instellingscode is not numeric."""
    return not v.instelling.isdigit()


@controle(
    "0113-1", 4, "voorloop", "8029", "VZ",
    bron="BER 0113 (COD833), INV 2.3.2",
    herstel="Fill 0113 with 01 (servicebureau), 02 (zorgverlener), 03 (praktijk) or 04 (instelling).",
)  # fmt: skip
def betaling_aan(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Identificatiecode betaling aan is not 01, 02, 03 or 04."""
    return v.betaling_aan not in PARTIJ


@controle(
    "0113-2", 5, "voorloop", "8029", "VZ",
    bron="BER 0113, INV 2.3.2 table 2-2",
    herstel="Let 0113 name a party whose AGB-code is filled in 0109-0112.",
)  # fmt: skip
def betaling_aan_lege_partij(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Identificatiecode betaling aan points at one of 0109-0112 that is empty."""
    # Zeros: a code that is no number fails in its own rubriek, and only there.
    return not partij(v).strip(b"0")


@controle(
    "0114-1", 3, "voorloop", "0020", "VZ",
    bron="BER 0114",
    herstel="Fill 0114 with an existing date, EEJJMMDD.",
)  # fmt: skip
def begindatum(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Begindatum declaratieperiode is not an existing date."""
    return lees_datum(v.begindatum) is None


@controle(
    "0115-1", 3, "voorloop", "0021", "VZ",
    bron="BER 0115",
    herstel="Fill 0115 with an existing date, EEJJMMDD.",
)  # fmt: skip
def einddatum(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Einddatum declaratieperiode is not an existing date."""
    return lees_datum(v.einddatum) is None


@controle(
    "0115-2", 5, "voorloop", "0021", "VZ",
    bron="COD954 0021, BER 0115",
    herstel="Let the declaratieperiode end (0115) on or after the day it begins (0114).",
    leest=("0114",),
)  # fmt: skip
def einddatum_voor_begindatum(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Einddatum declaratieperiode is before the begindatum."""
    return v.einddatum < v.begindatum


@controle(
    "0116-1", 3, "voorloop", "0030", "VZ",
    bron="BER 0116; VECOZO for the leading space",
    herstel="Fill 0116 from its first position with the factuurnummer.",
)  # fmt: skip
def factuurnummer_ontbreekt(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Factuurnummer declarant is empty, or begins with a space."""
    return v.factuurnummer.startswith(b" ")


@controle(
    "0116-2", 6, "voorloop", "0030", "VZ",
    bron="INV 2.3.3, 3.2 example 2b",
    herstel="Give the declaration a factuurnummer that this party did not use in the past five years.",
    leest=("0109", "0110", "0111", "0112", "0113"),
)  # fmt: skip
def factuurnummer_gebruikt(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Factuurnummer declarant was used before by the party that is paid, within five years."""
    return o.factuurnummer_gebruikt


@controle(
    "0117-1", 3, "voorloop", "0025", "VZ",
    bron="BER 0117",
    herstel="Fill 0117 with an existing date, EEJJMMDD.",
)  # fmt: skip
def dagtekening(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Dagtekening factuur is not an existing date."""
    return lees_datum(v.dagtekening) is None


@controle(
    "0117-2", 5, "voorloop", "0025", "VZ",
    bron="BER 0115, 0117",
    herstel="Date the factuur (0117) on or after the end of the declaratieperiode (0115).",
    leest=("0115",),
)  # fmt: skip
def dagtekening_voor_einddatum(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Dagtekening factuur is before the einddatum of the declaratieperiode."""
    return v.dagtekening < v.einddatum


@controle(
    "0117-3", 6, "voorloop", "8848", "VZ",
    bron="code list retourcodes iWmo/iJw; assumed for COD954",
    herstel="Date the factuur (0117) on or before the day on which it is sent.",
)  # fmt: skip
def dagtekening_in_toekomst(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Dagtekening factuur is after the processing date."""
    return v.dagtekening > o.datum


@controle(
    "0119-1", 4, "voorloop", "0031", "VZ",
    bron="BER 0119",
    herstel="Fill 0119 with EUR.",
)  # fmt: skip
def valuta(v: Voorlooprecord, o: Voorloopomgeving) -> bool:
    """Valutacode is not EUR."""
    return v.valuta != b"EUR"
