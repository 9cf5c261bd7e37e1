#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that tools/validate-jsonl.py finds what is wrong, in lines and in schemas. Prints TAP."""

import json
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = SOURCE / "tools" / "validate-jsonl.py"

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["kind", "count"],
    "additionalProperties": False,
    "properties": {
        "kind": {"enum": ["a", "b", 1]},
        "count": {"type": "integer"},
        "share": {"type": ["number", "null"]},
        "list": {"type": "array", "items": {"type": "string"}},
        "inner": {"type": "object", "properties": {"is_open": {"type": "boolean"}}},
    },
}

# name | what is different in the schema | lines | exit code
ROWS = [
    ("a line that fits", {}, '{"kind":"a","count":3}\n', 0),
    ("everything", {}, '{"kind":"b","count":0,"share":0.5,"list":["x"],"inner":{"is_open":true}}\n', 0),
    ("null where it may be", {}, '{"kind":"a","count":1,"share":null}\n', 0),
    ("nothing at all", {}, "", 1),
    ("an empty line", {}, '{"kind":"a","count":3}\n\n', 1),
    ("not JSON", {}, "{'kind':1}\n", 1),
    ("two values on a line", {}, '{"kind":"a","count":3}{}\n', 1),
    ("no object", {}, "[]\n", 1),
    ("a member missing", {}, '{"kind":"a"}\n', 1),
    ("a member too many", {}, '{"kind":"a","count":3,"more":1}\n', 1),
    ("a member twice", {}, '{"kind":"a","count":3,"count":3}\n', 1),
    ("another value", {}, '{"kind":"c","count":3}\n', 1),
    ("true is not 1", {}, '{"kind":true,"count":3}\n', 1),
    ("a fraction", {}, '{"kind":"a","count":3.5}\n', 1),
    ("true is no integer", {}, '{"kind":"a","count":true}\n', 1),
    ("a wrong item", {}, '{"kind":"a","count":3,"list":["x",1]}\n', 1),
    ("a wrong inner member", {}, '{"kind":"a","count":3,"inner":{"is_open":0}}\n', 1),
    ("the second line", {}, '{"kind":"a","count":3}\n{}\n', 1),
    ("broken UTF-8", {}, b'{"kind":"\xff","count":3}\n', 1),
    ("an unknown keyword", {"pattern": "x"}, '{"kind":"a","count":3}\n', 2),
    ("an unknown keyword inside", {"properties": {"kind": {"minLength": 1}, "count": {}}},
     '{"kind":"a","count":3}\n', 2),
    ("a part named elsewhere", {"properties": {"kind": {"$ref": "#/$defs/word"}, "count": {}},
                                "$defs": {"word": {"type": "string"}}}, '{"kind":"a","count":3}\n', 0),
    ("a part that does not fit", {"properties": {"kind": {"$ref": "#/$defs/word"}, "count": {}},
                                  "$defs": {"word": {"type": "integer"}}},
     '{"kind":"a","count":3}\n', 1),
    ("a part that is not there", {"properties": {"kind": {"$ref": "#/$defs/word"}, "count": {}}},
     '{"kind":"a","count":3}\n', 2),
    ("a part with an unknown keyword", {"$defs": {"word": {"pattern": "x"}}},
     '{"kind":"a","count":3}\n', 2),
    ("a part with more beside", {"properties": {"kind": {"$ref": "#/$defs/word", "enum": []},
                                                "count": {}},
                                 "$defs": {"word": {}}}, '{"kind":"a","count":3}\n', 2),
    ("an unknown type", {"type": "thing"}, '{"kind":"a","count":3}\n', 2),
    ("required but not described", {"required": ["nobody"]}, '{"kind":"a","count":3}\n', 2),
]


def run_row(folder, changes, lines):
    schema = folder / "schema.json"
    schema.write_text(json.dumps({**SCHEMA, **changes}))
    octets = lines if isinstance(lines, bytes) else lines.encode()
    return subprocess.run([sys.executable, str(TOOL), str(schema)], input=octets,
                          stderr=subprocess.DEVNULL, check=False).returncode


# lines of several types | exit code
TYPED = [
    ("each by its type", '{"type":"a"}\n{"type":"b","n":1}\n', 0),
    ("by the wrong type", '{"type":"a","n":1}\n', 1),
    ("of a type without a schema", '{"type":"c"}\n', 1),
    ("of a type that is no word", '{"type":[]}\n', 1),
]


def run_typed(folder, lines):
    names = []
    for kind, more in (("a", {}), ("b", {"n": {"type": "integer"}})):
        names.append(str(folder / kind))
        (folder / kind).write_text(json.dumps({
            "type": "object", "additionalProperties": False,
            "properties": {"type": {"enum": [kind]}, **more}}))
    return subprocess.run([sys.executable, str(TOOL), ",".join(names)], input=lines.encode(),
                          stderr=subprocess.DEVNULL, check=False).returncode


def main():
    schemas = sorted((SOURCE / "docs" / "format").glob("*.schema.json"))
    print("1..%d" % (len(ROWS) + len(TYPED) + len(schemas)))
    failures = number = 0
    with tempfile.TemporaryDirectory() as name:
        for number, (title, changes, lines, wanted) in enumerate(ROWS, 1):
            found = run_row(pathlib.Path(name), changes, lines)
            failures += found != wanted
            print("%s %d - %s" % ("ok" if found == wanted else "not ok", number, title))
        for title, lines, wanted in TYPED:
            number += 1
            found = run_typed(pathlib.Path(name), lines)
            failures += found != wanted
            print("%s %d - lines %s" % ("ok" if found == wanted else "not ok", number, title))
    for schema in schemas:
        # A line that is no object fits none of ours; a schema that is not understood gives 2.
        number += 1
        found = subprocess.run([sys.executable, str(TOOL), str(schema)], input=b"0\n",
                               stderr=subprocess.DEVNULL, check=False).returncode
        failures += found != 1
        print("%s %d - %s is understood" % ("ok" if found == 1 else "not ok", number, schema.name))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
