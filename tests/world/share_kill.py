#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill a command at random moments until it has run through, and say what came of it.

    share_kill.py KILLS STORE COMMAND...

The command is killed (SIGKILL) KILLS times, and then runs through: first at random moments after it has opened the
store, then at random moments of all the time that it takes. Whatever it told as `new` or
`sent` before it was killed must be in the store, as a reader sees it: that was acknowledged; and what a reader has
seen there as filed or as sent stays. Prints how many kills came before the command's end, and how many of these while
it had the store open and work left; with fewer than LEAST of them nothing was tested, and the exit code is 1.
"""

import os
import random
import sqlite3
import subprocess
import sys
import time

LEAST = 3
OPENS_WITHIN_S = 20.0


def held(store):
    """What a reader sees: ids of messages, and what was sent to whom."""
    database = sqlite3.connect("file:%s?mode=ro" % store, uri=True, timeout=20)
    try:
        return ({row[0] for row in database.execute("SELECT id FROM message")},
                set(database.execute("SELECT message, party FROM delivery WHERE state = 1")))
    finally:
        database.close()


def has_open(process, store):
    folder = "/proc/%d/fd" % process.pid
    try:
        return any(os.stat(os.path.join(folder, one)).st_ino == os.stat(store).st_ino for one in os.listdir(folder))
    except OSError:
        return False


def wait_for_store(process, store):
    end = time.monotonic() + OPENS_WITHIN_S
    while process.poll() is None and not has_open(process, store) and time.monotonic() < end:
        time.sleep(0.0005)


class Try:
    """One run that is killed, or was faster."""

    def __init__(self, command, store, limit_s, is_after_opening):
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if is_after_opening:
            wait_for_store(process, store)
            begin = time.monotonic()
        try:
            self.out, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            self.was_open = has_open(process, store)
            process.kill()
            self.out, _ = process.communicate()
        self.is_killed = process.returncode == -9
        self.was_open = self.is_killed and self.was_open
        self.took_s = time.monotonic() - begin

    def told(self, word):
        """A line that the kill cut is no word given."""
        lines = (line.split() for line in self.out.split("\n")[:-1])
        return {words[1] for words in lines if len(words) > 1 and words[0] == word}


def main():
    kills, store, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    # From when the store is open, and from the start.
    windows_s, hits, at_work = [0.002, 0.02], 0, []
    seen = held(store)
    for number in range(kills):
        kind = number * 2 // kills
        one = Try(command, store, random.uniform(0, windows_s[kind]), kind == 0)
        hits += one.is_killed
        now = held(store)
        if one.was_open:
            at_work.append(now)
        # So long does it take; what is done already takes less.
        windows_s[kind] = min(windows_s[kind] * 1.2, 2.0) if one.is_killed else one.took_s * 1.2
        lost = (one.told("new") - now[0]) | (one.told("sent") - {message for message, _ in now[1]})
        lost |= (seen[0] - now[0]) | (seen[1] - now[1])
        if lost:
            print("told and lost: %s" % sorted(lost))
            return 1
        seen = now
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60).returncode
    end = held(store)
    midway = sum(state != end for state in at_work)
    print("%d of %d kills before its end, %d of them with work left, then exit code %s" % (hits, kills, midway, code))
    return code or (1 if midway < LEAST else 0)


sys.exit(main())
