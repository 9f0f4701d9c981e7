"""The prestatierecord: what a rubriek 0406-0423 may hold (levels 3 and 4), and what these ask of each other (level 5).

The amounts are in `prestatie_amounts`, what the prestatiecodelijst asks in `prestatiecodelijst`, what the register of
zorgaanbieders asks in `zorgaanbieder`, and what is a matter of form alone in `form_rules`. The small code lists are those
that the berichtspecificatie names (Vektis COD…).
"""

from __future__ import annotations

from mzsim.checks.register import check
from mzsim.checks.surroundings import Surroundings
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import filled

DJI = "dji"

YES, NO = b"J", b"N"
DO_FORWARD, DO_NOT_FORWARD = b"1", b"2"
"""COD820 (BER 0407): may the declaration be forwarded."""
KIND_ZVW = frozenset({b"01", b"02", b"04"})
KIND_WLZ = KIND_ZVW | {b"03"}
"""COD853 (INV 4.4.1, 4.7.1): honorarium, costs, information (Wlz only), technique in own management."""
NO_KIND, KIND_SPECIAL_WLZ = b"000", b"020"
"""COD859, as far as INV 4.9.1 names its values: nothing, and bijzondere tandheelkunde Wlz."""
NO_ELEMENT = b"00"
GEBITSELEMENTEN = frozenset(
    {NO_ELEMENT, b"99"}
    | {b"%d%d" % (quadrant, place) for quadrant in (1, 2, 3, 4) for place in range(1, 9)}
    | {b"%d%d" % (quadrant, place) for quadrant in (5, 6, 7, 8) for place in range(1, 6)}
)
"""COD040 (BER 0415): the FDI numbers (ISO 3950) of permanent and milk teeth, 00 for none, 99 for a supernumerary one."""
NO_SURFACE = b"LV"
"""COD041 (BER 0416): its codes labiaal and vestibulair are not used in the Netherlands."""
DIAGNOSECODELIJST = b"026"
"""COD392 (BER 0417): the diagnoses of bijzondere tandheelkunde."""
ONGEVAL = frozenset({YES, NO, b"O", b" "})
"""COD183 (BER 0419): yes, no, unknown; it may be left empty."""


@check(
    "0406-1", 6, "prestatie", "0550", "Z",
    source="INV 2.3.11",
    remedy="Fill 0406 with the code that DJI gave when the verzekerde came for treatment.",
    per="inhoud",
)  # fmt: skip
def machtigingsnummer_missing(p: Prestatierecord, o: Surroundings) -> bool:
    """Machtigingsnummer is empty in a message to DJI."""
    return o.insurer is not None and o.insurer.kind == DJI and not p.machtigingsnummer.strip(b" ")


@check(
    "0407-1", 4, "prestatie", "8031", "VZ",
    source="BER 0407 (COD820)",
    remedy="Fill 0407 with 1 (may be forwarded) or 2 (may not).",
    per="inhoud",
)  # fmt: skip
def forward(p: Prestatierecord, o: Surroundings) -> bool:
    """Doorsturen toegestaan is not 1 or 2."""
    return p.doorsturen not in (DO_FORWARD, DO_NOT_FORWARD)


@check(
    "0407-2", 5, "prestatie", "8179", "VZ",
    source="INV 2.3.2 table 2-2; Vektis, most frequent rejections",
    remedy="Fill 0407 with 1 in a message to an insurer; 2 is for a servicebureau.",
    per="inhoud",
)  # fmt: skip
def do_not_forward(p: Prestatierecord, o: Surroundings) -> bool:
    """Doorsturen toegestaan is 2 in a message that is addressed to an insurer."""
    return p.doorsturen == DO_NOT_FORWARD and not o.to_servicebureau


@check(
    "0409-1", 4, "prestatie", "8072", "VZ",
    source="INV 4.4.1, 4.7.1 (COD853)",
    remedy="Fill 0409 with 01 (honorarium), 02 (costs), 04 (technique in own management) or, Wlz only, 03 (information).",
    per="inhoud",
)  # fmt: skip
def soort_prestatierecord(p: Prestatierecord, o: Surroundings) -> bool:
    """Indicatie soort prestatierecord is not 01, 02 or 04, nor, in a Wlz message, 03."""
    return p.soort not in (KIND_WLZ if o.wlz else KIND_ZVW)


