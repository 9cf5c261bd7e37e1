#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that nothing which reads from outside is without a fuzz target: tests/fuzz/README.md names every
target and every reader, each target has seeds, and the proof notices what is missing. Prints TAP."""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
# What a file calls that takes octets from outside, or reads them piece by piece.
READS = re.compile(r"\b(reader_init|lines_open|json_load\w*|yaml_parser_\w+|fopen|file_read|recv|recvmsg|"
                   r"recvmmsg|recvfrom|sqlite3_column_blob|zs_set_input_\w+|knot_pkt_parse)\(|"
                   r"[^\w.>]read\(")


def rows(table):
    """The cells of a table's rows, without head and rule."""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and not set(line) <= set("|- ") and cells[0] not in ("target", "where"):
            yield cells


def faults(text, targets, readers, exists):
    """What the page says wrongly or not at all. `targets`: name -> number of seeds."""
    fuzzed, _, others = text.partition("Read, and not fuzzed:")
    named, places = {}, set()
    for target, _, where in rows(fuzzed):
        named[target] = named.get(target, 0) + 1
        places.update(where.split())
    for where, _ in rows(others):
        places.update(where.split())
    for target, seeds in sorted(targets.items()):
        if named.get(target, 0) != 1:
            yield "target %s has %d rows" % (target, named.get(target, 0))
        if seeds == 0:
            yield "target %s has no seeds" % target
    for target in sorted(set(named) - set(targets)):
        yield "there is no target %s" % target
    for place in sorted(place for place in places if not exists(place)):
        yield "there is no %s" % place
    for reader in sorted(readers - places):
        yield "%s reads from outside and is not named" % reader


def tree():
    targets = {}
    for path in (SOURCE / "tests" / "fuzz").glob("*.c"):
        if path.stem != "replay":
            corpus = SOURCE / "tests" / "fuzz" / "corpus" / path.stem
            targets[path.stem] = sum(seed.is_file() for seed in corpus.glob("[!.]*"))
    readers = {str(path.relative_to(SOURCE)) for path in (SOURCE / "src").rglob("*.c")
               if READS.search(path.read_text())}
    return (SOURCE / "tests" / "fuzz" / "README.md").read_text(), targets, readers


def main():
    text, targets, readers = tree()
    exists = lambda place: (SOURCE / place).is_file()
    points = []
    found = list(faults(text, targets, readers, exists))
    points.append((not found, "every reader has a target, every target a row and seeds", found))
    # A proof that cannot fail proves nothing.
    trials = [
        ("a target without a row", faults(text, dict(targets, new=1), readers, exists)),
        ("a target without seeds", faults(text, dict(targets, **{"os-lines": 0}), readers, exists)),
        ("a row without a target",
         faults(text, {name: n for name, n in targets.items() if name != "os-lines"}, readers, exists)),
        ("a reader that is not named", faults(text, targets, readers | {"src/x.c"}, exists)),
        ("a file that is not there",
         faults(text, targets, readers, lambda place: place != "src/os/lines.c" and exists(place))),
    ]
    for name, trial in trials:
        points.append((len(list(trial)) == len(found) + 1, "... %s is noticed" % name, []))
    points.append((len(readers) > 30, "%d files read from outside" % len(readers), sorted(readers)))
    print("1..%d" % len(points))
    for number, (passed, name, remarks) in enumerate(points, 1):
        for remark in [] if passed else remarks:
            print("# " + remark)
        print("%s %d - %s" % ("ok" if passed else "not ok", number, name))
    return 0 if all(passed for passed, _, _ in points) else 1


sys.exit(main())
