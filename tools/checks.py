#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of checks, from catalog/checks and docs/check/<CODE>.md.

    checks.py --source TREE --output FILE [--depfile FILE]   write check_table.c
    checks.py --source TREE --verify                         TAP: does every row have all it needs?

A row whose page or function is missing stops the build, and so does a page without the headings that all pages have; one with the need
"many" has no function. --verify finds the rest: golden cases, and pages, functions and golden cases that no row names.
"""

import argparse
import pathlib
import re
import sys

SEVERITIES = ("info", "notice", "warning", "error", "critical")
PARTIES = ("registrant", "registrar", "registry", "dns-operator", "network")
CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+")
# What is seen only of many domains side by side: judge/keys finds it, no function of one observation.
MANY = "many"
REFERENCE = re.compile(r"RFC \d+ s[\dA-Z.]+")
# Readers look for the same things at the same places, whatever the finding is.
HEADINGS = ("Why it matters", "Limits and risks", "How to mend it", "How to undo it", "How to verify", "How dsfi decides")
# Where one of them is told what to do, all are.
SERVERS = ("BIND", "Knot DNS", "NSD", "PowerDNS")


def sections(text):
    """(level, heading, the lines below it up to the next heading) of a page, in order; what is in a code block is no heading."""
    found = []
    is_code = False
    for line in text.splitlines():
        is_code ^= line.startswith("```")
        heading = None if is_code else re.match(r"(#+) +(.*)", line)
        if heading:
            found.append((len(heading.group(1)), heading.group(2).strip(), []))
        elif found and line.strip():
            found[-1][2].append(line)
    return found


def page_faults(text):
    """How a page differs from what all of them are like."""
    parts = sections(text)
    names = [name for level, name, _ in parts if level == 2]
    for heading in HEADINGS:
        if heading not in names:
            yield "has no '## %s'" % heading
    for name in names:
        if name not in HEADINGS:
            yield "has '## %s', which is none of %s" % (name, ", ".join(HEADINGS))
    if sorted(names) == sorted(HEADINGS) and names != list(HEADINGS):
        yield "has its headings in another order than %s" % ", ".join(HEADINGS)
    for heading in HEADINGS:
        if names.count(heading) > 1:
            yield "has '## %s' twice" % heading
    if not parts or parts[0][0] != 1 or not parts[0][2]:
        yield "does not begin with '# CODE: title' and a paragraph that says what it is"
    for number, (level, name, lines) in enumerate(parts):
        has_children = number + 1 < len(parts) and parts[number + 1][0] > level
        if level > 1 and not lines and not has_children:
            yield "says nothing under '%s'" % name
    servers = [name.split(",")[0] for level, name, _ in parts if level == 3]
    if servers and servers != list(SERVERS):
        yield "has '### %s'; it is %s, in this order, or none" % ("', '### ".join(servers), ", ".join(SERVERS))


class Check:
    """One row."""

    def __init__(self, source, columns):
        (self.code, self.family, self.severity, self.party, needs, self.reference,
         self.title) = columns
        self.needs = needs.split()
        self.page = source / "docs/check" / (self.code + ".md")
        self.function = "check_" + self.code.lower().replace("-", "_")
        rest = self.code[len(self.family) + 1:].lower().replace("-", "_")
        self.file = source / "src/judge/check" / self.family / (rest + ".c")
        self.is_of_many = MANY in self.needs
        self.golden = source / "tests/golden/check" / self.code

    def faults(self, needs):
        if not CODE.fullmatch(self.code):
            yield "'%s' is no code (WORD-WORD in capitals)" % self.code
        if not self.code.startswith(self.family.upper() + "-"):
            yield "%s does not begin with its family, %s" % (self.code, self.family)
        if self.severity not in SEVERITIES:
            yield "%s: severity '%s' is none of %s" % (self.code, self.severity,
                                                       ", ".join(SEVERITIES))
        if self.party not in PARTIES:
            yield "%s: party '%s' is none of %s" % (self.code, self.party, ", ".join(PARTIES))
        if self.is_of_many and len(self.needs) > 1:
            yield "%s: need '%s' stands alone" % (self.code, MANY)
        for need in self.needs:
            if need not in needs and need != MANY:
                yield "%s: need '%s' is none of %s" % (self.code, need, ", ".join(sorted(needs)))
        if not REFERENCE.fullmatch(self.reference):
            yield "%s: reference '%s' is not like 'RFC 4035 s5.3.1'" % (self.code, self.reference)
        if not self.title:
            yield "%s has no title" % self.code

    def missing(self):
        """What the build needs and does not find."""
        if not self.page.is_file():
            yield "%s has no page; write docs/check/%s.md" % (self.code, self.code)
        else:
            for fault in page_faults(self.page.read_text(encoding="utf-8")):
                yield "docs/check/%s.md %s" % (self.code, fault)
        if self.is_of_many:
            return
        if not self.file.is_file() or self.function + "(" not in self.file.read_text():
            yield "%s has no function; write %s() in %s" % (
                self.code, self.function, "/".join(self.file.parts[-5:]))


def read_needs(source):
    """NEED_* as observations number them, so that both sides are one table."""
    text = (source / "src/model/observation.h").read_text()
    return {match.group(1).lower(): match.group(2)
            for match in re.finditer(r"^#define NEED_([A-Z]+) (0x[0-9a-fA-F]+u)", text,
                                     re.MULTILINE)}


def read_rows(source, faults):
    checks = []
    needs = read_needs(source)
    text = (source / "catalog/checks").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        where = "catalog/checks:%d: " % number
        columns = [column.strip() for column in line.split("|")]
        if len(columns) != 7:
            faults.append(where + "%d columns; a row is code | family | severity | party | needs | "
                          "reference | title" % len(columns))
            continue
        check = Check(source, columns)
        faults.extend(where + fault for fault in check.faults(needs))
        if any(check.code == other.code for other in checks):
            faults.append(where + check.code + " is there twice")
        checks.append(check)
    return sorted(checks, key=lambda check: check.code)


def quoted(text):
    """A C string, one source line a line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("?",
                                                                                        "\\?")
    return '"' + escaped.replace("\n", '\\n"\n\t\t"') + '"'


