#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Zonemaster finds in broken zones, and whether dsfi finds it, too.

    zonemaster.py                 makes a world of broken zones and runs itself inside it
    zonemaster.py --inside FILE   in that world: both look at every zone, and are compared

Zones with a fault are served by BIND, NSD and Knot DNS in turn, as far as these serve such a zone, else by
the built-in server. Every finding of Zonemaster at WARNING and above must be covered by a finding of
`dsfi check --profile full` of the same zone, or explained: tests/oracle/zonemaster.map says which tags
are which codes, and why some are none. dsfi runs twice: not knowing that it is in a world, so that it
speaks of addresses set aside for tests as Zonemaster does, and with --test-network, so that it speaks of
what else there is to say of such addresses. Prints TAP.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
MAP = SOURCE / "tests" / "oracle" / "zonemaster.map"
LINE = re.compile(r"^\s*[\d.]*\s*(WARNING|ERROR|CRITICAL)\s+(\w+)\s+(\w+)\s*(.*)$")
AT_ONCE = 2
TIMEOUT_S = 120
ZONES_LEAST = 30

# fault | how the zone is signed ("": not) | whether only the built-in server serves it
FAULTS = """
one-server | 13 nsec |
one-address | |
ns-only-at-parent | 13 nsec |
ns-only-at-child | |
glue-missing | | builtin
glue-wrong | 13 nsec3 |
ns-dangling | |
ns-no-address | |
ns-alias | |
ns-cycle | |
wrong-ds | 13 nsec |
ds-unsigned | |
no-ds | 13 nsec3 |
chain-broken | 13 nsec |
sig-expired | 13 nsec |
sig-future | 13 nsec3 |
sig-ending | 15 nsec |
sig-missing | 13 nsec | builtin
sig-wrong | 13 nsec |
denial-missing | 13 nsec | builtin
nsec3-iterations | 13 nsec3 |
algorithm-deprecated | 7 nsec3 |
ds-sha1 | 13 nsec |
key-short | 8 nsec |
cds-wrong | 13 nsec | builtin
cds-cdnskey-differ | 13 nsec | builtin
apex-alias | | builtin
ns-syntax | | builtin
referral-large | |
address-special | |
soa-serial-zero | |
soa-refresh-short | |
soa-retry-long | |
soa-expire-short | |
soa-minimum-long | |
soa-mname-syntax | |
soa-rname-syntax | |
soa-several | | builtin
mname-alias | |
mname-unknown | |
"""
BEHAVIOURS = ["lame", "refusing", "servfail", "no-tcp", "no-edns", "wrong-case", "stale-serial",
              "differing", "no-dnskey"]
PLACES = {"bind": "named", "nsd": "nsd", "knot": "knotd"}

HEAD = """world: 1
seed: 11
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4, "2001:503:ba3e::2:30"]}
  - {name: b.root-servers.net, addresses: [170.247.170.2]}
  - {name: a.nic.tld, addresses: [198.18.0.1, "2001:db8::1"]}
  - {name: b.nic.tld, addresses: [198.18.0.2, "2001:db8::2"]}
"""
MIDDLE = """operators:
  - {name: root, servers: [a.root-servers.net, b.root-servers.net]}
  - {name: nic, servers: [a.nic.tld, b.nic.tld]}
"""
ZONES = """zones:
  - {name: ., operator: root, signed: 8 nsec}
  - {name: root-servers.net, operator: root}
  - {name: tld, operator: nic, signed: 13 nsec}
"""


def say(*lines):
    print(*lines, sep="\n", flush=True)


def places(servers):
    """Which real servers are there, and the built-in one."""
    found = [place for place, program in sorted(PLACES.items())
             if servers and (pathlib.Path(servers) / "bin" / program).exists()]
    return found or ["builtin"]


class World:
    """A world file that grows; each operator has two servers with both families."""

    def __init__(self):
        self.servers, self.operators, self.zones, self.domains = [], [], [], []

    def add_operator(self, name, first=""):
        number = len(self.operators) + 1
        for i in (1, 2):
            extra = first if i == 1 or "place" in first else ""
            self.servers.append('  - {name: ns%d.%s.tld, addresses: [198.18.%d.%d, "2001:db8:%x::%d"]%s}'
                                % (i, name, number, i, number, i, extra))
        self.operators.append("  - {name: %s, servers: [ns1.%s.tld, ns2.%s.tld]}" % (name, name, name))
        self.zones.append("  - {name: %s.tld, operator: nic}" % name)

    def text(self):
        return "%s%s\n%s%s\n%s%s\ndomains:\n%s\n" % (
            HEAD, "\n".join(self.servers), MIDDLE, "\n".join(self.operators), ZONES,
            "\n".join(self.zones), "\n".join(self.domains))


