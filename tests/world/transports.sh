#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# DoT, DoH and DoQ: our server before kdig, an audit of servers with each fault, our client before servers of
# others: BIND, Unbound, NSD, dnsdist, and where real root may have XDP sockets Knot DNS. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1

# ---- a world: one operator a behaviour, whose domains have its servers' names or their own ----
behaviours='tls-wrong-name tls-expired tls-old tls-hangs tls-garbage doq-no-alpn doh-missing
	transport-differs transport-partial no-padding'
{
	echo 'world: 1'
	echo 'seed: 9'
	echo 'servers:'
	echo '  - {name: a.root-servers.net, addresses: [198.41.0.4]}'
	echo '  - {name: a.nic.tld, addresses: [198.18.0.1]}'
	echo '  - {name: ns1.sound.tld, addresses: [198.18.1.1, "2001:db8:1::1"], transports: [dot, doh, doq]}'
	echo '  - {name: ns2.sound.tld, addresses: [198.18.1.2]}'
	block=2
	for behaviour in $behaviours; do
		# Who offers at some addresses announces nothing: DoH there is nobody's business but its own.
		offers=
		[ $behaviour = transport-partial ] && offers=', transports: [doh]'
		echo "  - {name: ns1.$behaviour.tld, addresses: [198.18.$block.1, \"2001:db8:$block::1\"], behaviour: [$behaviour]$offers}"
		echo "  - {name: ns2.$behaviour.tld, addresses: [198.18.$block.2]}"
		block=$((block + 1))
	done
	echo 'operators:'
	echo '  - {name: root, servers: [a.root-servers.net]}'
	echo '  - {name: nic, servers: [a.nic.tld]}'
	for name in sound $behaviours; do
		echo "  - {name: $name, servers: [ns1.$name.tld, ns2.$name.tld]}"
	done
	echo 'zones:'
	echo '  - {name: ., operator: root, signed: 13 nsec}'
	echo '  - {name: tld, operator: nic, signed: 13 nsec}'
	for name in sound $behaviours; do
		echo "  - {name: $name.tld, operator: nic}"
	done
	echo 'domains:'
	for name in sound $behaviours; do
		echo "  - {name: d-$name.tld, operator: $name, signed: 13 nsec}"
		echo "  - {name: v-$name.tld, operator: $name, vanity: true}"
	done
} >world
"$DSFI" world targets world >targets
"$DSFI" world run world -- "$DSFI" check -q --json --fail-on never --profile full --targets targets \
	>found 2>err
"$DSFI" world score world found --profile full >out 2>&1
point $? 'what is wrong with encrypted transports is found, and nothing else'
for code in OFFERED-BROKEN TLS-NAME TLS-EXPIRED TLS-OLD ANSWER-DIFFERS PARTIAL NO-PADDING; do
	grep -q "\"code\":\"TRANSPORT-$code\"" found
	point $? "TRANSPORT-$code is among it"
done
! grep '"domain":"[dv]-sound' found | grep -q TRANSPORT-
point $? 'a server that offers all three soundly is told off for nothing'
grep '"type":"transport"' found >transports
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/transport.schema.json" transports >err 2>&1 &&
	python3 -c '
import json
for line in map(json.loads, open("transports")):
    times = [line[key] for key in ("handshake_us", "answer_us", "udp_us")]
    assert line["answered"] <= line["tried"] and (line["answered"] == 0) == (max(times) == 0), line
    if line["domain"] == "d-sound.tld.":
        tried = 2 if line["protocol"] == "DoH" else 3 # DoH where it is announced
        assert line["answered"] == 2 and line["tried"] == tried and min(times) > 0, line
assert sum(1 for line in open("transports") if "d-sound.tld" in line) == 3
' 2>>err
point $? 'how long each takes is told beside UDP'

# A domain's servers are each asked once over each transport, whatever its domains.
"$DSFI" world run world --questions questions -- "$DSFI" check -q --json --fail-on never --profile full \
	--workers 1 d-sound.tld v-sound.tld >found 2>err
[ "$(grep -c '^TCP 198.18.1.1 ' questions)" = 4 ]
point $? 'two domains of one server: one question over each of TCP, DoT, DoH, DoQ'

