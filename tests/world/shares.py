#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what `dsfi check --facts --json` saw of a world with what `dsfi world truth --facts --json`
says of it, domain by domain and fact by fact.

  shares.py [--silent] TRUTH CHECK

Each fact must be as it is in truth, or unknown for one of the reasons below. With --silent servers may
hide whatever only they could show: then anything may be unknown, and still nothing may be wrong. Prints
each difference, then how many were compared, unknown and wrong; ends with 1 where one is wrong.
"""
import collections
import json
import sys

# Why a fact may be unknown though all servers answer: (fact, what must hold in truth).
REASONS = {
    # An unsigned zone denies nothing by either means.
    "nsec3": lambda facts, domain: facts["signed"] == "absent",
    # A zone is seen whole only where one of its servers gives it away.
    "zonemd": lambda facts, domain: domain["domain"] not in OPEN,
}
OPEN = set()


def lines(path, kind):
    with open(path, encoding="utf-8") as file:
        for line in file:
            value = json.loads(line)
            if value["type"] == "finding" and value["code"] == "SERVER-TRANSFER-OPEN":
                OPEN.add(value["domain"])
            if value["type"] == kind:
                yield value


def main(arguments):
    is_silent = "--silent" in arguments
    truth_path, check_path = [one for one in arguments if one != "--silent"]
    seen = {line["domain"]: line for line in lines(check_path, "domain")}
    count = collections.Counter()
    unknown = collections.Counter()
    for line in lines(truth_path, "true-facts"):
        domain = line["domain"]
        if domain not in seen:
            print(f"wrong: {domain} was not checked")
            count["wrong"] += 1
            continue
        facts = seen[domain].get("facts", {})
        if list(facts) != list(line["facts"]):
            print(f"wrong: {domain} has other facts: {sorted(set(facts) ^ set(line['facts']))}")
            count["wrong"] += 1
            continue
        for fact, state in line["facts"].items():
            if state == "untold":
                count["untold"] += 1
                continue
            count["compared"] += 1
            if facts[fact] == state:
                continue
            if facts[fact] == "unknown":
                unknown[fact] += 1
                if is_silent or (fact in REASONS and REASONS[fact](line["facts"], line)):
                    continue
            print(f"wrong: {domain} {fact} is {state}, and was seen {facts[fact]}")
            count["wrong"] += 1
    print(f"{count['compared']} compared, {sum(unknown.values())} unknown, {count['wrong']} wrong,"
          f" {count['untold']} untold")
    for fact, number in sorted(unknown.items()):
        print(f"unknown {fact} {number}")
    return 1 if count["wrong"] or not count["compared"] else 0


sys.exit(main(sys.argv[1:]))
