"""`mzsim suite export` and `mzsim suite grade`. Light to import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mzsim.cli.options import FOUND, option_json
from mzsim.cli.printing import show
from mzsim.common.names import shown

if TYPE_CHECKING:
    from mzsim.certification.export import Faulty

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


@click.command("grade")
@click.argument("pakket", metavar="PACK", type=_PATH)
@click.argument("result", metavar="RESULT", type=_PATH)
@click.option("--sleutel", "key", metavar="KEY", type=_PATH, help="The key of a blind pack.")
@click.option("--html", metavar="FILE", type=_PATH, help="Write a page for people, with every booking.")
@click.option("--junit", metavar="FILE", type=_PATH, help="Write JUnit XML: a test per retour.")
@option_json
def grade(pakket: Path, result: Path, key: Path | None, html: Path | None, junit: Path | None, as_json: bool) -> None:
    """Compare what a vendor's software booked of PACK, as RESULT (JSON or CSV) reports it, with what the retours say.

    Says per retour and referentienummer what is wrong, what to repair, and which retourcodes and outcomes the software
    has met. Exit status: 0 everything is right, 1 something is wrong, 2 the pack, its key or the result can't be used.
    """
    import json

    from mzsim.certification import report
    from mzsim.certification.grading import judge
    from mzsim.certification.pack import files_of, open_pakket
    from mzsim.certification.result import read_report_back
    from mzsim.common.apart import Used, require_apart
    from mzsim.presentation.report_file import reports
    from mzsim.suites.reporting import Places

    reads = [
        Used(result, "the result"),
        *([Used(key, "the key")] if key else []),
        *(Used(file, "a file of the pack") for file in files_of(pakket)),
    ]
    require_apart(reads, Places(junit, html).given)
    with open_pakket(pakket, key) as opened, reports(junit, html) as (junitbestand, htmlbestand):
        grading = judge(opened, read_report_back(result))
        if junitbestand:
            junitbestand.write(report.as_junit(grading))
        if htmlbestand:
            from mzsim.certification.page import as_html

            htmlbestand.write(as_html(grading))
    if as_json:
        click.echo(json.dumps(report.as_dict(grading)))
    else:
        show(report.grading_parts(grading))
    raise SystemExit(0 if grading.good else FOUND)
