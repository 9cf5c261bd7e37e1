#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of profiles, from catalog/profiles and catalog/checks.

    profiles.py --source TREE --output FILE     write profile_table.c

A code that no check has, a need that observations do not know, a check that no profile names, and a choice
of --profile that is no profile stop the build.
"""

import argparse
import pathlib
import re
import sys

from checks import CODE, read_needs, read_rows

KNOWN = ("measured", "partly", "asserted", "configuration")
# What only the operator's consent or files bring: it is never a profile's own wish.
CONSENT = ("routes", "connect", "own", "tsig")
SIGNED = "signed"


class Practice:
    """One row."""

    def __init__(self, number, known, words, title):
        self.number = number
        self.known = known
        self.words = [] if words == "-" else words.split()
        self.title = title
        self.wants_signed = SIGNED in self.words
        self.codes = {}  # code -> is it named, and not only of a family?
        self.closeness = {}  # code -> how many of its letters are named

    def resolve(self, checks):
        for word in self.words:
            if word == SIGNED:
                continue
            pattern = word.upper()
            if pattern.endswith("*"):
                found = [code for code in checks if code.startswith(pattern[:-1])]
                for code in found:
                    self.codes.setdefault(code, False)
                    self.closeness[code] = max(len(pattern), self.closeness.get(code, 0))
            elif CODE.fullmatch(pattern):
                found = [pattern] if pattern in checks else []
                for code in found:
                    self.codes[code] = True
                    self.closeness[code] = len(code) + 1
            else:
                yield "'%s' is no code and no family" % word
                continue
            if not found:
                yield "no check is called '%s'" % word


class Profile:
    """Its row, and those of its practices."""

    def __init__(self, name, card, needs, title):
        self.name = name
        self.has_card = card == "card"
        self.needs = needs.split()
        self.title = title
        self.practices = []


def leave_to_the_closest(profile):
    """Of the practices of a profile, a code counts in the one that names it most closely: `MAIL-*`
    is what `MAIL-SPF-*` leaves."""
    for code in {code for practice in profile.practices for code in practice.codes}:
        most = max(practice.closeness.get(code, 0) for practice in profile.practices)
        for practice in profile.practices:
            if 0 < practice.closeness.get(code, 0) < most:
                del practice.codes[code]


def read_profile(columns, needs):
    if len(columns) != 5:
        raise ValueError("%d columns; profile | name | card | needs | title" % len(columns))
    if columns[2] not in ("card", "plain"):
        raise ValueError("'%s' is neither 'card' nor 'plain'" % columns[2])
    profile = Profile(*columns[1:])
    for need in profile.needs:
        if need not in needs and need not in ("default", "full"):
            raise ValueError("need '%s' is none of default, full, %s" % (need, ", ".join(sorted(needs))))
    return profile


def read_practice(columns, profiles):
    if len(columns) != 6:
        raise ValueError("%d columns; practice | profile | number | known | codes | title" % len(columns))
    _, profile, number, known, words, title = columns
    if not profiles or profiles[-1].name != profile:
        raise ValueError("a practice of '%s' stands behind the row of that profile" % profile)
    if known not in KNOWN:
        raise ValueError("'%s' is none of %s" % (known, ", ".join(KNOWN)))
    if (words == "-") != (known in ("asserted", "configuration")):
        raise ValueError("what is measured has codes, and what is asserted has none")
    if any(other.number == number for other in profiles[-1].practices):
        raise ValueError("practice %s is there twice" % number)
    return Practice(number, known, words, title)


def read_profiles(source, checks, needs, faults):
    profiles = []
    text = (source / "catalog/profiles").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = [column.strip() for column in line.split("|")]
        where = "catalog/profiles:%d: " % number
        try:
            if columns[0] == "profile":
                profiles.append(read_profile(columns, needs))
            elif columns[0] == "practice":
                practice = read_practice(columns, profiles)
                profiles[-1].practices.append(practice)
                faults.extend(where + fault for fault in practice.resolve(checks))
            else:
                raise ValueError("'%s' is neither profile nor practice" % columns[0])
        except ValueError as error:
            faults.append(where + str(error))
    for profile in profiles:
        leave_to_the_closest(profile)
    return profiles


def find_unnamed(checks, profiles):
    """Checks that only `*` brings in: nobody would know what they are for."""
    named = {code for profile in profiles for practice in profile.practices for code in practice.codes
             if practice.words != ["*"]}
    return [code for code in checks if code not in named]


def check_choices(source, profiles):
    """--profile's choices are text in a row of options; the table must not drift from them."""
    text = (source / "src/cli/gather.h").read_text(encoding="utf-8")
    match = re.search(r'name = "profile".*?\.choices = ((?:"[^"]*"[ \\\n\t]*)+)', text, re.DOTALL)
    choices = "".join(re.findall(r'"([^"]*)"', match.group(1))) if match else ""
    wanted = "|".join(profile.name for profile in profiles)
    if choices != wanted:
        yield "src/cli/gather.h: the choices of --profile are '%s'; write \"%s\"" % (choices, wanted)