@check(
    "0411-1", 5, "prestatie", "8072", "VZ",
    source="INV 4.5.1, BER 0411",
    remedy="Fill 0411 with the soort bijzondere tandheelkunde where 0410 is J, and with 000 where it is N.",
    reads=("0410",),
    per="inhoud",
)  # fmt: skip
def soort_bijzondere_tandheelkunde(p: Prestatierecord, o: Surroundings) -> bool:
    """Soort bijzondere tandheelkunde is 000 or no number while 0410 is J, or not 000 while 0410 is N."""
    kind = p.soort_bijzondere_tandheelkunde
    return not _is_number(kind) if p.bijzondere_tandheelkunde == YES else kind != NO_KIND


@check(
    "0411-2", 5, "prestatie", "8072", "VZ",
    source="INV 4.9.1",
    remedy="Fill 0411 with 020 (bijzondere tandheelkunde Wlz) in a Wlz message where 0410 is J.",
    reads=("0410",),
    per="inhoud",
)  # fmt: skip
def kind_bijzondere_tandheelkunde_wlz(p: Prestatierecord, o: Surroundings) -> bool:
    """Soort bijzondere tandheelkunde is another one than 020 in a Wlz message where 0410 is J."""
    kind = p.soort_bijzondere_tandheelkunde
    return o.wlz and p.bijzondere_tandheelkunde == YES and _is_number(kind) and kind != KIND_SPECIAL_WLZ


@check(
    "0411-3", 4, "prestatie", "8072", "VZ",
    source="INV 4.5.1, 4.9.1",
    remedy="Fill 0411 with the soort bijzondere tandheelkunde of the Zvw; 020 is that of the Wlz.",
    per="inhoud",
)  # fmt: skip
def kind_of_wlz_in_zvw(p: Prestatierecord, o: Surroundings) -> bool:
    """Soort bijzondere tandheelkunde is 020, that of the Wlz, in a Zvw message."""
    return p.soort_bijzondere_tandheelkunde == KIND_SPECIAL_WLZ and not o.wlz


@check(
    "0413-2", 4, "prestatie", "0582", "VZ",
    source="INV 4.4.2",
    remedy="Declare costs under the prestatiecode of the treatment that they belong to; P00, R00 and V00 are history.",
    per="inhoud",
)  # fmt: skip
def prestatiecode_for_costs(p: Prestatierecord, o: Surroundings) -> bool:
    """Prestatiecode is a letter and 00, the code for costs of former days."""
    return p.prestatiecode[:1].isalpha() and p.prestatiecode[1:].rstrip(b" ") == b"00"


@check(
    "0415-1", 4, "prestatie", "8072", "VZ",
    source="BER 0415 (COD040)",
    remedy="Fill 0415 with the FDI number of the tooth, 99 for a supernumerary one, or 00 for none.",
    per="inhoud",
)  # fmt: skip
def gebitselement(p: Prestatierecord, o: Surroundings) -> bool:
    """Gebitselementcode is not 00, 99 or an FDI number."""
    return p.gebitselement not in GEBITSELEMENTEN


@check(
    "0416-1", 4, "prestatie", "8072", "VZ",
    source="BER 0416 (COD041)",
    remedy="Fill 0416 from its first position with the letters of the surfaces, each once, without L or V.",
    per="inhoud",
)  # fmt: skip
def surface(p: Prestatierecord, o: Surroundings) -> bool:
    """Vlakcode holds anything but different capital letters from its first position on, or holds L or V."""
    surfaces = p.vlak.rstrip(b" ")
    letters = set(surfaces)
    return surfaces != b"" and (
        not (surfaces.isalpha() and surfaces.isupper())
        or len(letters) < len(surfaces)
        or not letters.isdisjoint(NO_SURFACE)
    )  # fmt: skip


