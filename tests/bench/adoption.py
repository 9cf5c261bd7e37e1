#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fill a store with many domains and runs, as far as `dsfi report --by` and letters' look-up read it.

    adoption.py DSFI STORE DOMAINS RUNS [--operators N] [--missed PERCENT]

The store is made by dsfi itself (an empty scan); rows are put into it directly, since scanning a million
domains twelve times would take days. Domains, name servers and what changes are drawn with a fixed seed.
"""

import argparse
import random
import sqlite3
import struct
import subprocess
import sys

SEEN_CHUNK = 4096
PRACTICES = 23
TLDS = ["example", "test", "vem", "zan", "quor"]
START = 1750000000


def name_wire(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def name_key(text):
    return b"".join(label.encode() + b"\0" for label in reversed(text.split(".")))


def server_set(names, number, network):
    """docs/format/store.md: version, count, names with their addresses, in order."""
    body = bytes([1, len(names)])
    for place, name in enumerate(sorted(names)):
        wire = name_wire(name)
        body += bytes([len(wire)]) + wire + b"\2"
        body += b"\4" + struct.pack(">I", 0x0a000000 + number * 4 + place) + struct.pack(">I", network)
        body += b"\6" + struct.pack(">IIII", 0x20010db8, number, 0, place + 1) + struct.pack(">I", network)
    return body


def states(draw, shares):
    octets = bytearray((PRACTICES + 1) // 2)
    for practice, share in enumerate(shares):
        drawn = draw.random()
        state = 4 if drawn < share else 3 if drawn < share + 0.01 else 0 if drawn < share + 0.03 else 2
        octets[practice // 2] |= state << practice % 2 * 4
    return bytes(octets)


def fill(database, options):
    draw = random.Random(1)
    weights = [1.0 / (rank + 1) for rank in range(options.operators)]
    for number in range(options.operators):
        body = server_set(["ns1.op%d.test" % number, "ns2.op%d.test" % number], number, 64500 + number % 400)
        database.execute("INSERT INTO servers(id, key, body) VALUES(?, ?, ?)",
                         (number + 1, struct.pack(">QQ", 7, number), body))
    sets = options.operators
    domains, adoptions = [], []
    shares = [draw.random() for _ in range(PRACTICES)]
    one_each = options.operators >= options.domains
    chosen = range(options.domains) if one_each else draw.choices(range(options.operators), weights, k=options.domains)
    for number, operator in enumerate(chosen):
        name = "domain-%07d.%s" % (number, TLDS[number % len(TLDS)])
        domains.append((name_key(name), number + 1, number + 1))
        servers = operator + 1
        if not one_each and number % 20 == 0:
            sets += 1
            servers = sets
            database.execute("INSERT INTO servers(id, key, body) VALUES(?, ?, ?)",
                             (sets, struct.pack(">QQ", 8, sets),
                              server_set(["ns1." + name, "ns2." + name], operator, 64500 + operator % 400)))
        adoptions.append((number + 1, 1, states(draw, shares), servers))
        for run in range(2, options.runs + 1):
            if draw.random() < 0.03:
                if options.missed and not one_each and draw.random() < 0.3:
                    servers = draw.randrange(options.operators) + 1
                adoptions.append((number + 1, run, states(draw, shares), servers))
    domains.sort()
    database.executemany("INSERT INTO domain(name, id, interval) VALUES(?, ?, ?)", domains)
    database.executemany("INSERT INTO adoption(domain, first_run, states, servers) VALUES(?, ?, ?, ?)", adoptions)
    database.execute("DELETE FROM run")
    whole = 255 if not options.missed else None
    masks = [whole] if whole else [sum(1 << bit for bit in range(8) if draw.random() * 100 >= options.missed)
                                   for _ in range(64)]
    for run in range(1, options.runs + 1):
        started = START + run * 30 * 86400
        database.execute("INSERT INTO run(id, started_s, finished_s, profile, vantage, domains, done)"
                         " VALUES(?, ?, ?, 'full', 'bench', ?, ?)",
                         (run, started, started + 7200, options.domains, options.domains))
        for chunk in range(options.domains // SEEN_CHUNK + 1):
            database.execute("INSERT INTO seen(run, chunk, bits) VALUES(?, ?, ?)",
                             (run, chunk, bytes(draw.choices(masks, k=SEEN_CHUNK // 8))))
    database.execute("UPDATE meta SET value = ? WHERE key = 'domains'", (options.domains,))
    database.commit()


def main():
    parser = argparse.ArgumentParser(description="Fill a store for benchmarks of adoption.")
    parser.add_argument("dsfi")
    parser.add_argument("store")
    parser.add_argument("domains", type=int)
    parser.add_argument("runs", type=int)
    parser.add_argument("--operators", type=int, default=3000)
    parser.add_argument("--missed", type=int, default=0, help="share of the domains that a run did not see")
    options = parser.parse_args()
    # Without a network nothing is found out, and the store is made all the same.
    subprocess.run(["unshare", "-rn", options.dsfi, "check", "--quiet", "--fail-on", "never", "--store", options.store,
                    "example.invalid"], check=False, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    database = sqlite3.connect(options.store)
    database.execute("PRAGMA synchronous = OFF")
    for table in ("domain", "interval", "evidence", "state", "address", "finding", "gap", "gap_set", "words",
                  "adoption", "servers", "seen"):
        database.execute("DELETE FROM " + table)
    fill(database, options)
    database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
