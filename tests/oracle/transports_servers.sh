#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What tests/world/transports.sh runs in a network of its own: BIND, Unbound, NSD and dnsdist, each with the
# transports it has, asked by oracle_transports. Prints `SERVER TRANSPORT WHAT-CAME` lines.
set -u

bin=$1
oracle=$2
cd "$3" || exit 1
ip link set lo up
for last in 1 2 3 4; do
	ip addr add 198.18.0.$last/32 dev lo
done
cat >zone <<'ZONE'
$ORIGIN example.
@ 3600 IN SOA ns1 hostmaster 1 3600 600 86400 300
@ 3600 IN NS ns1
ns1 3600 IN A 198.18.0.1
ZONE

cat >named.conf <<CONF
options {
	directory "$PWD"; pid-file none; session-keyfile none; managed-keys-directory "$PWD";
	listen-on port 53 { 198.18.0.1; }; listen-on-v6 { none; };
	listen-on port 853 tls local { 198.18.0.1; };
	listen-on port 443 tls local http default { 198.18.0.1; };
	recursion no; dnssec-validation no;
	response-padding { any; } block-size 468;
};
tls local { cert-file "cert.pem"; key-file "key.pem"; };
controls { };
zone "example" { type primary; file "zone"; };
CONF
cat >unbound.conf <<CONF
server:
	directory: "$PWD"
	username: ""
	chroot: ""
	pidfile: ""
	use-syslog: no
	interface: 198.18.0.2@853
	interface: 198.18.0.2@443
	tls-port: 853
	https-port: 443
	tls-service-key: key.pem
	tls-service-pem: cert.pem
	access-control: 0.0.0.0/0 allow
	local-zone: "example." static
	local-data: "example. 3600 IN SOA ns1.example. hostmaster.example. 1 3600 600 86400 300"
CONF
cat >nsd.conf <<CONF
server:
	ip-address: 198.18.0.3@53
	ip-address: 198.18.0.3@853
	tls-port: 853
	tls-service-key: "$PWD/key.pem"
	tls-service-pem: "$PWD/cert.pem"
	username: ""
	chroot: ""
	zonesdir: "$PWD"
	database: ""
	zonelistfile: "$PWD/zone.list"
	xfrdfile: "$PWD/xfrd.state"
	pidfile: ""
	server-count: 1
remote-control:
	control-enable: no
zone:
	name: example
	zonefile: zone
CONF
cat >dnsdist.conf <<CONF
setSecurityPollSuffix("")
setLocal("198.18.0.4:53")
addTLSLocal("198.18.0.4:853", "$PWD/cert.pem", "$PWD/key.pem")
addDOHLocal("198.18.0.4:443", "$PWD/cert.pem", "$PWD/key.pem", "/dns-query")
newServer({address="198.18.0.1:53", healthCheckMode="up"})
setACL("0.0.0.0/0")
CONF

[ ! -x "$bin/named" ] || "$bin/named" -f -g -c "$PWD/named.conf" >named.log 2>&1 &
[ ! -x "$bin/unbound" ] || "$bin/unbound" -d -c "$PWD/unbound.conf" >unbound.log 2>&1 &
[ ! -x "$bin/nsd" ] || "$bin/nsd" -d -c "$PWD/nsd.conf" >nsd.log 2>&1 &
[ ! -x "$bin/dnsdist" ] || "$bin/dnsdist" --supervised -C "$PWD/dnsdist.conf" >dnsdist.log 2>&1 &

# ask SERVER TRANSPORT ADDRESS PORT: until it answers, or for ten seconds.
ask() {
	tries=0
	while [ $tries -lt 20 ]; do
		said=$(timeout -k 5 10 "$oracle" "$2" "$3" "$4" ns1.example example)
		case $said in *'outcome=1 '*) break ;; esac
		tries=$((tries + 1))
		sleep 0.5
	done
	echo "$1 $2 $said"
}
if [ -x "$bin/named" ]; then
	ask bind dot 198.18.0.1 853
	ask bind doh 198.18.0.1 443
fi
if [ -x "$bin/unbound" ]; then
	ask unbound dot 198.18.0.2 853
	ask unbound doh 198.18.0.2 443
fi
[ ! -x "$bin/nsd" ] || ask nsd dot 198.18.0.3 853
if [ -x "$bin/dnsdist" ] && [ -x "$bin/named" ]; then
	ask dnsdist dot 198.18.0.4 853
	ask dnsdist doh 198.18.0.4 443
fi
