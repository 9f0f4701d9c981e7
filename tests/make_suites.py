"""Makes the suites that come with the program, in fixtures/suites: `python -m tests.make_suites [folder]`.

Declarations come from the examples of INV, the cases of the checks, `suite_outcomes` and `suite_granting`; what must
come back is what the program answers now. The difference with what was there is to be read before it is kept.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mzsim.checks import REGISTER
from mzsim.domain.findings import Stage
from mzsim.store.templates import fresh_store
from tests import make_inv3, make_inv4, suite_codes, suite_granting, suite_outcomes
from tests.check_cases import STORE, all_cases, declaration_of, findings, play, stage_of
from tests.suite_setup import DATE, Declaration, Setup, make_case

SUITES = Path(__file__).parents[1] / "fixtures" / "suites"
WLZ_DATE = dt.date(2018, 5, 2)
PATHS = {"all": Stage.ALL, "vecozo": Stage.VECOZO, "insurer": Stage.INSURER}
_WHAT_3 = {
    "1": "Granted in full",
    "2a": "The UZOVI-nummer is of no insurer that is connected",
    "2b": "The factuurnummer was used before",
    "3a": "The total in the sluitrecord is wrong",
    "4a": "An error in a verzekerdenrecord",
    "4b": "An error in a prestatierecord",
    "6": "Errors in the key of a prestatierecord",
}
_PATH_IN_WORDS = {"all": "the whole path", "vecozo": "what VECOZO answers", "insurer": "the insurer without VECOZO"}


def _inv(_: Path) -> Iterator[Setup]:
    for name, content in make_inv3.declaraties().items():
        number = name.partition("-")[0]
        section = "3.2" if number[0] in "123" else "3.3"
        for path, stage in PATHS.items():
            yield Setup(
                f"{section}-{number}-{path}",
                f"{_WHAT_3[number]}: {_PATH_IN_WORDS[path]}",
                (Declaration(name, content),),
                ("chapter-3", path),
                source=f"INV {section} example {number}",
                stage=stage,
                store=("store-3.yaml",),
            )
    for name, content in make_inv4.declaraties().items():
        section, _, rest = name.partition("-")
        wlz = "wlz" in name
        yield Setup(
            name,
            rest.replace("-", " ").replace("wlz", "Wlz"),
            (Declaration(name, content),),
            ("chapter-4", "wlz" if wlz else "zvw"),
            source=f"INV {section}",
            datum=WLZ_DATE if wlz else DATE,
            store=("store-4.yaml",),
        )


def _codes(_: Path) -> Iterator[Setup]:
    for code in suite_codes.codes():
        check, case = suite_codes.case_for(code)
        yield _for_check(code, f"{case['naam']} ({check})", (code,), check, case, stage_of(check, case))


def _wlz(work_folder: Path) -> Iterator[Setup]:
    """The cases of all checks that are Wlz declarations, by the whole path where that comes to the same."""
    numbers: dict[str, int] = {}
    for check, case in all_cases():
        if not _is_wlz(case):
            continue
        numbers[check] = numbers.get(check, 0) + 1
        what = (
            ("refused", *dict.fromkeys(m["retourcode"] for m in case["verwacht"])) if case["verwacht"] else ("granted",)
        )
        stage = Stage.ALL if _same_by_way_of_vecozo(check, case, work_folder) else stage_of(check, case)
        yield _for_check(f"{check}-case-{numbers[check]}", case["naam"], what, check, case, stage)
    for name, content in make_inv4.declaraties().items():
        if "wlz" in name:
            yield Setup(
                f"inv-{name}",
                "An example of INV, granted",
                (Declaration(name, content),),
                ("granted",),
                source=f"INV {name.partition('-')[0]}",
                datum=WLZ_DATE,
                store=("store-inv.yaml",),
            )


def _is_wlz(case: Mapping[str, Any]) -> bool:
    declaration = case.get("declaratie") or {}
    return str((declaration.get("01") or {}).get("0102", "")) == "250"


def _same_by_way_of_vecozo(check: str, case: Mapping[str, Any], work_folder: Path) -> bool:
    with tempfile.TemporaryDirectory() as folder_, fresh_store((STORE,), work_folder / "stores") as store:
        outcome = play(check, {**case, "stage": Stage.ALL}, store, Path(folder_))
    return findings(outcome) == case["verwacht"]


def _for_check(id: str, title: str, tags: tuple[str, ...], check: str, case: Mapping[str, Any], stage: Stage) -> Setup:
    """A case of a check; what goes before it is played by the whole path."""
    date = case.get("date", DATE)
    earlier = tuple(
        Declaration(f"eerder-{number}", declaration_of(e), e.get("date", date), Stage.ALL)
        for number, e in enumerate(case.get("eerder", ()), start=1)
    )
    return Setup(
        id,
        title,
        (*earlier, Declaration("declaratie", declaration_of(case))),
        tags,
        source=f"check {check}: {REGISTER[check].source}",
        stage=stage,
        datum=date,
        own_store=case.get("store"),
    )


KINDS: dict[str, Callable[[Path], Iterator[Setup]]] = {
    "inv": _inv,
    "codes": _codes,
    "outcomes": lambda _: iter([*suite_outcomes.cases(), *suite_granting.cases()]),
    "wlz": _wlz,
}
_STORES = {
    "inv": {"store-3.yaml": make_inv3.STORE, "store-4.yaml": make_inv4.STORE},
    "codes": {"store.yaml": STORE},
    "outcomes": {"store.yaml": STORE},
    "wlz": {"store.yaml": STORE, "store-inv.yaml": make_inv4.STORE},
}


def make(name: str, target: Path) -> None:
    """Writes a suite into a folder that doesn't exist yet."""
    target.mkdir(parents=True)
    for file, source in _STORES[name].items():
        shutil.copyfile(source, target / file)
    with tempfile.TemporaryDirectory() as work_folder:
        for setup in KINDS[name](Path(work_folder)):
            make_case(setup, target, Path(work_folder))


def main(target: Path) -> None:
    for name in KINDS:
        shutil.rmtree(target / name, ignore_errors=True)
        make(name, target / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SUITES)
