#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages of docs/check tell operators to type is taken by the programs that they would type it for.

Every fenced block below `How to mend it` is one of three things: commands, records of a zone file, or
configuration of the server that its heading names. Configuration goes to that server's own checker, records
to named-checkzone; of commands the programs' own help must know the action and the options. What a block
leaves to the reader (names in capitals, keys that are defined elsewhere) is put around it, and nothing else.
Blocks that are alike on several pages are looked at once. Prints TAP; what is not installed, or too old for
what a block needs, is skipped with words. The servers are those of tools/unpack-servers.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
SERVERS = pathlib.Path(os.environ.get("DSFI_SERVERS") or
                       pathlib.Path(os.environ.get("DSFI_BUILD", SOURCE / "build")) / "servers")
LIMIT_S = 20
# What a page says in place of the reader's own, and something that a checker takes for it.
BLANKS = (("<SHA-256 of the key>", "ab" * 32), ('"..."', '"c2VjcmV0c2VjcmV0"'), ("secret: ...", "secret: c2VjcmV0c2VjcmV0"),
          ("SECRET", "c2VjcmV0c2VjcmV0"), ("DOMAIN", "example.com"), ("SIGNER", "192.0.2.1"))
# Words of configuration that only newer versions know than somebody may have installed.
NEWER = {"listen-tls": ("knotd", 3, 4), "mod-authsignal": ("knotd", 3, 3)}
NEWER_TYPES = ("DSYNC",)
NEWER_PDNSUTIL = {"zone": ("pdns_server", 5, 0)}
# Programs that every machine has its own of, or that no package of tools/unpack-servers holds.
FOREIGN = {"dig", "grep", "vi", "sed", "systemctl", "openssl", "postfix", "ldns-signzone", "ldns-keygen", "ldns-key2ds",
           "ldns-read-zone", "dnsdist", "pdns_control"}
# Program -> how it tells its actions.
HELP = {"rndc": ["-h"], "knotc": ["--help"], "keymgr": ["--help"], "nsd-control": ["-h"], "pdnsutil": ["help"],
        "dnssec-signzone": ["-h"], "dnssec-settime": ["-h"], "dnssec-dsfromkey": ["-h"], "named-checkzone": [],
        "named-checkconf": ["-h"], "kzonecheck": ["--help"], "nsd-checkzone": ["-h"], "nsd-checkconf": ["-h"], "named": ["-h"],
        "nsd": ["-h"], "knotd": ["--help"], "pdns_server": ["--help"], "nsupdate": ["-h"]}
# Of these, who takes an action, and at which word it stands; the others have options only.
ACTION_AT = {"rndc": 1, "knotc": 1, "keymgr": 2, "nsd-control": 1, "pdnsutil": 1}
RECORD = re.compile(r"^\S+\s+(\d+\s+)?IN\s+[A-Z]+\s|^\S+\s+\d+\s+[A-Z]+\s")
BIND_FRAME = {
    "key": 'key "%s" { algorithm hmac-sha256; secret "c2VjcmV0c2VjcmV0"; };\n',
    "dnssec-policy": 'dnssec-policy "%s" { keys { csk lifetime unlimited algorithm 13; }; };\n',
}
KNOT_FRAME = {
    "remote": "remote:\n  - id: %s\n    address: 192.0.2.1\n",
    "acl": "acl:\n  - id: %s\n    address: 192.0.2.1\n    action: transfer\n",
    "policy": "policy:\n  - id: %s\n",
}
KNOT_REFERENCES = {"master": "remote", "notify": "remote", "acl": "acl", "dnssec-policy": "policy"}


# What must be refused, else nothing is proven by what is taken: a heading, and a block as it might stand below it.
FAULTS = (
    ("BIND", 'zone "example.com" { dnssec-policy default; };'),
    ("BIND", 'zone "example.com" { type primary; file "z"; dnssec-policy default; };'),
    ("BIND", "rate-limit { slip 2; };"),
    ("BIND", "rndc dnssec -stats example.com"),
    ("BIND", "rndc rollover example.com"),
    ("BIND", "named-checkconf -q /etc/bind/named.conf"),
    ("BIND", "nsupdate -l\n> update erase example.com. CDS\n> send"),
    ("Knot", "policy:\n  - id: default\n    nsec3-rounds: 0"),
    ("Knot", "zone:\n  - domain: example.com\n    module: mod-cookies/absent"),
    ("Knot", "knotc zone-reset example.com"),
    ("Knot", "kzonecheck --origins example.com FILE"),
    ("NSD", "zone:\n    name: example.com\n    provide-xfr: 192.0.2.1 xfr"),
    ("NSD", "nsd-control restart"),
    ("PowerDNS", "any-over-tcp=yes"),
    ("PowerDNS", "pdnsutil change-slave-zone-master example.com 192.0.2.1"),
    ("PowerDNS", "addTLSLocl('192.0.2.1:853')"),
    ("PowerDNS", "pdns-util check-zone example.com"),
    (None, "example.com. 3600 IN MX mail.example.com."),
    (None, "example.com. 3600 IN CAA issue ca.example.net"),
)


