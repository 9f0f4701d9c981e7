"""`mzsim generate`: declarations that are granted in full, by every rule that the list names, and the same for a seed."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from stdnum.nl import bsn as stdnum_bsn

from mzsim.cli.cmd_generate import PROFILES
from mzsim.common.chance import Chance
from mzsim.common.errors import InputError, OutputError
from mzsim.common.whole_file import output_folder
from mzsim.domain.findings import Stage, Status
from mzsim.generation.making import LIST, MOST_PER_VERZEKERDE, GeneratedFiles, GenerationOrder, make
from mzsim.generation.persons import persons
from mzsim.generation.profiles import NAMES, profile
from mzsim.pipeline import Order as Replay
from mzsim.pipeline import replay
from mzsim.standard.heen import field, heenrecord, read
from mzsim.standard.layout import CRLF, layouts
from mzsim.standard.writer import Overflow
from mzsim.store.loading import load_file
from mzsim.store.session import open_store
from mzsim.store.shipped_files import path_of
from mzsim.store.verzekeraarsbestand import Content, read_file
from tests.commands import invoke, order, require_one_line, surroundings

pytestmark = pytest.mark.slow

SIZES = (
    (1, 1, "2026-03-31"),
    (1, 40, "2026-04-14"),
    (3, 17, "2026-01-16"),
    (10, 50, "2026-03-31"),
    (25, 600, "2026-06-30"),
    (40, 60, "2027-02-01"),
)
"""Verzekerden, prestaties, date."""


def _make(
    name: str, seed: int, verzekerden: int = 10, prestaties: int = 50, date: str = "2026-03-31"
) -> GeneratedFiles:
    return make(GenerationOrder(name, verzekerden, prestaties, seed, dt.date.fromisoformat(date), "0736"))


def _records(made: GeneratedFiles, kenmerk: bytes = b"04") -> list[bytes]:
    return [heen for heen in made.declaration.split(CRLF) if heen[:2] == kenmerk]


@pytest.fixture(scope="module")
def with_list(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the reference list, to be copied."""
    file = tmp_path_factory.mktemp("lijst") / "lijst.db"
    store = open_store(f"sqlite:///{file}")
    load_file(store, path_of(LIST))
    store.close()
    return file


@pytest.fixture(scope="module")
def listing() -> Content:
    return read_file(path_of(LIST)).content


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", range(6))
def test_is_granted_in_full(name: str, seed: int, with_list: Path, tmp_path: Path) -> None:
    """By every check, the rules on combinations of the reference list among them."""
    for number, (verzekerden, prestaties, date) in enumerate(SIZES):
        made = _make(name, seed, verzekerden, prestaties, date)
        declaration, file = tmp_path / f"{number}.asc", tmp_path / f"{number}.yaml"
        declaration.write_bytes(made.declaration)
        file.write_bytes(made.store)
        store = open_store(f"sqlite:///{shutil.copy(with_list, tmp_path / f'{number}.db')}")
        load_file(store, file)
        day = dt.date.fromisoformat(date)
        outcome = replay(Replay(declaration, tmp_path / "retour.asc", day, Stage.ALL), store)
        store.close()
        assert outcome.meldingen == ()
        assert outcome.status is Status.FULLY_GRANTED
        assert outcome.total_granted == made.total > 0
        assert len(_records(made, b"02")) == verzekerden
        assert len(_records(made)) == prestaties


@pytest.mark.parametrize("name", NAMES)
def test_the_command_writes_what_replay_grants(name: str, tmp_path: Path) -> None:
    made = invoke("generate", "--profile", name, "--seed", 7, "--out", tmp_path)
    assert made.exit_code == 0
    declaration, store = tmp_path / f"{name}-7.mz301.asc", tmp_path / f"{name}-7.store.yaml"
    assert sorted(tmp_path.iterdir()) == [declaration, store]
    assert f"mzsim db load @nza-2026 {store}" in made.output
    url = f"sqlite:///{tmp_path / 'mzsim.db'}"
    assert invoke("db", "load", LIST, store, "--store", url).exit_code == 0
    answer = invoke("replay", declaration, "--store", url, "--date", "2026-03-31", "--json")
    outcome = json.loads(answer.output)
    assert outcome["status"] == "volledig_toegewezen"
    assert f"50 prestaties of 10 verzekerden, {outcome['totaal_toegekend']} euro" in made.output
    for heen in declaration.read_bytes().split(CRLF):
        if heen[:2] == b"02":
            assert read(heen, "0203").decode() not in made.output


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    """Whatever order this Python keeps sets and dicts in."""
    contents = []
    for hash_seed in ("1", "2"):
        folder = tmp_path / hash_seed
        folder.mkdir()
        words = order("generate", "--profile", "wlz", "--seed", 3, "--out", folder)
        subprocess.run(words, env=surroundings(PYTHONHASHSEED=hash_seed), check=True, capture_output=True, timeout=60)
        contents.append([file.read_bytes() for file in sorted(folder.iterdir())])
    assert contents[0] == contents[1]
    assert len(contents[0]) == 2
    assert _make("wlz", 3) != _make("wlz", 4)


