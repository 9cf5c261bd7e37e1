#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove that tests/world/stix_check.py finds what is wrong with a STIX bundle. Prints TAP.

OASIS's schemas are OASIS's, and not in this tree: here are three of our own, laid out and naming each other
like theirs, each asking for something that the check by itself does not. Skipped without Python's jsonschema.
"""

import copy
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import uuid

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = SOURCE / "tests" / "world" / "stix_check.py"

SPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
NAME = "2ed6657d-e927-568b-95e1-2665a8aea6a2"
MARK = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
AT = "2026-01-02T03:04:05.000Z"


def observable(kind, value):
    form = '{"value":"%s"}' % value
    return {"type": kind, "spec_version": "2.1", "id": "%s--%s" % (kind, uuid.uuid5(SPACE, form)),
            "object_marking_refs": [MARK], "value": value}


ADDRESS = observable("ipv6-addr", "::ffff:c000:242")
BUNDLE = {"type": "bundle", "id": "bundle--" + NAME, "objects": [
    {"type": "marking-definition", "spec_version": "2.1", "id": MARK, "created": "2022-10-01T00:00:00.000Z",
     "name": "TLP:GREEN",
     "extensions": {EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "green"}}},
    ADDRESS,
    {"type": "note", "spec_version": "2.1", "id": "note--" + NAME, "created": AT, "modified": AT,
     "object_marking_refs": [MARK], "content": "seen", "object_refs": [ADDRESS["id"]]},
]}
MARKING, SEEN, NOTE = 0, 1, 2


def put(index, name, value):
    def spoil(bundle):
        (bundle if index is None else bundle["objects"][index])[name] = value
    return spoil


def drop(index, name):
    def spoil(bundle):
        del (bundle if index is None else bundle["objects"][index])[name]
    return spoil


def put_address(bundle):
    bundle["objects"][SEEN] = observable("ipv6-addr", "::ffff:192.0.2.66")
    bundle["objects"][NOTE]["object_refs"] = [bundle["objects"][SEEN]["id"]]


# what is done to the bundle | how | a word of what is said
ROWS = [
    ("nothing", lambda bundle: None, None),
    ("no such month", put(NOTE, "created", "2025-13-01T00:00:00.000Z"), "created is"),
    ("no such hour", put(NOTE, "modified", "2026-01-02T24:00:00.000Z"), "modified is"),
    ("a time without milliseconds", put(NOTE, "modified", "2026-01-02T03:04:05Z"), "modified is"),
    ("a line after a time", put(NOTE, "modified", AT + "\n"), "modified is"),
    ("modified first", put(NOTE, "modified", "2026-01-01T00:00:00.000Z"), "before it was created"),
    ("a member missing", drop(NOTE, "content"), "has no content"),
    ("a time missing", drop(NOTE, "modified"), "has no modified"),
    ("an id missing", drop(NOTE, "id"), "note has no id"),
    ("a type missing", drop(NOTE, "type"), "not looked for"),
    ("an unknown type", put(NOTE, "type", "opinion"), "not looked for"),
    ("an id of another type", put(NOTE, "id", "grouping--" + NAME), "no id of a note"),
    ("an id that is no UUID", put(NOTE, "id", "note--1"), "no id of a note"),
    ("an id in capitals", put(NOTE, "id", "note--" + NAME.upper()), "no id of a note"),
    ("an observable's id of another value", put(SEEN, "value", "2001:db8::1"), "should be ipv6-addr--"),
    ("an id twice", lambda bundle: bundle["objects"].append(bundle["objects"][NOTE]), "twice"),
    ("a reference to nothing", put(NOTE, "object_refs", ["note--" + NAME[::-1]]), "which is not there"),
    ("no mark", drop(NOTE, "object_marking_refs"), "not one mark"),
    ("a mark by another name", put(MARKING, "name", "TLP:RED"), "has name"),
    ("a mark without a name", drop(MARKING, "name"), "has no name"),
    ("a mark of another day", put(MARKING, "created", AT), "has created"),
    ("a mark of our own", put(MARKING, "id", "marking-definition--" + NAME), "has name"),
    ("a mark that says another", put(MARKING, "extensions", {EXTENSION: {
        "extension_type": "property-extension", "tlp_2_0": "clear"}}), "has extensions"),
    ("IPv4 within IPv6", put_address, "an IPv4 address within"),
    ("a bundle without an id", drop(None, "id"), "no bundle"),
    ("a bundle of nothing", put(None, "objects", []), "no bundle"),
]

WHERE = "http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas/%s"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(name, **more):
    return {"$id": WHERE % name, "$schema": DRAFT, "type": "object", **more}


# Each refers to the next, over folders, and each asks for something.
SCHEMAS = {
    "common/word.json": {"$id": WHERE % "common/word.json", "$schema": DRAFT, "type": "string", "maxLength": 9},
    "common/core.json": schema("common/core.json", properties={"lang": {"$ref": "../common/word.json"}}),
    "common/bundle.json": schema("common/bundle.json", properties={
        "objects": {"items": {"$ref": "../sdos/not-in-the-copy.json"}}, "lang": {"$ref": "word.json"}}),
    "common/marking-definition.json": schema("common/marking-definition.json"),
    "observables/ipv6-addr.json": schema("observables/ipv6-addr.json", allOf=[
        {"$ref": "../common/core.json"}, {"properties": {"defanged": {"type": "boolean"}}}]),
    "sdos/note.json": schema("sdos/note.json", allOf=[{"$ref": "../common/core.json"}], properties={
        "abstract": {"$ref": "#/definitions/abstract"}}, definitions={"abstract": {"enum": ["notice"]}}),
    # Beside those folders are others, of which one has a note, too.
    "interop/note.json": {"type": "array"},
}

# what is done | how, to the bundle | schema left out | a word of what is said
SCHEMA_ROWS = [
    ("nothing", lambda bundle: None, None, None),
    ("what the type's own schema refuses", put(SEEN, "defanged", "no"), None, "boolean"),
    ("what a part of it refuses", put(NOTE, "abstract", "answer"), None, "answer"),
    ("what a schema two references on refuses", put(NOTE, "lang", "long beyond it"), None, "too long"),
    ("what the bundle's refuses", put(None, "lang", "long beyond it"), None, "too long"),
    ("a type without a schema", lambda bundle: None, "sdos/note.json", "OASIS's note.json is not in the copy"),
    ("a schema missing that one needs", put(NOTE, "lang", "de"), "common/word.json", "common/word.json"),
]


def run(folder, spoil, schemas):
    bundle = copy.deepcopy(BUNDLE)
    spoil(bundle)
    path = folder / "bundle.json"
    path.write_text(json.dumps(bundle))
    # Whoever asks the network after all comes to a proxy that is not there, and says so.
    environment = dict(os.environ, DSFI_STIX_SCHEMAS=schemas, http_proxy="http://127.0.0.1:1")
    return subprocess.run([sys.executable, str(TOOL), str(path)], env=environment, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)


def is_right(result, word, told):
    """It ends with what came of OASIS's schemas, and said the word where one is wanted."""
    lines = result.stdout.splitlines() or [""]
    return (result.returncode == (word is not None) and (word is None or word in result.stdout) and
            lines[-1].startswith("OASIS's schemas: " + told) and "Traceback" not in result.stdout)


