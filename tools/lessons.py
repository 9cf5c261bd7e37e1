#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the table of lessons (tell/learn) of catalog/lessons; docs/learn.md describes what stands there.

    lessons.py --source TREE --output FILE [--depfile FILE]

What is missing or makes no sense stops the build with file and line.
"""

import argparse
import pathlib
import re
import sys

KEYS = ("title", "teaches", "minutes", "domains", "registry", "watch", "must")
SERVERS = ("knot", "bind")
REGISTRIES = ("by-hand", "cds")
NAME = re.compile(r"^[a-z][a-z-]*$")


class Wrong(Exception):
    """A mistake in the catalogue."""


def read(path):
    if not path.is_file():
        raise Wrong("%s is missing" % path)
    text = path.read_text(encoding="utf-8")
    if text and not text.endswith("\n"):
        raise Wrong("%s does not end with a line's end" % path)
    return text


def predicates(source):
    """The rows of the program's own table."""
    path = source / "src" / "tell" / "learn" / "predicate.c"
    found = re.findall(r'^\t\{"([a-z-]+)", "[^"]*", \d+, holds_\w+\},$', read(path), re.MULTILINE)
    if not found:
        raise Wrong("%s: no table of predicates" % path)
    return found


def rows(path, known):
    """`key | value...` a line; `#` begins a comment."""
    found = {key: [] for key in KEYS}
    for number, line in enumerate(read(path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        key, *values = [part.strip() for part in line.split(" | ")]
        if key not in KEYS or not values or not all(values):
            raise Wrong("%s:%d: a line is `key | value`, with a key of: %s" % (path, number, " ".join(KEYS)))
        if key == "must" and (len(values) != 2 or values[0].split()[0] not in known):
            raise Wrong("%s:%d: must | PREDICATE ARGUMENT... | what it means, with a predicate of: %s"
                        % (path, number, " ".join(known)))
        if key != "must" and (len(values) != 1 or found[key]):
            raise Wrong("%s:%d: %s has one value and stands once" % (path, number, key))
        found[key].append(values if key == "must" else values[0])
    for key in ("title", "teaches", "minutes", "domains", "must"):
        if not found[key]:
            raise Wrong("%s: no line `%s`" % (path, key))
    if not 1 <= int(found["minutes"][0]) <= 120:
        raise Wrong("%s: minutes are 1 to 120" % path)
    if found["registry"] and found["registry"][0] not in REGISTRIES:
        raise Wrong("%s: registry is one of: %s" % (path, " ".join(REGISTRIES)))
    return found


def hints(path):
    """Hints between lines `--`; lines that begin with four spaces are commands, which solve it."""
    parts = [part.strip("\n") + "\n" for part in re.split(r"(?m)^--\n", read(path))]
    if len(parts) < 2 or any(not part.strip() for part in parts):
        raise Wrong("%s: at least two hints, with a line `--` between two" % path)
    if not any(line.startswith("    ") for part in parts for line in part.splitlines()):
        raise Wrong("%s: no command (a line that begins with four spaces)" % path)
    return parts


def quoted(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("?", "\\?")
    return '"' + escaped.replace("\n", '\\n"\n\t\t"') + '"'


def files_of(folder, used):
    """Everything that the learner gets, by its path there."""
    found = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file() and not path.name.startswith("."):
            used.append(path)
            found.append((str(path.relative_to(folder)), read(path)))
    return found


class Lesson:
    """One folder of catalog/lessons."""

    def __init__(self, folder, known, used):
        self.name = folder.name
        used += [path for path in [folder, *folder.rglob("*")] if path.is_dir()]
        if not NAME.match(self.name):
            raise Wrong("%s: a lesson's name is a word of small letters and hyphens" % folder)
        used += [folder / "lesson", folder / "task.md", folder.parent / "world.yaml", *folder.glob("world.yaml")]
        self.rows = rows(folder / "lesson", known)
        self.task = read(folder / "task.md")
        own = folder / "world.yaml"
        self.world = read(own if own.is_file() else folder.parent / "world.yaml")
        self.servers = []
        for server in SERVERS:
            place = folder / server
            if not place.is_dir():
                continue
            for name in ("setup", "hints"):
                used.append(place / name)
            given = files_of(folder / "files", used) + files_of(place / "files", used)
            given += [(".lesson/checks/" + name, text) for name, text in files_of(place / "checks", used)]
            self.servers.append((server, read(place / "setup"), hints(place / "hints"), given))
        if not self.servers:
            raise Wrong("%s: no server; a folder of: %s" % (folder, " ".join(SERVERS)))

    def symbol(self):
        return self.name.replace("-", "_")

    def server_code(self, server, setup, given_hints, files):
        stem = "%s_%s" % (self.symbol(), server)
        lines = ["static const char *const %s_hints[] = {" % stem]
        lines += ["\t%s," % quoted(hint) for hint in given_hints]
        lines += ["};", "static const struct lesson_file %s_files[] = {" % stem]
        lines += ["\t{%s,\n\t\t%s}," % (quoted(name), quoted(text)) for name, text in files]
        lines.append("};")
        row = "\t{%s,\n\t\t%s,\n\t\t%s_hints, %d, %s_files, %d}," % (
            quoted(server), quoted(setup), stem, len(given_hints), stem, len(files))
        return lines, row

    def code(self):
        lines, server_rows = [], []
        for server in self.servers:
            more, row = self.server_code(*server)
            lines += more
            server_rows.append(row)
        name = self.symbol()
        lines += ["static const struct lesson_server %s_servers[] = {" % name] + server_rows + ["};"]
        lines.append("static const struct lesson_must %s_musts[] = {" % name)
        for rule, sentence in self.rows["must"]:
            predicate, _, arguments = rule.partition(" ")
            lines.append("\t{%s, %s,\n\t\t%s}," % tuple(map(quoted, (predicate, arguments, sentence))))
        lines.append("};")
        return lines

    def row(self):
        first = {key: (values[0] if values else None) for key, values in self.rows.items()}
        name = self.symbol()
        return "\n".join([
            "\t{.name = %s," % quoted(self.name),
            "\t .title = %s," % quoted(first["title"]),
            "\t .teaches = %s," % quoted(first["teaches"]),
            "\t .minutes = %d," % int(first["minutes"]),
            "\t .domains = %s," % quoted(first["domains"]),
            "\t .reads_cds = %s," % ("true" if first["registry"] == "cds" else "false"),
            "\t .watched = %s," % (quoted(first["watch"]) if first["watch"] else "NULL"),
            "\t .task = %s," % quoted(self.task),
            "\t .world = %s," % quoted(self.world),
            "\t .musts = %s_musts, .must_count = %d," % (name, len(self.rows["must"])),
            "\t .servers = %s_servers, .server_count = %d}," % (name, len(self.servers)),
        ])


def table(source, used):
    catalogue = source / "catalog" / "lessons"
    order = read(catalogue / "order").split()
    used += [catalogue / "order", source / "src" / "tell" / "learn" / "predicate.c"]
    known = predicates(source)
    there = sorted(path.name for path in catalogue.iterdir() if path.is_dir())
    if sorted(order) != there:
        raise Wrong("%s names %s, and there are %s" % (catalogue / "order", order, there))
    lessons = [Lesson(catalogue / name, known, used) for name in order]
    parts = ['/* Generated by tools/lessons.py. */\n#include "tell/learn/lesson.h"\n']
    for lesson in lessons:
        parts.append("\n".join(lesson.code()) + "\n")
    parts.append("static const struct lesson lessons[] = {\n%s\n};\n" % "\n".join(
        lesson.row() for lesson in lessons))
    parts.append("const struct lesson *lesson_at(size_t index)\n{\n"
                 "\treturn index < sizeof(lessons) / sizeof(lessons[0]) ? &lessons[index] : NULL;\n}\n")
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--depfile", type=pathlib.Path)
    arguments = parser.parse_args()
    used = []
    try:
        text = table(arguments.source, used)
    except (Wrong, ValueError) as wrong:
        sys.exit("lessons.py: %s" % wrong)
    arguments.output.write_text(text, encoding="utf-8")
    if arguments.depfile:
        arguments.depfile.write_text("%s: %s\n" % (
            arguments.output.name, " ".join(str(path).replace(" ", "\\ ") for path in used)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