class Skipped(Exception):
    """What is missing here, in words."""


class Programs:
    """The unpacked programs, started with the libraries that came with them."""

    def __init__(self, folder):
        self.root = folder / "root" / "usr"
        self.libraries = sorted(str(path) for path in self.root.glob("lib/*-linux-gnu"))
        self.helps = {}
        self.versions = {}

    def path(self, name):
        for place in ("sbin", "bin"):
            if (self.root / place / name).is_file():
                return str(self.root / place / name)
        raise Skipped("no %s in %s (tools/unpack-servers)" % (name, SERVERS))

    def run(self, name, arguments, given=""):
        """-> whether it was content, and what it said."""
        environment = dict(os.environ, LD_LIBRARY_PATH=":".join(self.libraries), LC_ALL="C.UTF-8")
        result = subprocess.run([self.path(name)] + arguments, check=False, input=given, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, env=environment, encoding="utf-8", timeout=LIMIT_S)
        return result.returncode == 0, result.stdout

    def help(self, name):
        if name not in self.helps:
            self.helps[name] = self.run(name, HELP[name])[1]
        return self.helps[name]

    def version(self, name):
        if name not in self.versions:
            said = self.run(name, ["-V" if name == "knotd" else "-v" if name == "named" else "--version"])[1]
            number = re.search(r"(\d+)\.(\d+)\.\d", said)
            assert number, "%s tells no version: %s" % (name, said)
            self.versions[name] = (int(number.group(1)), int(number.group(2)))
        return self.versions[name]

    def needs(self, wanted):
        """Skips when the program there is older than (program, major, minor)."""
        have = self.version(wanted[0])
        if have < wanted[1:]:
            raise Skipped("needs %s %d.%d or newer, this is %d.%d" % (wanted + have))


def blocks():
    """Yields (page:line, heading, text) of each block that tells how to mend something."""
    for page in sorted((SOURCE / "docs/check").glob("*.md")):
        chapter = heading = fence = None
        for number, line in enumerate(page.read_text().splitlines(), 1):
            if line.startswith("```"):
                if fence is None:
                    fence = []
                else:
                    if chapter == "How to mend it":
                        yield "%s:%d" % (page.name, number - len(fence)), heading, "\n".join(fence)
                    fence = None
            elif fence is not None:
                fence.append(line)
            elif line.startswith("## "):
                chapter, heading = line[3:], None
            elif line.startswith("### "):
                heading = re.split(r"[ ,]", line[4:])[0]


def code_of(line):
    """The line without its comment."""
    return re.sub(r"(^|\s+)(#|//).*", "", line).strip()


def kind_of(text):
    lines = [code_of(line) for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("> ")]
    if lines and all(line.split()[0] in HELP or line.split()[0] in FOREIGN for line in lines):
        return "commands"
    if lines and all(RECORD.match(line) for line in lines):
        return "records"
    return "configuration"


# ---- commands ----
def simple_commands(line):
    """Words of each command of a line: `a | b && c; d`, and of those in `$(...)`."""
    for inner in re.findall(r"\$\(([^()]*)\)", line):
        yield from simple_commands(inner)
    line = re.sub(r"\$\([^()]*\)", "WORD", line)
    words = []
    for word in shlex.shlex(line, posix=True, punctuation_chars="|&;()"):
        if set(word) <= set("|&;()"):
            if words:
                yield words
            words = []
        else:
            words.append(word)
    if words:
        yield words


def check_command(programs, words):
    name = words[0]
    if name in FOREIGN or name not in HELP:
        return [] if name in FOREIGN or name in ("date", "tail", "sha256sum") else ["nobody knows %s" % name]
    said = programs.help(name)
    wrong = []
    if name in ACTION_AT:
        action = words[ACTION_AT[name]]
        if name == "pdnsutil" and action in NEWER_PDNSUTIL:
            programs.needs(NEWER_PDNSUTIL[action])
        if not re.search(r"^\s*%s\b(?!-)" % re.escape(action), said, re.MULTILINE):
            wrong.append("%s has no action %s" % (name, action))
        if name == "rndc":
            wrong += ["rndc %s has no %s" % (action, word) for word in words[2:] if word.startswith("-") and
                      not re.search(r"^\s*%s\b.*%s\b" % (action, word), said, re.MULTILINE)]
        return wrong
    return ["%s has no option %s" % (name, word) for word in words[1:]
            if re.fullmatch(r"--\w[\w-]+", word) and word not in said or
            re.fullmatch(r"-\w", word) and not re.search(r"(?<![\w-])-\w*%s" % word[1], said)]


def check_commands(programs, text, _):
    wrong = []
    update = []
    for line in text.splitlines():
        if line.startswith("> "):
            update.append("show" if line == "> send" else line[2:])
            continue
        for words in simple_commands(code_of(line)):
            wrong += check_command(programs, words)
    if update:
        content, said = programs.run("nsupdate", [], "server 127.0.0.1\nzone example.com\n" + "\n".join(update) + "\n")
        if not content or "rror" in said:
            wrong.append(said)
    return wrong