def needs_of(profile, checks):
    words = set(profile.needs)
    for practice in profile.practices:
        for code, is_named in practice.codes.items():
            if is_named:
                words |= set(checks[code].needs)
    words -= set(CONSENT)
    names = {"default": "NEED_ALL_DEFAULT", "full": "NEED_ALL_FULL"}
    return " | ".join(names.get(word, "NEED_" + word.upper()) for word in sorted(words))


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def identifier(profile, practice=None):
    words = [profile.name.replace("-", "_")] + ([practice.number.lower()] if practice else [])
    return "_".join(words)


def table(profiles, checks):
    yield "/* Generated by tools/profiles.py from catalog/profiles and catalog/checks. */\n"
    yield '#include "judge/check/profile.h"\n'
    for profile in profiles:
        for practice in profile.practices:
            if not practice.codes:
                continue
            yield "\nstatic const struct practice_code codes_%s[] = {\n" % identifier(profile, practice)
            for code in sorted(practice.codes):
                yield '\t{"%s", %s},\n' % (code, "true" if practice.codes[code] else "false")
            yield "};\n"
        yield "\nstatic const struct practice practices_%s[] = {\n" % identifier(profile)
        for practice in profile.practices:
            codes = "codes_" + identifier(profile, practice) if practice.codes else "NULL"
            yield "\t{%s, %s, %s, %d, PRACTICE_%s, %s},\n" % (
                quoted(practice.number), quoted(practice.title), codes, len(practice.codes),
                practice.known.upper(), "true" if practice.wants_signed else "false")
        yield "};\n"
    yield "\nstatic const struct profile table[] = {\n"
    for profile in profiles:
        yield "\t{%s, %s, %s, practices_%s, %d, %s},\n" % (
            quoted(profile.name), quoted(profile.title), needs_of(profile, checks),
            identifier(profile), len(profile.practices), "true" if profile.has_card else "false")
    yield "};\n\nconst struct profile *profile_all(size_t *ret_count)\n{\n"
    yield "\t*ret_count = sizeof(table) / sizeof(table[0]);\n\treturn table;\n}\n"


def main():
    parser = argparse.ArgumentParser(description="Make the table of profiles.")
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args()

    source = options.source.resolve()
    faults = []
    checks = {check.code: check for check in read_rows(source, faults)}
    profiles = read_profiles(source, checks, read_needs(source), faults)
    faults += ["catalog/profiles: no profile but * has %s; name it, or its family" % code for code in find_unnamed(checks, profiles)]
    faults += list(check_choices(source, profiles))
    if faults:
        for fault in faults:
            print("profiles.py: " + fault, file=sys.stderr)
        return 1
    options.output.write_text("".join(table(profiles, checks)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
