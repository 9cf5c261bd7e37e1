#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill processes of a scan at random moments, and say what stores hold.

    tests/kills.py kill --store FILE --targets FILE --kills N --rate N [--seed N]
    tests/kills.py compare ONE OTHER

`kill` runs inside a world: it scans with --resume, kills the parent, a worker, the judge or the store's
keeper (SIGKILL) when chance says so, starts anew what ended by it, and lets the scan end after the last
kill. Before each kill it notes what a reader sees as kept: after it, that must be there. `compare` compares all that
two stores hold but times: domains, their states, intervals and runs, what was not measured, and every
finding with its sentence. Both print what they found, and exit with 1 when something is wrong.
"""

import argparse
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import time

DSFI = os.environ["DSFI"]
# Questions a domain takes, about: from a rate it tells how long a scan will go on.
QUESTIONS = 33
# A scan commits after so many seconds at the latest: what a reader sees is that old.
COMMIT_S = 6.0
# Some windows must be longer than that, or nothing is ever kept.
WINDOW_MAX_S = 25.0
WINDOW_MIN_S = 0.3
# What a kill of the parent loses has to be done again.
LOST = 1.5
# Who has lost its parent, or its keeper, ends within this.
ORPHANS_S = 5.0
# What a scan says by its exit code when its keeper is gone.
EXIT_UNABLE = 4


def open_store(path):
    store = sqlite3.connect("file:%s?mode=ro" % path, uri=True, timeout=20)
    store.text_factory = bytes
    return store


def kept(path):
    """Domains that are acknowledged: what a reader sees."""
    try:
        store = open_store(path)
        try:
            return store.execute("SELECT coalesce(sum(done), 0) FROM run").fetchone()[0]
        finally:
            store.close()
    except sqlite3.OperationalError:
        return 0  # not made yet


def children():
    """Process numbers, as they are here, and kinds of a scan's children in this process namespace."""
    ours = os.readlink("/proc/self/ns/pid")
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if (os.readlink(entry / "ns/pid") == ours and words[0] == b"dsfi" and
                    words[1] in (b"worker", b"judge", b"keep")):
                status = (entry / "status").read_text()
                line = next(line for line in status.splitlines() if line.startswith("NSpid:"))
                found[int(line.split()[-1])] = words[1].decode()
        except (OSError, IndexError):
            continue  # ended meanwhile
    return found


class Killing:
    """A scan, the chance that ends its processes, and what came of it."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.chance = random.Random(arguments.seed)
        self.targets = len(pathlib.Path(arguments.targets).read_text().splitlines())
        self.scan = None
        self.starts = 0
        self.killed = {"parent": 0, "worker": 0, "judge": 0, "keep": 0}
        self.kept = []  # at each start
        self.faults = []

    def start(self):
        command = [DSFI, "check", "--quiet", "--targets", self.arguments.targets, "--store",
                   self.arguments.store, "--json", "--fail-on", "never", "--resume", "--workers", "2"]
        if self.kills() < self.arguments.kills:
            command += ["--rate", str(self.arguments.rate)]
        if self.arguments.in_flight:
            command += ["--in-flight", str(self.arguments.in_flight)]
        with open(self.arguments.store + ".err", "ab") as talk:
            self.scan = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                         stdout=subprocess.DEVNULL, stderr=talk)
        self.starts += 1
        self.kept.append(kept(self.arguments.store))

    def kills(self):
        return sum(self.killed.values())

    def window(self):
        """So long that the kills that are left fall into what is left of the scan."""
        left_s = (self.targets - kept(self.arguments.store)) * QUESTIONS / self.arguments.rate
        left_s = max(left_s - COMMIT_S, 2 * WINDOW_MIN_S)
        left = self.arguments.kills - self.kills()
        return min(max(2 * LOST * left_s / (left + 1), WINDOW_MIN_S), left_s / 2, WINDOW_MAX_S)

    def pause(self):
        """A random time, after which the scan goes on (True) or has ended."""
        if self.arguments.after_commit and self.kills() == 0:
            while self.scan.poll() is None and kept(self.arguments.store) == 0:
                time.sleep(0.05)
        try:
            self.scan.wait(self.chance.uniform(0.05, self.window()))
        except subprocess.TimeoutExpired:
            return True
        return False

    def kill_one(self):
        running = children()
        victim = self.chance.choice([self.scan.pid] + sorted(running))
        if self.arguments.after_commit and self.kills() == 0:
            victim = self.scan.pid
        kind = running.get(victim, "parent")
        seen = kept(self.arguments.store)
        os.kill(victim, signal.SIGKILL)
        self.killed[kind] += 1
        if kind in ("worker", "judge"):
            return
        try:
            code = self.scan.wait(ORPHANS_S)
        except subprocess.TimeoutExpired:
            self.faults.append("the scan goes on without the process that writes its store")
            self.scan.kill()
            code = self.scan.wait()
        if kind == "keep" and code != EXIT_UNABLE:
            self.faults.append("exit code %d when the store's keeper was killed" % code)
        end = time.monotonic() + ORPHANS_S
        while children() and time.monotonic() < end:
            time.sleep(0.02)
        if children():
            self.faults.append("a child outlived its parent")
        after = kept(self.arguments.store)
        if after < seen:
            self.faults.append("%d domains were kept before a kill, %d after" % (seen, after))
        self.start()

    def run(self):
        self.start()
        while self.kills() < self.arguments.kills:
            if not self.pause():
                self.faults.append("the scan ended (exit code %d) after %d of %d kills"
                                   % (self.scan.returncode, self.kills(), self.arguments.kills))
                break
            self.kill_one()
        if self.scan.wait() != 0:
            self.faults.append("exit code %d in the end" % self.scan.returncode)
        print("%d kills (%s) at random moments, %d starts, kept at each: %s"
              % (self.kills(), ", ".join("%s %d" % one for one in self.killed.items()), self.starts,
                 " ".join(str(count) for count in self.kept)))
        return self.faults


def runs_of(store, domain):
    """The runs that have seen it."""
    found = []
    for run, bits in store.execute("SELECT run, bits FROM seen WHERE chunk = ?", (domain // 4096,)):
        if bits[domain % 4096 // 8] >> domain % 8 & 1:
            found.append(run)
    return found


def intervals_of(store, interval):
    found = []
    while interval:
        state, first, last, interval = store.execute(
            "SELECT key, first_run, last_run, previous FROM interval JOIN address USING (state)"
            " WHERE id = ?", (interval,)).fetchone()
        found.append((state.hex(), first, last))
    return found


def codes_of(octets, names):
    """A gap's codes: steps from one number to the next, seven bits an octet, the lowest first."""
    found, code, step, shift = [], 0, 0, 0
    for octet in octets:
        step |= (octet & 0x7f) << shift
        shift += 7
        if octet < 0x80:
            code += step
            found.append(names[code])
            step = shift = 0
    return sorted(found)


