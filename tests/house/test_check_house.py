#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that every rule of tools/check_house.py can fail: a small tree that breaks none of them, then
for each rule trees that break that one and no other. Prints TAP."""

import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
CHECKER = SOURCE / "tools" / "check_house.py"
SPDX = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
PROMISE = "TO" + "DO"


def header(guard, body):
    return SPDX + "/* An idea. */\n#ifndef %s_H\n#define %s_H\n%s\n#endif\n" % (guard, guard, body)


# Obeys every rule: two rooms, a family folder, one test.
CLEAN = {
    "src/ROOMS": "# rooms\nlow | | the lower\nhigh | low | the upper\ncli | low high | talks\n",
    "src/low/a.h": header("LOW_A", "int a_get(int value);"),
    "src/low/a.c": SPDX + '#include "low/a.h"\n\n#include <assert.h>\n\nstatic const int table[] = '
                   '{ 1, 2 };\nint a_get(int value)\n{\n\tassert(value >= 0);\n'
                   '\treturn table[value & 1];\n}\n',
    "src/low/a_private.h": header("LOW_A_PRIVATE", "int a_inner(void);"),
    "src/high/b.h": header("HIGH_B", '#include "low/a.h"\n\nint b_get(int value);'),
    "src/high/b.c": SPDX + '#include "high/b.h"\n\n#include <assert.h>\n\nint b_get(int value)\n{\n'
                    '\tassert(value >= 0);\n\treturn a_get(value);\n}\n',
    "src/high/family/c.c": SPDX + '#include "high/b.h"\n\n#include <assert.h>\n\n'
                           'int c_get(int value);\nint c_get(int value)\n{\n'
                           '\tassert(value >= 0);\n\treturn b_get(value);\n}\n',
    "src/cli/talk.c": SPDX + '#include <stdio.h>\n\nint talk(void);\nint talk(void)\n{\n'
                      '\tputs("hello");\n\treturn 0;\n}\n',
    "tests/run.sh": "#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n",
}

LONG_FUNCTION = SPDX + "int long_one(int x);\nint long_one(int x)\n{\n" + "\tx++;\n" * 58 + \
    "\treturn x;\n}\n"
DEEP = SPDX + "int deep(int x);\nint deep(int x)\n{\n\tif (x) {\n\t\twhile (x) {\n" \
    "\t\t\tif (x > 2) {\n\t\t\t\tif (x > 3) {\n\t\t\t\t\tx--;\n\t\t\t\t}\n\t\t\t}\n\t\t}\n\t}\n" \
    "\treturn x;\n}\n"


def function(body, name="f"):
    return SPDX + "int %s(void);\nint %s(void)\n{\n%s\n}\n" % (name, name, body)


# rule that must fail | what is changed in the clean tree | more rules that may fail with it
FAULTS = [
    ("rooms", {"src/ROOMS": "low | high | x\nhigh | low | x\ncli | low high | x\n"}, ()),
    ("rooms", {"src/ROOMS": "low | x\nhigh | low | x\ncli | high | x\n"}, ()),
    ("rooms", {"src/nowhere/x.c": SPDX}, ()),
    ("upward", {"src/low/x.c": SPDX + '#include "high/b.h"\n'}, ("folder-cycles",)),
    ("resolved", {"src/low/x.c": SPDX + '#include "low/missing.h"\n'}, ()),
    ("resolved", {"src/low/x.c": SPDX + '#include "a.h"\n'}, ()),
    ("file-cycles", {"src/low/x.h": header("LOW_X", '#include "low/y.h"'),
                     "src/low/y.h": header("LOW_Y", '#include "low/x.h"')}, ()),
    ("file-cycles", {"src/low/x.h": header("LOW_X", ""), "src/low/y.h": header("LOW_Y", ""),
                     "src/low/x.c": SPDX + '#include "low/x.h"\n#include "low/y.h"\n',
                     "src/low/y.c": SPDX + '#include "low/y.h"\n#include "low/x.h"\n'}, ()),
    ("folder-cycles", {"src/high/family/d.h": header("HIGH_D", ""),
                       "src/high/e.c": SPDX + '#include "high/family/d.h"\n'}, ()),
    ("private", {"src/high/x.c": SPDX + '#include "low/a_private.h"\n'}, ()),
    ("order", {"src/low/x.c": SPDX + '#include <stdio.h>\n#include "low/a.h"\n'}, ()),
    ("order", {"src/high/b.c": SPDX + '#include "low/a.h"\n#include "high/b.h"\n'}, ()),
    ("file-lines", {"src/low/x.c": SPDX + "/*\n" + " *\n" * 800 + " */\n"}, ()),
    ("function-lines", {"src/low/x.c": LONG_FUNCTION}, ()),
    ("parameters", {"src/low/x.c": SPDX + "void f(int a, int b, int c, int d, int e, int g);\n"
                                   "void f(int a, int b, int c, int d, int e, int g)\n{\n"
                                   "\t(void)(a + b + c + d + e + g);\n}\n"}, ()),
    ("nesting", {"src/low/x.c": DEEP}, ()),
    ("columns", {"src/low/x.c": SPDX + "/* %s */\n" % ("x" * 100)}, ()),
    ("columns", {"src/low/x.c": SPDX + "/*\n" + "\t" * 12 + "xxxxx */\n"}, ()),
    ("banned", {"src/low/x.c": function('\tchar t[2];\n\tstrcpy(t, "x");\n\treturn t[0];')}, ()),
    ("banned", {"src/low/x.c": function('\treturn atoi("1");')}, ()),
    ("talk", {"src/low/x.c": function('\tprintf("x");\n\treturn 0;')}, ()),
    ("talk", {"src/low/x.c": function('\tfputs("x", stderr);\n\treturn 0;')}, ()),
    ("talk", {"src/low/x.c": function("\texit(1);")}, ()),
    ("typedef", {"src/low/x.h": header("LOW_X", "typedef struct { int x; } thing;")}, ()),
    ("extern", {"src/low/x.h": header("LOW_X", "extern int count;")}, ()),
    ("licence", {"src/low/x.c": "/* nothing */\n"}, ()),
    ("licence", {"tests/x.sh": "#!/bin/sh\n"}, ()),
    ("promises", {"src/low/x.c": SPDX + "/* %s later */\n" % PROMISE}, ()),
    ("promises", {"tests/x.py": "# SPDX-License-Identifier: GPL-3.0-or-later\n# %s\n" % PROMISE},
     ()),
    ("headers", {"src/low/x.h": header("LOW_X", "int f(size_t size);")}, ()),
    ("idea", {"src/low/x.h": SPDX + "#ifndef X_H\n#define X_H\n#endif\n"}, ()),
    ("variables", {"src/low/x.c": SPDX + "static int count;\n" + function("\treturn count++;")}, ()),
    ("variables", {"src/low/x.c": SPDX + "static int count = 2;\n" + function("\treturn count++;")},
     ()),
    ("variables", {"src/low/x.c": function("\tstatic int count;\n\treturn count++;")}, ()),
    ("variables", {"src/low/x.c": SPDX + "const int limit = 3;\n"}, ()),
    ("variables", {"src/low/x.c": SPDX + "_Thread_local int count;\n"}, ()),
    ("asserts", {"src/low/x.c": "".join(
        [SPDX] + ["int f%d(void);\nint f%d(void)\n{\n\treturn 0;\n}\n" % (i, i)
                  for i in range(120)])}, ()),
]

# Near misses that no rule may take for a fault.
HARMLESS = {
    "src/low/words.c": SPDX + '/* strcpy(a, b); printf("x"); extern */\n'
                       + function('\tconst char *text = "atoi(x); exit(1)";\n'
                                  '\treturn text[0];', "words"),
    "src/low/template.c": function('\tconst char *name = "/tmp/XXXXXX";\n\treturn name[0];',
                                   "template"),
    "src/low/pointers.c": SPDX + 'static const char *const names[] = { "a", "b" };\n'
                          + function("\treturn names[0][0];", "pointers"),
    "src/low/callback.c": SPDX + "int apply(int (*get)(int a, int b, int c, int d, int e, int g));\n"
                          "int apply(int (*get)(int a, int b, int c, int d, int e, int g))\n{\n"
                          "\treturn get(1, 2, 3, 4, 5, 6);\n}\n",
}


def write(tree, files):
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def build(tree):
    """A static library of every file that compiles, as meson would name it."""
    objects = []
    for path in sorted((tree / "src").rglob("*.c")):
        target = tree / "build" / (path.stem + ".o")
        target.parent.mkdir(exist_ok=True)
        done = subprocess.run(["cc", "-w", "-fPIE", "-I", str(tree / "src"), "-c", str(path), "-o",
                               str(target)], capture_output=True, check=False)
        if done.returncode == 0:
            objects.append(str(target))
    subprocess.run(["ar", "rcs", str(tree / "build" / "librm_low.a")] + objects, check=True)


def failing_rules(files):
    with tempfile.TemporaryDirectory() as name:
        tree = pathlib.Path(name)
        write(tree, files)
        build(tree)
        done = subprocess.run([sys.executable, str(CHECKER), "--root", name, "--build",
                               str(tree / "build")], capture_output=True, text=True, check=False)
    failed = [line.split(" - ")[1].split(":")[0] for line in done.stdout.splitlines()
              if line.startswith("not ok")]
    if done.returncode not in (0, 1) or (done.returncode == 1) != bool(failed):
        failed.append("exit code %d: %s" % (done.returncode, done.stderr))
    return failed


def all_rules():
    text = CHECKER.read_text()
    listed = text[text.index("RULES = ["):]
    return {word.strip(" ,\n")[len("rule_"):].replace("_", "-")
            for word in listed[listed.index("[") + 1:listed.index("]")].split(",")}


def main():
    cases = [("a clean tree breaks no rule", {}, set(), set()),
             ("near misses break no rule", HARMLESS, set(), set())]
    for rule, change, also in FAULTS:
        cases.append(("%s: %s" % (rule, ", ".join(change)), change, {rule}, set(also)))
    print("1..%d" % (len(cases) + 1))
    failures = 0
    for number, (name, change, must, may) in enumerate(cases, 1):
        failed = set(failing_rules(dict(CLEAN, **change)))
        good = must <= failed and failed <= must | may
        if not good:
            print("# failed rules: %s" % ", ".join(sorted(failed)))
        failures += not good
        print("%s %d - %s" % ("ok" if good else "not ok", number, name))
    unproved = all_rules() - {rule for rule, _, _ in FAULTS}
    print("%s %d - every rule has a tree that breaks it%s" % (
        "not ok" if unproved else "ok", len(cases) + 1,
        "" if not unproved else ": not " + ", ".join(sorted(unproved))))
    return 1 if failures or unproved else 0


if __name__ == "__main__":
    sys.exit(main())
