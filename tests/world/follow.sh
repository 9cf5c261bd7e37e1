#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dsfi world run --follow: a world file that is replaced is played; one that is no good changes nothing, and is told.
# Prints TAP.
# timeout: 120
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
needs_namespaces
cd "$folder" || exit 1

# world ADDRESS [NIC [MORE]]: of www.host.tld; of the name server of tld; and something more.
world() {
	cat <<-WORLD
		world: 1
		seed: 7
		servers:
		  - {name: a.root-servers.net, addresses: [198.41.0.4]}
		  - {name: a.nic.tld, addresses: [${2:-198.18.0.2}]}
		operators:
		  - {name: root, servers: [a.root-servers.net]}
		  - {name: nic, servers: [a.nic.tld]}
		zones:
		  - {name: ., operator: root, signed: 13 nsec}
		  - {name: tld, operator: nic, signed: 13 nsec}
		  - name: host.tld
		    operator: nic
		    signed: 13 nsec
		    records: |
		      www.host.tld. 300 IN A $1
		${3:-}
	WORLD
}

world 192.0.2.1 >one
world 192.0.2.2 >two
world 192.0.2.3 198.18.5.5 >moved
world 192.0.2.4 203.0.113.9 >elsewhere
world 192.0.2.5 198.18.0.2 '  - {name: other.tld, operator: nobody}' >mistaken

cat >play <<'PLAY'
# play FILE PATTERN: until the world says that.
play() {
	cp "$1" w.new && mv w.new w
	waited=0
	while ! grep -q "$2" said; do
		[ $waited -lt 300 ] || return 1
		sleep 0.1
		waited=$((waited + 1))
	done
	: >said
}
www() {
	"$DSFI" resolve www.host.tld A 2>&1 | grep -o '192\.0\.2\.[0-9]*' | head -n 1
	"$DSFI" resolve www.host.tld A 2>&1 | grep -ci secure
}
www >a.first
play two 'now as' && www >b.two
play mistaken 'stays as it was' && www >c.mistaken
play elsewhere '203.0.113.9 was no server' && www >d.elsewhere
play moved 'now as' && www >e.moved
play one 'now as' && www >f.again
: >last
PLAY
cp one w
: >said
# Appended to, since the inner shell empties it.
timeout -k 5 100 "$DSFI" world run --follow --questions questions w -- sh play >out 2>>said
grep -q '192.0.2.1' a.first && ! grep -qx 0 a.first
point $? 'the first file'
grep -q '192.0.2.2' b.two && ! grep -qx 0 b.two
point $? 'another one, by the same keys'
grep -q '192.0.2.2' c.mistaken
point $? 'one with a mistake changes nothing'
grep -q '192.0.2.2' d.elsewhere
point $? 'nor one with addresses from elsewhere'
grep -q '192.0.2.3' e.moved && ! grep -qx 0 e.moved
point $? 'a server that moves within the free space'
grep -q '192.0.2.1' f.again && [ -e last ]
point $? 'and back again'
grep -q 'UDP 198.18.5.5 www.host.tld' questions && grep -q 'UDP 198.18.0.2 www.host.tld' questions
point $? 'questions go on being written down'

sed 's/a.nic.tld, /a.nic.tld, place: nsd, /' one >placed
! timeout -k 5 60 "$DSFI" world run --follow placed -- true >out 2>err
point $? 'a world with real servers cannot follow'
finish
