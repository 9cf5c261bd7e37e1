#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check JSON Lines against schemas of docs/format.

    validate-jsonl.py SCHEMA[,SCHEMA...] [FILE...]      (no file, or -: standard input)

Several schemas: each line is checked against the one whose `type` it has.

Understands the part of JSON Schema (draft 2020-12) that our schemas use and refuses a schema with any
other keyword, so that nothing is ever thought to be checked that is not. Stops at the tenth line that
does not fit. Exit code 0: all lines fit (and there is one at least); 1: some do not; 2: the schema, or
a file, cannot be used.
"""

import json
import sys

SHOWN_MAX = 10
TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
}
# Say something about the schema and nothing about the data.
NOTES = {"$schema", "$id", "title", "description"}
PARTS = "#/$defs/"
CHECKS = {"type", "required", "properties", "enum", "items", "additionalProperties"}


class BadSchema(Exception):
    pass


def has_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def check_schema(schema, path):
    """Every keyword is one that is obeyed below, and has a value that makes sense."""
    if not isinstance(schema, dict):
        raise BadSchema("%s: not an object" % path)
    for keyword in schema:
        if keyword not in NOTES | CHECKS:
            raise BadSchema("%s: keyword '%s' is not understood here" % (path, keyword))
    types = schema.get("type", [])
    for name in types if isinstance(types, list) else [types]:
        if name not in TYPES and name not in ("integer", "number"):
            raise BadSchema("%s: type '%s' is not known" % (path, name))
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        raise BadSchema("%s: 'properties' is not an object" % path)
    for name, inner in properties.items():
        check_schema(inner, "%s.%s" % (path, name))
    for name in schema.get("required", []):
        if name not in properties:
            raise BadSchema("%s: required '%s' is not described" % (path, name))
    if not isinstance(schema.get("enum", []), list):
        raise BadSchema("%s: 'enum' is not a list" % path)
    if not isinstance(schema.get("additionalProperties", True), bool):
        raise BadSchema("%s: 'additionalProperties' is neither true nor false" % path)
    if "items" in schema:
        check_schema(schema["items"], path + "[]")


def faults(value, schema, path):
    """What does not fit, one sentence each."""
    types = schema.get("type")
    if types is not None:
        names = types if isinstance(types, list) else [types]
        if not any(has_type(value, name) for name in names):
            yield "%s: %s is not %s" % (path, json.dumps(value)[:60], " or ".join(names))
            return
    if "enum" in schema and not any(value == one and isinstance(value, bool) == isinstance(one, bool)
                                    for one in schema["enum"]):
        yield "%s: %s is none of the values allowed" % (path, json.dumps(value)[:60])
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for name in schema.get("required", []):
            if name not in value:
                yield "%s: '%s' is missing" % (path, name)
        for name, inner in value.items():
            if name in properties:
                yield from faults(inner, properties[name], "%s.%s" % (path, name))
            elif not schema.get("additionalProperties", True):
                yield "%s: '%s' is not described" % (path, name)
    if isinstance(value, list) and "items" in schema:
        for index, inner in enumerate(value):
            yield from faults(inner, schema["items"], "%s[%d]" % (path, index))


def no_repeats(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members


def line_schema(value, schemas):
    """The schema for this line: the only one, or that of its type; None when there is none."""
    if len(schemas) == 1:
        return schemas[0]
    kind = value.get("type") if isinstance(value, dict) else None
    for schema in schemas:
        if kind in schema.get("properties", {}).get("type", {}).get("enum", []):
            return schema
    return None


def line_faults(line, schemas):
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=no_repeats)
    except ValueError as error:
        return ["not JSON: %s" % error]
    schema = line_schema(value, schemas)
    return ["no schema for a line of this type"] if schema is None else list(faults(value, schema, "$"))


def validate(schemas, name, stream):
    """Number of lines, number of those that do not fit."""
    count = bad = 0
    for line in stream:
        count += 1
        found = line_faults(line, schemas)
        if found:
            bad += 1
            for sentence in found[:SHOWN_MAX]:
                print("%s:%d: %s" % (name, count, sentence), file=sys.stderr)
            if bad == SHOWN_MAX:
                break
    return count, bad


def expand(schema, parts, path):
    """The schema with what it names of "$defs" in place; parts name no other parts."""
    if isinstance(schema, list):
        return [expand(inner, parts, path) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" not in schema:
        return {key: expand(inner, parts, "%s.%s" % (path, key)) for key, inner in schema.items()}
    name = schema["$ref"]
    known = isinstance(name, str) and name.startswith(PARTS) and name[len(PARTS):] in parts
    if not known or not set(schema) <= NOTES | {"$ref"}:
        raise BadSchema("%s: '$ref' must be alone and name one of '$defs'" % path)
    return parts[name[len(PARTS):]]


def load_schema(path):
    with open(path, "rb") as file:
        schema = json.load(file)
    if not isinstance(schema, dict):
        raise BadSchema("$: not an object")
    parts = schema.pop("$defs", {})
    for name, part in parts.items():
        check_schema(part, "$defs." + name)
    schema = expand(schema, parts, "$")
    check_schema(schema, "$")
    return schema


def main(arguments):
    if not arguments:
        print("usage: validate-jsonl.py SCHEMA[,SCHEMA...] [FILE...]", file=sys.stderr)
        return 2
    try:
        schemas = [load_schema(path) for path in arguments[0].split(",")]
    except (OSError, ValueError, BadSchema) as error:
        print("%s: %s" % (arguments[0], error), file=sys.stderr)
        return 2
    total = wrong = 0
    for name in arguments[1:] or ["-"]:
        try:
            if name == "-":
                count, bad = validate(schemas, name, sys.stdin.buffer)
            else:
                with open(name, "rb") as file:
                    count, bad = validate(schemas, name, file)
        except OSError as error:
            print("%s: %s" % (name, error), file=sys.stderr)
            return 2
        total += count
        wrong += bad
    if total == 0:
        print("no lines: nothing was checked", file=sys.stderr)
    return 0 if total > 0 and wrong == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
