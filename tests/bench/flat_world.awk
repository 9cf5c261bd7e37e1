# SPDX-License-Identifier: GPL-3.0-or-later
# A world without faults: one top-level domain, operators with two name servers each, domains all alike.
#   awk -f flat_world.awk -v domains=N -v operators=N -v signed=N    every signed-th domain is signed; 0: none
BEGIN {
	print "world: 1\nseed: 5\nservers:"
	print "  - {name: a.root-servers.net, addresses: [198.41.0.4, \"2001:503:ba3e::2:30\"]}"
	print "  - {name: a.nic.tld, addresses: [198.18.0.1, \"2001:db8::1\"]}"
	print "  - {name: b.nic.tld, addresses: [198.18.0.2, \"2001:db8::2\"]}"
	for (i = 1; i <= operators; i++)
		for (s = 1; s <= 2; s++)
			printf "  - {name: ns%d.host%d.tld, addresses: [198.18.%d.%d, \"2001:db8:%d::%d\"]}\n",
				s, i, i, s, i, s
	print "operators:\n  - {name: root, servers: [a.root-servers.net]}"
	print "  - {name: nic, servers: [a.nic.tld, b.nic.tld]}"
	for (i = 1; i <= operators; i++)
		printf "  - {name: host%d, servers: [ns1.host%d.tld, ns2.host%d.tld]}\n", i, i, i
	print "zones:\n  - {name: ., operator: root, signed: 8 nsec}"
	print "  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}"
	print "  - {name: root-servers.net, operator: root}"
	for (i = 1; i <= operators; i++)
		printf "  - {name: host%d.tld, operator: host%d}\n", i, i
	print "domains:"
	for (i = 0; i < domains; i++)
		printf "  - {name: d%d.tld, operator: host%d%s}\n", i, i % operators + 1,
			signed && i % signed == signed - 1 ? ", signed: 13 nsec" : ""
}
