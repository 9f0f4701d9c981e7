"""Tries the API by its own description, with schemathesis: `python -m tests.portal_schema --examples 50`.

Every operation gets requests that fit its description and requests that don't, and all that schemathesis knows to check is
checked, but for one thing that is named below: that nothing fails, that every answer is one that is described, and that what
is wrong is refused. Ends with status 1 where anything was found. schemathesis is no part of the extra `test`, whose tests it
would make slower: pip install schemathesis.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import mzsim.testing
from tests.make_inv3 import STORE, declaraties

_CONFIG = """
[parameters]
"query.wacht" = 0

[phases.examples]
enabled = false

[checks.positive_data_acceptance]
# What is a verzekeraarsbestand, a script or a behaviour no JSON Schema can tell, nor which files are accepted: that is a refusal
# too, of something that fits the description.
expected-statuses = ["2xx", "304", "400", "401", "403", "404", "409", "422", "503"]
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=50, help="requests of each kind, for each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("further", nargs="*", help="further options of schemathesis, behind --")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, mzsim.testing.server() as portal:
        portal.store.load(STORE.read_text("utf-8"))
        for name, content in declaraties().items():
            with (Path(folder) / name).open("w+b") as file:
                file.write(content)
                file.seek(0)
                portal.store.submit(file, f"{name}.asc")
        config = Path(folder) / "schemathesis.toml"
        config.write_text(_CONFIG, "utf-8")
        words = [
            *(
                sys.executable,
                "-m",
                "schemathesis.cli",
                "--config-file",
                str(config),
                "run",
                f"{portal.url}/openapi.json",
            ),
            # A retour is there once it is released, and never for what nobody can read: until then it is not found. The tests of
            # the API say of each that is made when it is there.
            *("--checks", "all", "--exclude-checks", "ensure_resource_availability"),
            *("--mode", "all", "--max-examples", str(asked.examples), "--seed", str(asked.seed)),
            *("--no-color", "--continue-on-failure", "--warnings", "off", "--request-timeout", "20"),
            # Events have no end before the submission has, and a run of a suite or a pack takes all processors.
            *("--exclude-path-regex", "gebeurtenissen|runs$|certificering$"),
            *asked.further,
        ]
        raise SystemExit(subprocess.run(words, cwd=folder, check=False).returncode)


if __name__ == "__main__":
    main()
