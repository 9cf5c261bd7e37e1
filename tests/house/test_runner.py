#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that tests/run counts what happened: a test that fails, dies, stops early, plans wrongly or
hangs is never a pass, and a build without unit tests is no build to test. Prints TAP."""

import importlib.machinery
import importlib.util
import pathlib
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent

# what the program does | passed, failed, skipped
ROWS = [
    ("exit 0", (1, 0, 0)),
    ("exit 1", (0, 1, 0)),
    ("echo why; exit 77", (0, 0, 1)),
    ("kill -SEGV $$", (0, 1, 0)),
    ("sleep 30", (0, 1, 0)),
    ("echo 1..2; echo 'ok 1 - a'; echo 'ok 2 - b'", (2, 0, 0)),
    ("echo 1..2; echo 'ok 1 - a'; echo 'not ok 2 - b'; exit 1", (1, 1, 0)),
    ("echo 1..2; echo 'ok 1 - a'; echo 'not ok 2 - b'", (1, 1, 0)),
    ("echo 1..2; echo 'ok 1 - a'", (1, 1, 0)),
    ("echo 1..1; echo 'ok 1 - a'; echo 'ok 2 - b'", (2, 1, 0)),
    ("echo 'ok 1 - a'", (1, 1, 0)),
    ("echo 1..1; echo 'ok 1 - a'; exit 3", (1, 1, 0)),
    ("echo 1..1; echo 'ok 1 - a'; kill -ABRT $$", (1, 1, 0)),
    ("echo 1..0 '# SKIP no namespaces'", (0, 0, 1)),
    ("echo 1..1; echo 'ok 1 - a # SKIP no server'", (0, 0, 1)),
    # cmocka 1.1.5: skips are `not ok`, a failed group has a line of its own
    ("echo 1..2; echo 'not ok 1 # SKIP a'; echo 'ok 2 - b'", (1, 0, 1)),
    ("echo 1..1; echo 'not ok 1 - a'; echo '# not ok - tests'; exit 1", (0, 1, 0)),
    # a plan may come last; talk in between is no point
    ("echo 'ok 1 - a'; echo okay; echo 'not okay'; echo 1..1", (1, 0, 0)),
    # a child left behind does not hold the run
    ("sleep 30 & echo 1..1; echo 'ok 1 - a'", (1, 0, 0)),
]


def load_runner():
    loader = importlib.machinery.SourceFileLoader("runner", str(SOURCE / "tests" / "run"))
    spec = importlib.util.spec_from_loader("runner", loader)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


# names of cases, is it the whole run | what the refusal says
BUILDS = [
    (["test_a", "world-a"], True, None),
    (["world-a"], True, "no unit test"),
    (["world-a"], False, None),
]


def check_builds(runner):
    failures = 0
    with tempfile.TemporaryDirectory() as place:
        build = pathlib.Path(place)
        (build / "dsfi").touch()
        for number, (names, whole, wanted) in enumerate(BUILDS, len(ROWS) + 1):
            cases = [runner.Case(name, ["sh"], {}, 3) for name in names]
            said = runner.what_lacks(build, cases, whole)
            good = said is None if wanted is None else wanted in (said or "")
            failures += not good
            print("%s %d - a build with %s" % ("ok" if good else "not ok", number, names))
    return failures


def main():
    runner = load_runner()
    print("1..%d" % (len(ROWS) + len(BUILDS)))
    failures = 0
    for number, (script, wanted) in enumerate(ROWS, 1):
        case = runner.Case("case", ["sh", "-c", script], {}, 3)
        case.run()
        found = (case.passed, len(case.failures), len(case.skips))
        good = found == wanted and case.seconds < 10
        if not good:
            print("# counted %s, not %s: %s" % (found, wanted, case.failures))
        failures += not good
        print("%s %d - %s" % ("ok" if good else "not ok", number, script.replace("#", "hash")))
    failures += check_builds(runner)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
