"""Which rubriek has which form, as a table. A rule that says more than a pattern is a function in the module of its part."""

from __future__ import annotations

from mzsim.checks.forms import (
    AGB,
    BTW_NUMMER,
    FILLED,
    FILLED_LEFT,
    LEFT,
    LEFT_NO_ZEROS,
    NUMERIC,
    POSTCODE,
    SERVICEBUREAU,
    FormRule,
    enter,
    one_of,
)

VOORLOOP = (
    FormRule(
        "0103-1", "0011", one_of("01"), "Versienummer berichtstandaard",
        "Fill 0103 with 01.", "BER 0103",
    ),
    FormRule(
        "0104-1", "8027", one_of("03"), "Subversienummer berichtstandaard",
        "Fill 0104 with 03.", "BER 0104",
    ),
    FormRule(
        "0105-1", "8028", one_of("P", "T"), "Soort bericht",
        "Fill 0105 with P (production) or T (test).", "BER 0105 (COD856)",
    ),
    FormRule(
        "0106-1", "8074", NUMERIC, "Code informatiesysteem softwareleverancier",
        "Fill 0106 with the six digits of the code of the software, or with zeros.", "BER 0106, INV 2.2.3",
    ),
    FormRule(
        "0107-1", "8074", LEFT, "Versieaanduiding informatiesysteem",
        "Fill 0107 from its first position with the version of the software; with spaces where 0106 is zeros.",
        "INV 2.2.2, BER 0107",
    ),
    FormRule(
        "0109-3", "0013", SERVICEBUREAU, "Code servicebureau",
        "Fill 0109 with the whole AGB-code of the servicebureau, 98 and six digits, or with zeros.", "BER 0109",
    ),
    FormRule(
        "0110-1", "0014", NUMERIC, "Zorgverlenerscode",
        "Fill 0110 with the eight digits of the AGB-code of the zorgverlener, or with zeros.", "BER 0110",
    ),
    FormRule(
        "0110-6", "0014", AGB, "Zorgverlenerscode",
        "Fill 0110 with the whole AGB-code of the zorgverlener, kind and number, or with zeros.", "BER 0110",
    ),
    FormRule(
        "0111-4", "0016", AGB, "Praktijkcode",
        "Fill 0111 with the whole AGB-code of the praktijk, kind and number, or with zeros.", "BER 0111",
    ),
    FormRule(
        "0112-1", "0017", NUMERIC, "Instellingscode",
        "Fill 0112 with the eight digits of the AGB-code of the instelling, or with zeros.", "BER 0112",
    ),
    FormRule(
        "0112-3", "0017", AGB, "Instellingscode",
        "Fill 0112 with the whole AGB-code of the instelling, kind and number, or with zeros.", "BER 0112",
    ),
    FormRule(
        "0116-1", "0030", FILLED_LEFT, "Factuurnummer declarant",
        "Fill 0116 from its first position with the factuurnummer.", "BER 0116; VECOZO for the leading space",
    ),
    FormRule(
        "0118-1", "8074", BTW_NUMMER, "BTW-identificatienummer",
        "Fill 0118 as NL123456789B01, without dots or spaces between, or with spaces.", "BER 0118",
    ),
    FormRule(
        "0119-1", "0031", one_of("EUR"), "Valutacode",
        "Fill 0119 with EUR.", "BER 0119",
    ),
)  # fmt: skip

VERZEKERDE = (
    FormRule(
        "0206-1", "8072", LEFT, "Patiënt(identificatie)nummer",
        "Fill 0206 from its first position with the number of the patient, or with spaces.", "INV 2.2.2, 2.2.3",
    ),
    FormRule(
        "0208-1", "0351", one_of("1", "2"), "Code geslacht",
        "Fill 0208 with 1 (male) or 2 (female).", "BER 0208 (COD046)",
    ),
    FormRule(
        "0209-1", "0317", one_of("1"), "Naamcode (01)",
        "Fill 0209 with 1: name 01 is the name at birth.", "BER 0209 (COD700), INV 2.3.7",
    ),
    FormRule(
        "0210-1", "0312", FILLED, "Naam verzekerde (01)",
        "Fill 0210 with the name at birth of the verzekerde.", "BER 0210",
    ),
    FormRule(
        "0210-2", "0312", LEFT_NO_ZEROS, "Naam verzekerde (01)",
        "Fill 0210 from its first position with the name at birth of the verzekerde.", "INV 2.2.1, 2.2.2",
    ),
    FormRule(
        "0211-1", "8072", LEFT_NO_ZEROS, "Voorvoegsel verzekerde (01)",
        "Fill 0211 from its first position with the prefix of the name; with spaces where it has none.", "INV 2.2.2",
    ),
    FormRule(
        "0212-1", "8072", one_of("2", "0"), "Naamcode (02)",
        "Fill 0212 with 2, the name of the partner, or with 0 where there is none.", "INV 2.3.7 table 2-5 (COD701)",
    ),
    FormRule(
        "0213-1", "8072", LEFT_NO_ZEROS, "Naam verzekerde (02)",
        "Fill 0213 from its first position with the name of the partner; with spaces where there is none.",
        "INV 2.2.2",
    ),
    FormRule(
        "0214-1", "8072", LEFT_NO_ZEROS, "Voorvoegsel verzekerde (02)",
        "Fill 0214 from its first position with the prefix of the partner's name; with spaces where it has none.",
        "INV 2.2.2",
    ),
    FormRule(
        "0215-1", "0310", FILLED, "Voorletters verzekerde",
        "Fill 0215 with the initials of the verzekerde.", "BER 0215",
    ),
    FormRule(
        "0215-2", "0310", LEFT, "Voorletters verzekerde",
        "Fill 0215 from its first position with the initials of the verzekerde.", "INV 2.2.2",
    ),
    FormRule(
        "0217-1", "8072", POSTCODE, "Postcode (huisadres)",
        "Fill 0217 with the Dutch postcode as 1234AB, without a space; with spaces for an address abroad.", "BER 0217",
    ),
    FormRule(
        "0218-1", "8072", LEFT, "Postcode buitenland",
        "Fill 0218 from its first position with the foreign postcode, or with spaces.", "BER 0218, INV 2.2.2",
    ),
    FormRule(
        "0219-1", "0406", NUMERIC, "Huisnummer",
        "Fill 0219 with the five digits of the house number; 00000 where there is none.", "BER 0219, INV 2.3.9",
    ),
    FormRule(
        "0220-1", "8072", LEFT, "Huisnummertoevoeging",
        "Fill 0220 from its first position with what is added to the house number, or with spaces.", "INV 2.2.2",
    ),
    FormRule(
        "0223-1", "8030", one_of("1", "2"), "Indicatie cliënt overleden",
        "Fill 0223 with 2, or with 1 where the verzekerde has died.", "BER 0223 (COD841)",
    ),
)  # fmt: skip

