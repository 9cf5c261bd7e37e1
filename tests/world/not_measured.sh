#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Not measured is neither passed nor failed: parent zones that are silent, servers that cannot be reached
# from here or must not be asked. Prints TAP.
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
cat >world <<'WORLD'
world: 1
seed: 7
servers:
  - {name: a.root-servers.net, addresses: [198.41.0.4, "2001:503:ba3e::2:30"]}
  - {name: a.nic.tld, addresses: [198.18.0.1, "2001:db8:1::53"]}
  - {name: a.nic.mute, addresses: [198.18.0.2], behaviour: [silent]}
  - {name: ns1.host.tld, addresses: [198.18.1.1, "2001:db8:11::53"]}
  - {name: ns2.host.tld, addresses: [198.18.1.2, "2001:db8:12::53"]}
  - {name: ns1.six.tld, addresses: ["2001:db8:13::53"]}
  - {name: ns2.six.tld, addresses: ["2001:db8:14::53"]}
  - {name: ns1.dead.tld, addresses: [198.18.1.3], behaviour: [silent]}
  - {name: ns2.dead.tld, addresses: [198.18.1.4], behaviour: [silent]}
operators:
  - {name: root, servers: [a.root-servers.net]}
  - {name: nic, servers: [a.nic.tld]}
  - {name: mute, servers: [a.nic.mute]}
  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}
  - {name: six, servers: [ns1.six.tld, ns2.six.tld]}
  - {name: dead, servers: [ns1.dead.tld, ns2.dead.tld]}
zones:
  - {name: ., operator: root, signed: 13 nsec}
  - {name: tld, operator: nic, signed: 13 nsec}
  - {name: mute, operator: mute, signed: 13 nsec}
  - {name: root-servers.net, operator: root}
  - {name: host.tld, operator: nic}
  - {name: six.tld, operator: nic}
  - {name: dead.tld, operator: nic}
domains:
  - {name: plain.tld, operator: host}
  - {name: secure.tld, operator: host, signed: 13 nsec}
  - {name: six-only.tld, operator: six, signed: 13 nsec}
  - {name: dead.dead.tld, operator: dead, signed: 13 nsec}
  - {name: one.mute, operator: host, signed: 13 nsec}
  - {name: two.mute, operator: six}
WORLD
"$DSFI" world targets world >targets
"$DSFI" explain --json | grep '"of_many":false' | sed 's/.*"code":"\([^"]*\)".*/\1/' | sort >codes

# inside NAME COMMAND: in the world; the two wait for silent servers at the same time.
inside() {
	name=$1
	shift
	"$DSFI" world run world -- "$@" >"$name.out" 2>"$name.err"
	echo $? >"$name.code"
}
inside all sh -c '"$DSFI" check --targets targets --json --store all.db' &
all=$!
inside none sh -c '"$DSFI" check one.mute two.mute --store none.db' &
none=$!
# IPv6 switched off, as on many machines.
inside four sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 &&
		echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6 || exit 77
	"$DSFI" check plain.tld secure.tld six-only.tld --json --store four.db' &
four=$!
printf '198.18.1.0/31\n2001:db8:12::/48\ndead.dead.tld\n' >optout
inside optout sh -c '"$DSFI" check plain.tld six-only.tld dead.dead.tld --json --opt-out optout' &
optout=$!
inside plan sh -c '"$DSFI" check --profile delegation plain.tld secure.tld --json --store plan.db'
wait $all $none $four $optout

ends() {
	cp "$1.err" err
	[ "$(cat "$1.code")" = "$2" ]
}
line() { # FILE DOMAIN
	grep "\"type\":\"domain\",\"domain\":\"$2\.\"" "$1.out"
}
findings() { # FILE DOMAIN
	grep '"type":"finding"' "$1.out" | grep -F "\"domain\":\"$2.\"" |
		sed 's/.*"code":"\([^"]*\)".*"server":\([^,]*\),"sen.*/\1 \2/' | sort
}
# The codes that a domain's line says could not be checked.
missing() {
	line "$1" "$2" | sed 's/.*"not_measured":\[\([^]]*\)\].*/\1/' | tr -d '"' | tr ',' '\n' | grep . | sort
}

