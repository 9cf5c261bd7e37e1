#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of docs/why/validation.md, made from the canned conversations: which of them hold which
section of which RFC.

    tools/validation_table.py [--check]     prints it; --check: compares it with the page's
"""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
PAGE = SOURCE / "docs" / "why" / "validation.md"
BEGIN = "<!-- made by tools/validation_table.py -->\n"


def conversations():
    for path in sorted((SOURCE / "tests" / "golden" / "validation").glob("*.talk")):
        for line in path.read_text().splitlines():
            if line.startswith("== "):
                name, section, verdict, _ = [part.strip() for part in line[3:].split("|", 3)]
                yield path.stem, name, section, verdict.split()[0]


def order(section):
    words = re.match(r"(RFC|CVE)[ -](\d+)(?: s| app\. |-)?(.*)", section)
    numbers = [int(part) if part.isdigit() else 0 for part in re.split(r"[.]", words.group(3))]
    return words.group(1) != "RFC", int(words.group(2)), numbers, section


def table():
    rows = {}
    for file, name, section, verdict in conversations():
        rows.setdefault(section, []).append("%s (%s)" % (name, verdict))
    lines = ["| section | conversations |", "|---|---|"]
    for section in sorted(rows, key=order):
        lines.append("| %s | %s |" % (section, "; ".join(rows[section])))
    count = sum(len(names) for names in rows.values())
    return "%d conversations.\n\n%s\n" % (count, "\n".join(lines)), count


def main():
    text, count = table()
    if "--check" not in sys.argv[1:]:
        sys.stdout.write(text)
        return 0
    page = PAGE.read_text()
    fits = page.partition(BEGIN)[2] == "\n" + text
    print("1..2")
    print("%s 1 - docs/why/validation.md has the conversations that there are" % ("ok" if fits else "not ok"))
    print("%s 2 - %d conversations, at least 150" % ("ok" if count >= 150 else "not ok", count))
    return 0 if fits and count >= 150 else 1


sys.exit(main())