# ---- records ----
def check_records(programs, text, folder):
    file = folder / "zone"
    file.write_text("$TTL 3600\n@ SOA ns1 h 1 3600 900 1209600 3600\n@ NS ns1\nns1 A 192.0.2.1\n%s\n" % text)
    content, said = programs.run("named-checkzone", ["-i", "none", ".", str(file)])
    for name in NEWER_TYPES:
        if "unknown RR type '%s'" % name in said:
            raise Skipped("named-checkzone does not know the type %s yet" % name)
    return [] if content else [said]


# ---- configuration ----
def check_bind(programs, text, folder):
    frame = ""
    for clause, definition in BIND_FRAME.items():
        for name in sorted(set(re.findall(r'\b%s "?([\w.]+)"?\s*;' % clause, text)) - {"default", "insecure"}):
            if not re.search(r'^%s "?%s"? \{' % (clause, re.escape(name)), text, re.MULTILINE):
                frame += definition % name
    file = folder / "named.conf"
    file.write_text(frame + text + "\n")
    content, said = programs.run("named-checkconf", [str(file)])
    return [] if content and not said else [said]


def check_knot(programs, text, folder):
    frame = 'server:\n    rundir: "%s"\ndatabase:\n    storage: "%s"\n' % (folder, folder)
    for key, section in KNOT_REFERENCES.items():
        for name in re.findall(r"^\s+(?:- )?%s: (\S+)$" % key, text, re.MULTILINE):
            if "id: %s" % name not in text:
                frame += KNOT_FRAME[section] % name
    file = folder / "knot.conf"
    file.write_text(frame + text + "\n")
    content, said = programs.run("knotc", ["-c", str(file), "conf-check"])
    return [] if content and "rror" not in said and "warning" not in said else [said]


def check_nsd(programs, text, folder):
    frame = ""
    for name in sorted(set(re.findall(r"^\s+(?:notify|provide-xfr|request-xfr|allow-notify): \S+ (\S+)", text,
                                      re.MULTILINE)) - {"NOKEY"}):
        if 'name: "%s"' % name not in text:
            frame += "key:\n    name: %s\n    algorithm: hmac-sha256\n    secret: c2VjcmV0c2VjcmV0\n" % name
    file = folder / "nsd.conf"
    file.write_text(frame + text + "\n")
    content, said = programs.run("nsd-checkconf", [str(file)])
    return [] if content and not said else [said]


def check_powerdns(programs, text, folder):
    if re.match(r"\w+\(", text):
        file = folder / "dnsdist.conf"
        file.write_text(text + "\n")
        content, said = programs.run("dnsdist", ["--check-config", "--config", str(file)])
        return [] if content else [said]
    file = folder / "pdns.conf"
    file.write_text(text + "\n")
    content, said = programs.run("pdns_server", ["--config-dir=%s" % folder, "--config=check", "--launch="])
    return [] if content and "rror" not in said else [said]


CONFIGURATION = {"BIND": check_bind, "Knot": check_knot, "NSD": check_nsd, "PowerDNS": check_powerdns}


def check(programs, heading, text, folder):
    """What is wrong with a block, as lines; raises Skipped."""
    kind = kind_of(text)
    for blank, something in BLANKS:
        text = text.replace(blank, something)
    if kind == "commands":
        return check_commands(programs, text, folder)
    if kind == "records":
        return check_records(programs, text, folder)
    for word, wanted in NEWER.items():
        if re.search(r"\b%s\b" % word, text):
            programs.needs(wanted)
    return CONFIGURATION[heading](programs, text, folder)


def looked_at(programs, heading, text):
    """-> what is wrong, why it was not looked at."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            return check(programs, heading, text, pathlib.Path(folder)), None
    except Skipped as reason:
        return [], reason


def cases():
    """Yields (name, heading, text, whether it is to be taken): each block once, and what must be refused."""
    found = {}
    for place, heading, text in blocks():
        if heading or kind_of(text) != "configuration": # of something else than a name server
            found.setdefault((heading, text), []).append(place)
    for (heading, text), places in found.items():
        more = " and %d more" % (len(places) - 1) if places[1:] else ""
        yield "%s %s%s" % (heading or "records", places[0], more), heading, text, True
    for heading, text in FAULTS:
        yield "%s refused: %s" % (heading or "records", text.splitlines()[-1].strip()), heading, text, False


def main():
    programs = Programs(SERVERS)
    if not programs.libraries:
        print("1..0 # SKIP no name servers in %s (tools/unpack-servers)" % SERVERS)
        return 0
    all_cases = list(cases())
    print("1..%d" % len(all_cases))
    is_good = True
    for number, (name, heading, text, is_right) in enumerate(all_cases, 1):
        wrong, reason = looked_at(programs, heading, text)
        if reason:
            print("ok %d - %s # SKIP %s" % (number, name, reason))
            continue
        is_as_wanted = is_right == (not wrong)
        if not is_as_wanted:
            print("\n".join("# " + line for mistake in wrong for line in mistake.splitlines()))
        print("%s %d - %s" % ("ok" if is_as_wanted else "not ok", number, name.replace("#", "")))
        is_good = is_good and is_as_wanted
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