# Port 443 is asked for DoH where that is announced, and for who asks of its own.
for own in '' --own; do
	# shellcheck disable=SC2086
	"$DSFI" world run world -- "$DSFI" check -q --json --fail-on never --profile full $own \
		d-transport-partial.tld >found$own 2>err
done
grep -q '"protocol":"DoT"' found && ! grep -q '"protocol":"DoH"' found
point $? 'DoH that is not announced is not asked for'
grep -q '"protocol":"DoH"' found--own
point $? 'with --own it is'

# ---- our server before a stranger ----
if command -v kdig >/dev/null; then
	cat >ask <<'ASK'
for address in 198.18.1.1 2001:db8:1::1; do
	for how in +tls +https +https-get +quic; do
		echo "== $address $how"
		timeout -k 5 20 kdig $how +padding=128 +retry=0 @$address d-sound.tld SOA +dnssec
	done
done
for how in +tls +https +quic; do
	echo "== none $how"
	timeout -k 5 20 kdig $how +retry=0 +timeout=3 @198.18.1.2 d-sound.tld SOA
done
ASK
	"$DSFI" world run world -- sh ask >out 2>&1
	for how in tls https https-get quic; do
		[ "$(sed -n "/^== [12].* +$how\$/,/^==/p" out | grep -c 'status: NOERROR')" = 2 ]
		point $? "kdig +$how, over IPv4 and IPv6"
	done
	[ "$(grep -c 'Received 468 B' out)" = 8 ]
	point $? 'answers are padded to 468 octets'
	! sed -n '/^== none/,$p' out | grep -q 'status:'
	point $? 'who offers nothing answers nothing'
else
	skip 'kdig before our server' 'no kdig here (Debian package knot-dnsutils)'
fi

# ---- our client before strangers ----
oracle=$DSFI_BUILD/oracle_transports
bin=${DSFI_SERVERS:-$DSFI_BUILD/servers}/bin
if ! command -v openssl >/dev/null; then
	skip 'real servers' 'no openssl here to make a certificate with'
elif [ ! -x "$bin/named" ]; then
	skip 'real servers' 'tools/unpack-servers has not fetched them'
else
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout key.pem \
		-out cert.pem -subj /CN=ns1.example -addext subjectAltName=DNS:ns1.example 2>err
	mkdir servers
	cp key.pem cert.pem servers
	unshare -Urn --pid --fork --kill-child --mount-proc sh \
		"$DSFI_SOURCE/tests/oracle/transports_servers.sh" "$bin" "$oracle" "$folder/servers" \
		>out 2>err
	for pair in 'bind dot' 'bind doh' 'unbound dot' 'unbound doh' 'nsd dot' 'dnsdist dot' 'dnsdist doh'; do
		if [ ! -x "$bin/${pair% *}" ] && [ "${pair% *}" != bind ]; then
			skip "$pair" 'tools/unpack-servers has not fetched it'
			continue
		fi
		grep -q "^$pair outcome=1 rcode=0 .*established=1 tls=0x0304 .*chain=1" out
		point $? "$pair: handshake, certificate and answer"
	done
	grep -q '^bind doh .* id=0 padded=1 .* alpn=h2 status=200' out
	point $? 'BIND pads what it says over DoH, where it is told to'
fi
if [ "$(id -u)" != 0 ] || ! unshare -n true 2>/dev/null; then
	skip 'knot doq' 'only real root may have XDP sockets'
elif [ ! -x "$bin/knotd" ]; then
	skip 'knot doq' 'tools/unpack-servers has not fetched it'
else
	mkdir knot
	timeout -k 5 90 unshare -n sh "$DSFI_SOURCE/tests/oracle/transports_knot.sh" "$bin" "$oracle" \
		"$folder/knot" >out 2>err
	if why=$(grep '^cannot: ' out); then
		skip 'knot doq' "${why#cannot: }"
	else
		grep -q '^knot doq outcome=1 rcode=0 aa=1 id=0 .*alpn=doq .*chain=1' out
		point $? 'knot doq: handshake, certificate and answer over XDP'
	fi
fi
finish
