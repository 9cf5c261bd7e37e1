# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What tests of hijacks have in common: the world in which the wolf takes domains of a hoster over, and time that passes
# between two looks. Sourced after tests/tap.sh.

# hijack_world: a world file up to its zones, to which those of the test are added. Variables, each of which may be unset:
# `ns1_host` is that server's address, `nic_servers` are those of tld, `more_servers` and `more_operators` whole lines.
hijack_world() {
	cat <<-WORLD
		world: 1
		seed: 7
		servers:
		  - {name: a.root-servers.net, addresses: [198.41.0.4]}
		  - {name: a.nic.tld, addresses: [198.18.0.2]}
		  - {name: ns1.host.tld, addresses: [${ns1_host:-198.18.1.2}]}
		  - {name: ns2.host.tld, addresses: [198.18.1.4]}
		  - {name: ns1.wolf.tld, addresses: [198.18.3.2]}
		  - {name: ns2.wolf.tld, addresses: [198.18.3.4]}
		${more_servers:-}
		operators:
		  - {name: root, servers: [a.root-servers.net]}
		  - {name: nic, servers: [${nic_servers:-a.nic.tld}]}
		  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
		  - {name: wolf, servers: [ns1.wolf.tld, ns2.wolf.tld]}
		${more_operators:-}
		zones:
		  - {name: ., operator: root, signed: 13 nsec}
		  - {name: tld, operator: nic, signed: 13 nsec}
		  - {name: host.tld, operator: nic}
		  - name: wolf.tld
		    operator: nic
		    records: |
		      mx.wolf.tld. 300 IN A 198.18.3.5
		      mx2.wolf.tld. 300 IN A 198.18.3.6
	WORLD
}

# parent_behind TTL [OPERATOR]: after the zones, with `b.nic.tld` at 198.18.0.3 among the servers: that address of the parent says
# of bank.tld what the wolf wanted, or that it is the operator's.
parent_behind() {
	cat <<-WORLD
		canned:
		  - at: 198.18.0.3
		    name: bank.tld
		    type: any
		    replies:
		      - authority: |
		          bank.tld. $1 IN NS ns1.${2:-wolf}.tld.
		          bank.tld. $1 IN NS ns2.${2:-wolf}.tld.
	WORLD
}

# time_passes SECONDS STORE: all that the store holds is so much older.
time_passes() {
	python3 - "$@" <<-'PYTHON'
		import sqlite3, sys
		store = sqlite3.connect(sys.argv[2])
		for table, columns in (("run", ("started_s", "finished_s")), ("interval", ("first_s", "last_s")),
		                       ("finding", ("first_s", "last_s"))):
		    for column in columns:
		        store.execute("UPDATE %s SET %s = %s - ? WHERE %s > 0" % (table, column, column, column),
		                      (int(sys.argv[1]),))
		store.commit()
	PYTHON
}
