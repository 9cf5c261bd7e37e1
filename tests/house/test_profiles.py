#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that the table of profiles cannot drift: tools/profiles.py takes the tree as it is, and names what is
wrong in a copy of it. Prints TAP."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
NEEDED = ("catalog/checks", "catalog/profiles", "src/cli/gather.h", "src/model/observation.h")
# What is changed, from what to what, and what must be said of it.
FAULTS = (
    ("a code that no check has", "catalog/profiles", "DELEGATION-GLUE-WRONG", "DELEGATION-GLUE-RONG",
     "no check is called 'DELEGATION-GLUE-RONG'"),
    ("a family that has none", "catalog/profiles", "ROUTING-MX-*", "ROUTING-MZ-*",
     "no check is called 'ROUTING-MZ-*'"),
    ("a word that is neither", "catalog/profiles", "signed DNSSEC-*", "signd DNSSEC-*",
     "'signd' is no code and no family"),
    ("a check that only * names", "catalog/checks", "ROUTING-ONE-AS  ", "ROUTING-TWO-AS  ",
     "no profile but * has ROUTING-TWO-AS"),
    ("a need that observations do not know", "catalog/profiles", "| card | default automation |",
     "| card | default automatic |", "need 'automatic' is none of"),
    ("a choice that is no profile", "src/cli/gather.h", "kindns-zones|manrs", "kindns-zones|manners",
     "the choices of --profile are"),
    ("something asserted with codes", "catalog/profiles", "| asserted | - | Filtering", "| asserted | SERVER-* | Filtering",
     "what is asserted has none"),
    ("something measured without", "catalog/profiles", "| measured | DELEGATION-GLUE-MISSING DELEGATION-GLUE-WRONG |",
     "| measured | - |", "what is measured has codes"),
    ("a practice twice", "catalog/profiles", "practice | registry | 2 |", "practice | registry | 1 |",
     "practice 1 is there twice"),
    ("a practice of another profile", "catalog/profiles", "practice | registry | 2 |", "practice | operator | 2 |",
     "stands behind the row of that profile"),
    ("a row of another kind", "catalog/profiles", "profile  | manrs |", "profil  | manrs |",
     "'profil' is neither profile nor practice"),
)


def run(tree):
    return subprocess.run([sys.executable, SOURCE / "tools/profiles.py", "--source", tree, "--output",
                           tree / "table.c"], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8")


def copy(tree):
    for name in NEEDED:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SOURCE / name, tree / name)


def point(number, is_good, name, said):
    if not is_good:
        print("\n".join("# " + line for line in said.splitlines()))
    print("%s %d - %s" % ("ok" if is_good else "not ok", number, name))
    return is_good


def main():
    print("1..%d" % (1 + len(FAULTS)))
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        copy(tree)
        result = run(tree)
        good = point(1, result.returncode == 0, "the tree's own profiles", result.stdout)
        for number, (name, file, before, after, said) in enumerate(FAULTS, 2):
            copy(tree)
            text = (tree / file).read_text(encoding="utf-8")
            (tree / file).write_text(text.replace(before, after, 1), encoding="utf-8")
            result = run(tree)
            good &= point(number, before in text and result.returncode == 1 and said in result.stdout,
                          "... " + name + " is named", result.stdout)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
