"""The ready-made insurers @vgz, @asr and @ditzo behave as their pages say, and every figure says where it comes from."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mzsim.standard.values import elfproef
from mzsim.store.shipped_files import path_of, shipped_names
from mzsim.store.verzekeraarsbestand import read_file
from tests.commands import invoke
from tests.factories import simple

pytestmark = pytest.mark.slow

PROFILES = ("@vgz", "@asr", "@ditzo")
ADULT, SENIOR, KIND = 0, 1, 2
WITH_CONTRACT, WITHOUT_CONTRACT, MACHTIGINGSVRIJ = "12099901", "12099902", "12099903"


class Insurer:
    """A store with one ready-made insurer, and declarations to it."""

    def __init__(self, listing: str, folder: Path) -> None:
        self.lijst = listing
        self._folder = folder
        self.store = f"sqlite:///{folder / 'store.db'}"
        self.content = read_file(path_of(listing)).content
        assert invoke("db", "load", "--store", self.store, "@uzovi", "@nza-2026", listing).exit_code == 0
        self._number = 0

    def declareer(
        self, who: int, *prestaties: dict[str, str], on: str, praktijk: str = WITH_CONTRACT
    ) -> dict[str, Any]:
        """Replays one declaration of a verzekerde on a day, and gives what `--json` prints."""
        self._number += 1
        polis = self.content.polissen[who]
        done = [
            {"0408": on, "0410": "N", "0420": "12999901", "0432": f"R{self._number}-{n}"} | p
            for n, p in enumerate(prestaties)
        ]
        message = simple(
            r0108=polis.uzovi, r0110="12999901", r0111=praktijk, r0114=min(p["0408"] for p in done),
            r0115=on, r0116=f"F{self._number}", r0117=on, r0203=polis.bsn or "", r0204=polis.uzovi,
            r0207=polis.geboortedatum.strftime("%Y%m%d"), r0210=polis.naam,
        )  # fmt: skip
        message.details = message.details[:1]
        for p in done:
            message.add("04", **{f"r{rubriek}": value for rubriek, value in p.items()})
        place = self._folder / f"{self._number}.asc"
        place.write_bytes(bytes(message))
        day = dt.datetime.strptime(on, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day, not a moment
        off = invoke("replay", "--store", self.store, "--date", day, "--json", place)
        assert off.exit_code == 0
        found: dict[str, Any] = json.loads(off.stdout)
        return found


def codes(outcome: dict[str, Any]) -> list[str]:
    return [m["retourcode"] for m in outcome["meldingen"]]


def implantaat(code: str = "J040", tariff: int = 34358) -> dict[str, str]:
    return {"0413": code, "0415": "33", "0424": str(tariff)}


CHECK = {"0413": "C002", "0424": "2851"}


@pytest.fixture
def vgz(tmp_path: Path) -> Insurer:
    return Insurer("@vgz", tmp_path)


@pytest.fixture
def asr(tmp_path: Path) -> Insurer:
    return Insurer("@asr", tmp_path)


@pytest.fixture
def ditzo(tmp_path: Path) -> Insurer:
    return Insurer("@ditzo", tmp_path)


def test_vgz_asks_for_a_machtiging_under_the_standard_module(vgz: Insurer) -> None:
    """But not for two implants in the lower jaw (VGZ, Implantologiescores)."""
    assert codes(vgz.declareer(SENIOR, implantaat(), on="20260310")) == ["0551"]
    assert codes(vgz.declareer(SENIOR, implantaat(), on="20260310", praktijk=WITHOUT_CONTRACT)) == ["0551"]
    assert codes(vgz.declareer(SENIOR, implantaat("J049", 76442), on="20260310")) == []


def test_vgz_asks_for_none_under_the_machtigingsvrij_module(vgz: Insurer) -> None:
    outcome = vgz.declareer(SENIOR, implantaat(), on="20260310", praktijk=MACHTIGINGSVRIJ)
    assert outcome["status"] == "volledig_toegewezen"


def test_vgz_asks_for_one_for_a_child_above_the_ceiling(vgz: Insurer) -> None:
    """1,400 euro in a kalenderjaar."""
    molars = [f"{quadrant}{place}" for quadrant in range(1, 5) for place in range(3, 8)]
    fillings = [{"0413": "V92", "0415": choose, "0416": "MO", "0424": "7877"} for choose in molars[:18]]
    outcome = vgz.declareer(KIND, *fillings, on="20260310")
    assert outcome["totaal_toegekend"] == "1339.09"  # 17 x 78.77; the 18th makes it 1417.86
    assert codes(outcome) == ["0551"]


def test_vgz_asks_for_one_for_special_orthodontics(vgz: Insurer) -> None:
    """F***B, with the list of the NZa beside it; of category A none is asked."""
    special = {"0413": "F121B", "0424": "2851"}
    assert "0551" in codes(vgz.declareer(KIND, special, on="20260310"))
    assert "0551" not in codes(vgz.declareer(KIND, {"0413": "F121A", "0424": "2851"}, on="20260310"))


def _x(code: str, day: int, tariff: int = 9002) -> dict[str, str]:
    return {"0413": code, "0424": str(tariff), "0408": f"202603{day:02d}"}


def test_vgz_asks_for_one_for_an_overview_of_a_child(vgz: Insurer) -> None:
    assert codes(vgz.declareer(KIND, _x("X21", 10), on="20260310")) == ["0551"]
    assert codes(vgz.declareer(ADULT, _x("X21", 10), on="20260310")) == ["0613"]  # TAND, 75 %


def test_vgz_asks_for_one_for_the_fourth_large_picture_in_a_year(vgz: Insurer) -> None:
    pictures = [_x("X21", 1), _x("X24", 2, 4051), _x("X21", 3), _x("X24", 4, 4051)]
    assert codes(vgz.declareer(ADULT, *pictures, on="20260310")) == ["0613", "0613", "0613", "0551"]


def test_vgz_asks_for_one_for_more_than_ten_sealings(vgz: Insurer) -> None:
    """V30 and V35 together, in however many years."""
    teeth = [f"{quadrant}{place}" for quadrant in range(1, 5) for place in range(5, 8)]
    seals = [{"0413": "V35", "0415": tooth, "0424": "1875"} for tooth in teeth]
    first = {"0413": "V30", "0415": "11", "0424": "3376"}
    assert codes(vgz.declareer(KIND, first, *seals[:9], on="20260310")) == []
    later = [first | {"0415": "21"}, *seals[9:10]]
    assert codes(vgz.declareer(KIND, *later, on="20270310")) == ["0551", "0551"]


def test_vgz_grants_a_child_fluoride_twice_a_year_in_each_jaw(vgz: Insurer) -> None:
    for day in ("20260110", "20260510"):
        both = [{"0413": "M40", "0414": jaw, "0424": "1875"} for jaw in "12"]
        assert codes(vgz.declareer(KIND, *both, on=day)) == []
    outcome = vgz.declareer(KIND, {"0413": "M40", "0414": "1", "0424": "1875"}, on="20260910")
    assert (codes(outcome), outcome["totaal_toegekend"]) == (["8220"], "0.00")


def test_vgz_gives_its_own_codes_for_combinations(vgz: Insurer) -> None:
    """Anaesthesia with an extraction, rebasing within four months, and the ninth P045 of a jaw."""
    extraction = {"0413": "H11", "0415": "16", "0424": "5626"}
    outcome = vgz.declareer(KIND, {"0413": "A10", "0415": "16", "0424": "1875"}, extraction, on="20260310")
    assert [(m["retourcode"], m["controle"]) for m in outcome["meldingen"]] == [("0613", "0413-10")]
    denture = {"0413": "P020", "0414": "1", "0424": "20000"}
    vgz.declareer(SENIOR, denture, on="20260310")
    rebasing = {"0413": "P062", "0414": "1", "0424": "10577"}
    outcome = vgz.declareer(SENIOR, rebasing, on="20260709")
    assert [(m["retourcode"], m["controle"]) for m in outcome["meldingen"]] == [("0613", "0413-9")]
    assert codes(vgz.declareer(SENIOR, rebasing, on="20260711")) == ["0613"]  # 90 %
    teeth = [{"0413": "P045", "0415": f"{q}{n}", "0424": "1875"} for q in (1, 2) for n in range(1, 6)]
    outcome = vgz.declareer(ADULT, denture, *teeth[:9], on="20260310")
    assert [m["retourcode"] for m in outcome["meldingen"] if m["controle"] == "0413-10"] == ["8220"]


def test_vgz_pays_the_next_working_day_with_a_contract_only(vgz: Insurer) -> None:
    with_contract = vgz.declareer(KIND, CHECK, on="20260310")
    assert with_contract["betaaldatum"] == "2026-03-11"
    without = vgz.declareer(KIND, CHECK | {"0408": "20260309"}, on="20260310", praktijk=WITHOUT_CONTRACT)
    assert (without["status"], "betaaldatum" in without) == ("volledig_toegewezen", False)


def test_what_is_declared_for_a_label_of_cz_goes_to_its_office(tmp_path: Path) -> None:
    """9664 answers for CZ and OHRA (CZ, Codering en tarieven)."""
    label_van = {u.nummer: u.label_van for u in read_file(path_of("@uzovi")).content.uzovi}
    assert (label_van["9664"], label_van["7119"], label_van["7053"]) == (None, "9664", "9664")
    assert "9644" not in label_van


def test_vgz_takes_declarations_for_twelve_months_and_pays_the_next_working_day(vgz: Insurer) -> None:
    earlier = CHECK | {"0408": "20260403"}
    assert codes(vgz.declareer(KIND, earlier, on="20270404")) == ["0586"]
    outcome = vgz.declareer(KIND, earlier, on="20270403")
    assert codes(outcome) == []
    assert outcome["betaaldatum"] == "2027-04-05"  # the 3rd is a Saturday


def test_asr_takes_declarations_through_30_april_of_the_year_after(asr: Insurer) -> None:
    done = CHECK | {"0408": "20260520"}
    assert codes(asr.declareer(KIND, done, on="20270501")) == ["0586"]
    assert codes(asr.declareer(KIND, done, on="20270430")) == []


def test_asr_takes_declarations_without_a_contract_for_less(asr: Insurer) -> None:
    outcome = asr.declareer(KIND, CHECK, on="20260310", praktijk=WITHOUT_CONTRACT)
    assert (codes(outcome), outcome["totaal_toegekend"]) == (["0613"], "21.38")  # 75 %


def test_ditzo_takes_declarations_until_180_days_after_the_month(ditzo: Insurer) -> None:
    done = CHECK | {"0408": "20260310"}
    assert codes(ditzo.declareer(KIND, done, on="20260928")) == ["0586"]
    outcome = ditzo.declareer(KIND, done, on="20260927")
    assert codes(outcome) == []
    assert outcome["betaaldatum"] == "2026-10-27"  # within 30 days


def test_ditzo_takes_nothing_without_a_contract(ditzo: Insurer) -> None:
    outcome = ditzo.declareer(KIND, CHECK, on="20260310", praktijk=WITHOUT_CONTRACT)
    assert (outcome["status"], codes(outcome)) == ("afgekeurd_bestand", ["8022"])


@pytest.mark.parametrize("listing", PROFILES)
def test_the_basic_insurance_is_that_of_the_law(listing: str, tmp_path: Path) -> None:
    """75 % of a full denture, 90 % of its repair; a child in full, an adult's check-up not at all."""
    insurer = Insurer(listing, tmp_path)
    prothese = {"0413": "P020", "0424": "20000"}
    repair = {"0413": "P068", "0414": "1", "0424": "2000"}
    assert insurer.declareer(SENIOR, prothese, repair, on="20260310")["totaal_toegekend"] == "168.00"
    assert insurer.declareer(KIND, CHECK, on="20260310")["totaal_toegekend"] == "28.51"
    assert insurer.declareer(SENIOR, CHECK, on="20260310")["totaal_toegekend"] == "0.00"
    assert insurer.declareer(ADULT, CHECK, on="20260310")["totaal_toegekend"] == "21.38"  # TAND, 75 %


