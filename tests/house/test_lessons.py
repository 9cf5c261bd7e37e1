#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that the table of lessons cannot drift: tools/lessons.py takes the tree as it is, and names what is
wrong in a copy of it. Prints TAP."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
SIGN = "catalog/lessons/sign/"
# What is changed, from what to what, and what must be said of it.
FAULTS = (
    ("a predicate that there is none of", SIGN + "lesson", "must | secure ", "must | secured ",
     "with a predicate of: secure"),
    ("a demand that says nothing to the learner", SIGN + "lesson", " | www.garden.tld is still there", "",
     "must | PREDICATE ARGUMENT... | what it means"),
    ("a key that there is none of", SIGN + "lesson", "teaches |", "teach |", "with a key of: title"),
    ("a key that is missing", SIGN + "lesson", "minutes | 15\n", "", "no line `minutes`"),
    ("a key that stands twice", SIGN + "lesson", "minutes | 15\n", "minutes | 15\nminutes | 15\n",
     "minutes has one value and stands once"),
    ("a lesson that takes too long", SIGN + "lesson", "minutes | 15\n", "minutes | 1500\n", "minutes are 1 to 120"),
    ("a registry of another kind", SIGN + "lesson", "registry | by-hand", "registry | by-mail",
     "registry is one of: by-hand cds"),
    ("hints that are one", SIGN + "knot/hints", "\n--\n", "\n- -\n", "at least two hints"),
    ("hints without a command", SIGN + "knot/hints", "    ", "   ", "no command"),
    ("an order that names another", "catalog/lessons/order", "sign\n", "sing\n", "names ['sing'"),
    ("a table of predicates that is elsewhere", "src/tell/learn/predicate.c", "{\"", "{ \"",
     "no table of predicates"),
)


def run(tree):
    return subprocess.run([sys.executable, SOURCE / "tools/lessons.py", "--source", tree, "--output",
                           tree / "table.c"], check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding="utf-8")


def copy(tree):
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(SOURCE / "catalog/lessons", tree / "catalog/lessons")
    (tree / "src/tell/learn").mkdir(parents=True)
    shutil.copy(SOURCE / "src/tell/learn/predicate.c", tree / "src/tell/learn")


def point(number, is_good, name, said):
    if not is_good:
        print("\n".join("# " + line for line in said.splitlines()))
    print("%s %d - %s" % ("ok" if is_good else "not ok", number, name))
    return is_good


def main():
    print("1..%d" % (1 + len(FAULTS)))
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder) / "tree"
        copy(tree)
        result = run(tree)
        good = point(1, result.returncode == 0, "the tree's own lessons", result.stdout)
        for number, (name, file, before, after, said) in enumerate(FAULTS, 2):
            copy(tree)
            text = (tree / file).read_text(encoding="utf-8")
            # Every occurrence, since a hint has commands in several places.
            (tree / file).write_text(text.replace(before, after), encoding="utf-8")
            result = run(tree)
            good &= point(number, before in text and result.returncode == 1 and said in result.stdout,
                          "... " + name + " is named", result.stdout)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
