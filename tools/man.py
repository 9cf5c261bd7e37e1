#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Man pages and completions from the program's own table of commands.

    man.py --dsfi PROGRAM --scdoc SCDOC --extra docs/man --output FOLDER --stamp FILE

Writes FOLDER/*.1, FOLDER/dsfi.bash and FOLDER/_dsfi. What docs/man/<page>.scd holds is set before
EXIT STATUS of the page of that name: prose that no table can know.
"""

import argparse
import pathlib
import subprocess
import sys


def generate(program, *words):
    return subprocess.run([program, "generate", *words], check=True, capture_output=True,
                          text=True).stdout


def with_extra(page, extra):
    """The page with its hand-written part put in."""
    if not extra.is_file():
        return page
    head, mark, tail = page.partition("# EXIT STATUS\n")
    return head + extra.read_text(encoding="utf-8").rstrip() + "\n\n" + mark + tail


def main():
    parser = argparse.ArgumentParser(description="Make man pages and completions.")
    for name in ("dsfi", "scdoc", "extra", "output", "stamp"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    folder = pathlib.Path(options.output)
    folder.mkdir(exist_ok=True)

    names = generate(options.dsfi, "list").split()
    for stale in folder.glob("*.1"):
        stale.unlink()
    for name in names:
        page = with_extra(generate(options.dsfi, "man", name),
                          pathlib.Path(options.extra) / (name + ".scd"))
        made = subprocess.run([options.scdoc], input=page, capture_output=True, text=True,
                              check=False)
        if made.returncode != 0:
            print("man.py: %s: %s" % (name, made.stderr.strip()), file=sys.stderr)
            return 1
        (folder / (name + ".1")).write_text(made.stdout, encoding="utf-8")
    (folder / "dsfi.bash").write_text(generate(options.dsfi, "bash"), encoding="utf-8")
    (folder / "_dsfi").write_text(generate(options.dsfi, "zsh"), encoding="utf-8")
    pathlib.Path(options.stamp).write_text("\n".join(names) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