PRESTATIE = (
    FormRule(
        "0410-1", "8072", one_of("J", "N"), "Indicatie bijzondere tandheelkunde",
        "Fill 0410 with J (bijzondere tandheelkunde) or N.", "BER 0410 (COD854)",
    ),
    FormRule(
        "0412-1", "0581", one_of("010"), "Aanduiding prestatiecodelijst",
        "Fill 0412 with 010 (prestatiecodelijst mondzorg).", "BER 0412 (COD367)",
    ),
    FormRule(
        "0413-1", "0582", FILLED_LEFT, "Prestatiecode",
        "Fill 0413 from its first position with the prestatiecode.", "BER 0413, INV 2.2.1, 2.2.2",
    ),
    FormRule(
        "0414-1", "3903", one_of("0", "1", "2"), "Indicatie boven/onder tandheelkunde",
        "Fill 0414 with the jaw, 1 or 2, or with 0 where it does not matter.", "BER 0414 (COD176)",
    ),
    FormRule(
        "0417-2", "8072", NUMERIC, "Aanduiding diagnosecodelijst",
        "Fill 0417 with the three digits of the diagnosecodelijst, 026, or with zeros.", "BER 0417, INV 2.2.2",
    ),
    FormRule(
        "0418-1", "8072", NUMERIC, "Diagnosecode bijzondere tandheelkunde",
        "Fill 0418 with the four digits of the diagnosecode, or with zeros.", "BER 0418",
    ),
    FormRule(
        "0420-6", "8011", AGB, "Zorgverlenerscode behandelaar",
        "Fill 0420 with the whole AGB-code of the behandelaar, kind and number, or with zeros.", "BER 0420",
    ),
    FormRule(
        "0422-2", "8014", AGB, "Zorgverlenerscode verwijzer",
        "Fill 0422 with the whole AGB-code of the verwijzer, kind and number, or with zeros.", "BER 0422",
    ),
    FormRule(
        "0424-1", "0611", NUMERIC, "Tarief prestatie",
        "Fill 0424 with the tariff in cents, eight digits.", "BER 0424",
    ),
    FormRule(
        "0426-1", "8032", NUMERIC, "Berekend bedrag",
        "Fill 0426 with the berekend bedrag in cents, eight digits.", "BER 0426",
    ),
    FormRule(
        "0428-1", "8032", NUMERIC, "Bedrag vermindering bijzondere tandheelkunde",
        "Fill 0428 with the reduction in cents, eight digits; zeros for none.", "BER 0428",
    ),
    FormRule(
        "0430-1", "8033", NUMERIC, "Declaratiebedrag",
        "Fill 0430 with the declaratiebedrag in cents, eight digits.", "BER 0430",
    ),
    FormRule(
        "0432-4", "8021", LEFT, "Referentienummer dit prestatierecord",
        "Fill 0432 from its first position with the number of the prestatierecord.", "INV 2.2.2, 2.3.17",
    ),
    FormRule(
        "0433-6", "0651", LEFT, "Referentienummer voorgaande gerelateerde prestatierecord",
        "Fill 0433 from its first position with the number of the debet record (its 0432); with spaces for none.",
        "INV 2.2.2, 2.3.17",
    ),
)  # fmt: skip

COMMENTAAR = (
    FormRule(
        "9804-2", "0755", LEFT, "Vrije tekst",
        "Fill 9804 from its first position with the text of the comment.", "INV 2.2.2",
    ),
)  # fmt: skip

RULES = (*VOORLOOP, *VERZEKERDE, *PRESTATIE, *COMMENTAAR)

for _rule in RULES:
    enter(_rule)
