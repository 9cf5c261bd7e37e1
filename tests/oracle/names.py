# SPDX-License-Identifier: GPL-3.0-or-later
"""What the differential test asks in a made world: more records for some of its domains, the
questions, and for each question what is wrong on its way (its tags).

Tags are the faults of a zone, the behaviours of its servers (`slow` when all have it, `one-slow`
when some do), `dead` (no server is of any use), `signed` with the kind of denial and the
`algorithm-16`, `below-opt-out`.
"""

import re

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28, "DS": 43,
         "DNSKEY": 48, "NSEC3PARAM": 51, "CDS": 59, "TYPE65280": 65280}
APEX_TYPES = "A AAAA MX NS SOA DNSKEY DS TXT CDS".split()
# An RRset that does not go into one UDP answer of 1,232 octets.
MANY_RECORDS = 12
MANY_OCTETS = 140

# What is asked of each zone below its apex, and of the domains that have more records.
BELOW = [("www", "A"), ("www", "AAAA"), ("none", "A"), ("deep.none", "MX")]
BELOW_MORE = [("any.wild", "TXT"), ("any.wild", "MX"), ("any.deep.wild", "A"), ("*.wild", "TXT"),
              ("ent", "A"), ("b.ent", "TXT"), ("a.b.ent", "A"), ("none.ent", "A"),
              ("alias", "A"), ("alias", "CNAME"), ("alias", "MX"), ("gone", "A"), ("chain", "A"),
              ("loop", "A"), ("odd", "TYPE65280"), ("many", "TXT"), ("any.aliases", "A")]
# A server with one of these gives no usable answer to anything.
USELESS = {"silent", "lame", "refusing", "servfail", "wrong-id", "garbage"}
# All that is asked of a zone whose servers are all useless, since one answer is like the other and
# each takes a resolver up to minutes; DS is the parent's.
OF_DEAD = {("", "A"), ("", "DS")}
ITEM = re.compile(r"^  - \{name: ([^,}]+)(.*)\}$")
FIELD = re.compile(r"(\w+): (\[[^\]]*\]|\"[^\"]*\"|[^,\[\]]+)")


class Question:
    """A name and type, with the zone it is in and what is wrong there."""

    def __init__(self, label, type_name, zone, tags, beyond=None):
        self.label = label
        self.name = ".".join(part for part in (label, "" if zone == "." else zone) if part)
        self.type_name = type_name
        self.zone = zone
        self.beyond = beyond  # the zone that an alias leads to
        self.tags = tags
        self.key = (self.name + ".", type_name)


def fields_of(rest):
    """The mapping of one item as words; lists are lists."""
    found = {}
    for key, value in FIELD.findall(rest):
        value = value.strip()
        found[key] = [word.strip() for word in value[1:-1].split(",")] if value[0] == "[" else value
    return found


class World:
    """A world file as `dsfi world make` writes it, one item a line."""

    def __init__(self, text):
        self.lines = text.splitlines()
        self.behaviours = {}  # of a server
        self.operators = {}  # its servers
        self.zones = {}  # name: fields, zones and domains
        self.domains = []
        section = None
        for line in self.lines:
            item = ITEM.match(line)
            if not item:
                section = line.split(":")[0]
                continue
            name, fields = item.group(1), fields_of(item.group(2))
            if section == "servers":
                self.behaviours[name] = fields.get("behaviour", [])
            elif section == "operators":
                self.operators[name] = fields["servers"]
            elif section in ("zones", "domains"):
                self.zones[name] = fields
                if section == "domains":
                    self.domains.append(name)
        if not self.domains:
            raise ValueError("no domains in the world file; its form is not the one known here")

    def tags_of(self, zone):
        fields = self.zones[zone]
        tags = set(fields.get("faults", []))
        if "signed" in fields:
            algorithm, denial = fields["signed"].split()[:2]
            tags |= {"signed", denial, "algorithm-" + algorithm}
        servers = [set(self.behaviours[name]) for name in self.operators[fields["operator"]]]
        if self.is_dead(zone):
            tags.add("dead")
        for behaviour in set().union(*servers):
            everywhere = all(behaviour in own for own in servers)
            tags.add(behaviour if everywhere else "one-" + behaviour)
        return tags

    def has_more(self, index):
        return index % 3 == 0

    def target_of(self, index):
        """Whose names this domain's aliases lead to."""
        return self.domains[(index * 7 + 1) % len(self.domains)]

    def more_records(self, index):
        name, other = self.domains[index], self.target_of(index)
        rows = ["*.wild TXT \"any\"", "*.wild A 192.0.2.7", "a.b.ent A 192.0.2.8",
                "alias CNAME %s." % other, "gone CNAME gone.none.%s." % other,
                "chain CNAME second.%s." % name, "second CNAME third.%s." % name,
                "third CNAME a.b.ent.%s." % name, "loop CNAME pool.%s." % name,
                "pool CNAME loop.%s." % name, "odd TYPE65280 \\# 3 010203",
                "*.aliases CNAME a.b.ent.%s." % name]
        rows += ["many TXT \"%d %s\"" % (i, "m" * MANY_OCTETS) for i in range(MANY_RECORDS)]
        for row in rows:
            label, rest = row.split(" ", 1)
            yield "%s.%s. 300 IN %s" % (label, name, rest)

    def text(self):
        """The file with more records in a third of its domains."""
        index = 0
        out = []
        section = None
        for line in self.lines:
            item = ITEM.match(line)
            if not item:
                section = line.split(":")[0]
            elif section == "domains":
                if self.has_more(index):
                    records = "\\n".join(row.replace("\\", "\\\\").replace('"', '\\"')
                                         for row in self.more_records(index))
                    line = line[:-1] + ', records: "%s"}' % records
                index += 1
            out.append(line)
        return "\n".join(out) + "\n"

    def is_dead(self, zone):
        servers = self.operators[self.zones[zone]["operator"]]
        return all(USELESS & set(self.behaviours[name]) for name in servers)

    def parent_of(self, zone):
        above = zone.partition(".")[2]
        while above and above not in self.zones:
            above = above.partition(".")[2]
        return above or "."

    def questions(self):
        """Every zone, its apex and the names in it, but for what dead zones are not asked; the
        number of these."""
        asked = []
        left_out = 0
        index_of = {name: index for index, name in enumerate(self.domains)}
        for zone in self.zones:
            rows = [] if zone == "." else [("", type_name) for type_name in APEX_TYPES]
            rows += BELOW
            tags = self.tags_of(zone)
            if "nsec3-opt-out" in self.tags_of(self.parent_of(zone)):
                tags.add("below-opt-out")
            beyond = None
            if self.has_more(index_of.get(zone, 1)):
                beyond = self.target_of(index_of[zone])
                rows += BELOW_MORE
            dead = self.is_dead(zone)
            for label, type_name in rows:
                if dead and (label, type_name) not in OF_DEAD:
                    left_out += 1
                    continue
                if label in ("alias", "gone") and type_name != "CNAME":
                    asked.append(Question(label, type_name, zone, tags | self.tags_of(beyond),
                                          beyond))
                else:
                    asked.append(Question(label, type_name, zone, tags))
        return asked, left_out
