#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that the build obeys: a wrong src/ROOMS, a file in no room, an incomplete check stop it, and a
new file is noticed. Prints TAP."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
SPDX = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
ROOMS = "low | | the lower\nhigh | low | the upper\n"
SCAN = "src/model/observation.h"
ROW = "A-ONE | a | error | registrar | servers | RFC 1034 s4.2.1 | A title\n"
PAGE = """# A page with "quotes", a ?? and a \\ in it

What it is.

## Why it matters
x
## Limits and risks
x
## How to mend it

### BIND, on the primary
```
## no heading
```
### Knot DNS
x
### NSD
x
### PowerDNS
x
## How to undo it
x
## How to verify
x
## How dsfi decides
x
"""
CHECK = {
    "catalog/checks": ROW,
    "docs/check/A-ONE.md": PAGE,
    "src/judge/check/a/one.c": "void check_a_one(const struct evidence *e);\n",
    "tests/golden/check/A-ONE/findings": "x",
    SCAN: "#define NEED_SERVERS 0x04u\n",
}

# what is wrong | files | what meson says
CONFIGURATIONS = [
    ("a room that needs one not listed above it",
     {"src/ROOMS": "low | high | x\nhigh | low | x\n"}, "room low needs high"),
    ("a room named twice", {"src/ROOMS": "low | | x\nlow | | x\n"}, "low is named twice"),
    ("a line with two columns", {"src/ROOMS": "low | x\n"}, "this is not: low | x"),
    ("a C file in no room", {"src/nowhere/a.c": SPDX}, "src/nowhere/a.c is in no room"),
]


def page(old, new):
    """CHECK with another page."""
    assert old in PAGE
    return {"docs/check/A-ONE.md": PAGE.replace(old, new)}


# what is wrong | what differs from CHECK (None: not there) | what the generator says
CATALOGUES = [
    ("no page", {"docs/check/A-ONE.md": None}, "A-ONE has no page"),
    ("a page without limits", page("## Limits and risks\nx\n", ""), "A-ONE.md has no '## Limits and risks'"),
    ("a page without the way back", page("## How to undo it\nx\n", ""), "A-ONE.md has no '## How to undo it'"),
    ("a page in another order", page("## How to undo it\nx\n## How to verify\n", "## How to verify\nx\n## How to undo it\n"),
     "A-ONE.md has its headings in another order"),
    ("a heading of its own", page("## Limits and risks", "## Limits and risks of it"), "none of Why it matters"),
    ("a heading twice", page("## How to verify\n", "## How to verify\nx\n## How to verify\n"), "'## How to verify' twice"),
    ("a heading in a code block", page("## How to undo it\n", "```\n## How to undo it\n```\n"), "no '## How to undo it'"),
    ("a section without text", page("## Limits and risks\nx\n", "## Limits and risks\n\n"),
     "A-ONE.md says nothing under 'Limits and risks'"),
    ("no first paragraph", page("What it is.\n", ""), "A-ONE.md does not begin with"),
    ("a name server left out", page("### NSD\nx\n", ""), "A-ONE.md has '### BIND'"),
    ("no function", {"src/judge/check/a/one.c": None}, "A-ONE has no function"),
    ("a function of another name", {"src/judge/check/a/one.c": "void check_b(void);"},
     "A-ONE has no function"),
    ("an unknown severity", {"catalog/checks": ROW.replace("error", "bad")}, "severity 'bad'"),
    ("an unknown party", {"catalog/checks": ROW.replace("registrar", "nobody")}, "party 'nobody'"),
    ("an unknown need", {"catalog/checks": ROW.replace("servers", "luck")}, "need 'luck'"),
    ("no paragraph", {"catalog/checks": ROW.replace(" s4.2.1", "")}, "reference 'RFC 1034'"),
    ("another family", {"catalog/checks": ROW.replace("A-ONE", "B-ONE")}, "its family"),
    ("a row twice", {"catalog/checks": ROW + ROW}, "A-ONE is there twice"),
    ("a row too short", {"catalog/checks": "A-ONE | a\n"}, "2 columns"),
]

# what is wrong | what differs from CHECK | which point of --verify fails
VERIFICATIONS = [
    ("no golden case", {"tests/golden/check/A-ONE/findings": None}, 3),
    ("a page without a row", {"docs/check/A-TWO.md": "x"}, 4),
    ("a function without a row",
     {"src/judge/check/a/two.c": "void check_a_two(const struct evidence *e)\n{\n}\n"}, 4),
    ("a golden case without a row", {"tests/golden/check/A-TWO/x": "x"}, 4),
]


class Report:
    """TAP, a point at a time."""

    def __init__(self, total):
        self.number = 0
        self.failures = 0
        print("1..%d" % total)

    def point(self, good, name, talk=""):
        self.number += 1
        self.failures += not good
        if not good:
            print("".join("# %s\n" % line for line in talk.splitlines()[-15:]), end="")
        print("%s %d - %s" % ("ok" if good else "not ok", self.number, name))
        sys.stdout.flush()


def write(tree, files):
    for name, text in files.items():
        path = tree / name
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def copy_build(tree):
    for name in ("meson.build", "meson_options.txt"):
        shutil.copy(SOURCE / name, tree / name)
    for name in ("tools", "tests/house", "tests/oracle"):
        shutil.copytree(SOURCE / name, tree / name)
    write(tree, {"src/ROOMS": ROOMS, "src/low/a.c": SPDX})


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def configurations(report):
    for name, files, says in CONFIGURATIONS:
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            copy_build(tree)
            write(tree, files)
            code, talk = run("meson", "setup", tree / "build", tree)
            report.point(code != 0 and says in talk, name + " stops the configuration", talk)


def new_file(report):
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        copy_build(tree)
        code, talk = run("meson", "setup", tree / "build", tree)
        report.point(code == 0, "a right tree is configured", talk)
        write(tree, {"src/low/b.c": SPDX + "int b(void);\nint b(void)\n{\n\treturn 1;\n}\n"})
        run(sys.executable, tree / "tools/sources.py", "--refresh")
        code, talk = run("ninja", "-C", tree / "build", "librm_low.a")
        code, symbols = run("nm", tree / "build/librm_low.a")
        report.point(code == 0 and " T b" in symbols, "a new file is built", talk + symbols)


def generate(files, *words):
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        write(tree, CHECK)
        write(tree, files)
        output = tree / "table.c"
        code, talk = run(sys.executable, SOURCE / "tools/checks.py", "--source", tree,
                         "--output", output, *words)
        return code, talk, output.read_text() if output.exists() else ""


def catalogues(report):
    code, talk, table = generate({})
    report.point(code == 0 and '\\"quotes\\", a \\?\\? and a \\\\' in table and "0x04u" in table,
                 "a whole check gives a table", talk + table)
    for name, files, says in CATALOGUES:
        code, talk, table = generate(files)
        report.point(code == 1 and says in talk and not table, name + " stops the build", talk)
    for name, files, point in VERIFICATIONS:
        code, talk, _ = generate(files, "--verify")
        failed = [line for line in talk.splitlines() if line.startswith("not ok")]
        report.point(code == 1 and len(failed) == 1 and failed[0].startswith("not ok %d " % point),
                     name + " fails the test", talk)
    code, talk, _ = generate({}, "--verify")
    report.point(code == 0, "a whole check passes the test", talk)


def main():
    report = Report(len(CONFIGURATIONS) + 2 + 1 + len(CATALOGUES) + len(VERIFICATIONS) + 1)
    configurations(report)
    new_file(report)
    catalogues(report)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
