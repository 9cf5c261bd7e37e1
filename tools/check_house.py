#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold the tree to STYLE.md: one TAP point a rule, each fault named by file and line.

    tools/check_house.py [--root TREE] [--build BUILD]

With --build the static libraries are searched for variables as well. tests/house/ proves that every
rule can fail.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

from house_text import Source, cycles

FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 5
# Callbacks whose parameters a library prescribes.
PRESCRIBED = {
    "src/net/http2.c": {"header_came", "data_came", "read_out"},
    "src/net/quic.c": {"stream_data", "stream_reset", "stream_closed"},
}
NESTING_MAX = 3
ASSERTS_PER_1000 = 20
COLUMNS_MAX = 100
TAB_COLUMNS = 8

# STYLE.md 29, and their relatives.
BANNED = ("alloca strcpy strcat stpcpy strncpy strncat sprintf vsprintf gets strtok strtok_r atoi atol "
          "atoll atof localtime localtime_r gmtime ctime asctime system popen rand srand random_r "
          "tmpnam tempnam mktemp setjmp longjmp pthread_create").split()
# STYLE.md 14: a library does none of these. _exit belongs to a child after fork.
TALK = "printf vprintf puts putchar perror exit abort err errx warn warnx syslog".split()
TALKING = ("cli", "daemon")
SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
# Words that promise; in pieces, or this file would be its own fault.
PROMISES = re.compile(r"\b(%s)\b" % "|".join(("TO" "DO", "FIX" "ME", "X" "XX", "HA" "CK")))


class Room:
    """A line of src/ROOMS."""

    def __init__(self, name, uses, line):
        self.name = name
        self.uses = uses
        self.line = line


