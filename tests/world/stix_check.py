#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a STIX bundle beyond its schema, and against OASIS's own where they are.

    stix_check.py BUNDLE

Every reference leads to an object of the bundle, each id is there once and is the UUID that STIX 2.1 s2.9 asks
for, every object has what its type must have, and marks only the TLP 2.0 definitions. Prints what is wrong,
one a line (exit code 1). With DSFI_STIX_SCHEMAS, a copy of OASIS's schemas (the folder that has common/,
observables/, sdos/) and the Python module jsonschema, each object is held against those, too; the last line
says whether.
"""

import json
import os
import pathlib
import re
import sys
import uuid

OBSERVABLES = {"domain-name": "value", "ipv4-addr": "value", "ipv6-addr": "value", "autonomous-system": "number"}
SPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
COMMON = {"type", "spec_version", "id"}
SOME = COMMON | {"created", "modified"}
MUST = {
    "marking-definition": COMMON | {"created", "extensions"},
    "identity": SOME | {"name"},
    "observed-data": SOME | {"first_observed", "last_observed", "number_observed", "object_refs"},
    "indicator": SOME | {"pattern", "pattern_type", "valid_from"},
    "note": SOME | {"content", "object_refs"},
    "grouping": SOME | {"context", "object_refs"},
}
MARKS = {
    "94868c89-83c2-464b-929b-a1a8aa3c8487": "clear", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber", "939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
}
EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
TIMES = ("created", "modified", "first_observed", "last_observed", "valid_from")


def references(one):
    for name, value in one.items():
        if name.endswith("_ref"):
            yield value
        elif name.endswith("_refs"):
            yield from value


def faults_of(one, ids):
    kind = one.get("type")
    must = COMMON | {OBSERVABLES[kind]} if kind in OBSERVABLES else MUST.get(kind)
    if must is None:
        yield "a type that is not looked for: %s" % kind
        return
    for name in sorted(must - set(one)):
        yield "%s has no %s" % (one["id"], name)
    prefix, _, name = one["id"].partition("--")
    if prefix != kind or str(uuid.UUID(name)) != name:
        yield "%s is no id of a %s" % (one["id"], kind)
    for name in TIMES:
        if name in one and not TIME.match(one[name]):
            yield "%s: %s is %s" % (one["id"], name, one[name])
    if one.get("modified", "") < one.get("created", "") and "modified" in one:
        yield "%s was modified before it was created" % one["id"]
    for reference in references(one):
        if reference not in ids:
            yield "%s refers to %s, which is not there" % (one["id"], reference)
    if kind in OBSERVABLES:
        form = json.dumps({OBSERVABLES[kind]: one[OBSERVABLES[kind]]}, separators=(",", ":"))
        wanted = "%s--%s" % (kind, uuid.uuid5(SPACE, form))
        if one["id"] != wanted:
            yield "%s should be %s" % (one["id"], wanted)
    if kind == "marking-definition":
        wanted = {EXTENSION: {"extension_type": "property-extension", "tlp_2_0": MARKS.get(one["id"][20:])}}
        if one["extensions"] != wanted:
            yield "%s has %s" % (one["id"], one["extensions"])
    elif len(one.get("object_marking_refs", [])) != 1:
        yield "%s has not one mark" % one["id"]


def oasis(bundle):
    """What OASIS's schemas say; None where they are not here."""
    folder = os.environ.get("DSFI_STIX_SCHEMAS")
    if not folder:
        return None
    try:
        import jsonschema
    except ImportError:
        return None
    found = []
    schemas = {path.stem: json.loads(path.read_text()) for path in pathlib.Path(folder).rglob("*.json")}
    store = {schema["$id"]: schema for schema in schemas.values() if "$id" in schema}
    for one in bundle["objects"] + [bundle]:
        schema = schemas[one["type"]]
        # By their ids, so that nothing is fetched.
        resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
        validator = jsonschema.validators.validator_for(schema)(schema, resolver=resolver)
        found += ["%s: %s" % (one["id"], error.message) for error in validator.iter_errors(one)]
    return found


def main():
    bundle = json.loads(pathlib.Path(sys.argv[1]).read_text())
    found = []
    ids = [one["id"] for one in bundle["objects"]]
    if len(set(ids)) != len(ids):
        found.append("an id twice")
    for one in bundle["objects"]:
        found += faults_of(one, set(ids))
    theirs = oasis(bundle)
    print("\n".join(found + (theirs or [])) or "nothing wrong in %d objects" % len(ids))
    print("OASIS's schemas: %s" % ("not here" if theirs is None else "held against"))
    return 1 if found or theirs else 0


sys.exit(main())
