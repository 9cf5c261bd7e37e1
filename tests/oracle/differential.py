#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold `dsfi resolve` against libunbound and delv in random worlds. Prints TAP.

    differential.py [--worlds N] [--domains N] [--seed S] [--delv N] [--no-waits] [--all-rows]

A point a world: each answer is the same with both, or a row of tests/golden/differential/explained
says why not. What differs is asked again, with empty caches, and what then agrees is counted and
fails unless something in the zone makes answers vary. --delv: at most so many questions a world, a
process each. --no-waits: nothing is asked of zones with servers that let one wait. --all-rows: a row
of the table that explains nothing in all of the worlds is a failure.

The environment names the program and the build: DSFI, DSFI_BUILD, DSFI_SERVERS, DSFI_SOURCE.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import engines
from explained import Table
from names import World

ROUNDS = 3  # the first, and asking again
# Who is asked may be chance, or whether an answer comes in time, or (name servers in a circle) in which
# order addresses are looked up before a limit is reached: there one answer may differ from the next.
# Anywhere else it must not.
VARIES = {"slow", "lossy", "silent", "wrong-id", "garbage", "truncating", "no-tcp", "ns-cycle",
          "apex-alias", "cds-differ", "csync-differ"}
WAITS = {"silent", "wrong-id", "garbage", "slow", "lossy"}
SHOWN_MAX = 30
ENGINES = {"unbound": engines.ask_unbound, "delv": engines.ask_delv}


def varies(tags):
    return any(tag in VARIES or tag.startswith("one-") for tag in tags)


def waits(tags):
    return any(tag.removeprefix("one-") in WAITS for tag in tags)


def pick(questions, count):
    """So many of them, of each zone about as many, types in turn."""
    by_zone = collections.defaultdict(list)
    for question in questions:
        by_zone[question.zone].append(question)
    turns = []
    for number, (zone, own) in enumerate(sorted(by_zone.items())):
        first = number * 7 % len(own)
        turns += [(turn, zone, question.key, question)
                  for turn, question in enumerate(own[first:] + own[:first])]
    return [question for _, _, _, question in sorted(turns, key=lambda row: row[:3])][:count]


def in_company(mine, questions):
    """With all that is asked of the same zones: with nothing else known, Unbound gives an alias up
    before it has found the name servers' addresses (its answer to NXNSAttack)."""
    zones = {zone for question in mine for zone in (question.zone, question.beyond)}
    return [question for question in questions if question.zone in zones]


class Comparison:
    """What one engine says beside dsfi."""

    def __init__(self, engine, table):
        self.engine = engine
        self.table = table
        self.counts = collections.Counter()
        self.again = []
        self.differing = []
        self.faults = []

    def first(self, questions, dsfi, other):
        self.counts["asked"] = len(questions)
        self.differing = self.unequal(questions, dsfi, other)
        self.counts["same"] = len(questions) - len(self.differing)

    def unequal(self, questions, dsfi, other):
        found = []
        for question in questions:
            left, right = dsfi.get(question.key), other.get(question.key)
            if left is None or right is None:
                self.faults.append("%s: no answer from %s" % (
                    " ".join(question.key), "dsfi" if left is None else self.engine))
            elif left != right:
                found.append((question, left, right))
        return found

    def open(self):
        """What no row explains so far."""
        return [question for question, left, right in self.differing
                if self.table.find(self.engine, question, left, right) is None]

    def asked_again(self, questions, dsfi, other):
        mine = [question for question in self.open() if question in set(questions)]
        still = {question.key: (question, left, right)
                 for question, left, right in self.unequal(mine, dsfi, other)}
        for question in mine:
            if question.key not in still:
                self.again.append(question)
        keep = [row for row in self.differing if row[0] not in set(mine)]
        self.differing = keep + list(still.values())

    def finish(self):
        for question, left, right in self.differing:
            row = self.table.find(self.engine, question, left, right)
            if row is not None:
                row.uses += 1
                self.counts["explained"] += 1
                continue
            self.faults.append("%s [%s]: dsfi %s%s (%s), %s %s%s (%s)" % (
                " ".join(question.key), " ".join(sorted(question.tags)), left.word(),
                " " + ",".join(left.data) if left.word() == right.word() else "", left.why,
                self.engine, right.word(),
                " " + ",".join(right.data) if left.word() == right.word() else "", right.why))
        for question in self.again:
            self.counts["same when asked again"] += 1
            if not varies(question.tags):
                self.faults.append("%s [%s]: another answer when asked again, and nothing there "
                                   "varies" % (" ".join(question.key),
                                               " ".join(sorted(question.tags))))


# ---- inside the world ----

