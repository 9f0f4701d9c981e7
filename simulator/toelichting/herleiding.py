"""How a granted amount is made up: B, what each dekking pays of it, maxima before and after, and what is left.

As values for JSON; amounts are decimal strings in euro. Source: the contract of the simulator, "What an insurer grants".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from simulator.ei.records import Prestatierecord
from simulator.ei.waarden import als_euro, centen
from simulator.verleden import Eerdere
from simulator.verzekeraar.dekking import Dekking, Dekkingsleutel
from simulator.verzekeraar.eerder import HONORARIUM, Aandelen, Eerder, kaak, periode
from simulator.verzekeraar.rekening import Rekening
from simulator.verzekeraar.voorwaarden import Voorwaarden
from simulator.verzekeraar.weging import Deel, Plan, TotNuToe, Weging

_VOLLEDIG = 100
_PER_KAAK = "kaak_per_kalenderjaar"
_VERZEKERING = "verzekering"


class Gewogen(NamedTuple):
    """A record as it was weighed; see `adjudicate.Meekijker`."""

    plan: Plan
    rekening: Rekening
    dekkingen: list[dict[str, Any]]


def weeg(
    voorwaarden: Voorwaarden,
    weging: Weging,
    plan: Plan,
    datum: str,
    tot_nu_toe: TotNuToe,
    rekening: Rekening,
    eerder: Eerder,
) -> Gewogen:
    """What the dekkingen pay of a record of this day (EEJJMMDD), given what was granted before."""
    zonder_maximum = plan.verdeel(plan.berekend)
    delen = weging.delen(plan, rekening, tot_nu_toe)
    gevonden = [
        {
            **_naam(voorwaarden, deel.gekozen.sleutel),
            "percentage": deel.gekozen.dekking.percentage,
            "over": deel.gekozen.dekking.over,
            "aandeel": als_euro(vol),
            "binnen_maximum": als_euro(deel.hoogstens),
            "eerder": als_euro(deel.eerder),
            "toegekend": als_euro(deel.bedrag),
            "maximum": _maximum(deel, plan, datum, eerder),
        }
        for deel, vol in zip(delen, zonder_maximum, strict=True)
    ]
    return Gewogen(plan, rekening, gevonden)


def herleiding(
    p: Prestatierecord, gewogen: Gewogen, toegekend: int, hoogste: int | None, tarief: list[dict[str, Any]]
) -> dict[str, Any]:
    """How the amount granted (cents) for a debet record came about. `hoogste` is the highest tariff that holds, in cents,
    and `tarief` its row of the store; None and empty where there is none."""
    plan, rekening = gewogen.plan, gewogen.rekening
    rest = max(0, plan.berekend - rekening.eerder - toegekend)
    return {
        "tarief": {
            "gedeclareerd": als_euro(centen(p.tarief)),
            "hoogste": None if hoogste is None else als_euro(hoogste),
            "rijen": tarief,
        },
        "aantal": plan.aantal,
        "berekend": als_euro(plan.berekend),
        "zonder_contract": None if plan.vergoeding == _VOLLEDIG else plan.vergoeding,
        "dekkingen": gewogen.dekkingen,
        "eerder_toegekend": als_euro(rekening.eerder),
        "toegekend": als_euro(toegekend),
        "voor_patient": als_euro(min(plan.declaratiebedrag - toegekend, rest)),
    }


def teruggegeven(voorwaarden: Voorwaarden, debet: Eerdere, terug: Aandelen, eerder: Eerder) -> list[dict[str, Any]]:
    """What a credit gives back to dekkingen with a maximum."""
    gevonden = []
    for sleutel, bedrag, aantal in terug:
        pakket = voorwaarden.pakketten.get(sleutel[:2])
        if pakket is None or sleutel[2] >= len(pakket.dekkingen):
            continue  # the store holds another pakket now
        d = pakket.dekkingen[sleutel[2]]
        telt = debet.soort == HONORARIUM
        maximum = _stand(sleutel, d, debet.datum, kaak(debet.prestatie), eerder, bedrag, aantal, telt=telt)
        gevonden.append({**_naam(voorwaarden, sleutel), "toegekend": als_euro(bedrag), "maximum": maximum})
    return gevonden


def _naam(voorwaarden: Voorwaarden, sleutel: Dekkingsleutel) -> dict[str, Any]:
    uzovi, code, plaats = sleutel
    soort = voorwaarden.pakketten[uzovi, code].soort
    return {"uzovi": uzovi, "pakket": code, "soort": soort, "dekking": plaats + 1}


def _maximum(deel: Deel, plan: Plan, datum: str, eerder: Eerder) -> dict[str, Any] | None:
    sleutel, _, d = deel.gekozen
    if not d.begrensd:
        return None
    telt = plan.prestatie.soort == HONORARIUM
    return _stand(sleutel, d, datum, kaak(plan.prestatie), eerder, deel.bedrag, deel.aantal, telt=telt)


def _stand(
    sleutel: Dekkingsleutel,
    d: Dekking,
    datum: str,
    van_kaak: str,
    eerder: Eerder,
    bedrag: int,
    aantal: int,
    *,
    telt: bool,
) -> dict[str, Any]:
    """What was used of the maxima of a dekking before a record and after it."""
    per = d.per or _VERZEKERING
    al_bedrag, al_aantal = eerder.gebruikt.get((sleutel, periode(d.per, datum, van_kaak)), (0, 0))
    return {
        "per": per,
        "jaar": None if per == _VERZEKERING else datum[:4],
        "kaak": van_kaak if per == _PER_KAAK else None,
        "bedrag": None
        if d.maximum_bedrag is None
        else {
            "hoogstens": als_euro(d.maximum_bedrag),
            "voor": als_euro(al_bedrag),
            "na": als_euro(al_bedrag + bedrag),
        },
        "aantal": None
        if d.maximum_aantal is None or not telt
        else {"hoogstens": d.maximum_aantal, "voor": al_aantal, "na": al_aantal + aantal},
    }


def regels(toekenning: dict[str, Any]) -> Iterator[str]:
    """For people, a line at a time."""
    if "debet" in toekenning:
        yield "takes back what was granted before"
    elif "berekend" not in toekenning:
        yield f"granted {toekenning['toegekend']} by a script" if toekenning.get("script") else "taken back as declared"
        return
    else:
        yield from _berekening(toekenning)
    for d in toekenning["dekkingen"]:
        yield from _dekking(d)
    if "debet" not in toekenning:
        if toekenning["eerder_toegekend"] != als_euro(0):
            yield f"granted before for the same prestatie {toekenning['eerder_toegekend']}"
        yield f"granted {toekenning['toegekend']}, left for the patient {toekenning['voor_patient']}"


def _berekening(t: dict[str, Any]) -> Iterator[str]:
    hoogste = t["tarief"]["hoogste"]
    bron = ", ".join(rij["lijst"] for rij in t["tarief"]["rijen"])
    te_hoog = f", at most {hoogste} ({bron})" if hoogste is not None else ""
    yield f"B {t['berekend']}: tarief {t['tarief']['gedeclareerd']}{te_hoog}, aantal {t['aantal']}"
    if t["zonder_contract"] is not None:
        yield f"without a contract {t['zonder_contract']} % of what the cover pays"
    if not t["dekkingen"]:
        yield "no dekking of the polis matches"


def _dekking(d: dict[str, Any]) -> Iterator[str]:
    wie = f"{d['soort']} {d['pakket']}, dekking {d['dekking']}"
    if "percentage" in d:
        deel = f"{d['percentage']} % of " + ("B" if d["over"] == "bedrag" else "the eigen bijdrage")
        minder = f", {d['binnen_maximum']} within its maximum" if d["binnen_maximum"] != d["aandeel"] else ""
        al = f", {d['eerder']} of it before" if d["eerder"] != als_euro(0) else ""
        yield f"{wie}: {deel} is {d['aandeel']}{minder}{al}; pays {d['toegekend']}"
    else:
        yield f"{wie}: {d['toegekend']}"
    if d["maximum"] is not None:
        yield from _maxima(d["maximum"])


def _maxima(m: dict[str, Any]) -> Iterator[str]:
    kaken = {"1": ", upper jaw", "2": ", lower jaw", "0": ", no jaw", None: ""}
    wanneer = f" in {m['jaar']}{kaken[m['kaak']]}" if m["jaar"] else ""
    for wat in ("bedrag", "aantal"):
        if m[wat] is not None:
            yield f"  maximum_{wat} {m[wat]['hoogstens']}{wanneer}: used {m[wat]['voor']} before, {m[wat]['na']} after"
