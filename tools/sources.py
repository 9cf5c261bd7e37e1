#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""List what the build is made of, one `kind | room | name | file...` a line.

Kinds: `room` (a room's C files), `unit` (one unit test and the C files beside it that it shares),
`fuzz` (one fuzz target), `bench` (one program of tests/bench/). meson.build reads the list when it
configures. The list is kept in src/.sources as well; meson watches that file, so when `make` finds
that a file came or went, the next ninja run configures anew.
"""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIST = ROOT / "src" / ".sources"


def rooms():
    """The rooms of src/ROOMS, in order."""
    for line in (ROOT / "src" / "ROOMS").read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.split("|")[0].strip()


def relative(paths):
    return sorted(str(path.relative_to(ROOT)) for path in paths if not path.name.startswith("."))


def room_files(room, all_rooms):
    """A room's own files; sub folders belong to it (families) unless they are rooms."""
    folder = ROOT / "src" / room
    found = []
    for path in folder.rglob("*.c"):
        inner = str(path.parent.relative_to(ROOT / "src"))
        if inner == room or not any(inner == other or inner.startswith(other + "/")
                                    for other in all_rooms if other.startswith(room + "/")):
            found.append(path)
    return relative(found)


def strays(listed):
    """C files below src/ that no room has."""
    known = {name for _, _, _, files in listed for name in files} | {"src/main.c"}
    return [name for name in relative((ROOT / "src").rglob("*.c")) if name not in known]


def unit_tests(room):
    folder = ROOT / "tests" / "unit" / room
    shared = relative(path for path in folder.glob("*.c") if not path.name.startswith("test_"))
    for path in relative(folder.glob("test_*.c")):
        subject = pathlib.Path(path).stem[len("test_"):]
        yield "test_%s_%s" % (room.replace("/", "_"), subject), [path] + shared


def fuzz_room(stem, all_rooms):
    """dns-wire-name belongs to dns/wire: the longest room whose name starts the target's."""
    fitting = [room for room in all_rooms if stem.startswith(room.replace("/", "-") + "-")]
    return max(fitting, key=len, default=None)


def lines():
    all_rooms = list(rooms())
    for room in all_rooms:
        files = room_files(room, all_rooms)
        if files:
            yield "room", room, "rm_" + room.replace("/", "_"), files
    for room in all_rooms:
        for name, files in unit_tests(room):
            yield "unit", room, name, files
    for path in relative((ROOT / "tests" / "fuzz").glob("*.c")):
        stem = pathlib.Path(path).stem
        if stem == "replay":
            continue
        room = fuzz_room(stem, all_rooms)
        if room is None:
            sys.exit("sources: %s: no room's name begins the target's name" % path)
        yield "fuzz", room, stem, [path]
    for path in relative((ROOT / "tests" / "bench").glob("*.c")):
        yield "bench", "-", pathlib.Path(path).stem, [path]


def main():
    listed = list(lines())
    for name in strays(listed):
        sys.exit("sources: %s is in no room of src/ROOMS" % name)
    text = "".join("%s | %s | %s | %s\n" % (kind, room, name, " ".join(files))
                   for kind, room, name, files in listed)
    try:
        if not LIST.exists() or LIST.read_text() != text:
            fresh = LIST.with_name(".sources.%d" % os.getpid())
            fresh.write_text(text)
            fresh.replace(LIST)
    except OSError:
        pass  # a read-only tree is built once and needs no watching
    if "--refresh" not in sys.argv:
        sys.stdout.write(text)


main()