def run_with_schemas(folder, spoil, missing):
    for name, one in SCHEMAS.items():
        path = folder / "schemas" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(one))
    if missing:
        (folder / "schemas" / missing).unlink()
    return run(folder, spoil, str(folder / "schemas"))


def main():
    print("1..%d" % (len(ROWS) + len(SCHEMA_ROWS)))
    has_module = importlib.util.find_spec("jsonschema") is not None
    failures = number = 0
    for number, (title, spoil, word) in enumerate(ROWS, 1):
        with tempfile.TemporaryDirectory() as name:
            result = run(pathlib.Path(name), spoil, "")
        right = is_right(result, word, "not here")
        failures += not right
        print("%s %d - %s" % ("ok" if right else "not ok", number, title))
        if not right:
            print("".join("# %s\n" % line for line in result.stdout.splitlines()), end="")
    for title, spoil, missing, word in SCHEMA_ROWS:
        number += 1
        if not has_module:
            print("ok %d - by schemas: %s # SKIP no Python module jsonschema" % (number, title))
            continue
        with tempfile.TemporaryDirectory() as name:
            result = run_with_schemas(pathlib.Path(name), spoil, missing)
        right = is_right(result, word, "held against, %d faults" % (word is not None))
        failures += not right
        print("%s %d - by schemas: %s" % ("ok" if right else "not ok", number, title))
        if not right:
            print("".join("# %s\n" % line for line in result.stdout.splitlines()), end="")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