# The codes that its look was not for.
unasked() {
	line "$1" "$2" | sed 's/.*"not_asked":\[\([^]]*\)\].*/\1/' | tr -d '"' | tr ',' '\n' | grep . | sort
}

# A parent zone that does not answer.
ends all 1
point $? 'a list with silent parents and others: the exit code is that of the findings'
{ missing all one.mute && unasked all one.mute; } | sort >got
cmp -s got codes && [ -z "$(findings all one.mute)" ]
point $? 'below a silent parent no check was made, and nothing was found'
line all one.mute | grep -q '"delegation":"unknown".*"reason":"[^"]'
point $? '... which has a reason'
[ -z "$(missing all secure.tld)" ] && [ -z "$(findings all secure.tld)" ]
point $? 'its neighbours are measured in full'
grep -q '2 could not be measured' all.err
point $? 'the last line counts what could not be measured'
"$DSFI" report --json --store all.db | head -n 1 >summary
grep -q '"domains":6,"good":3,"warning":0,"bad":1,"not_measured":2' summary
point $? 'so does the report'

# Servers of the domain itself that do not answer are a finding.
[ "$(findings all dead.dead.tld | tr '\n' ';')" = \
	'SERVER-SILENT "198.18.1.3";SERVER-SILENT "198.18.1.4";' ]
point $? 'silent servers are a finding'
missing all dead.dead.tld >got
grep -q DNSSEC-SIG-EXPIRED got && ! grep -q SERVER-SILENT got && ! grep -q DELEGATION-MISSING got
point $? '... and what only they could show is not measured'

# Nothing at all.
ends none 3 && [ "$(wc -l <none.err)" = 1 ] && grep -q 'nothing could be measured' none.err
point $? 'nothing could be measured: exit code 3, and one line'
[ "$(grep -c '^– .*: not measured (' none.out)" = 2 ]
point $? '... each domain with its reason'

# What cannot be reached from here is not the server's fault.
if [ "$(cat four.code)" = 77 ]; then
	number=$((number + 1))
	echo "ok $number - without IPv6 # SKIP /proc/sys cannot be written"
else
	ends four 0
	point $? 'without IPv6: nothing is found'
	[ -z "$(missing four plain.tld)$(missing four secure.tld)" ]
	point $? 'domains with IPv4 are measured'
	missing four six-only.tld >got
	[ -z "$(findings four six-only.tld)" ] && grep -q SERVER-SILENT got && grep -q SERVER-LAME got &&
		grep -q DNSSEC-DS-NO-KEY got && ! grep -q DNSSEC-DS-SHA1 got
	point $? 'servers with IPv6 only are not measured; what the parent says is'
	"$DSFI" report --json --store four.db | head -n 1 | grep -q '"domains":3,"good":2,"warning":0,"bad":0,"not_measured":1'
	point $? 'in the report they are not good'
fi

# Who asks not to be asked.
ends optout 0 && [ -z "$(findings optout plain.tld)$(findings optout six-only.tld)" ]
point $? 'opted-out addresses: not asked, not found silent'
[ -z "$(line optout dead.dead.tld)" ] && grep -q '1 left out, as their owners asked' optout.err
point $? 'an opted-out domain is left out, and that is said'

# A plan that asks for less.
ends plan 0
unasked plan secure.tld >got
grep -q SERVER-SILENT got && grep -q DNSSEC-SIG-EXPIRED got &&
	! grep -q DELEGATION-NS-DANGLING got && [ -z "$(missing plan secure.tld)" ]
point $? 'what the profile does not ask for was not asked, and is no gap'
"$DSFI" report --json --store plan.db | head -n 1 | grep -q '"good":2,.*"not_measured":0'
point $? '... and the domains are good as far as it looked'

finish