def test_chance_is_the_same_everywhere() -> None:
    """The draws that every made file rests on, as Python promises them (random() of a seed)."""
    chance = Chance(1)
    assert [chance.until(1000) for _ in range(5)] == [134, 847, 763, 255, 495]
    assert Chance(2026).few("ABCDEF", 3) == ["A", "D", "E"]
    assert sorted(Chance(5).few(range(50), 50)) == list(range(50))
    assert {Chance(n).between(2, 4) for n in range(50)} == {2, 3, 4}
    assert {Chance(n).weighed("abc", [1, 0, 3]) for n in range(50)} == {"a", "c"}


def test_persons_are_invented_and_could_exist() -> None:
    known = persons()
    assert len({p.bsn for p in known}) == len(known) == 9091
    for p in known[::37]:
        assert stdnum_bsn.is_valid(p.bsn)
        assert p.bsn.startswith("9999")
        assert 2 <= p.age(dt.date(2026, 1, 1)) < 97
        heenrecord(b"02", {"0210": p.name, "0211": p.prefix, "0215": p.voorletters, "0217": p.postcode})


def test_same_bsn_is_same_person() -> None:
    def who(seed: int) -> dict[bytes, bytes]:
        fields = layouts("mz301")[b"02"].piece("0207", "0221")
        return {read(heen, "0203"): heen[fields] for heen in _records(_make("mondzorg", seed, 3000, 3000), b"02")}

    one, other = who(1), who(2)
    assert len(one.keys() & other.keys()) > 500
    assert all(one[bsn] == other[bsn] for bsn in one.keys() & other.keys())


# What the list says.


@pytest.mark.parametrize("name", NAMES)
def test_the_list_is_followed(name: str, listing: Content) -> None:
    """Tariffs, the place in the mouth, costs, who may claim; nothing is declared twice for one day."""
    codes = {line.code: line for line in listing.prestatiecodes}
    tariffs = {line.prestatiecode: line.tarief for line in listing.tarieven}
    seen = set()
    for heen in _records(_make(name, 11, 25, 600, "2026-06-30")):
        kind, code = read(heen, "0409"), read(heen, "0413").decode().strip()
        line = codes[code]
        if kind == b"01" and code in tariffs:
            assert int(read(heen, "0424")) == tariffs[code]
        assert kind not in (b"02", b"04") or line.techniekkosten
        assert not line.element or read(heen, "0415") != b"00"
        assert not line.kaak or read(heen, "0414") != b"0"
        assert not line.vlak or read(heen, "0416").strip()
        assert not line.bevoegd or read(heen, "0420")[:2].decode() in {b[:2] for b in line.bevoegd}
        key = tuple(read(heen, r) for r in ("0403", "0408", "0409", "0413", "0414", "0415", "0416", "0420"))
        assert key not in seen
        seen.add(key)


def test_profiles_are_what_they_are_called() -> None:
    def values(name: str, rubriek: str) -> set[str]:
        return {read(heen, rubriek).decode().strip() for heen in _records(_make(name, 1, 25, 600, "2026-06-30"))}

    assert values("mondzorg", "0409") == {"01", "02", "04"}
    assert values("mondzorg", "0413") >= {"C002", "M03", "A10", "V92", "X10", "H11", "H16", "R24", "P022", "E13"}
    assert {code[0] for code in values("orthodontie", "0413")} == {"F"}
    assert {read(heen, "0207") > b"20080331" for heen in _records(_make("orthodontie", 1), b"02")} == {True}
    assert values("implantologie", "0410") == {"J", "N"}
    assert len(values("implantologie", "0406")) > 2
    assert values("wlz", "0409") == {"01", "02", "03", "04"}
    assert values("wlz", "0413") >= {"U25", "U35", "WRK001", "WRK002"}
    assert values("wlz", "0405") == {""}
    assert set(PROFILES) == set(NAMES)
    assert {profile(name).letter for name in NAMES} == {"M", "O", "I", "W"}