class House:
    """The tree: rooms, sources, who includes whom."""

    def __init__(self, root, build):
        self.root = root
        self.build = build
        self.rooms = {}
        self.room_faults = []
        self.read_rooms()
        self.sources = [Source(root, path) for path in self.find("src")]
        self.tests = [Source(root, path) for path in self.find("tests")]
        self.by_inner = {source.inner: source for source in self.sources}

    def find(self, folder):
        return sorted(path for path in (self.root / folder).rglob("*.[ch]") if path.is_file())

    def read_rooms(self):
        for number, line in enumerate((self.root / "src/ROOMS").read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            parts = [part.strip() for part in line.split("|")]
            where = "src/ROOMS:%d: " % number
            if len(parts) != 3:
                self.room_faults.append(where + "not `room | rooms it may include | its one idea`")
                continue
            for needed in parts[1].split():
                if needed not in self.rooms:
                    self.room_faults.append(where + "%s needs %s, which is not listed above it"
                                            % (parts[0], needed))
            self.rooms[parts[0]] = Room(parts[0], parts[1].split(), number)

    def room_of(self, inner):
        """The room a file is in: the longest room whose folder holds it."""
        fitting = [name for name in self.rooms if inner.startswith(name + "/")]
        return max(fitting, key=len, default=None)

    def resolve(self, source, name):
        """The file below src/ that a quoted include means, or None."""
        if name in self.by_inner:
            return name
        beside = os.path.normpath(os.path.join(source.folder, name))
        return beside if beside in self.by_inner else None

    def edges(self):
        """(source, line, included file below src/) for every include inside the house."""
        for source in self.sources:
            for line, quoted, name in source.includes():
                target = self.resolve(source, name) if quoted else None
                if target:
                    yield source, line, target

    def graph(self, node_of):
        graph = {}
        for source, _, target in self.edges():
            start, end = node_of(source.inner), node_of(target)
            graph.setdefault(start, set())
            if start != end:
                graph[start].add(end)
        return graph


def rule_rooms(house):
    """src/ROOMS names only rooms listed above, and every file is in a room"""
    yield from house.room_faults
    for source in house.sources:
        if source.inner != "main.c" and house.room_of(source.inner) is None:
            yield "%s: is in no room of src/ROOMS" % source.name


def rule_upward(house):
    """a room includes only rooms its line allows"""
    for source, line, target in house.edges():
        own, other = house.room_of(source.inner), house.room_of(target)
        if own is None or other is None or own == other:
            continue
        if other not in house.rooms[own].uses:
            yield "%s:%d: %s may not include %s (%s)" % (source.name, line, own, other, target)


def rule_resolved(house):
    """a quoted include is a file of the house, named from src/"""
    for source in house.sources:
        for line, quoted, name in source.includes():
            if quoted and name not in house.by_inner:
                yield "%s:%d: \"%s\" is not a file below src/" % (source.name, line, name)


def rule_file_cycles(house):
    """no cycle between files (x.h, x_private.h and x.c are one)"""
    for part in cycles(house.graph(lambda inner: re.sub(r"(_private)?\.[ch]$", "", inner))):
        yield "src: a cycle of includes: " + ", ".join(part)


def rule_folder_cycles(house):
    """no cycle between folders"""
    for part in cycles(house.graph(lambda inner: str(pathlib.PurePosixPath(inner).parent))):
        yield "src: a cycle of folders: " + ", ".join(part)


def rule_private(house):
    """*_private.h never leaves its room"""
    for source, line, target in house.edges():
        if target.endswith("_private.h") and house.room_of(source.inner) != house.room_of(target):
            yield "%s:%d: %s is private to another room" % (source.name, line, target)


def rule_order(house):
    """own header first, then \"room/file.h\", then <system>"""
    for source in house.sources:
        listed = list(source.includes())
        own = re.sub(r"\.c$", ".h", source.inner)
        if source.inner.endswith(".c") and own in house.by_inner and listed:
            # x_private.h begins by including x.h.
            if listed[0][2] not in (own, own.replace(".h", "_private.h")):
                yield "%s:%d: its own header \"%s\" is not the first include" % (
                    source.name, listed[0][0], own)
        system_seen = False
        for line, quoted, name in listed:
            if quoted and system_seen:
                yield "%s:%d: \"%s\" comes after a <system> header" % (source.name, line, name)
            system_seen = system_seen or not quoted


def rule_file_lines(house):
    """no file over 800 lines"""
    for source in house.sources + house.tests:
        if source.line_count > FILE_LINES_MAX:
            yield "%s: %d lines" % (source.name, source.line_count)


def rule_function_lines(house):
    """no function over 60 lines"""
    for source in house.sources:
        for function in source.functions():
            if function.lines > FUNCTION_LINES_MAX:
                yield "%s:%d: %s has %d lines" % (source.name, function.first, function.name,
                                                  function.lines)


def rule_parameters(house):
    """no function with more than 5 parameters"""
    for source in house.sources:
        for function in source.functions():
            if (len(function.parameters) > PARAMETERS_MAX and
                    function.name not in PRESCRIBED.get(source.name, ())):
                yield "%s:%d: %s takes %d parameters" % (source.name, function.first,
                                                         function.name, len(function.parameters))


def rule_nesting(house):
    """no block nested more than 3 deep"""
    for source in house.sources:
        for function in source.functions():
            if function.nesting > NESTING_MAX:
                yield "%s:%d: %s nests %d deep" % (source.name, function.first, function.name,
                                                   function.nesting)


def rule_columns(house):
    """no line over 100 columns (a tab is 8)"""
    for source in house.sources + house.tests:
        for number, line in enumerate(source.text.splitlines(), 1):
            if len(line.expandtabs(TAB_COLUMNS)) > COLUMNS_MAX:
                yield "%s:%d: %d columns" % (source.name, number,
                                             len(line.expandtabs(TAB_COLUMNS)))


def calls(source, names):
    pattern = re.compile(r"(?<![\w.>])(%s)\s*\(" % "|".join(names))
    for match in pattern.finditer(source.code):
        yield source.line_of(match.start()), match.group(1)


def rule_banned(house):
    """none of the functions that STYLE.md 29 rules out"""
    for source in house.sources + house.tests:
        for line, name in calls(source, BANNED):
            yield "%s:%d: %s" % (source.name, line, name)


def rule_talk(house):
    """only cli and daemon print or exit"""
    for source in house.sources:
        if source.inner.split("/")[0] in TALKING or source.inner == "main.c":
            continue
        for line, name in calls(source, TALK):
            yield "%s:%d: %s" % (source.name, line, name)
        for match in re.finditer(r"\b(stdout|stderr)\b", source.code):
            yield "%s:%d: %s" % (source.name, source.line_of(match.start()), match.group(1))


def rule_typedef(house):
    """no typedef of a struct, union or enum"""
    for source in house.sources:
        for match in re.finditer(r"\btypedef\s+(struct|union|enum)\b", source.code):
            yield "%s:%d: typedef %s" % (source.name, source.line_of(match.start()),
                                         match.group(1))


def rule_extern(house):
    """no extern"""
    for source in house.sources:
        for match in re.finditer(r"\bextern\b", source.code):
            yield "%s:%d: extern" % (source.name, source.line_of(match.start()))


def rule_licence(house):
    """the first lines name the licence"""
    for source in house.sources + house.tests:
        if not source.text.startswith("/* %s */\n" % SPDX):
            yield "%s:1: the first line is not /* %s */" % (source.name, SPDX)
    for path in scripts(house):
        head = path.read_text(encoding="utf-8", errors="replace").splitlines()[:3]
        if not any(SPDX in line for line in head):
            yield "%s:1: none of the first three lines has %s" % (path.relative_to(house.root),
                                                                  SPDX)


def scripts(house):
    for folder in ("tools", "tests", ".ci"):
        for path in sorted((house.root / folder).rglob("*")):
            if not path.is_file() or "corpus" in path.parts or "__pycache__" in path.parts:
                continue
            if path.suffix in (".py", ".sh") or (path.suffix == "" and
                                                 path.read_bytes()[:2] == b"#!"):
                yield path


def rule_promises(house):
    """no word that promises work to come"""
    paths = [source.path for source in house.sources + house.tests] + list(scripts(house))
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in PROMISES.finditer(text):
            yield "%s:%d: %s" % (path.relative_to(house.root),
                                 text.count("\n", 0, match.start()) + 1, match.group(1))


def compile_header(house, source):
    compiler = os.environ.get("CC", "cc").split()
    done = subprocess.run(compiler + ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
                                      "-fsyntax-only", "-I", str(house.root / "src"), "-x", "c",
                                      str(source.path)],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        errors = [line for line in lines if "error" in line]
        return "%s: does not compile alone: %s" % (source.name, (errors or lines)[0])
    return None


def rule_headers(house):
    """every header compiles alone"""
    headers = [source for source in house.sources if source.inner.endswith(".h")]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for fault in pool.map(lambda source: compile_header(house, source), headers):
            if fault:
                yield fault


def rule_idea(house):
    """every header opens with its idea in prose"""
    for source in house.sources:
        if not source.inner.endswith(".h"):
            continue
        rest = source.text.split("\n", 1)[1].lstrip() if "\n" in source.text else ""
        if not rest.startswith("/*"):
            yield "%s: no prose before the code" % source.name


def symbols(library):
    """(object file, name, is global, section) of each variable in a static library."""
    listed = subprocess.run(["nm", "--format=sysv", str(library)], capture_output=True, text=True,
                            check=True).stdout
    member = library.name
    for line in listed.splitlines():
        if line.startswith("Symbols from"):
            member = line.split("[")[-1].rstrip("]:")
        parts = [part.strip() for part in line.split("|")]
        if len(parts) == 7 and parts[3] in ("OBJECT", "TLS", "COMMON"):
            yield member, parts[0], parts[2].isupper(), parts[6]


def rule_variables(house):
    """no variable that can change, and none that another file can see"""
    libraries = sorted(house.build.glob("librm_*.a")) if house.build else []
    if house.build and not libraries:
        yield "%s: no static libraries there" % house.build
    for library in libraries:
        for member, name, is_global, section in symbols(library):
            constant = section.startswith((".rodata", ".data.rel.ro"))
            if not constant:
                yield "%s(%s): '%s' can change (%s)" % (library.name, member, name, section)
            elif is_global:
                yield "%s(%s): '%s' is visible outside its file" % (library.name, member, name)


def rule_asserts(house):
    """at least 20 asserts per 1,000 lines of code"""
    counted = {}
    for source in house.sources:
        room = house.room_of(source.inner)
        if source.inner.endswith(".c") and room:
            lines = sum(1 for line in source.code.splitlines() if line.strip())
            asserts = len(re.findall(r"\b(?:static_)?assert\s*\(", source.code))
            before = counted.get(room, (0, 0))
            counted[room] = (before[0] + asserts, before[1] + lines)
    asserts = sum(pair[0] for pair in counted.values())
    lines = sum(pair[1] for pair in counted.values())
    for room, pair in counted.items():
        print("# %-14s %4d asserts in %5d lines of code: %5.1f per 1,000" % (
            room, pair[0], pair[1], 1000 * pair[0] / max(pair[1], 1)))
    print("# the house      %4d asserts in %5d lines of code: %5.1f per 1,000" % (
        asserts, lines, 1000 * asserts / max(lines, 1)))
    if asserts * 1000 < ASSERTS_PER_1000 * lines:
        yield "src: %.1f asserts per 1,000 lines" % (1000 * asserts / lines)


RULES = [rule_rooms, rule_upward, rule_resolved, rule_file_cycles, rule_folder_cycles, rule_private,
         rule_order, rule_file_lines, rule_function_lines, rule_parameters, rule_nesting,
         rule_columns, rule_banned, rule_talk, rule_typedef, rule_extern, rule_licence,
         rule_promises, rule_headers, rule_idea, rule_variables, rule_asserts]


def main():
    parser = argparse.ArgumentParser(description="Hold the tree to STYLE.md.")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent)
    parser.add_argument("--build", default=None, help="also search the libraries there")
    options = parser.parse_args()
    house = House(pathlib.Path(options.root).resolve(),
                  pathlib.Path(options.build).resolve() if options.build else None)

    print("1..%d" % len(RULES))
    failed = 0
    for number, rule in enumerate(RULES, 1):
        name = "%s: %s" % (rule.__name__[len("rule_"):].replace("_", "-"), rule.__doc__)
        if rule is rule_variables and (not house.build or not shutil.which("nm")):
            print("ok %d - %s # SKIP no build directory or no nm" % (number, name))
            continue
        faults = list(rule(house))
        for fault in faults:
            print("# " + fault)
        failed += bool(faults)
        print("%s %d - %s" % ("not ok" if faults else "ok", number, name))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