@pytest.mark.parametrize("listing", [*PROFILES, "@proef"])
def test_the_verzekerden_are_invented(listing: str) -> None:
    bsns = [polis.bsn for polis in read_file(path_of(listing)).content.polissen if polis.bsn]
    assert len(bsns) == len(set(bsns)) >= 3
    assert all(bsn.startswith("9999") and elfproef(bsn.encode()) for bsn in bsns)


@pytest.mark.parametrize("listing", PROFILES)
def test_every_choice_in_the_beleid_says_where_it_comes_from(listing: str) -> None:
    """A comment stands before every key of the beleid; what no page says is called invented or assumed."""
    lines = path_of(listing).read_text("utf-8").splitlines()
    (insurer,) = yaml.safe_load("\n".join(lines))["uzovi"]
    for key in insurer["beleid"]:
        place = next(i for i, line in enumerate(lines) if line.strip().startswith(f"{key}:"))
        surroundings = [line.strip() for line in lines[place - 2 : place + 2]]
        assert any(line.startswith("#") for line in surroundings), key


def test_the_help_names_every_list() -> None:
    help_text = invoke("db", "load", "--help").stdout
    assert all(name in help_text for name in shipped_names())


@pytest.mark.parametrize("listing", PROFILES)
def test_an_insurer_loads_without_other_lists(listing: str, tmp_path: Path) -> None:
    assert invoke("db", "load", "--store", f"sqlite:///{tmp_path / 's.db'}", listing).exit_code == 0
