#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A world in which every fault of zones is at servers of each of some behaviours.

    pairs.py FORMAT BEHAVIOUR...        FORMAT is docs/format/world.md; `all`: every behaviour but lossy

Where many questions are lost, what was looked up of a domain is chance. Prints the world. Faults that a
zone signed so cannot have are left in: `dsfi world check` names their lines.
"""

import re
import sys


def names(text, section):
    part = re.search(r"^## %s.*?(?=^## |\Z)" % section, text, re.MULTILINE | re.DOTALL).group(0)
    return re.findall(r"^\| `([a-z0-9-]+)` ", part, re.MULTILINE)


def server(name, block, more=""):
    return '  - {name: %s, addresses: [198.18.%d.1, "2001:db8:%x::1"]%s}' % (name, block, block, more)


def domain(fault, behaviour):
    signed = ", signed: 13 nsec"
    if fault.endswith("-unsigned") or fault == "tlsa-insecure":
        signed = ""
    elif fault.startswith("nsec3-"):
        signed = ", signed: 13 nsec3"
    label = "qz--name" if fault == "name-syntax" else fault
    return "  - {name: %s-on-%s.tld, operator: %s%s, faults: [%s]}" % (label, behaviour, behaviour, signed,
                                                                    fault)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    faults = names(text, "Faults")
    behaviours = [name for name in names(text, "Behaviour") if name != "lossy"]
    if sys.argv[2:] != ["all"]:
        unknown = set(sys.argv[2:]) - set(behaviours)
        if unknown:
            sys.exit("pairs.py: no behaviour '%s'" % unknown.pop())
        behaviours = sys.argv[2:]
    print("world: 1\nrouting: true\nservers:")
    print("  - {name: a.root-servers.net, addresses: [198.41.0.4]}")
    for number, name in enumerate(("a.nic.tld", "ns1.host.tld", "ns2.host.tld")):
        print("  - {name: %s, addresses: [198.19.%d.1]}" % (name, number))
    for number, behaviour in enumerate(behaviours):
        more = ", behaviour: [%s]" % behaviour
        if re.match("tls-|do[hq]-|transport-|no-padding", behaviour):
            more += ", transports: [dot, doh, doq]"
        print(server("ns1.%s.tld" % behaviour, 2 * number + 1, more))
        print(server("ns2.%s.tld" % behaviour, 2 * number + 2, more))
    print("operators:\n  - {name: root, servers: [a.root-servers.net]}\n  - {name: nic, servers: [a.nic.tld]}")
    print("  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}")
    for behaviour in behaviours:
        print("  - {name: %s, servers: [ns1.%s.tld, ns2.%s.tld]}" % (behaviour, behaviour, behaviour))
    print("zones:\n  - {name: ., operator: root, signed: 13 nsec}")
    print("  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}\n  - {name: host.tld, operator: host}")
    for behaviour in behaviours:
        print("  - {name: %s.tld, operator: host, signed: 13 nsec}" % behaviour)
    print("domains:")
    for behaviour in behaviours:
        for fault in faults:
            print(domain(fault, behaviour))


if __name__ == "__main__":
    main()
