"""`mzsim suite export`, `grade` and `verify`. Light to import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mzsim.cli.options import FOUND, option_json
from mzsim.cli.printing import show
from mzsim.common.names import shown

if TYPE_CHECKING:
    from mzsim.certification.export import Faulty
    from mzsim.certification.filed import Wanted
    from mzsim.certification.profile import Language

_PATH = click.Path(path_type=Path)
_SEED = 1


@click.command("export")
@click.argument("names", metavar="DIR|SUITE...", nargs=-1, required=True)
@click.option("--out", metavar="PACK", type=_PATH, required=True, help="The folder to make, or with --zip the file.")
@click.option("--zip", "as_zip", is_flag=True, help="Write one zip file instead of a folder.")
@click.option("-k", "word", metavar="TEXT", help="Only cases with this text in their id or title.")
@click.option("--tag", "tags", metavar="TAG", multiple=True, help="Only cases with this tag (or another).")
@click.option(
    "--faulty",
    "faulty",
    type=click.Choice(["each", "once", "none"]),
    help="Faulty retours: every kind with each retour, every kind once in the pack, or none. Not with --sleutel.  "
    "[default: each]",
)
@click.option(
    "--sleutel", "key", metavar="KEY", type=_PATH, help="Make a blind pack, and write its key here: not for the vendor."
)
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0),
    help=f"What the order of a blind pack and its faults are drawn by.  [default: {_SEED}]",
)
def export(
    names: tuple[str, ...],
    out: Path,
    as_zip: bool,
    word: str | None,
    tags: tuple[str, ...],
    faulty: Faulty | None,
    key: Path | None,
    seed: int | None,
) -> None:
    """Put the cases of folders or suites together as a pack for the software of a vendor.

    A pack holds the declarations and their retours, good and faulty, a list of them (pack.json), the retourcodes, and a
    schema, an example and a CSV template of what the software reports back. README.txt in it says what is asked; how it
    should be booked is not in it. The same cases give the same bytes.

    In an open pack, for practice, names tell what is faulty. With --sleutel it is blind: nothing tells but the retour
    itself, and suite grade needs the key.
    """
    from mzsim.certification import export as exporting
    from mzsim.common.apart import Used
    from mzsim.suites.display import count
    from mzsim.suites.locations import folder_of
    from mzsim.suites.selection import chosen_cases

    if key is not None and faulty is not None:
        raise click.UsageError(
            "--faulty is for an open pack: in a blind one each retour comes once good and once faulty"
        )
    if key is None and seed is not None:
        raise click.UsageError("--seed is for a blind pack; name its key with --sleutel")
    outputs = [Used(out, "the pack", "--out"), *([Used(key, "the key", "--sleutel")] if key else [])]
    suites = exporting.name_suites([(name, chosen_cases(folder_of(name), word, tags, outputs)) for name in names])
    if key is None:
        made = exporting.make_pakket(suites, faulty or "each")
        exporting.put_in_place(made.files, out, as_zip=as_zip)
    else:
        exporting.require_place_for_key(key, out)
        made = exporting.make_blind_pakket(suites, _SEED if seed is None else seed)
        exporting.put_with_key(made, out, key, as_zip=as_zip)
    sound, faulty_retours = count(made.sound, "retour"), count(made.faulty, "faulty one")
    click.echo(f"{shown(out)}: {sound} to book, {faulty_retours} to refuse")
    if key is not None:
        click.echo(f"{shown(key)}: the key, made with seed {_SEED if seed is None else seed}; keep it from the vendor")


def _file(name: str, what: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", metavar="FILE", type=_PATH, help=what)


option_key = click.option("--sleutel", "key", metavar="KEY", type=_PATH, help="The key of a blind pack.")
option_pack_profile = click.option(
    "--profiel",
    "profile",
    metavar="NAME|FILE",
    help="Grade by a profile: basis, wlz, volledig, or a YAML file of your own.",
)
option_waarnemingen = _file("waarnemingen", "What was seen of the steps of the profile that no file shows (YAML).")


@click.command("grade")
@click.argument("pakket", metavar="PACK", type=_PATH)
@click.argument("result", metavar="RESULT", type=_PATH)
@option_key
@option_pack_profile
@option_waarnemingen
@click.option("--software", metavar="TEXT", help="Name and version of the software, where the result names none.")
@click.option("--leverancier", "vendor", metavar="TEXT", help="Who makes it, where the result names nobody.")
@click.option("--contact", metavar="TEXT", help="Whom to ask about it, where the result names nobody.")
@click.option(
    "--datum",
    "date",
    metavar="YYYY-MM-DD",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The date of the report.  [default: today]",
)
@click.option(
    "--taal",
    "language",
    type=click.Choice(["nl", "en"]),
    default="en",
    show_default=True,
    help="The language of the page, and of what the profile says in the report.",
)
@_file("report", "Write the report for mzsim suite verify: the object of --json. Needs --profiel.")
@_file("html", "Write a page for people and for print, with every booking.")
@_file("junit", "Write JUnit XML: a test per retour, and per requirement of the profile.")
@option_json
def grade(
    pakket: Path,
    result: Path,
    key: Path | None,
    profile: str | None,
    waarnemingen: Path | None,
    language: Language,
    as_json: bool,
    **more: Any,
) -> None:
    """Compare what a vendor's software booked of PACK, as RESULT (JSON or CSV) reports it, with what the retours say.

    Says per retour and referentienummer what is wrong, what to repair, and which retourcodes and outcomes the software
    has met; with --profiel also the verdict per role and requirement. Exit status: 0 everything is right, or with
    --profiel every must is met; 1 something is wrong, or a must isn't met; 2 the pack, its key or the result can't be used.
    """
    import json

    from mzsim.certification import filed, report
    from mzsim.certification.pack import files_of, open_pakket
    from mzsim.certification.profile import files_of_profile
    from mzsim.common.apart import Used, require_apart
    from mzsim.presentation.report_file import reports

    wanted = _wanted(profile, waarnemingen, more)
    reads = [Used(result, "the result"), *(Used(file, "a file of the pack") for file in files_of(pakket))]
    reads += [Used(file, "the profile") for file in files_of_profile(profile or "basis")]
    reads += [Used(key, "the key")] if key else []
    reads += [Used(waarnemingen, "the file of waarnemingen")] if waarnemingen else []
    places = [(more[name], f"--{name}", what) for name, what in _REPORTS.items()]
    require_apart(reads, [Used(place, what, option) for place, option, what in places if place is not None])
    streams = reports(*((place, option) for place, option, _ in places))
    with open_pakket(pakket, key) as opened, streams as (report_file, page, junit):
        graded = filed.grade(opened, result, wanted)
        if report_file:
            report_file.write(f"{json.dumps(filed.graded_as_dict(graded, language), indent=1)}\n".encode())
        if junit:
            junit.write(report.as_junit(graded.grading, filed.junit_tests(graded)))
        if page:
            from mzsim.certification.page import as_html

            page.write(as_html(graded, language))
    if as_json:
        click.echo(json.dumps(filed.graded_as_dict(graded, language)))
    else:
        show(report.grading_parts(graded.grading))
        show(filed.certificate_parts(graded.certificate) if graded.certificate else ())
    raise SystemExit(0 if graded.good else FOUND)


_REPORTS = {"report": "the report", "html": "the page", "junit": "the JUnit report"}


def _wanted(profile: str | None, waarnemingen: Path | None, more: dict[str, Any]) -> Wanted | None:
    """What a certificate is asked for with; what is about one is of no use without a profile."""
    if profile is None:
        about = ("software", "vendor", "contact", "date", "report")
        options = {"vendor": "--leverancier", "date": "--datum"}
        given = [options.get(name, f"--{name}") for name in about if more[name] is not None]
        if waarnemingen is not None:
            given.append("--waarnemingen")
        if given:
            raise click.UsageError(f"{given[0]} is about a certificate; name its profile with --profiel")
        return None
    from mzsim.certification.filed import Wanted

    day = more["date"].date() if more["date"] else dt.date.today()  # noqa: DTZ011 - the day where the user is
    return Wanted(profile, day, waarnemingen, more["vendor"], more["contact"], more["software"])


@click.command("verify")
@click.argument("report", metavar="REPORT", type=_PATH)
@click.option("--pack", "pakket", metavar="PACK", type=_PATH, required=True, help="The pack that was graded.")
@click.option("--result", metavar="RESULT", type=_PATH, required=True, help="The result that was graded.")
@option_key
@option_pack_profile
@option_waarnemingen
@option_json
def verify(
    report: Path,
    pakket: Path,
    result: Path,
    key: Path | None,
    profile: str | None,
    waarnemingen: Path | None,
    as_json: bool,
) -> None:
    """Hold REPORT, which mzsim suite grade --report wrote, against the pack, key and result that it is about.

    Compares their hashes, and grades again: the verdict must be the same. A profile of your own, and the waarnemingen,
    must be given once more. Exit status: 0 everything is as the report says; 1 something differs; 2 a file can't be used.
    """
    import json

    from mzsim.certification.pack import open_pakket
    from mzsim.certification.verify import Given, as_dict, read_report, verified

    filed_report = read_report(report)
    with open_pakket(pakket, key) as opened:
        lines = list(verified(filed_report, Given(opened, result, profile, waarnemingen)))
    verdict = as_dict(lines)
    if as_json:
        click.echo(json.dumps(verdict))
    else:
        for line in lines:
            click.echo(f"{'right' if line.right else 'DIFFERS'}: {shown(line.text)}")
    raise SystemExit(0 if verdict["right"] else FOUND)
