#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check a STIX bundle beyond its schema, and against OASIS's own where they are.

    stix_check.py BUNDLE

Every reference leads to an object of the bundle, each id is there once and is the UUID that STIX 2.1 s2.9 asks
for, every object has what its type must have, and marks only the TLP 2.0 definitions. Prints what is wrong,
one a line (exit code 1). With DSFI_STIX_SCHEMAS, a copy of OASIS's schemas (the folder that has common/,
observables/, sdos/) and the Python module jsonschema, each object is held against that of its type, too; the
last line says whether, and what came of it. Nothing is fetched: a schema that is not in the copy is a fault.
"""

import datetime
import inspect
import json
import os
import pathlib
import re
import sys
import urllib.parse
import uuid
import warnings

OBSERVABLES = {"domain-name": "value", "ipv4-addr": "value", "ipv6-addr": "value", "autonomous-system": "number"}
SPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
COMMON = {"type", "spec_version", "id"}
SOME = COMMON | {"created", "modified"}
MUST = {
    "marking-definition": COMMON | {"created", "name", "extensions"},
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
MARKS_MADE = "2022-10-01T00:00:00.000Z"
EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
TIMES = ("created", "modified", "first_observed", "last_observed", "valid_from")
ROOMS = ("common", "observables", "sdos")


def references(one):
    for name, value in one.items():
        if name.endswith("_ref"):
            yield value
        elif name.endswith("_refs"):
            yield from value


def is_id(text, kind):
    prefix, _, name = text.partition("--")
    try:
        return prefix == kind and str(uuid.UUID(name)) == name
    except ValueError:
        return False


def is_time(text):
    try:
        return TIME.fullmatch(text) and datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")
    except ValueError:
        return False


def faults_of_observable(one):
    kind = one["type"]
    form = json.dumps({OBSERVABLES[kind]: one[OBSERVABLES[kind]]}, separators=(",", ":"))
    wanted = "%s--%s" % (kind, uuid.uuid5(SPACE, form))
    if one["id"] != wanted:
        yield "%s should be %s" % (one["id"], wanted)
    # STIX allows it; the pattern of OASIS's schema has lost its backslashes and takes hexadecimal only.
    if kind == "ipv6-addr" and "." in one["value"]:
        yield "%s has an IPv4 address within its value %s" % (one["id"], one["value"])


def faults_of_mark(one):
    tlp = MARKS.get(one["id"].partition("--")[2], "?")
    wanted = {
        "name": "TLP:" + tlp.upper(), "created": MARKS_MADE,
        "extensions": {EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp}},
    }
    for name, value in wanted.items():
        if one[name] != value:
            yield "%s has %s %s" % (one["id"], name, one[name])


def faults_of(one, ids):
    kind = one.get("type")
    must = COMMON | {OBSERVABLES[kind]} if kind in OBSERVABLES else MUST.get(kind)
    if must is None:
        yield "a type that is not looked for: %s" % kind
        return
    lacks = sorted(must - set(one))
    for name in lacks:
        yield "%s has no %s" % (one.get("id", kind), name)
    if lacks:
        return
    if not is_id(one["id"], kind):
        yield "%s is no id of a %s" % (one["id"], kind)
    for name in TIMES:
        if name in one and not is_time(one[name]):
            yield "%s: %s is %s" % (one["id"], name, one[name])
    if "modified" in one and one["modified"] < one["created"]:
        yield "%s was modified before it was created" % one["id"]
    for reference in references(one):
        if reference not in ids:
            yield "%s refers to %s, which is not there" % (one["id"], reference)
    if kind in OBSERVABLES:
        yield from faults_of_observable(one)
    if kind == "marking-definition":
        yield from faults_of_mark(one)
    elif len(one.get("object_marking_refs", [])) != 1:
        yield "%s has not one mark" % one["id"]


def faults_of_bundle(bundle):
    objects = bundle.get("objects", [])
    ids = [one.get("id") for one in objects]
    if bundle.get("type") != "bundle" or not is_id(bundle.get("id", ""), "bundle") or not objects:
        yield "no bundle with an id and objects"
    if len(set(ids)) != len(ids):
        yield "an id twice"
    for one in objects:
        yield from faults_of(one, set(ids))


def read_schema(folder, room, name):
    path = pathlib.Path(folder) / room / name
    return json.loads(path.read_text()) if room in ROOMS and path.is_file() else None


def validator_by(jsonschema, schema, fetch):
    kind = jsonschema.validators.validator_for(schema)
    if "registry" not in inspect.signature(kind).parameters:
        # Before 4.18, such as Debian 12 has it; later ones take this, and lose track of which schema they are in.
        handlers = {"http": fetch, "https": fetch}
        return kind(schema, resolver=jsonschema.RefResolver(schema["$id"], schema, handlers=handlers))
    import referencing.jsonschema
    make = referencing.jsonschema.DRAFT202012.create_resource
    return kind(schema, registry=referencing.Registry(retrieve=lambda url: make(fetch(url))))


def faults_by(jsonschema, folder, one):
    """By the schema of its type, and those that it refers to by what their ids end in: common/core.json."""
    def fetch(url):
        found = read_schema(folder, *urllib.parse.urlsplit(url).path.split("/")[-2:])
        if found is None:
            raise ValueError("%s is not in the copy" % url)
        return found

    name = "%s.json" % one.get("type")
    schema = next((found for found in (read_schema(folder, room, name) for room in ROOMS) if found), None)
    if schema is None:
        return ["OASIS's %s is not in the copy" % name]
    try:
        return [error.message for error in validator_by(jsonschema, schema, fetch).iter_errors(one)]
    except jsonschema.exceptions.RefResolutionError as error:
        return ["a reference of OASIS's %s leads nowhere: %s" % (name, error)]


def oasis(bundle):
    """What OASIS's schemas say; None where they are not here."""
    folder = os.environ.get("DSFI_STIX_SCHEMAS")
    if not folder:
        return None
    # Later versions warn of the name of the error that all of them raise.
    warnings.simplefilter("ignore", DeprecationWarning)
    try:
        import jsonschema
    except ImportError:
        return None
    # Not the bundle as a whole: OASIS's bundle.json does not list notes and groupings, and takes nothing
    # unlisted that could be a domain object as well as an observable, as these could. OASIS's own validator
    # holds each object against its type's schema, too.
    empty = {name: value for name, value in bundle.items() if name != "objects"}
    return ["%s: %s" % (one.get("id"), fault) for one in [empty] + bundle.get("objects", [])
            for fault in faults_by(jsonschema, folder, one)]


def main():
    bundle = json.loads(pathlib.Path(sys.argv[1]).read_text())
    found = list(faults_of_bundle(bundle))
    theirs = oasis(bundle)
    print("\n".join(found + (theirs or [])) or "nothing wrong in %d objects" % len(bundle["objects"]))
    print("OASIS's schemas: %s" % ("not here" if theirs is None else "held against, %d faults" % len(theirs)))
    return 1 if found or theirs else 0


sys.exit(main())