def make_world(turn):
    """The file's text, and how many zones each program serves."""
    world = World()
    served = {}
    for place in ["builtin"] + [place for place in turn if place != "builtin"]:
        world.add_operator(place, "" if place == "builtin" else ", place: " + place)
    number = 0
    for row in FAULTS.strip().splitlines():
        fault, signed, only = [word.strip() for word in row.split("|")]
        place = only
        if not place:
            place = turn[number % len(turn)]
            number += 1
        served[place] = served.get(place, 0) + 1
        world.domains.append("  - {name: %s.tld, operator: %s%s, faults: [%s]}" % (
            fault, place, ", signed: " + signed if signed else "", fault))
    for behaviour in BEHAVIOURS:
        world.add_operator("x-" + behaviour, ", behaviour: [%s]" % behaviour)
        world.domains.append("  - {name: %s.tld, operator: x-%s, signed: 13 nsec}" % (behaviour, behaviour))
        served["builtin"] = served.get("builtin", 0) + 1
    world.domains.append("  - {name: qz--odd.tld, operator: builtin, faults: [name-syntax]}")
    world.domains.append("  - {name: sound.tld, operator: builtin, signed: 13 nsec}")
    return world.text(), served


def read_map():
    """Tag -> (codes, reason)."""
    rows = {}
    for line in MAP.read_text().splitlines():
        if line and not line.startswith("#"):
            tag, codes, reason = [word.strip() for word in line.split("|")]
            rows[tag] = (codes.split(), reason)
    return rows


def ask_dsfi(dsfi, domains, *options):
    """Domain -> codes."""
    environment = {name: value for name, value in os.environ.items() if name != "DSFI_WORLD"}
    run = subprocess.run([dsfi, "check", "--quiet", "--json", "--fail-on", "never", "--profile", "full",
                          "--targets", "-", *options], text=True, capture_output=True, env=environment,
                         input="".join(domain + "\n" for domain in domains), timeout=300, check=False)
    if run.returncode != 0:
        raise RuntimeError("dsfi check: exit code %d: %s" % (run.returncode, run.stderr))
    found = {domain: set() for domain in domains}
    for line in run.stdout.splitlines():
        value = json.loads(line)
        if value["type"] == "finding":
            found[value["domain"].rstrip(".")].add(value["code"])
    return found


def ask_zonemaster(domain):
    """Tag -> the words of its first finding."""
    run = subprocess.run(["zonemaster-cli", "--hints", os.environ["DSFI_ROOT_HINTS"], "--level", "WARNING",
                          "--raw", "--no-time", "--no-progress", "--show-module", domain],
                         text=True, capture_output=True, timeout=TIMEOUT_S, check=False)
    found = {}
    for line in run.stdout.splitlines():
        match = LINE.match(line)
        if match:
            found.setdefault(match.group(3), "%s %s" % (match.group(1), match.group(4)))
    if run.returncode != 0:
        raise RuntimeError("zonemaster-cli %s: exit code %d: %s" % (domain, run.returncode, run.stderr))
    return found


def compare(dsfi, world):
    listed = subprocess.run([dsfi, "world", "targets", world], text=True, capture_output=True, check=True)
    domains = [line.rstrip(".") for line in listed.stdout.split()]
    rows = read_map()
    ours = ask_dsfi(dsfi, domains)
    for domain, codes in ask_dsfi(dsfi, domains, "--test-network").items():
        ours[domain] |= codes
    tags, lost, covered, explained = {}, [], 0, 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for domain, found in zip(domains, pool.map(ask_zonemaster, domains)):
            for tag, words in sorted(found.items()):
                codes, reason = rows.get(tag, ([], ""))
                tags[tag] = tags.get(tag, 0) + 1
                if ours[domain] & set(codes):
                    covered += 1
                elif reason:
                    explained += 1
                else:
                    lost.append("%s: %s %s; dsfi: %s" % (domain, tag, words, " ".join(sorted(ours[domain]))))
    say("# Zonemaster's tags and their zones: " +
        ", ".join("%s %d" % item for item in sorted(tags.items())))
    broken = len(domains) - 1
    say("%s 1 - %d broken zones were looked at by both" % ("ok" if broken >= ZONES_LEAST else "not ok", broken))
    for line in lost:
        say("# nothing of ours: " + line)
    say("%s 2 - of %d findings at WARNING and above, %d are covered and %d explained" % (
        "not ok" if lost or not tags else "ok", covered + explained + len(lost), covered, explained))
    return 1 if lost or not tags or broken < ZONES_LEAST else 0


def main():
    parser = argparse.ArgumentParser(description="Zonemaster beside dsfi.")
    parser.add_argument("--inside", metavar="FILE", help="the world that this runs in")
    options = parser.parse_args()
    dsfi = os.environ["DSFI"]
    if options.inside:
        return compare(dsfi, options.inside)
    if not shutil.which("zonemaster-cli"):
        say("1..0 # SKIP no zonemaster-cli here (tools/install-deps oracle)")
        return 0
    say("1..2")
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "world"
        text, served = make_world(places(os.environ.get("DSFI_SERVERS")))
        file.write_text(text)
        say("# zones: " + ", ".join("%s %d" % item for item in sorted(served.items())))
        return subprocess.run([dsfi, "world", "run", file, "--", sys.executable, __file__, "--inside", file],
                              check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
