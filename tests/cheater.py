"""A vendor's program that does no work: it learns from packs whose key it knows what gives a faulty retour away.

It looks at everything but what a retour means beside its declaration: names, sizes, order, fields of pack.json, 0181 and
0182, the words that stand in the file, and what two cases with one declaration have to do with each other.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

_RECORD = 372
Features = dict[str, float | str]


class Asked(NamedTuple):
    """A retour that a pack asks about: its case, what can be seen of it, and whether it is faulty."""

    case: str
    features: Features
    faulty: bool


def asked(files: Mapping[str, bytes], faulty: Mapping[str, bool]) -> list[Asked]:
    """The retours that a pack asks about; `faulty` says by case which are."""
    cases = json.loads(files["pack.json"])["cases"]
    twins: defaultdict[str, list[int]] = defaultdict(list)
    for place, case in enumerate(cases):
        twins[case["steps"][-1]["declaration"]["sha256"]].append(place)
    sizes = [len(files[case["steps"][-1]["retours"][-1]["file"]]) for case in cases]
    found = []
    for place, case in enumerate(cases):
        others = [sizes[one] for one in twins[case["steps"][-1]["declaration"]["sha256"]] if one != place]
        features = {
            "place": place,
            "alone": str(not others),
            "larger than its twin": _sign(sizes[place] - others[0]) if others else 0,
            "first of its twins": str(min(twins[case["steps"][-1]["declaration"]["sha256"]]) == place),
            **_of_file(case, files),
        }
        found.append(Asked(case["id"], features, faulty[case["id"]]))
    return found


def _of_file(case: dict[str, Any], files: Mapping[str, bytes]) -> Features:
    step = case["steps"][-1]
    retour = step["retours"][-1]
    back, heen = files[retour["file"]], files[step["declaration"]["file"]]
    own = set(heen.split())
    return {
        "id": int(case["id"]),
        "odd id": str(int(case["id"]) % 2),
        "length of its names": len(retour["file"]) + len(retour["name"]) + len(case["id"]),
        "name": retour["name"],
        "keys in pack.json": " ".join([*case, *step, *retour]),
        "steps": len(case["steps"]),
        "date": step["date"],
        "hash": int(retour["sha256"][:6], 16),
        "size": len(back),
        "size beyond whole records": len(back) % _RECORD,
        "size beside its declaration": len(back) / len(heen),
        "0181": back[310:334].strip().decode("latin-1"),
        "length of 0181": len(back[310:334].strip()),
        "0182": str(bool(back[334:342].strip())),
        "last byte": str(back[-1:]),
        **{f"word {word.decode('latin-1')}": "stands in it" for word in set(back.split()) - own if len(word) > 3},
    }


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


class Trick(NamedTuple):
    """What one feature tells: refuse from a limit on (or below it), or where it has one of these values."""

    feature: str
    limit: float | None
    above: bool
    values: frozenset[str]

    def refuses(self, one: Asked) -> bool:
        value = one.features.get(self.feature, "")
        if self.limit is None:
            return str(value) in self.values
        return (float(value) > self.limit) is self.above


def tricks(packs: list[list[Asked]]) -> Iterator[Trick]:
    """For every feature the rule that is right most often on these packs."""
    every = [one for pack in packs for one in pack]
    for feature in sorted({name for one in every for name in one.features}):
        values = [one.features.get(feature, "") for one in every]
        if all(isinstance(value, (int, float)) for value in values):
            yield _best_limit(feature, every)
        else:
            balance: Counter[str] = Counter()
            for value, one in zip(values, every, strict=True):
                balance[str(value)] += 1 if one.faulty else -1
            yield Trick(feature, None, above=True, values=frozenset(v for v, n in balance.items() if n > 0))


def _best_limit(feature: str, every: list[Asked]) -> Trick:
    ordered = sorted({float(one.features[feature]) for one in every})
    limits = [-math.inf, *((low + high) / 2 for low, high in pairwise(ordered))]
    faulty, sound = (sorted(float(o.features[feature]) for o in every if o.faulty is kind) for kind in (True, False))
    gains = [(abs(gain := _above(faulty, limit) - _above(sound, limit)), gain >= 0, limit) for limit in limits]
    _, above, limit = max(gains)
    return Trick(feature, limit, above=above, values=frozenset())


def _above(values: list[float], limit: float) -> int:
    return sum(value > limit for value in values)


def right(trick: Trick, pack: list[Asked]) -> float:
    """Of how large a part of a pack a trick is right."""
    return sum(trick.refuses(one) is one.faulty for one in pack) / len(pack)


def all_tricks_together(packs: list[list[Asked]], pack: list[Asked]) -> float:
    """Of how large a part a program is right that weighs all features (naive Bayes, of what was learned on other packs)."""
    weights: defaultdict[tuple[str, str], Counter[bool]] = defaultdict(Counter)
    for one in (one for every in packs for one in every):
        for name, value in one.features.items():
            weights[name, str(value)][one.faulty] += 1

    def refuses(one: Asked) -> bool:
        met = (weights[name, str(value)] for name, value in one.features.items() if (name, str(value)) in weights)
        return sum(math.log((n[True] + 1) / (n[False] + 1)) for n in met) > 0

    return sum(refuses(one) is one.faulty for one in pack) / len(pack)
