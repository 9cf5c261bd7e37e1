#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an operator does with a letter: puts its fixes into the configuration and starts the server again.

    letters.py run FOLDER PROGRAM ARGUMENT...   start a real server with the fragments of FOLDER/<program>/ in
                                                its configuration, and again when FOLDER/again changes
    letters.py fix LETTER SOFTWARE FILE CODE... the letter's fixes of these codes as one fragment for SOFTWARE
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

# 32 octets, which the operator would have made.
SECRET = "bGV0dGVycyBhcmUgdGVzdGVkIHdpdGggdGhpcyBvbmU="


# ---- BIND: statements ended by semicolons, some with a block

def bind_statements(text):
    """(words before the block, statements in it or None) of each statement."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*|#[^\n]*", " ", text, flags=re.DOTALL)
    found, depth, start, quoted = [], 0, 0, False
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        elif character == ";" and depth == 0:
            found.append(text[start:at].strip())
            start = at + 1
    if text[start:].strip():
        raise ValueError("BIND would not take: %s" % text[start:].strip())
    return found


def bind_name(statement):
    """What says the same thing once more: an option by its name, a zone or key by name and label."""
    words = statement.split("{")[0].split()
    return " ".join(words[:2]) if words[0] in ("zone", "key") else words[0]


def bind_options(statement):
    return bind_statements(statement[statement.index("{") + 1:statement.rindex("}")])


def bind_merge(config, fragment):
    statements = {bind_name(one): one for one in bind_statements(config)}
    for one in bind_statements(fragment):
        name = bind_name(one)
        if name != "options":
            statements[name] = one
            continue
        options = {bind_name(option): option for option in bind_options(statements["options"])}
        for option in bind_options(one):
            options[bind_name(option)] = option
        # "version;" in a fragment: without it again.
        kept = [option for name, option in options.items() if option != name]
        statements["options"] = "options {\n%s}" % "".join("  %s;\n" % option for option in kept)
    return "".join("%s;\n" % one for one in statements.values())


# ---- Knot DNS: sections, in them keys or items that begin with "- id:" or "- domain:"

def knot_read(text):
    sections, section, item = {}, None, None
    for line in text.splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).rstrip()
        if not line:
            continue
        if not line[0].isspace():
            section, item = sections.setdefault(line.rstrip(":"), {}), None
            continue
        words = line.strip()
        if words.startswith("- "):
            words = words[2:]
            # A name with or without its last dot, in quotes or not.
            key = words.split(":")[0] + " " + words.split(":", 1)[1].strip().strip('"').rstrip(".")
            item = section.setdefault(key, {})
        name, value = words.split(":", 1)
        values = (section if item is None else item).setdefault(name, [])
        values.append(value.strip())
    return sections


def knot_merge(config, fragment):
    sections = knot_read(config)
    for section, parts in knot_read(fragment).items():
        ours = sections.setdefault(section, {})
        for name, value in parts.items():
            if isinstance(value, dict):
                ours.setdefault(name, {}).update(value)
            elif value == [""]:
                ours.pop(name, None)
            else:
                ours[name] = value
    lines = []
    order = ["server", "log", "database", "key", "remote", "acl"]
    for section in sorted(sections, key=lambda name: order.index(name) if name in order else len(order) + (name == "zone")):
        lines.append(section + ":")
        for name, value in sections[section].items():
            if not isinstance(value, dict):
                lines += ["  %s: %s" % (name, one) for one in value]
                continue
            first = name.split()[0]
            lines.append("  - %s: %s" % (first, value[first][0]))
            lines += ["    %s: %s" % (key, values[-1]) for key, values in value.items() if key != first]
    return "\n".join(lines) + "\n"


# ---- PowerDNS: key=value

def pdns_merge(config, fragment):
    values = {}
    for line in (config + "\n" + fragment).splitlines():
        line = line.split("#")[0].strip()
        if line:
            name, value = line.split("=", 1)
            values[name] = value
    return "".join("%s=%s\n" % pair for pair in values.items())


MERGES = {"named": bind_merge, "knotd": knot_merge, "pdns_server": pdns_merge}


def config_of(arguments):
    for at, argument in enumerate(arguments):
        if argument == "-c":
            return pathlib.Path(arguments[at + 1])
        if argument.startswith("--config-dir="):
            return pathlib.Path(argument.split("=", 1)[1]) / "pdns.conf"
    raise ValueError("no configuration among %s" % arguments)


def run(folder, program, arguments):
    name = os.path.basename(program)
    path = config_of(arguments)
    given = path.read_text()
    again = folder / "again"
    while True:
        text = given
        for fragment in sorted((folder / name).glob("*.conf")):
            hints = next(iter(path.parents[2].glob("*hints*")), "none")
            text = MERGES[name](text, fragment.read_text().replace("HINTS", str(hints)))
        path.write_text(text)
        (folder / (name + ".last")).write_text(text)
        mark = again.read_text()
        child = subprocess.Popen([program] + arguments)
        while child.poll() is None and again.read_text() == mark:
            time.sleep(0.1)
        if child.poll() is not None:
            return child.returncode
        child.kill()
        child.wait()


def fix(letter, software, output, codes):
    lines = [json.loads(line) for line in letter.read_text().splitlines()]
    domains = [line for line in lines if line["type"] == "letter-domain"]
    rows = {line["code"]: line for line in lines if line["type"] == "letter-finding" and line["yours"]}
    blocks = []
    for code in codes:
        fixes = {one["software"]: one for one in rows[code]["fixes"]}
        if not fixes[software]["blocks"]:
            raise ValueError("no fix of %s for %s" % (code, software))
        for block in fixes[software]["blocks"]:
            if not block["each_domain"]:
                blocks.append(block["lines"])
                continue
            for domain in domains:
                if code in domain["yours"]:
                    name = domain["domain"].rstrip(".")
                    blocks.append(re.sub(r"\bDOMAIN\b", name, block["template"]).replace("example.com", name))
    output.write_text("\n".join(blocks).replace("SECRET", SECRET))


def main():
    if sys.argv[1] == "run":
        return run(pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4:])
    fix(pathlib.Path(sys.argv[2]), sys.argv[3], pathlib.Path(sys.argv[4]), sys.argv[5:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
