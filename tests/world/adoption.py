#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares what `dsfi report --by GROUPS --named --json` counts with a world's truth.

  adoption.py [--silent | --not-all] CATALOGUE TRUTH REPORT [REGISTRARS]

TRUTH is of `dsfi world truth --facts --json`. What a domain makes of a practice is decided here once more,
from its true facts and the rows of catalog/adoption alone; no fault is in the world. Every figure of the report
must be the truth; with --silent, where servers hide things, the truth must lie within what is said to be unknown;
with --not-all, where the look was not for everything, a practice is counted wholly or not at all.
"""
import collections
import csv
import json
import sys

# Silent servers are a fault of the delegation, which no fact tells of.
NOT_OF_FACTS = {"delegation"}


def rows(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                columns = [column.strip() for column in line.split("|")]
                yield columns[1], columns[4].split(), columns[5].split(), columns[6].split(), columns[3] == "required"


def holds(term, facts):
    if term == "-":
        return True
    if term.startswith("!"):
        return facts[term[1:]] == "absent"
    return any(facts[fact] == "present" for fact in term.split("/"))


def state_of(row, facts):
    _, applies, published, works, _ = row
    if "untold" in [facts[fact] for term in applies + published + works if term != "-"
                    for fact in term.lstrip("!").split("/")]:
        return None
    if not all(holds(term, facts) for term in applies):
        return "does_not_apply"
    if not all(holds(term, facts) for term in published):
        return "absent"
    return "adopted" if all(holds(term, facts) for term in works) else "broken"


def groups_of(domain, by, registrars):
    if by == "registrar":
        return [registrars.get(domain["domain"], "(registrar not known)")]
    operator = "(own servers)" if domain["served_by"] == "own" else domain["operator"]
    return {"tld": [domain["domain"].rstrip(".").split(".")[-1]], "operator": [operator]}[by]


def compare_not_all(line, true):
    """What was not looked for is unknown of all to whom it may apply; nothing in between."""
    counted = {state: line[state] for state in ("adopted", "broken", "absent")}
    if line["of"] > 0 and counted != {state: true[state] for state in counted}:
        return "%s, and in truth %s" % (counted, dict(true))
    return None


def compare(line, true, is_silent):
    """What is wrong with one line of the report."""
    if line["practice"] in NOT_OF_FACTS and is_silent:
        return None
    said = {state: line[state] for state in ("adopted", "broken", "absent", "does_not_apply")}
    if line["of"] != line["adopted"] + line["broken"] + line["absent"]:
        return "of is not the sum"
    total = sum(true.values())
    if sum(said.values()) + line["unknown"] != total:
        return "%d domains, and there are %d" % (sum(said.values()) + line["unknown"], total)
    for state, count in said.items():
        if not is_silent and count + (line["unknown"] if state == "untold" else 0) != true[state]:
            return "%s: %d, and in truth %d" % (state, count, true[state])
        if not count <= true[state] <= count + line["unknown"]:
            return "%s: %d with %d unknown, and in truth %d" % (state, count, line["unknown"], true[state])
    if not is_silent and line["unknown"] > 0:
        return "%d are unknown" % line["unknown"]
    measured = true["adopted"] + true["broken"] + true["absent"]
    if measured > 0 and not line["low"] - 1e-6 <= true["adopted"] / measured <= line["high"] + 1e-6:
        # Also where what does not apply is among the unknown: then the truth is of fewer, and still within.
        return "%f is outside %f to %f" % (true["adopted"] / measured, line["low"], line["high"])
    return None


def main(arguments):
    is_silent = "--silent" in arguments
    catalogue, truth_path, report_path, *rest = [one for one in arguments if not one.startswith("--")]
    registrars = {}
    for path in rest:
        with open(path, encoding="utf-8", newline="") as file:
            registrars = dict(csv.reader(file))
    with open(report_path, encoding="utf-8") as file:
        report = [json.loads(line) for line in file]
    practices = list(rows(catalogue))
    true = collections.defaultdict(collections.Counter)
    scores = collections.defaultdict(list)
    untold = set()
    with open(truth_path, encoding="utf-8") as file:
        for line in file:
            domain = json.loads(line)
            if domain["type"] != "true-facts":
                continue
            for row in practices:
                state = state_of(row, domain["facts"])
                if state is None:
                    untold.add(row[0])
                for group in [None] + groups_of(domain, report[0]["by"], registrars):
                    true[group, row[0]][state] += 1
            measured = [state for row, state in ((row, state_of(row, domain["facts"])) for row in practices)
                        if row[4] and state in ("absent", "broken", "adopted")]
            for group in [None] + groups_of(domain, report[0]["by"], registrars):
                scores[group].append(measured.count("adopted") / len(measured))
    wrong = compared = 0
    newest = report[0]["run"]
    for line in report:
        if line["type"] == "adoption-group" and line["run"] == newest and not arguments[0].startswith("--"):
            known = scores[line["group"]]
            compared += 1
            if len(known) != line["scored"] or abs(line["score"] - 100 * sum(known) / len(known)) > 1e-3:
                print("wrong: the score of %s: %s" % (line["group"], line["score"]))
                wrong += 1
        if line["type"] != "adoption" or line["run"] != newest or line["practice"] in untold:
            continue
        known = true.pop((line["group"], line["practice"]), collections.Counter())
        found = compare_not_all(line, known) if "--not-all" in arguments else compare(line, known, is_silent)
        compared += 1
        if found:
            print("wrong: %s, %s: %s" % (line["group"], line["practice"], found))
            wrong += 1
    for group, practice in true:
        if practice not in untold:
            print("wrong: %s, %s: not in the report" % (group, practice))
            wrong += 1
    print("%d figures compared, %d wrong; not told by truth: %s" % (compared, wrong, " ".join(sorted(untold)) or "none"))
    return 1 if wrong or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
