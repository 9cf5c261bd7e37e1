#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/why, the pages of docs/check and tests/oracle/zonemaster.map speak of checks that there are. Prints TAP."""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
CODE = re.compile(r"\b([A-Z]+(?:-[A-Z0-9]+)+)\b( \(to come\))?")
# Words in capitals with a hyphen that are no codes.
WORDS = {"SHA-1", "SHA-256", "DANE-TA", "DANE-EE"}
TEST_CASES = 73


def catalogue():
    rows = (SOURCE / "catalog/checks").read_text().splitlines()
    return {row.split("|")[0].strip() for row in rows if "|" in row and not row.startswith("#")}


def table_rows(text):
    """Test case -> (codes as they stand there, remarks)."""
    rows = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and re.fullmatch(r"[A-Z]+\d\d", cells[0]):
            rows[cells[0]] = (cells[2], cells[3])
    return rows


def map_rows(text):
    """Tag -> (codes, reason)."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {row[0]: (row[1].split(), row[2]) for row in cells if len(row) == 3}, len(lines)


def unknown_codes(codes):
    """What stands in a page like the code of a check and is none, nor the beginning of some: `DNSSEC-SIG-*`."""
    families = "|".join(sorted({code.split("-")[0] for code in codes}))
    mention = re.compile(r"\b((?:%s)(?:-[A-Z0-9]+)+)\b(-\*)?(?![-_])" % families)
    unknown = []
    for page in sorted((SOURCE / "docs/why").glob("*.md")) + sorted((SOURCE / "docs/check").glob("*.md")):
        for code, is_open in mention.findall(page.read_text()):
            if code not in codes | WORDS and not (is_open and any(each.startswith(code + "-") for each in codes)):
                unknown.append("%s: %s%s" % (page.name, code, is_open))
    return unknown


def main():
    codes = catalogue()
    page = (SOURCE / "docs/why/coverage.md").read_text()
    rows = table_rows(page)
    tags, lines = map_rows((SOURCE / "tests/oracle/zonemaster.map").read_text())
    named = [(code, bool(mark)) for code, mark in CODE.findall(page) if code not in WORDS]
    points = [
        ("all of Zonemaster's test cases stand in docs/why/coverage.md",
         [] if len(rows) >= TEST_CASES else ["there are %d of %d" % (len(rows), TEST_CASES)]),
        ("every code there is one of the catalogue, or said to come",
         sorted({code for code, is_to_come in named if code not in codes and not is_to_come})),
        ("what is said to come is not there yet",
         sorted({code for code, is_to_come in named if code in codes and is_to_come})),
        ("every code in docs/why and docs/check is one of the catalogue",
         [line for line in unknown_codes(codes) if not line.startswith("coverage.md: ")]),
        ("what has no code has a reason", [case for case, row in rows.items() if not any(row)]),
        ("the rows of tests/oracle/zonemaster.map are well formed, each tag once",
         [] if tags and len(tags) == lines else ["%d rows, %d tags" % (lines, len(tags))]),
        ("every code there is one of the catalogue, and what has none has a reason",
         ["%s: %s" % (tag, " ".join(set(row[0]) - codes)) for tag, row in tags.items()
          if set(row[0]) - codes or not any(row)]),
    ]
    print("1..%d" % len(points))
    for number, (name, mistakes) in enumerate(points, 1):
        for mistake in mistakes:
            print("# " + mistake)
        print("%s %d - %s" % ("not ok" if mistakes else "ok", number, name))
    return 1 if any(mistakes for _, mistakes in points) else 0


if __name__ == "__main__":
    sys.exit(main())
