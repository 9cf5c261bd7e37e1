#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The differential test can fail: what it makes of answers, and of rows that explain. Prints TAP."""

import pathlib
import re
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(SOURCE / "tests" / "oracle"))
# pylint: disable=wrong-import-position
from differential import Comparison, pick  # noqa: E402
from engines import Verdict, delv_verdict  # noqa: E402
from explained import Row, Table  # noqa: E402
from names import Question, World  # noqa: E402

WORLD = """world: 1
seed: 1
servers:
  - {name: ns1.a.tld, addresses: [198.18.0.1, "2001:db8::1"], behaviour: [silent]}
  - {name: ns2.a.tld, addresses: [198.18.0.2]}
operators:
  - {name: a, servers: [ns1.a.tld, ns2.a.tld]}
  - {name: d, servers: [ns1.a.tld]}
zones:
  - {name: ., operator: a, signed: 8 nsec}
  - {name: tld, operator: a, signed: 13 nsec3-opt-out}
domains:
  - {name: x.tld, operator: a, signed: 13 nsec, faults: [wrong-ds, ns-alias]}
  - {name: y.tld, operator: d}
"""
# The world's own words for what else a row may ask for.
OTHER_TAGS = {"dead", "signed", "nsec", "nsec3", "nsec3-opt-out", "below-opt-out",
              "algorithm-16"}
# As delv 9.18 says it, one line each; rdata in RFC 3597's form.
A_RECORD = "x.tld.\t60\tCLASS1\tTYPE1\t\\# 4 C6336401\n"
CNAME = "x.tld.\t60\tCLASS1\tTYPE5\t\\# 3 017A00\n"
DELV = [
    ("; fully validated\n" + A_RECORD, Verdict("secure", "found", ["c6336401"])),
    ("; unsigned answer\n" + A_RECORD, Verdict("insecure", "found", ["c6336401"])),
    ("; fully validated\n" + CNAME + "; unsigned answer\n" + A_RECORD,
     Verdict("insecure", "found", ["c6336401"])),
    (";; resolution failed: ncache nxdomain\n; negative response, fully validated\n",
     Verdict("secure", "nxdomain")),
    (";; resolution failed: ncache nxrrset\n; negative response, unsigned answer\n",
     Verdict("insecure", "nodata")),
    (";; validating x/A: no valid signature found\n;; resolution failed: broken trust chain\n",
     Verdict("bogus", "")),
    (";; resolution failed: SERVFAIL\n", Verdict("indeterminate", "")),
    ("", Verdict("indeterminate", "")),
]


def judged(left, right, tags=(), rows=(), again=None):
    """The faults that a comparison of one answer has."""
    question = Question("", "A", "x.tld", set(tags))
    table = Table.__new__(Table)
    table.rows = [Row(row) for row in rows]
    comparison = Comparison("unbound", table)
    comparison.first([question], {question.key: left}, {} if right is None else
                     {question.key: right})
    if again is not None:
        comparison.asked_again(comparison.open(), {question.key: left}, {question.key: again})
    comparison.finish()
    return comparison.faults


def points():
    secure = Verdict("secure", "found", ["01"])
    bogus = Verdict("bogus", "failed")
    row = "unbound | slow | A | secure found | bogus | RFC 1 s1 | why"
    yield "the same is no fault", judged(secure, Verdict("secure", "found", ["01"])) == []
    yield "another security is a fault", judged(secure, bogus) != []
    yield "other data are a fault", judged(secure, Verdict("secure", "found", ["02"])) != []
    yield "another state is a fault", judged(secure, Verdict("secure", "nodata")) != []
    yield "no answer is a fault", judged(secure, None) != []
    yield "a row explains", judged(secure, bogus, ["slow"], [row]) == []
    yield "but not elsewhere", judged(secure, bogus, ["lossy"], [row]) != []
    signed = "unbound | signed | any | secure | insecure | RFC 1 s1 | why"
    yield "a row for any state", judged(secure, Verdict("insecure", "found", ["01"]), ["signed"],
                                        [signed]) == []
    yield "with the same data only", judged(secure, Verdict("insecure", "found", ["02"]),
                                            ["signed"], [signed]) != []
    either = "unbound | slow/lossy signed | A | secure | bogus | RFC 1 s1 | why"
    yield "one or the other", judged(secure, bogus, ["lossy", "signed"], [either]) == []
    yield "one of them at least", judged(secure, bogus, ["signed"], [either]) != []
    yield "nor the other way round", judged(bogus, secure, ["slow"], [row]) != []
    yield "agreeing later is fine where answers vary", judged(
        secure, bogus, ["one-lame"], (), secure) == []
    yield "and a fault where they do not", judged(secure, bogus, ["signed"], (), secure) != []
    for number, (said, verdict) in enumerate(DELV):
        yield "delv's words, %d" % number, delv_verdict("A", said) == verdict

    world = World(WORLD)
    questions, left_out = world.questions()
    tags = {question.zone: question.tags for question in questions if question.label == ""}
    yield "a zone's tags", tags["x.tld"] == {"wrong-ds", "ns-alias", "signed", "nsec",
                                             "algorithm-13", "one-silent", "below-opt-out"}
    yield "a dead zone's tags", tags["y.tld"] == {"silent", "dead", "below-opt-out"}
    yield "a dead zone is asked little", left_out > 0 and sum(
        question.zone == "y.tld" for question in questions) == 2
    yield "each zone has its turn", {question.zone for question in pick(questions, 4)} == set(
        world.zones)
    yield "more records in the file", "*.wild.x.tld. 300 IN TXT" in world.text()

    known = OTHER_TAGS | set(re.findall(
        r"^\| `([a-z0-9-]+)` \|", (SOURCE / "docs/format/world.md").read_text(), re.MULTILINE))
    for line in Table(SOURCE / "tests/golden/differential/explained").rows:
        yield "known words: " + line.text, all(
            tag.removeprefix("one-") in known for word in line.tags for tag in word.split("/"))


def main():
    failures = 0
    number = 0
    for name, is_so in points():
        number += 1
        failures += not is_so
        print("%sok %d - %s" % ("" if is_so else "not ", number, name.replace("#", "")))
    print("1..%d" % number)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
