"""What an insurer grants, worked out a second time: slow, plain, by the words of the rules and from nothing of the program.

Knows a store as the dictionaries that it was loaded from, and records as the mappings that a declaration was made of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

Fields = Mapping[str, str]
Place = tuple[str, int | str]
AUTHORISATION = ""
"""What stands for a pakket where it is an authorisation that is used."""


def half_up(amount: Fraction) -> int:
    """Cents, half up."""
    return floor(amount + Fraction(1, 2))


def cents(euro: float) -> int:
    return round(euro * 100)


class Dekking(NamedTuple):
    """A dekking that counts for a record: by what it is known (its id, or where it stands), of what soort its pakket is, and
    its keys."""

    plaats: Place
    soort: str
    sleutels: Mapping[str, Any]

    @property
    def limited(self) -> bool:
        return "maximum_bedrag" in self.sleutels or "maximum_aantal" in self.sleutels


@dataclass
class Grant:
    """What stands of a record: granted cents, and what each dekking paid of it in cents and in number."""

    persoon: str
    fields: Fields
    bedrag: int
    parts: dict[Place, list[int]] = field(default_factory=dict)

    def same(self, person: str, fields: Fields) -> bool:
        """Whether it is the same prestatie; the letters of the surfaces have no order."""
        kenmerken = ("r0408", "r0409", "r0413", "r0414", "r0415", "r0420")
        one_place = set(self.fields.get("r0416", "")) == set(fields.get("r0416", ""))
        return person == self.persoon and one_place and all(self.fields.get(k) == fields.get(k) for k in kenmerken)


@dataclass
class Reckoner:
    """Judges records one after another; what it granted stands until it is credited."""

    store: Mapping[str, Any]
    party: str = "12012345"
    stands: list[Grant] = field(default_factory=list)

    def decide(self, person: str, fields: Fields) -> tuple[int, set[str]]:
        """What a debet record is granted, and the codes that may say why it is less (0613 certainly does)."""
        dekkingen = list(self._dekkingen(person, fields))
        declaratiebedrag, count = int(fields["r0430"]), int(fields["r0425"])
        tariff = int(fields["r0424"])
        own = min(tariff, self._highest(fields))
        earlier = [t for t in self.stands if t.same(person, fields)]
        other = [t for t in self.stands if not t.same(person, fields) and t.persoon == person]
        room = {d.plaats: self._room(d, fields, other) for d in dekkingen if d.limited}
        parts = self._parts(self._berekend(fields, own), count, dekkingen, fields, room)
        granted_before = sum(t.bedrag for t in earlier)
        granted = max(0, min(declaratiebedrag, sum(parts.values()) - granted_before))
        new = Grant(person, fields, granted)
        if granted and (number := fields.get("r0406")):
            used = self._of_authorisation(number, new, earlier)
            if used is None:
                return 0, {"0552"}
            new.parts[AUTHORISATION, number] = used
        self._remember(new, dekkingen, parts, earlier, room)
        full = sum(self._parts(self._berekend(fields, tariff), count, dekkingen, fields, {}).values())
        possible = {
            "8059": own < tariff,
            "0613": full < declaratiebedrag,
            "0589": any("maximum_bedrag" in d.sleutels for d in dekkingen),
            "8220": fields["r0409"] == "01" and any("maximum_aantal" in d.sleutels for d in dekkingen),
            "0587": granted_before > 0,
        }
        return granted, {code for code, can in possible.items() if can}

    def _of_authorisation(self, number: str, new: Grant, earlier: list[Grant]) -> list[int] | None:
        """What a grant uses of an authorisation, in cents and in number; None where that is not left."""
        (machtiging,) = (m for m in self.store["machtigingen"] if m["nummer"] == number)
        place: Place = (AUTHORISATION, number)
        used = [t.parts[place] for t in self.stands if place in t.parts]
        counted = sum(t.parts[place][1] for t in earlier if place in t.parts)
        count = max(0, int(new.fields["r0425"]) - counted) if new.fields["r0409"] == "01" else 0
        enough = new.bedrag + sum(amount for amount, _ in used) <= cents(machtiging.get("bedrag", 10**6))
        return (
            [new.bedrag, count]
            if enough and count + sum(n for _, n in used) <= machtiging.get("aantal", 10**6)
            else None
        )

    def credit(self, person: str, fields: Fields) -> tuple[int, tuple[str, ...]]:
        """What a credit takes back of a debet record that stands, as a negative amount, and the codes on it. It asks for what
        the debet was granted, or for what it declared and hears otherwise; of any other amount nothing comes."""
        (debet,) = (t for t in self.stands if t.persoon == person and t.fields["r0432"] == fields["r0433"])
        asked = fields["r0430"]
        if asked not in (str(debet.bedrag), debet.fields["r0430"]):
            return 0, ("8017",)
        self.stands.remove(debet)
        over = [t for t in self.stands if t.same(person, debet.fields)]
        for place, (_, count) in debet.parts.items():
            # The number of a prestatie in parts goes on counting with a part that stands.
            stays = [t for t in over if t.parts.get(place, [0, 0])[0]]
            counted = count + sum(t.parts.get(place, [0, 0])[1] for t in over)
            if stays and counted:
                stays[0].parts[place][1] += count - min(count, counted - 1)
        return -debet.bedrag, () if asked == str(debet.bedrag) else ("0613",)

    def usage(self) -> dict[tuple[str, Place, str], list[int]]:
        """By person, dekking and period what stands, in cents and in number."""
        total: dict[tuple[str, Place, str], list[int]] = {}
        for t in self.stands:
            for place, (amount, count) in t.parts.items():
                if place[0] == AUTHORISATION:
                    continue
                period = self._period(self._dekking(place), t.fields)
                entry = total.setdefault((t.persoon, place, period), [0, 0])
                entry[0], entry[1] = entry[0] + amount, entry[1] + count
        return total

    def _dekking(self, place: Place) -> Mapping[str, Any]:
        (pakket,) = (p for p in self.store["pakketten"] if p["code"] == place[0])
        return next(d for n, d in enumerate(pakket["dekkingen"]) if d.get("id", n) == place[1])

    def _dekkingen(self, person: str, fields: Fields) -> Iterator[Dekking]:
        """Of each pakket of the polis the first dekking that matches, basis before aanvullend."""
        polis = next(p for p in self.store["polissen"] if p["bsn"] == person)
        found = []
        for code in polis["pakketten"]:
            (pakket,) = (p for p in self.store["pakketten"] if p["code"] == code)
            for number, dekking in enumerate(pakket["dekkingen"]):
                if self._fits(dekking, polis, fields):
                    found.append(Dekking((code, dekking.get("id", number)), pakket["soort"], dekking))
                    break
        yield from (d for d in found if d.soort != "aanvullend")
        yield from (d for d in found if d.soort == "aanvullend")

    @staticmethod
    def _fits(dekking: Mapping[str, Any], polis: Mapping[str, Any], fields: Fields) -> bool:
        def code_fits(pattern: str) -> bool:
            begin, star, _ = pattern.partition("*")
            return fields["r0413"].startswith(begin) if star else fields["r0413"] == pattern

        day = dt.date.fromisoformat(fields["r0408"])
        born = polis["geboortedatum"]
        age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
        return (
            any(code_fits(pattern) for pattern in dekking["prestaties"])
            and fields["r0409"] in dekking.get("soort_prestatierecord", ("01", "02", "03", "04"))
            and dekking.get("leeftijd_vanaf", 0) <= age < dekking.get("leeftijd_tot", 999)
        )

    def _highest(self, fields: Fields) -> int:
        """The insurer's tariff; where there is none, more than can be declared."""
        if fields["r0409"] == "01":
            for contract in self.store.get("contracten", ()):
                if contract["agb"] == self.party and fields["r0413"] in contract["tarieven"]:
                    return cents(contract["tarieven"][fields["r0413"]])
            for tariff in self.store.get("tarieven", ()):
                if tariff["prestatiecode"] == fields["r0413"]:
                    return cents(tariff["tarief"])
        return 10**9

    @staticmethod
    def _berekend(fields: Fields, tariff: int) -> int:
        """B: at the declared tariff what was declared, a cent of rounding included; at a lower one never more."""
        count, reduction, berekend = int(fields["r0425"]), int(fields.get("r0428", 0)), int(fields["r0426"])
        exact = int(fields["r0424"]) * count
        plain = berekend in (exact - reduction, exact - reduction - 1)
        if tariff == int(fields["r0424"]):
            assert plain or berekend + reduction in (floor(Fraction(exact, 12)), ceil(Fraction(exact, 12)))
            return berekend
        own = half_up(Fraction(tariff * count, 1 if plain else 12)) - reduction
        return max(0, min(own, berekend))

    def _vergoeding(self) -> int:
        """The percentage of its cover that the insurer pays for what this party does."""
        contracten = self.store.get("contracten", ())
        if not contracten or any(c["agb"] == self.party for c in contracten):
            return 100
        beleid = self.store["uzovi"][0]["beleid"]
        percentage: int = beleid.get("niet_gecontracteerd", {"vergoeding": 100})["vergoeding"]
        return percentage

    def _most(self, fields: Fields) -> int | None:
        """What this party gets for a record at most, for want of a contract; None for any amount."""
        contracten = self.store.get("contracten", ())
        if not contracten or any(c["agb"] == self.party for c in contracten):
            return None
        maximum = self.store["uzovi"][0]["beleid"].get("niet_gecontracteerd", {}).get("maximum", {})
        for length in range(6, -1, -1):
            pattern = fields["r0413"][:length] + ("" if length >= len(fields["r0413"]) else "*")
            if pattern in maximum:
                pieces = Fraction(int(fields["r0425"]), 12 if self._by_the_hour(fields) else 1)
                return half_up(cents(maximum[pattern]) * pieces)
        return None

    @staticmethod
    def _by_the_hour(fields: Fields) -> bool:
        exact = int(fields["r0424"]) * int(fields["r0425"]) - int(fields.get("r0428", 0))
        return int(fields["r0426"]) not in (exact, exact - 1)

    def _own(self, d: Dekking, part: int, fields: Fields) -> int:
        """What the verzekerde pays himself of what a dekking pays; costs bear none."""
        if "eigen_bijdrage" not in d.sleutels or fields["r0409"] in ("02", "04"):
            return 0
        times = 1 if self._by_the_hour(fields) else int(fields["r0425"])
        return min(part, times * cents(d.sleutels["eigen_bijdrage"]["bedrag"]))

    def _room(self, d: Dekking, fields: Fields, other: list[Grant]) -> tuple[int | None, int | None]:
        """What the maxima leave, in cents and in number, of what other prestaties took in the period."""
        period = self._period(d.sleutels, fields)
        here = [t for t in other if d.plaats in t.parts and self._period(d.sleutels, t.fields) == period]
        amount = count = None
        if "maximum_bedrag" in d.sleutels:
            amount = max(0, cents(d.sleutels["maximum_bedrag"]) - sum(t.parts[d.plaats][0] for t in here))
        if "maximum_aantal" in d.sleutels and fields["r0409"] == "01":
            count = max(0, d.sleutels["maximum_aantal"] - sum(t.parts[d.plaats][1] for t in here))
        return amount, count

    @staticmethod
    def _period(keys: Mapping[str, Any], fields: Fields) -> str:
        year, jaw = fields["r0408"][:4], fields.get("r0414", "0")
        if jaw == "0" and fields.get("r0415", "00") != "00":
            jaw = "1" if fields["r0415"][0] in "1256" else "2"
        return {"kalenderjaar": year, "kaak_per_kalenderjaar": f"{year}/{jaw}"}.get(keys.get("per", ""), "")

    def _parts(
        self,
        berekend: int,
        count: int,
        dekkingen: list[Dekking],
        fields: Fields,
        room: Mapping[Place, tuple[int | None, int | None]],
    ) -> dict[Place, int]:
        """What each dekking pays of B."""
        vergoeding = Fraction(self._vergoeding(), 100)
        most = self._most(fields)
        parts: dict[Place, int] = {}
        own_bijdrage = berekend
        for d in dekkingen:
            if d.soort == "aanvullend":
                continue
            part = half_up(Fraction(berekend * d.sleutels["percentage"], 100))
            full = min(part - self._own(d, part, fields), own_bijdrage)
            without_maximum = half_up(full * vergoeding)
            if most is not None:
                without_maximum = min(without_maximum, most - sum(parts.values()))
            parts[d.plaats] = self._begrens(without_maximum, count, *room.get(d.plaats, (None, None)))
            own_bijdrage -= full - (without_maximum - parts[d.plaats])
        still = half_up(own_bijdrage * vergoeding)
        for d in dekkingen:
            if d.soort != "aanvullend":
                continue
            over = own_bijdrage if d.sleutels.get("over") == "eigen_bijdrage" else berekend
            full = half_up(Fraction(over * d.sleutels["percentage"], 100))
            part = half_up((full - self._own(d, full, fields)) * vergoeding)
            if most is not None:
                part = min(part, most - sum(parts.values()))
            parts[d.plaats] = min(still, self._begrens(part, count, *room.get(d.plaats, (None, None))))
            still -= parts[d.plaats]
        return parts

    @staticmethod
    def _begrens(amount: int, count: int, most: int | None, most_count: int | None) -> int:
        if most_count is not None and most_count < count:
            amount = half_up(Fraction(amount * most_count, count))
        return amount if most is None else min(amount, most)

    def _remember(
        self,
        new: Grant,
        dekkingen: list[Dekking],
        parts: Mapping[Place, int],
        earlier: list[Grant],
        room: Mapping[Place, tuple[int | None, int | None]],
    ) -> None:
        """The grant stands: it counts to the basis first, to no dekking for more than its part of the prestatie."""
        if not new.bedrag:
            return
        still = new.bedrag
        for d in dekkingen:
            paid, counted = (sum(t.parts.get(d.plaats, [0, 0])[i] for t in earlier) for i in (0, 1))
            amount = min(still, max(0, parts[d.plaats] - paid))
            still -= amount
            if amount:
                most = room[d.plaats][1] if d.limited else None
                count = int(new.fields["r0425"]) if most is None else min(int(new.fields["r0425"]), most)
                counts = max(0, count - counted) if new.fields["r0409"] == "01" else 0
                new.parts[d.plaats] = [amount, counts]
        self.stands.append(new)
