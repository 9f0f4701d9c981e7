"""check-retour: a good retour is accepted, and every kind of fault in one is found where it is (INV 3.2, 3.3)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mzsim.common.errors import InputError
from mzsim.domain.findings import Stage
from mzsim.retour.check import controleer_retour
from mzsim.retour.deviation import Afwijking
from mzsim.standard.retourcodes import Retourcode, retourcodes
from mzsim.store.loading import laad_bestand
from mzsim.store.session import Database
from tests.commands import eis_een_regel, invoke, speel
from tests.factories import Bericht, maak
from tests.make_inv3 import MAP, declaraties, voorbeeld
from tests.retours import CRLF, records, zet

VOORBEELD_4A, VOORBEELD_4B = "4a-fout-in-verzekerdenrecord", "4b-fout-in-prestatierecord"
GOUDEN = sorted(p.name.removesuffix(".mz302.asc") for p in MAP.glob("*.*.mz302.asc"))

Bewerking = Callable[[bytes], bytes]


def _retour(naam: str) -> bytes:
    return (MAP / f"{naam}.mz302.asc").read_bytes()


def _afwijkingen(declaratie: bytes, retour: bytes) -> list[Afwijking]:
    return list(controleer_retour(io.BytesIO(declaratie), io.BytesIO(retour), retourcodes()))


def _plaatsen(afwijkingen: list[Afwijking]) -> list[tuple[str, str | None]]:
    return [(a.record, a.rubriek) for a in afwijkingen]


# 3b and 5: the faults of INV itself.


def test_voorbeeld_3b_wordt_geweigerd_om_9904() -> None:
    afloop = invoke("check-retour", MAP / f"{VOORBEELD_4A}.mz301.asc", MAP / "3b-fout-in-sluitrecord-retour.mz302.asc")
    assert afloop.exit_code == 1
    (regel,) = (r for r in afloop.stdout.splitlines() if "9904" in r)
    assert regel.split()[:3] == ["6", "99", "9904"]
    assert regel.split()[-2:] == ["000002", "000003"]
    assert afloop.stderr == ""


def test_voorbeeld_5_wordt_geweigerd_om_0207() -> None:
    afloop = invoke("check-retour", MAP / f"{VOORBEELD_4A}.mz301.asc", MAP / "5-retour-met-correctie.mz302.asc")
    assert afloop.exit_code == 1
    (regel,) = (r for r in afloop.stdout.splitlines() if "0207" in r)
    assert regel.split()[:4] == ["2", "02", "3", "0207"]
    assert regel.split()[-2:] == ["19320322", "19220323"]


@pytest.mark.parametrize(
    ("naam", "plaats"),
    [("3b-fout-in-sluitrecord-retour", (6, "99", None, "9904")), ("5-retour-met-correctie", (2, "02", 3, "0207"))],
)
def test_json_noemt_record_en_rubriek(naam: str, plaats: tuple[object, ...]) -> None:
    afloop = invoke("check-retour", "--json", MAP / f"{VOORBEELD_4A}.mz301.asc", MAP / f"{naam}.mz302.asc")
    assert afloop.exit_code == 1
    gevonden = json.loads(afloop.stdout)
    assert gevonden["in_orde"] is False
    assert [(a["regel"], a["record"], a["identificatie"], a["rubriek"]) for a in gevonden["afwijkingen"]] == [plaats]


# What is in order.


@pytest.mark.parametrize("naam", GOUDEN)
@pytest.mark.parametrize("leeg", [False, True], ids=["gevuld", "0181 en 0182 leeg"])
def test_goed_retour_is_in_orde(naam: str, leeg: bool, tmp_path: Path) -> None:
    retour = _retour(naam)
    if leeg:
        retour = zet(zet(retour, 1, "0181", " " * 24), 1, "0182", " " * 8)
    plaats = tmp_path / "retour.asc"
    plaats.write_bytes(retour)
    afloop = invoke("check-retour", MAP / f"{naam.split('.')[0]}.mz301.asc", plaats)
    assert (afloop.exit_code, afloop.stderr) == (0, "")
    assert afloop.stdout == f"{plaats}: in order\n"


def test_een_record_voor_het_eerste_nummer_heet_nul() -> None:
    """A declaration whose first detail record has no number: what answers number zero is compared with it."""
    declaratie = zet((MAP / f"{VOORBEELD_4B}.mz301.asc").read_bytes(), 2, "0202", "zonder nummr")
    retour = zet(_retour(f"{VOORBEELD_4B}.vecozo"), 2, "0202", "0" * 12)
    assert ("02", "0202") in _plaatsen(_afwijkingen(declaratie, retour))


# What is not: an edit of the golden retour of 4a (six lines: 01, 02, 04, 04, 98, 99) or 4b by VECOZO (eight lines: 01,
# 02, 04, 02, 04, 04, 98, 99), and where check-retour must see it: (record, rubriek).


def _zonder(*nummers: int) -> Bewerking:
    def bewerk(retour: bytes) -> bytes:
        return b"".join(r + CRLF for n, r in enumerate(records(retour), start=1) if n not in nummers)

    return bewerk


def _volgorde(*nummers: int) -> Bewerking:
    return lambda retour: b"".join(records(retour)[n - 1] + CRLF for n in nummers)


def _zet(*wijzigingen: tuple[int, str, str]) -> Bewerking:
    def bewerk(retour: bytes) -> bytes:
        for regel, rubriek, waarde in wijzigingen:
            retour = zet(retour, regel, rubriek, waarde)
        return retour

    return bewerk


def _regel(nummer: int, bewerk: Callable[[bytes], bytes], einde: bytes = CRLF) -> Bewerking:
    def bewerk_regel(retour: bytes) -> bytes:
        regels = [r + CRLF for r in records(retour)]
        regels[nummer - 1] = bewerk(regels[nummer - 1][:-2]) + einde
        return b"".join(regels)

    return bewerk_regel


def _zelfde(record: bytes) -> bytes:
    return record


_TELLINGEN = (("9902", "000009"), ("9903", "000009"), ("9904", "000009"), ("9905", "000009"), ("9906", "0000009"))
FOUTEN: dict[str, tuple[Bewerking, tuple[str, str | None]]] = {
    **{f"telling {rubriek}": (_zet((6, rubriek, waarde)), ("99", rubriek)) for rubriek, waarde in _TELLINGEN},
    "totaal ingediend": (_zet((6, "9907", "00000066001")), ("99", "9907")),
    "totaal ingediend als credit": (_zet((6, "9908", "C")), ("99", "9907")),
    "totaal toegekend": (_zet((6, "9909", "00000001001")), ("99", "9909")),
    "totaal toegekend als credit": (_zet((6, "9910", "C")), ("99", "9909")),
    "totaal toegekend niet numeriek": (_zet((6, "9909", "0000000100X")), ("99", "9909")),
    "record te kort": (_regel(3, lambda r: r[:-1]), ("04", None)),
    "record te lang": (_regel(3, lambda r: r + b" "), ("04", None)),
    "record van de heenlengte": (_regel(3, lambda r: r[:310]), ("04", None)),
    "alleen LF": (_regel(3, _zelfde, b"\n"), ("04", None)),
    "alleen CR": (_regel(3, _zelfde, b"\r"), ("04", None)),
    "geen regeleinde aan het slot": (_regel(6, _zelfde, b""), ("99", None)),
    "lege regel": (_regel(3, _zelfde, CRLF + CRLF), ("", None)),
    "sluitrecord ontbreekt": (_zonder(6), ("98", None)),
    "sluitrecord dubbel": (_volgorde(1, 2, 3, 4, 5, 6, 6), ("99", None)),
    "sluitrecord niet achteraan": (_volgorde(1, 2, 3, 4, 6, 5), ("98", None)),
    "voorlooprecord ontbreekt": (_zonder(1), ("02", None)),
    "voorlooprecord dubbel": (_volgorde(1, 1, 2, 3, 4, 5, 6), ("01", None)),
    "onbekend kenmerk": (_regel(3, lambda r: b"05" + r[2:]), ("05", None)),
    "record van een andere declaratie": (_zet((3, "0413", "C13   ")), ("04", "0413")),
    "identificatie die er niet is": (_zet((3, "0402", "000000000099")), ("04", None)),
    "identificatie niet numeriek": (_zet((3, "0402", "00000000000X")), ("04", None)),
    "BSN veranderd": (_zet((2, "0203", "123456782")), ("02", "0203")),
    "factuurnummer veranderd": (_zet((1, "0116", "F20110002   ")), ("01", "0116")),
    "0102 van een heenbericht": (_zet((1, "0102", "176")), ("01", "0102")),
    "0102 van de Wlz": (_zet((1, "0102", "251")), ("01", "0102")),
    "softwareleverancier gevuld": (_zet((1, "0106", "000001")), ("01", "0106")),
    "dagtekening bestaat niet": (_zet((1, "0182", "20110532")), ("01", "0182")),
    "onbekende retourcode": (_zet((3, "0496", "9999")), ("04", "0496")),
    "retourcode ontbreekt": (_zet((3, "0496", "    ")), ("04", "0496")),
    "retourcode ontbreekt in kop": (_zet((1, "0196", "    ")), ("01", "0196")),
    "gat tussen retourcodes": (_zet((3, "0496", "    "), (3, "0497", "8002")), ("04", "0496")),
    "retourcode dubbel": (_zet((3, "0497", "8002")), ("04", "0497")),
    "bestandscode op een record": (_zet((3, "0496", "0030")), ("04", "0496")),
    "recordcode in de kop": (_zet((1, "0196", "8007")), ("01", "0196")),
    "8001 op een record": (_zet((2, "0296", "8001")), ("02", "0296")),
    "8001 in de kop met records": (_zet((1, "0196", "8001")), ("01", "0196")),
    "0001 in de kop met records": (_zet((1, "0196", "0001")), ("01", "0196")),
    "reserve van de staart gevuld": (_zet((3, "0499", "X" + " " * 29)), ("04", "0499")),
    "reserve van het sluitrecord gevuld": (_zet((6, "9999", "X" + " " * 312)), ("99", "9999")),
    "records verwisseld": (_volgorde(1, 2, 4, 3, 5, 6), ("04", None)),
    "record dubbel": (_volgorde(1, 2, 3, 3, 4, 5, 6), ("04", None)),
    "commentaar dubbel": (_volgorde(1, 2, 3, 4, 5, 5, 6), ("98", None)),
    "commentaar ontbreekt": (_zonder(5), ("98", None)),
    "commentaar zonder zijn prestatie": (_zonder(4), ("98", None)),
    "kind zonder 8002 niet teruggekomen": (_zonder(3), ("04", None)),
    "kinderen niet teruggekomen": (_zonder(3, 4, 5), ("04", None)),
    "verzekerdenrecord ontbreekt": (_zonder(2), ("04", None)),
    "meer toegekend dan gedeclareerd": (_zet((3, "0483", "00050001")), ("04", "0483")),
    "toegekend niet numeriek": (_zet((3, "0483", "0000000X")), ("04", "0483")),
    "berekend niet numeriek": (_zet((3, "0481", "       0")), ("04", "0481")),
    "toegekend als credit": (_zet((3, "0484", "C")), ("04", "0484")),
    "berekend als credit": (_zet((3, "0481", "00050000"), (3, "0482", "C")), ("04", "0482")),
    "afgekapt midden in een record": (lambda retour: retour[: 3 * 372 + 100], ("04", None)),
    "afgekapt achter een record": (lambda retour: retour[: 3 * 372], ("04", None)),
    "leeg": (lambda _: b"", ("", None)),
    "tekst": (lambda _: b"geen retourbericht\r\n", ("ge", None)),
    "binair": (lambda _: bytes(range(256)) * 20, ("\x00\x01", None)),
}


@pytest.mark.parametrize("fout", FOUTEN)
def test_fout_wordt_gevonden(fout: str, tmp_path: Path) -> None:
    bewerk, plaats = FOUTEN[fout]
    fout_retour = bewerk(_retour(f"{VOORBEELD_4A}.alle"))
    assert plaats in _plaatsen(_afwijkingen(declaraties()[VOORBEELD_4A], fout_retour))
    bestand = tmp_path / "retour.asc"
    bestand.write_bytes(fout_retour)
    afloop = invoke("check-retour", MAP / f"{VOORBEELD_4A}.mz301.asc", bestand)
    assert (afloop.exit_code, afloop.stderr) == (1, "")


def test_een_fout_is_een_bevinding() -> None:
    """What one change makes wrong is said once: a changed total is no changed count."""
    declaratie, goed = declaraties()[VOORBEELD_4A], _retour(f"{VOORBEELD_4A}.alle")
    for fout in ("telling 9902", "totaal ingediend", "totaal toegekend", "BSN veranderd", "onbekende retourcode"):
        bewerk, plaats = FOUTEN[fout]
        assert _plaatsen(_afwijkingen(declaratie, bewerk(goed))) == [plaats], fout


@pytest.mark.parametrize("weg", range(2, 8))
def test_van_vecozo_komt_elk_record_terug(weg: int) -> None:
    """VECOZO sends everything back; one record less is found, also where its parent came back with 0200."""
    retour = _zonder(weg)(_retour(f"{VOORBEELD_4B}.vecozo"))
    kenmerk = records(_retour(f"{VOORBEELD_4B}.vecozo"))[weg - 1][:2].decode()
    gevonden = _afwijkingen(declaraties()[VOORBEELD_4B], retour)
    assert (kenmerk, "did not come back, though it should") in [(a.record, a.reden) for a in gevonden]


def test_van_verzekeraar_hoeft_goedgekeurd_record_niet_terug_te_komen() -> None:
    retour = _retour(f"{VOORBEELD_4B}.verzekeraar")
    assert len(records(retour)) == 4
    assert _afwijkingen(declaraties()[VOORBEELD_4B], retour) == []


def test_retour_op_een_andere_declaratie() -> None:
    andere = declaraties()["6-fout-in-sleutel-prestatierecord"]
    assert ("04", "0403") in _plaatsen(_afwijkingen(andere, _retour(f"{VOORBEELD_4B}.vecozo")))


def test_totaal_telt_wat_niet_terugkwam_mee() -> None:
    """Of 660.00 the rejected record is 500.00; 160.00 was granted on records that did not come back."""
    retour = zet(_retour(f"{VOORBEELD_4B}.verzekeraar"), 4, "9909", "00000000000")
    assert _plaatsen(_afwijkingen(declaraties()[VOORBEELD_4B], retour)) == [("99", "9909")]


def test_volledig_toegewezen_met_een_ander_totaal() -> None:
    retour = zet(_retour("1-volledig-toegewezen.alle"), 2, "9909", "00000065999")
    assert _plaatsen(_afwijkingen(declaraties()["1-volledig-toegewezen"], retour)) == [("99", "9909")]


def test_afgekeurd_bestand_met_toekenning() -> None:
    retour = zet(_retour("2a-uzovi-niet-aangesloten.vecozo"), 2, "9909", "00000000001")
    assert _plaatsen(_afwijkingen(declaraties()["2a-uzovi-niet-aangesloten"], retour)) == [("99", "9909")]


def test_code_van_een_record_in_kop_zonder_records() -> None:
    retour = zet(_retour("1-volledig-toegewezen.alle"), 1, "0196", "0200")
    assert ("01", "0196") in _plaatsen(_afwijkingen(declaraties()["1-volledig-toegewezen"], retour))


def test_creditrecord_houdt_zijn_teken(store: Database, tmp_path: Path) -> None:
    bericht = Bericht(voorloop=maak("01")).voeg_toe("02")
    bericht.voeg_toe("04", r0408="20110332", r0427="C", r0433="EERDER")
    bericht.voeg_toe("04", r0424="3000")
    declaratie = bytes(bericht)
    _, retour = speel(store, tmp_path, declaratie, stage=Stage.VERZEKERAAR)
    assert retour is not None
    assert _afwijkingen(declaratie, retour) == []
    assert ("04", "0484") in _plaatsen(_afwijkingen(declaratie, zet(retour, 3, "0484", "C")))


def test_commentaar_van_verzekerde_gaat_mee_terug(store: Database, tmp_path: Path) -> None:
    bericht = Bericht(voorloop=maak("01")).voeg_toe("02", r0207="19000101")
    bericht.voeg_toe("98", r9802="1", r9803="0001").voeg_toe("98", r9802="1", r9803="0002").voeg_toe("04")
    declaratie = bytes(bericht)
    _, retour = speel(store, tmp_path, declaratie, stage=Stage.VERZEKERAAR)
    assert retour is not None
    assert _afwijkingen(declaratie, retour) == []
    for weg in (3, 4):
        assert ("98", "did not come back, though it should") in [
            (a.record, a.reden) for a in _afwijkingen(declaratie, _zonder(weg)(retour))
        ] or ("98", "9803") in _plaatsen(_afwijkingen(declaratie, _zonder(weg)(retour)))


def test_code_van_de_store_is_alleen_met_store_bekend(store: Database, tmp_path: Path) -> None:
    extra = tmp_path / "extra.yaml"
    extra.write_text('retourcodes:\n  - {code: "3999", betekenis: Eigen code, soort: D}\n', "utf-8")
    laad_bestand(store, extra)
    retour = tmp_path / "retour.asc"
    retour.write_bytes(zet(_retour(f"{VOORBEELD_4B}.verzekeraar"), 3, "0496", "3999"))
    declaratie = MAP / f"{VOORBEELD_4B}.mz301.asc"
    assert invoke("check-retour", declaratie, retour).exit_code == 1
    assert invoke("check-retour", declaratie, retour, "--store", f"sqlite:///{tmp_path}/store.db").exit_code == 0


def test_elke_code_van_de_lijst_past_op_een_niveau() -> None:
    """A code that rejects records stands on records, one that rejects a file in the voorlooprecord; neither on both."""
    declaratie, retour = declaraties()[VOORBEELD_4B], _retour(f"{VOORBEELD_4B}.verzekeraar")

    def past(regel: int, rubriek: str, code: Retourcode) -> bool:
        return (("01", "02", "04")[regel - 1], rubriek) not in _plaatsen(
            _afwijkingen(declaratie, zet(retour, regel, rubriek, code.code))
        )

    for code in retourcodes().values():
        if code.soort != "O" and code.code != "8096":
            assert past(3, "0496", code) == (code.soort == "D"), code
            assert past(1, "0197", code) == (code.soort != "D"), code


def test_declaratie_zonder_voorlooprecord(tmp_path: Path) -> None:
    leeg = tmp_path / "leeg.asc"
    leeg.write_bytes(b"")
    with pytest.raises(InputError):
        _afwijkingen(b"", _retour(f"{VOORBEELD_4A}.alle"))
    afloop = invoke("check-retour", leeg, MAP / f"{VOORBEELD_4A}.alle.mz302.asc")
    assert afloop.exit_code == 2
    assert "voorlooprecord" in eis_een_regel(afloop.stderr)


def test_retour_is_geen_heenbericht(tmp_path: Path) -> None:
    plaats = tmp_path / "x.asc"
    plaats.write_bytes(bytes(voorbeeld()))
    afloop = invoke("check-retour", plaats, plaats)
    assert afloop.exit_code == 1
