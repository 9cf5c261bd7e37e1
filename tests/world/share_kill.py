#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill a command at random moments until it has run through, and say what came of it.

    share_kill.py KILLS STORE COMMAND...

The command is killed (SIGKILL) at a random moment of the time that it takes, KILLS times, and then runs
through. Whatever it told as `new` before it was killed must be in the store, as a reader sees it: that was
acknowledged. Prints how many kills came before the command's end.
"""

import random
import sqlite3
import subprocess
import sys
import time


def messages(store):
    database = sqlite3.connect("file:%s?mode=ro" % store, uri=True, timeout=20)
    try:
        return {row[0] for row in database.execute("SELECT id FROM message")}
    finally:
        database.close()


def run(command, limit_s):
    """What it printed, and whether it ended by itself."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        out, _ = process.communicate(timeout=limit_s)
        return out, process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
        return out, None


def main():
    kills, store, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    window_s, hits = 0.02, 0
    for _ in range(kills):
        begin = time.monotonic()
        out, code = run(command, random.uniform(0, window_s))
        if code is None:
            hits += 1
        else:
            # So long does it take; what is done already takes less.
            window_s = (time.monotonic() - begin) * 1.2
        # A line that the kill cut is no word given.
        told = {line.split()[1] for line in out.split("\n")[:-1] if line.startswith("new ")}
        lost = told - messages(store)
        if lost:
            print("told and lost: %s" % sorted(lost))
            return 1
        window_s = min(window_s * 1.4, 2.0)
    out, code = run(command, 60)
    print("%d of %d kills before its end, then exit code %s" % (hits, kills, code))
    return code or 0


sys.exit(main())