def export(path):
    """All that the store holds, but times and what differs by them: packets, ids, their order."""
    store = open_store(path)
    if store.execute("PRAGMA integrity_check").fetchall() != [(b"ok",)]:
        sys.exit("%s: not sound" % path)
    names = {number: text.decode() for number, text in store.execute("SELECT id, text FROM code")}
    held = {}
    for name, number, interval in store.execute("SELECT name, id, interval FROM domain"):
        held[name] = {
            "runs": runs_of(store, number),
            "intervals": intervals_of(store, interval),
            "findings": sorted((names[code], str(server), first, last) for code, server, first, last in
                               store.execute("SELECT code, server, first_run, last_run FROM finding"
                                             " WHERE domain = ?", (number,))),
            "gaps": [(first, last, codes_of(codes, names)) for first, last, codes in
                     store.execute("SELECT first_run, last_run, gap_set.codes FROM gap"
                                   " JOIN gap_set ON gap_set.id = gap.codes WHERE domain = ?"
                                   " ORDER BY first_run", (number,))],
        }
    held["runs"] = [(domains, done, finished != 0) for domains, done, finished in
                    store.execute("SELECT domains, done, finished_s FROM run ORDER BY id")]
    store.close()
    report = subprocess.run([DSFI, "report", "--store", path, "--json"], check=True,
                            stdout=subprocess.PIPE).stdout
    said = []
    for line in map(json.loads, report.splitlines()):
        if line["type"] == "finding":
            line.pop("evidence")
            said.append(json.dumps(line, sort_keys=True))
    held["said"] = sorted(said)
    return held


def compare(one, other):
    left, right = export(one), export(other)
    faults = []
    for key in sorted(set(left) | set(right), key=str):
        if left.get(key) != right.get(key) and key != "said":
            faults.append("%s: %s and %s" % (key, left.get(key), right.get(key)))
    for line in sorted(set(left["said"]) ^ set(right["said"])):
        faults.append("only in one: %s" % line)
    intervals = sum(len(value["intervals"]) for key, value in left.items() if isinstance(key, bytes))
    print("%d domains, %d intervals, %d findings, runs (targets, done, finished): %s"
          % (len(left) - 2, intervals, len(left["said"]), left["runs"]))
    if not left["said"] or left["runs"] != [(len(left) - 2, len(left) - 2, True)]:
        faults.append("no undisturbed run to compare with")
    return faults


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    killing = commands.add_parser("kill")
    killing.add_argument("--store", required=True)
    killing.add_argument("--targets", required=True)
    killing.add_argument("--kills", type=int, required=True)
    killing.add_argument("--rate", type=int, required=True)
    killing.add_argument("--in-flight", type=int, default=0)
    killing.add_argument("--seed", type=int, default=None)
    killing.add_argument("--after-commit", action="store_true",
                         help="the first kill is one of the parent when something is kept")
    comparing = commands.add_parser("compare")
    comparing.add_argument("one")
    comparing.add_argument("other")
    arguments = parser.parse_args()
    if arguments.command == "kill":
        faults = Killing(arguments).run()
    else:
        faults = compare(arguments.one, arguments.other)
    for fault in faults[:20]:
        print("wrong: %s" % fault)
    if len(faults) > 20:
        print("wrong: %d more" % (len(faults) - 20))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
