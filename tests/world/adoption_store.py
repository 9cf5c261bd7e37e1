#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts a store's adoption once more, row by row, and compares each figure of `dsfi report --by GROUPS --named
--json`: for all domains and for each group, in each run, with scores, gains and losses.

  adoption_store.py STORE REPORT [GROUPS-WITH-FIGURES]

Of operators it knows what tests/bench/adoption.py makes: the registered name of the name servers; or, of
name servers inside a domain, whose address theirs is.
"""
import collections
import json
import sqlite3
import sys

STATES = ["unknown", "does_not_apply", "absent", "broken", "adopted"]
SEEN_CHUNK = 4096


def catalogue():
    with open(sys.path[0] + "/../../catalog/adoption", encoding="utf-8") as file:
        rows = [[column.strip() for column in line.split("|")] for line in file
                if line.strip() and not line.startswith("#")]
    return {row[1]: int(row[0]) for row in rows}, {row[1] for row in rows if row[3] == "required"}


def first_server(body):
    """Its labels, and whose its first address is."""
    size = body[2]
    wire, labels = body[3:3 + size], []
    operator = (int.from_bytes(body[5 + size:9 + size], "big") - 0x0a000000) // 4
    while wire[0]:
        labels.append(wire[1:1 + wire[0]].decode())
        wire = wire[1 + wire[0]:]
    return labels, operator


def networks(body):
    """Of every address of every server, each once."""
    found, at = set(), 2
    for _ in range(body[1]):
        at += 1 + body[at]
        count, at = body[at], at + 1
        for _ in range(count):
            at += 1 + (4 if body[at] == 4 else 16)
            found.add(int.from_bytes(body[at:at + 4], "big"))
            at += 4
    return ["AS%d" % number for number in found]


def groups_of(by, domain, servers):
    if by == "tld":
        return [domain[-1]]
    if by == "as":
        return networks(servers)
    labels, operator = first_server(servers)
    return ["op%d.test" % operator if labels[-len(domain):] == domain else ".".join(labels[-2:])]


def score(states, required):
    measured = [state for name, state in states.items() if name in required and state in ("absent", "broken", "adopted")]
    return measured.count("adopted") / len(measured) if measured else None


def count(store, by, practices, required):
    database = sqlite3.connect(store)
    servers = dict(database.execute("SELECT id, body FROM servers"))
    names = {number: [label.decode() for label in name.split(b"\0")[:-1]][::-1]
             for name, number in database.execute("SELECT name, id FROM domain")}
    runs = [run for run, in database.execute("SELECT id FROM run WHERE done > 0 ORDER BY id")][-24:]
    seen = {(run, chunk): bits for run, chunk, bits in database.execute("SELECT run, chunk, bits FROM seen")}
    rows = collections.defaultdict(list)
    for domain, run, states, servers_id in database.execute(
            "SELECT domain, first_run, states, servers FROM adoption ORDER BY domain, first_run"):
        rows[domain].append((run, states, servers_id))
    counts, gains, domains = collections.Counter(), collections.Counter(), collections.Counter()
    scores = collections.defaultdict(list)
    for domain, history in rows.items():
        first = None
        for run in runs:
            valid = [row for row in history if row[0] <= run]
            bits = seen.get((run, domain // SEEN_CHUNK), b"")
            if not valid or not bits or not bits[domain % SEEN_CHUNK // 8] >> domain % 8 & 1:
                continue
            _, packed, servers_id = valid[-1]
            states = {name: STATES[(packed[number // 2] >> number % 2 * 4 & 15) if number // 2 < len(packed) else 0]
                      for name, number in practices.items()}
            for group in [None] + groups_of(by, names[domain], servers[servers_id]):
                domains[run, group] += 1
                if score(states, required) is not None:
                    scores[run, group].append(score(states, required))
                for name, state in states.items():
                    counts[run, group, name, state] += 1
            if run == runs[0]:
                first = states
            elif run == runs[-1] and first:
                measured = [name for name in practices if {first[name], states[name]} <= {"absent", "broken", "adopted"}]
                gains.update((name, "gained") for name in measured if states[name] == "adopted" != first[name])
                gains.update((name, "lost") for name in measured if first[name] == "adopted" != states[name])
    return counts, gains, domains, scores


def main(store, report_path, with_figures=10000):
    with open(report_path, encoding="utf-8") as file:
        report = [json.loads(line) for line in file]
    practices, required = catalogue()
    counts, gains, domains, scores = count(store, report[0]["by"], practices, required)
    compared = wrong = rest = 0
    groups = {group for _, group in domains if group is not None}
    for line in report[1:]:
        if line["group"] == "(all others)":
            rest += line.get("domains", 0) if line["run"] == report[0]["run"] else 0
            continue
        if line["type"] == "adoption-group":
            known = scores[line["run"], line["group"]]
            pairs = [(line["domains"], domains[line["run"], line["group"]]), (line["scored"], len(known))]
            if known and abs(line["score"] - 100 * sum(known) / len(known)) > 1e-3:
                pairs.append((line["score"], 100 * sum(known) / len(known)))
        else:
            pairs = [(line[state], counts[line["run"], line["group"], line["practice"], state]) for state in STATES]
        compared += len(pairs)
        for said, true in pairs:
            if said != true:
                print("wrong:", line["type"], line["run"], line["group"], line.get("practice"), said, true)
                wrong += 1
    for gain in report[0]["gains"]:
        compared += 2
        for what in ("gained", "lost"):
            if gain[what] != gains[gain["practice"], what]:
                print("wrong:", gain["practice"], what, gain[what], gains[gain["practice"], what])
                wrong += 1
    named = {line["group"] for line in report[1:]} - {None, "(all others)"}
    total = domains[report[0]["run"], None]
    if len(named) != min(len(groups), with_figures) or report[0]["groups"] != len(groups):
        print("wrong: %d groups have figures of %d, and there are %d" % (len(named), report[0]["groups"], len(groups)))
        wrong += 1
    if report[0]["by"] == "tld" or len(groups) <= with_figures:
        rest_true = 0
    else:
        rest_true = total - sum(domains[report[0]["run"], group] for group in named)
    if rest != rest_true:
        print("wrong: %d domains are others', and there are %d" % (rest, rest_true))
        wrong += 1
    print("%d figures compared, %d wrong" % (compared, wrong))
    return 1 if wrong or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])))