@check(
    "0417-1", 5, "prestatie", "8072", "VZ",
    source="BER 0417, 0418",
    remedy="Fill the machtigingsnummer (0406), or diagnosecodelijst 026 (0417) and the diagnosecode (0418).",
    reads=("0406", "0410", "0418"),
    per="inhoud",
)  # fmt: skip
def diagnose_missing(p: Prestatierecord, o: Surroundings) -> bool:
    """Bijzondere tandheelkunde in a Zvw message has neither a machtigingsnummer nor a diagnosis (0417 and 0418 are empty)."""
    return (
        p.bijzondere_tandheelkunde == YES
        and not o.wlz
        and not p.machtigingsnummer.strip(b" ")
        and not filled(p.diagnosecodelijst)
        and not filled(p.diagnosecode)
    )


@check(
    "0417-3", 4, "prestatie", "8072", "VZ",
    source="BER 0417 (COD392)",
    remedy="Fill 0417 with 026, the diagnosecodelijst bijzondere tandheelkunde, or with 000 for no diagnosis.",
    per="inhoud",
)  # fmt: skip
def diagnosecodelijst(p: Prestatierecord, o: Surroundings) -> bool:
    """Aanduiding diagnosecodelijst is filled with another list than 026."""
    return _is_number(p.diagnosecodelijst) and p.diagnosecodelijst != DIAGNOSECODELIJST


@check(
    "0418-2", 5, "prestatie", "8072", "VZ",
    source="BER 0417, 0418",
    remedy="Fill diagnosecodelijst 026 (0417) and the diagnosecode (0418) both, or neither.",
    reads=("0417",),
    per="inhoud",
)  # fmt: skip
def diagnose_incomplete(p: Prestatierecord, o: Surroundings) -> bool:
    """Diagnosecode is filled while the diagnosecodelijst (0417) is empty, or empty while that is filled."""
    return filled(p.diagnosecode) != filled(p.diagnosecodelijst)


@check(
    "0419-1", 4, "prestatie", "8072", "VZ",
    source="BER 0419 (COD183)",
    remedy="Fill 0419 with J, N or O (unknown), or leave it empty.",
    per="inhoud",
)  # fmt: skip
def ongeval(p: Prestatierecord, o: Surroundings) -> bool:
    """Indicatie ongeval is not J, N, O or empty."""
    return p.ongeval not in ONGEVAL


@check(
    "0420-1", 3, "prestatie", "8011", "VZ",
    source="BER 0420, 0421",
    remedy="Fill 0420 with the AGB-code of the behandelaar and 0421 with his specialisme, digits only; zeros for none.",
    reads=("0421",),
    per="inhoud",
)  # fmt: skip
def behandelaar(p: Prestatierecord, o: Surroundings) -> bool:
    """Zorgverlenerscode or specialisme of the behandelaar is not numeric."""
    return not (p.behandelaar.isdigit() and p.specialisme_behandelaar.isdigit())


@check(
    "0420-2", 5, "prestatie", "8011", "VZ",
    source="BER 0420, 0421",
    remedy="Fill 0420 with the AGB-code of the behandelaar, or 0421 with his specialisme where that code is unknown.",
    reads=("0421",),
    per="inhoud",
)  # fmt: skip
def behandelaar_missing(p: Prestatierecord, o: Surroundings) -> bool:
    """Both zorgverlenerscode and specialisme of the behandelaar are empty."""
    return not filled(p.behandelaar) and not filled(p.specialisme_behandelaar)


@check(
    "0422-1", 3, "prestatie", "8014", "VZ",
    source="BER 0422, 0423",
    remedy="Fill 0422 and 0423 with the AGB-code and the specialisme of the verwijzer, digits only; zeros for none.",
    reads=("0423",),
    per="inhoud",
)  # fmt: skip
def verwijzer(p: Prestatierecord, o: Surroundings) -> bool:
    """Zorgverlenerscode or specialisme of the verwijzer is not numeric."""
    return not (p.verwijzer.isdigit() and p.specialisme_verwijzer.isdigit())


def _is_number(value: bytes) -> bool:
    return value.isdigit() and filled(value)
