"""How a granted amount is made up: B, what each dekking pays of it, maxima before and after, and what is left.

As values for JSON; amounts are decimal strings in euro. Source: the contract of the simulator, "What an insurer grants".
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from mzsim.checks.grant import Rekening
from mzsim.domain.covers import ONBEPERKT, Dekking, Dekkingsleutel
from mzsim.domain.earlier.credits import Eerdere
from mzsim.domain.earlier.maxima import Aandelen, Eerder, periode
from mzsim.domain.earlier.prestatie import HONORARIUM, PrestatieKey, kaak
from mzsim.domain.tariffs import is_per_uur
from mzsim.granting.weighing import Deel, Plan, TotNuToe, Weging
from mzsim.judging.agreements import Voorwaarden
from mzsim.standard.records import Prestatierecord
from mzsim.standard.values import als_euro, centen

_VOLLEDIG = 100
_PER_KAAK = "kaak_per_kalenderjaar"
_VERZEKERING = "verzekering"


class Gewogen(NamedTuple):
    """A record as it was weighed; see `adjudicate.Meekijker`. `dekkingen` are ready for JSON."""

    plan: Plan
    rekening: Rekening
    tot_nu_toe: TotNuToe
    delen: tuple[Deel, ...]
    dekkingen: list[dict[str, Any]]

    @property
    def zonder_contract(self) -> bool:
        """Whether the party that is paid gets only a percentage, for want of a contract."""
        return self.plan.vergoeding != _VOLLEDIG

    def aan_maximum(self, wat: str) -> list[Dekkingsleutel]:
        """The dekkingen of which a maximum (bedrag or aantal) leaves less than they would pay."""
        gevonden = []
        for deel in self.delen:
            ruimte = self.tot_nu_toe.ruimte.get(deel.gekozen.sleutel, ONBEPERKT)
            over, gevraagd = getattr(ruimte, wat), deel.post.vergoeding if wat == "bedrag" else self.plan.aantal
            if over is not None and over < gevraagd:
                gevonden.append(deel.gekozen.sleutel)
        return gevonden


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
    delen = tuple(weging.delen(plan, rekening, tot_nu_toe))
    stand = _Standen(eerder, datum, plan.prestatie, weging)
    gevonden = [
        {
            **_naam(voorwaarden, deel.gekozen.sleutel),
            "percentage": deel.gekozen.dekking.percentage,
            "over": deel.gekozen.dekking.over,
            **{naam: als_euro(bedrag) for naam, bedrag in deel.post._asdict().items()},
            "eerder": als_euro(deel.eerder),
            "toegekend": als_euro(deel.bedrag),
            "maximum": stand.van(deel.gekozen.sleutel, deel.gekozen.dekking, deel.bedrag, deel.aantal),
        }
        for deel in delen
    ]
    return Gewogen(plan, rekening, tot_nu_toe, delen, gevonden)


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
            "per_uur": is_per_uur(p),
            "rijen": tarief,
        },
        "aantal": plan.aantal,
        "vermindering": als_euro(centen(p.vermindering)),
        "berekend": als_euro(plan.berekend),
        "zonder_contract": plan.vergoeding if gewogen.zonder_contract else None,
        "dekkingen": gewogen.dekkingen,
        "ongedekt": als_euro(toegekend - sum(deel.bedrag for deel in gewogen.delen)),
        "eerder_toegekend": als_euro(rekening.eerder),
        "toegekend": als_euro(toegekend),
        "voor_patient": als_euro(min(plan.declaratiebedrag - toegekend, rest)),
    }


def teruggegeven(
    voorwaarden: Voorwaarden, weging: Weging, debet: Eerdere, terug: Aandelen, eerder: Eerder
) -> list[dict[str, Any]]:
    """What a credit gives back to dekkingen with a maximum."""
    stand = _Standen(eerder, debet.datum, debet.prestatie, weging)
    gevonden = []
    for sleutel, bedrag, aantal in terug:
        pakket = voorwaarden.pakketten.get(sleutel[:2])
        if pakket is not None and sleutel[2] < len(pakket.dekkingen):  # else the store holds another pakket by now
            maximum = stand.van(sleutel, pakket.dekkingen[sleutel[2]], bedrag, aantal)
            gevonden.append({**_naam(voorwaarden, sleutel), "toegekend": als_euro(bedrag), "maximum": maximum})
    return gevonden


def _naam(voorwaarden: Voorwaarden, sleutel: Dekkingsleutel) -> dict[str, Any]:
    uzovi, code, plaats = sleutel
    soort = voorwaarden.pakketten[uzovi, code].soort
    return {"uzovi": uzovi, "pakket": code, "soort": soort, "dekking": plaats + 1}


class _Standen:
    """What is used of maxima by what was granted before a record of this day and prestatie, and after it."""

    def __init__(self, eerder: Eerder, datum: str, prestatie: PrestatieKey, weging: Weging) -> None:
        self._eerder = eerder
        self._datum = datum
        self._kaak = kaak(prestatie)
        self._bedrag_telt = weging.bedrag_telt
        self._aantal_telt = weging.aantal_telt and prestatie.soort == HONORARIUM

    def van(self, sleutel: Dekkingsleutel, d: Dekking, bedrag: int, aantal: int) -> dict[str, Any] | None:
        """The maxima of a dekking that pays this amount in cents, and this number; None where it has none."""
        if not d.begrensd:
            return None
        per = d.per or _VERZEKERING
        al_bedrag, al_aantal = self._eerder.gebruikt.get((sleutel, periode(d.per, self._datum, self._kaak)), (0, 0))
        van_bedrag = van_aantal = None
        if d.maximum_bedrag is not None and self._bedrag_telt:
            van_bedrag = {
                "hoogstens": als_euro(d.maximum_bedrag),
                "voor": als_euro(al_bedrag),
                "na": als_euro(al_bedrag + bedrag),
            }
        if d.maximum_aantal is not None and self._aantal_telt:
            van_aantal = {"hoogstens": d.maximum_aantal, "voor": al_aantal, "na": al_aantal + aantal}
        return {
            "per": per,
            "jaar": None if per == _VERZEKERING else self._datum[:4],
            "kaak": self._kaak if per == _PER_KAAK else None,
            "bedrag": van_bedrag,
            "aantal": van_aantal,
        }


_NUL = als_euro(0)


def regels(toekenning: dict[str, Any]) -> Iterator[str]:
    """For people, a line at a time."""
    if "script" in toekenning:
        yield f"granted {toekenning['toegekend']} by a script" if toekenning["script"] else "taken back as declared"
        return
    if "debet" in toekenning:
        yield "takes back what was granted before"
    else:
        yield _b(toekenning)
        if toekenning["zonder_contract"] is not None:
            yield f"without a contract {toekenning['zonder_contract']} % of what the cover pays"
        if not toekenning["dekkingen"]:
            yield "no dekking of the polis matches"
    for d in toekenning["dekkingen"]:
        yield from _dekking(d)
    if "debet" not in toekenning:
        yield from _slot(toekenning)


def _b(t: dict[str, Any]) -> str:
    tarief = t["tarief"]
    geldend = min((Decimal(tarief[wat]), tarief[wat]) for wat in ("gedeclareerd", "hoogste") if tarief[wat])[1]
    keer = f"{geldend} an hour x {t['aantal']} times 5 minutes" if tarief["per_uur"] else f"{geldend} x {t['aantal']}"
    min_ = f" less {t['vermindering']}" if t["vermindering"] != _NUL else ""
    door = ", ".join(rij["lijst"] for rij in tarief["rijen"])
    declared = f"declared {tarief['gedeclareerd']}, " if geldend != tarief["gedeclareerd"] else ""
    grens = f" ({declared}at most {tarief['hoogste']} by {door})" if tarief["hoogste"] else ""
    return f"B {t['berekend']}: {keer}{min_}{grens}"


def _slot(t: dict[str, Any]) -> Iterator[str]:
    if t["ongedekt"] != _NUL:
        yield f"{t['ongedekt']} more, because the check of the cover is not performed"
    if t["eerder_toegekend"] != _NUL:
        yield f"granted before for the same prestatie {t['eerder_toegekend']}"
    yield f"granted {t['toegekend']}, left for the patient {t['voor_patient']}"


def _dekking(d: dict[str, Any]) -> Iterator[str]:
    wie = f"{d['soort']} {d['pakket']}, dekking {d['dekking']}"
    if "percentage" in d:
        yield f"{wie}: {', '.join(_stappen(d))}; pays {d['toegekend']}"
    else:
        yield f"{wie}: {d['toegekend']}"
    if d["maximum"] is not None:
        yield from _maxima(d["maximum"])


def _stappen(d: dict[str, Any]) -> Iterator[str]:
    over = "B" if d["over"] == "bedrag" else "the eigen bijdrage"
    yield f"{d['percentage']} % of {over} {d['grondslag']} is {d['aandeel']}"
    if d["vergoeding"] != d["aandeel"]:
        yield f"{d['vergoeding']} of it counts"
    if d["binnen_maximum"] != d["vergoeding"]:
        yield f"{d['binnen_maximum']} within its maximum"
    if d["bedrag"] != d["binnen_maximum"]:
        yield f"{d['bedrag']} beside the others"
    if d["eerder"] != _NUL:
        yield f"{d['eerder']} of it before"


def _maxima(m: dict[str, Any]) -> Iterator[str]:
    kaken = {"1": ", upper jaw", "2": ", lower jaw", "0": ", no jaw", None: ""}
    wanneer = f" in {m['jaar']}{kaken[m['kaak']]}" if m["jaar"] else ""
    for wat in ("bedrag", "aantal"):
        if m[wat] is not None:
            yield f"  maximum_{wat} {m[wat]['hoogstens']}{wanneer}: used {m[wat]['voor']} before, {m[wat]['na']} after"