def table(source, checks):
    needs = read_needs(source)
    yield "/* Generated by tools/checks.py from catalog/checks and docs/check/. */\n"
    yield '#include "judge/check/check.h"\n\n'
    for check in checks:
        if check.is_of_many:
            continue
        yield "void %s(const struct evidence *evidence, struct verdicts *verdicts);\n" % (
            check.function)
    yield "\nstatic const struct check table[] = {\n"
    for check in checks:
        yield "\t{\n"
        yield '\t\t.code = "%s",\n\t\t.family = "%s",\n' % (check.code, check.family)
        yield "\t\t.severity = SEVERITY_%s,\n" % check.severity.upper()
        yield "\t\t.party = PARTY_%s,\n" % check.party.upper().replace("-", "_")
        yield "\t\t.needs = %s,\n" % (
            " | ".join(needs[need] for need in check.needs if need != MANY) or "0")
        yield "\t\t.reference = %s,\n" % quoted(check.reference)
        yield "\t\t.title = %s,\n" % quoted(check.title)
        yield "\t\t.page = %s,\n" % quoted(check.page.read_text(encoding="utf-8"))
        yield "\t\t.function = %s,\n\t},\n" % ("NULL" if check.is_of_many else check.function)
    yield "};\n\nconst struct check *check_all(size_t *ret_count)\n{\n"
    yield "\t*ret_count = sizeof(table) / sizeof(table[0]);\n\treturn table;\n}\n"


def unnamed(source, checks):
    """Pages, functions and golden cases that no row names."""
    pages = {check.page for check in checks}
    files = {check.file for check in checks}
    golden = {check.golden for check in checks}
    families = {check.family for check in checks}
    for path in sorted((source / "docs/check").glob("*-*.md")):
        if path not in pages:
            yield "%s belongs to no row" % path.relative_to(source)
    for family in sorted(families):
        for path in sorted((source / "src/judge/check" / family).glob("*.c")):
            if path not in files and re.search(r"^void check_\w+\(const struct evidence", path.
                                               read_text(), re.MULTILINE):
                yield "%s belongs to no row" % path.relative_to(source)
    for path in sorted((source / "tests/golden/check").glob("*-*")):
        if path not in golden:
            yield "%s belongs to no row" % path.relative_to(source)


def verify(source, checks, faults):
    points = [("the rows of catalog/checks are well formed", faults),
              ("every row has its page, with all its headings, and its function",
               [fault for check in checks for fault in check.missing()]),
              ("every row has a golden case",
               ["%s has no golden case; make tests/golden/check/%s/" % (check.code, check.code)
                for check in checks if not check.is_of_many and not (check.golden.is_dir() and any(check.golden.iterdir()))]),
              ("every page, function and golden case has a row", list(unnamed(source, checks)))]
    print("1..%d" % len(points))
    for number, (name, found) in enumerate(points, 1):
        for fault in found:
            print("# " + fault)
        print("%s %d - %s" % ("not ok" if found else "ok", number, name))
    return 1 if any(found for _, found in points) else 0


def write_depfile(path, output, source, checks):
    """Pages are inputs of the build too; ninja learns them here."""
    inputs = [source / "catalog/checks", source / "src/model/observation.h"]
    inputs += [check.page for check in checks]
    path.write_text("%s: %s\n" % (output, " ".join(str(item).replace(" ", "\\ ")
                                                   for item in inputs)))


def main():
    parser = argparse.ArgumentParser(description="Make the table of checks.")
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--depfile", type=pathlib.Path)
    parser.add_argument("--verify", action="store_true")
    options = parser.parse_args()

    source = options.source.resolve()
    faults = []
    checks = read_rows(source, faults)
    if options.verify:
        return verify(source, checks, faults)

    missing = [fault for check in checks for fault in check.missing()]
    if faults or missing:
        for fault in faults + missing:
            print("checks.py: " + fault, file=sys.stderr)
        return 1
    options.output.write_text("".join(table(source, checks)), encoding="utf-8")
    if options.depfile:
        write_depfile(options.depfile, options.output, source, checks)
    return 0


if __name__ == "__main__":
    sys.exit(main())
