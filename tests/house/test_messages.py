#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that docs/format tells of messages and parties what the code does: every sample that the fuzz
targets' corpora hold fits its schema and is refused with a member more or less, and every kind and member
of the code's table stands in message.md and its schema, and no other. Prints TAP."""

import json
import pathlib
import re
import runpy
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
FORMAT = SOURCE / "docs" / "format"
CORPUS = SOURCE / "tests" / "fuzz" / "corpus"
VALIDATOR = runpy.run_path(str(SOURCE / "tools" / "validate-jsonl.py"))


def samples(target):
    for path in sorted((CORPUS / target).iterdir()):
        try:
            yield path.name, json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue


def fits(value, schema):
    return not list(VALIDATOR["faults"](value, schema, "$"))


def check_samples(target, name):
    schema = json.loads((FORMAT / name).read_text(encoding="utf-8"))
    count = 0
    for sample, value in samples(target):
        count += 1
        if not fits(value, schema):
            yield "%s does not fit" % sample
        if fits(dict(value, forgotten=1), schema):
            yield "%s with a member more fits" % sample
        for gone in schema["required"]:
            if fits({key: value[key] for key in value if key != gone}, schema):
                yield "%s without '%s' fits" % (sample, gone)
    if count < 3:
        yield "only %d samples" % count


def table():
    """kind -> {member: must it be there?}, as the code has it."""
    code = (SOURCE / "src/model/case_message_body.c").read_text(encoding="utf-8")
    words = dict(re.findall(r'\[(CASE_MESSAGE_\w+)\] = "([a-z]+)"', code))
    rules = code[code.index("rules[CASE_MESSAGE_KIND_COUNT]"):code.index("*rule_of(")]
    kinds = {}
    for constant, row in re.findall(r"\[(CASE_MESSAGE_\w+)\] = \{(.*?\})\}", rules, re.S):
        kinds[words[constant]] = {name: need == "MUST" for name, need in
                                  re.findall(r'\{"(\w+)",\s*MEMBER_\w+,\s*(MUST|MAY)', row)}
    return kinds


def told():
    """The same, as message.md has it."""
    page = (FORMAT / "message.md").read_text(encoding="utf-8")
    rows = page[page.index("## Bodies"):page.index("`domains` are names")]
    kinds = {}
    for names, row in re.findall(r"^\| (`[^|]*`) \| (.*) \|$", rows, re.M):
        members = {}
        for part in row.split(" · "):
            head = re.match(r"(\*\*)?((?:`\w+`(?:\*\*)?(?:, )?)+)", part)
            for name in re.findall(r"`(\w+)`", head.group(2)):
                members[name] = part.startswith("**")
                if head.group(1):
                    break
        for kind in re.findall(r"`([a-z]+)`", names):
            kinds[kind] = members
    return kinds


def check_table():
    code, page = table(), told()
    schema = json.loads((FORMAT / "message.schema.json").read_text(encoding="utf-8"))
    if len(code) < 11:
        yield "only %d kinds in the code" % len(code)
    for kind in sorted(set(code) | set(page)):
        if code.get(kind) != page.get(kind):
            yield "%s: the code has %s, message.md %s" % (kind, code.get(kind), page.get(kind))
    if set(schema["properties"]["kind"]["enum"]) != set(code):
        yield "the schema has other kinds"
    members = {name for one in code.values() for name in one}
    if set(schema["properties"]["body"]["properties"]) != members:
        yield "the schema has other members: %s" % (
            set(schema["properties"]["body"]["properties"]) ^ members)


def main():
    points = (("messages fit their schema", check_samples("model-case_message", "message.schema.json")),
              ("parties fit theirs", check_samples("model-party", "party.schema.json")),
              ("kinds and members are told as they are", check_table()))
    print("1..%d" % len(points))
    failed = 0
    for number, (name, faults) in enumerate(points, 1):
        found = list(faults)
        for fault in found:
            print("# " + fault)
        failed += bool(found)
        print("%s %d - %s" % ("not ok" if found else "ok", number, name))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