def test_a_dekking_has_maxima_that_are_enough(tmp_path: Path) -> None:
    """What a dekking pays to a verzekerde in a year stays within its maximum."""
    file = tmp_path / "store.yaml"
    made = _make("mondzorg", 2, 25, 600, "2026-06-30")
    file.write_bytes(made.store)
    content = read_file(file).content
    ladder = {p.code: p.dekkingen[0].maximum_bedrag for p in content.pakketten if p.soort == "aanvullend"}
    paid: dict[str, int] = defaultdict(int)
    born = {polis.bsn: polis.geboortedatum for polis in content.polissen}
    for heen in _records(made):
        bsn, code = read(heen, "0403").decode(), read(heen, "0413").decode()
        day = read(heen, "0408").decode()
        adult = int(day) - int(f"{born[bsn]:%Y%m%d}") >= 180000
        if adult and code[0] not in "RP":
            paid[bsn] += int(read(heen, "0430"))
    seen = 0
    for polis in content.polissen:
        maximum = max((ladder[code] or 10**9 for code in polis.pakketten if code in ladder), default=0)
        assert paid[polis.bsn or ""] <= maximum
        seen += paid[polis.bsn or ""] > 0
    assert seen > 10


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--verzekerden", 9092, "--prestaties", 9092], "there are 9091 invented verzekerden"),
        (["--verzekerden", 3000, "--prestaties", 3000, "--profile", "orthodontie"], "for profile orthodontie"),
        (["--verzekerden", 10, "--prestaties", 9], "each of 10 verzekerden has one at least"),
        (["--verzekerden", 2, "--prestaties", 2 * MOST_PER_VERZEKERDE + 1], "have 80 at most"),
        (["--verzekerden", 1, "--prestaties", 10, "--date", "2026-01-06"], "or a later --date"),
        (["--date", "2026-01-01"], "no working day since 2026-01-01"),
        (["--date", "2025-06-30"], "no working day since 2026-01-01"),
    ],
)
def test_what_can_not_be_done_is_refused(words: list[object], reason: str, tmp_path: Path) -> None:
    result = invoke("generate", *words, "--out", tmp_path)
    assert result.exit_code == 2
    assert reason in require_one_line(result.stderr)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_made(tmp_path: Path) -> None:
    result = invoke("generate", "--out", tmp_path / "nieuw" / "hier")
    assert result.exit_code == 0
    assert invoke("generate", "--out", tmp_path).exit_code == 0
    for name in ("mondzorg-1.mz301.asc", "mondzorg-1.store.yaml"):
        assert f"{tmp_path / 'nieuw' / 'hier' / name}: " in result.stdout
        assert (tmp_path / "nieuw" / "hier" / name).read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("bestand", "is no folder; choose another with --out"),
        ("bestand/map", "can't be made: Not a directory; choose another with --out"),
        ("nieuw/" + 300 * "x", "can't be made: File name too long; choose another with --out"),
    ],
)
def test_a_folder_that_can_not_be_made(place: str, reason: str, tmp_path: Path) -> None:
    """One line, and nothing is written: no folder above it either."""
    (tmp_path / "bestand").write_bytes(b"")
    result = invoke("generate", "--out", tmp_path / place)
    assert (result.exit_code, result.stdout) == (2, "")
    assert require_one_line(result.stderr) == f"mzsim: {tmp_path / place}: {reason}"
    assert [path.name for path in tmp_path.iterdir()] == ["bestand"]


@pytest.mark.parametrize(("written", "over"), [((), []), (("een",), ["nieuw", "hier", "een"])])
def test_a_new_folder_stays_only_if_something_is_in_it(
    written: tuple[str, ...], over: list[str], tmp_path: Path
) -> None:
    def write(folder: Path) -> None:
        with output_folder(folder):
            for name in written:
                (folder / name).write_bytes(b"")
            raise OutputError("the disk is full")

    with pytest.raises(OutputError, match="the disk is full"):
        write(tmp_path / "nieuw" / "hier")
    assert [path.name for path in tmp_path.rglob("*")] == over


@pytest.mark.parametrize("uzovi", ["0000", "123", "12345", "abcd"])
def test_uzovi_is_four_digits(uzovi: str, tmp_path: Path) -> None:
    result = invoke("generate", "--uzovi", uzovi, "--out", tmp_path)
    assert result.exit_code == 2
    assert "four digits" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_another_insurer() -> None:
    made = make(GenerationOrder("mondzorg", 2, 5, 1, dt.date(2026, 3, 31), "7095"))
    assert {read(heen, "0404") for heen in _records(made)} == {b"7095"}
    assert b"nummer: '7095'" in made.store


def test_everything_of_everybody() -> None:
    """The most that can be asked for."""
    with pytest.raises(InputError):
        _make("mondzorg", 1, 50, 50 * MOST_PER_VERZEKERDE + 1)
    full = _make("mondzorg", 1, 50, 50 * MOST_PER_VERZEKERDE)
    per_verzekerde: dict[bytes, int] = defaultdict(int)
    for heen in _records(full):
        per_verzekerde[read(heen, "0403")] += 1
    assert set(per_verzekerde.values()) == {MOST_PER_VERZEKERDE}


def test_the_writer_truncates_nothing() -> None:
    rubrieken = layouts("mz301")[b"04"]
    with pytest.raises(Overflow, match="rubriek 0413"):
        field(rubrieken["0413"], "C0000011")
    with pytest.raises(Overflow):
        field(rubrieken["0424"], 100_000_000)
    with pytest.raises(KeyError):
        heenrecord(b"04", {"0203": "1"})
    assert field(rubrieken["0424"], 1000) == field(rubrieken["0424"], "1000") == b"00001000"