def inside(options, settings):
    world = World(pathlib.Path(options.made).read_text())
    questions, left_out = world.questions()
    if options.no_waits:
        asked = [question for question in questions if not waits(question.tags)]
    else:
        asked = questions
    table = Table(settings.explained)
    seconds = {}

    def ask(name, function, wanted):
        started = time.monotonic()
        answers = function(settings, wanted) if wanted else {}
        seconds[name] = seconds.get(name, 0) + time.monotonic() - started
        return answers

    wanted = {"unbound": asked, "delv": pick(asked, options.delv)}
    # These two at once: mostly they wait for servers that are silent. delv waits for little, and with
    # all at work its questions would come too late.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        dsfi = pool.submit(ask, "dsfi", engines.ask_dsfi, asked)
        unbound = pool.submit(ask, "unbound", engines.ask_unbound, asked)
        answers = {"dsfi": dsfi.result(), "unbound": unbound.result()}
    answers["delv"] = ask("delv", engines.ask_delv, wanted["delv"])
    dsfi = answers["dsfi"]
    comparisons = []
    for name in ENGINES:
        comparison = Comparison(name, table)
        comparison.first(wanted[name], dsfi, answers[name])
        comparisons.append(comparison)
    for _ in range(ROUNDS - 1):
        unclear = {question.key: question for comparison in comparisons
                   for question in comparison.open()}
        if not unclear:
            break
        dsfi = ask("dsfi", engines.ask_dsfi, list(unclear.values()))
        for comparison in comparisons:
            mine = comparison.open()
            comparison.asked_again(mine, dsfi, ask(comparison.engine, ENGINES[comparison.engine],
                                                   in_company(mine, asked)))
    for comparison in comparisons:
        comparison.finish()
    report = {"left_out": left_out, "waits": len(questions) - len(asked), "zones": len(world.zones),
              "seconds": seconds, "rows": {row.text: row.uses for row in table.rows},
              "engines": {comparison.engine: {"counts": comparison.counts,
                                              "faults": comparison.faults}
                          for comparison in comparisons}}
    pathlib.Path(options.report).write_text(json.dumps(report))


# ---- outside ----

def play(options, settings, seed, folder):
    """The report of one world."""
    made, file, report = (folder / ("%d.%s" % (seed, end)) for end in ("made", "world", "report"))
    text = subprocess.run([settings.dsfi, "world", "make", "--domains", str(options.domains),
                           "--seed", str(seed)], check=True, text=True, capture_output=True).stdout
    made.write_text(text)
    file.write_text(World(text).text())
    command = [settings.dsfi, "world", "run", file, "--", sys.executable, __file__, "--made", made,
               "--report", report, "--delv", str(options.delv)]
    run = subprocess.run(command + ["--no-waits"] * options.no_waits, text=True,
                         capture_output=True)
    if run.returncode != 0:
        raise RuntimeError("world run: exit code %d: %s" % (run.returncode, run.stderr[-2000:]))
    return json.loads(report.read_text())


def tell(number, seed, report):
    """One TAP point; False when something differs."""
    faults = []
    words = []
    for engine, found in report["engines"].items():
        faults += ["%s: %s" % (engine, fault) for fault in found["faults"]]
        counts = dict(found["counts"])
        words.append("%s %d asked, %d same%s" % (
            engine, counts.pop("asked"), counts.pop("same"),
            "".join(", %d %s" % (count, word) for word, count in sorted(counts.items()))))
    for fault in faults[:SHOWN_MAX]:
        print("# " + fault)
    if len(faults) > SHOWN_MAX:
        print("# and %d more" % (len(faults) - SHOWN_MAX))
    print("# left out: %d questions to dead zones, %d to zones that let one wait; seconds: %s"
          % (report["left_out"], report["waits"],
             ", ".join("%s %.0f" % pair for pair in report["seconds"].items())))
    print("%sok %d - seed %d, %d zones: %s" % ("not " if faults else "", number, seed,
                                              report["zones"], "; ".join(words)), flush=True)
    return not faults


def tell_rows(number, options, uses):
    """Which row explained how much; a point when every row must."""
    for text, count in uses.items():
        print("# %6d explained by: %s" % (count, text))
    unused = [text for text, count in uses.items() if count == 0 and " rare |" not in text]
    if not options.all_rows:
        return True
    print("%sok %d - each explanation applies somewhere" % ("not " if unused else "", number))
    return not unused


def outside(options, settings):
    uses = collections.Counter()
    sound = True
    total = options.worlds + options.all_rows
    print("1..%d" % total, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.worlds):
            seed = options.seed + number
            try:
                report = play(options, settings, seed, pathlib.Path(folder))
            except (RuntimeError, subprocess.CalledProcessError) as error:
                print("# %s\nnot ok %d - seed %d" % (error, number + 1, seed), flush=True)
                sound = False
                continue
            uses.update(report["rows"])
            sound = tell(number + 1, seed, report) and sound
    return tell_rows(total, options, uses) and sound


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=1)
    parser.add_argument("--domains", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--delv", type=int, default=200)
    parser.add_argument("--no-waits", action="store_true")
    parser.add_argument("--all-rows", action="store_true")
    parser.add_argument("--made", help=argparse.SUPPRESS)
    parser.add_argument("--report", help=argparse.SUPPRESS)
    options = parser.parse_args()
    source = pathlib.Path(os.environ["DSFI_SOURCE"])
    settings = argparse.Namespace(
        dsfi=os.environ["DSFI"], servers=pathlib.Path(os.environ["DSFI_SERVERS"]),
        oracle=pathlib.Path(os.environ["DSFI_BUILD"]) / "oracle_unbound",
        explained=source / "tests" / "golden" / "differential" / "explained")
    if options.made:
        inside(options, settings)
        return 0
    return 0 if outside(options, settings) else 1


if __name__ == "__main__":
    sys.exit(main())
