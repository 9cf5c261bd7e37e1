#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What tests/world/transports.sh runs as real root in a network of its own: Knot DNS at one end of a veth
# pair, which speaks DoQ over XDP there, asked by oracle_transports from the other. Prints what came, or
# `cannot: WHY`.
set -u

bin=$1
oracle=$2
cd "$3" || exit 1
mkdir -p run
cat >zone.knot <<'ZONE'
$ORIGIN example.
@ 3600 IN SOA ns1 hostmaster 1 3600 600 86400 300
@ 3600 IN NS ns1
ns1 3600 IN A 198.18.9.2
ZONE
cat >knot.conf <<CONF
server:
    rundir: "$PWD/run"
    listen: [ ]
xdp:
    listen: 198.18.9.2@53
    tcp: on
    quic: on
database:
    storage: "$PWD/run"
log:
  - target: stderr
    any: info
zone:
  - domain: example
    file: "$PWD/zone.knot"
CONF
sed -i '/listen: \[ \]/d' knot.conf

# The network that the server is in ends with the process that holds it.
unshare -n sleep 60 &
there=$!
trap 'kill $there 2>/dev/null' EXIT
tries=0
while [ "$(readlink /proc/$there/ns/net)" = "$(readlink /proc/self/ns/net)" ] && [ $tries -lt 50 ]; do
	tries=$((tries + 1))
	sleep 0.1
done
ip link set lo up
ip link add near type veth peer name far &&
	ip link set far netns $there &&
	ip addr add 198.18.9.1/24 dev near &&
	ip link set near up &&
	nsenter -t $there -n ip addr add 198.18.9.2/24 dev far &&
	nsenter -t $there -n ip link set lo up &&
	nsenter -t $there -n ip link set far up || {
	echo 'cannot: no veth pair here'
	exit 0
}
nsenter -t $there -n "$bin/knotd" -c "$PWD/knot.conf" >knot.log 2>&1 &
knot=$!
trap 'kill $knot $there 2>/dev/null' EXIT
tries=0
said=
while [ $tries -lt 8 ] && kill -0 $knot 2>/dev/null; do
	said=$(timeout -k 5 10 "$oracle" doq 198.18.9.2 853 ns1.example example)
	case $said in *'outcome=1 '*) break ;; esac
	tries=$((tries + 1))
	sleep 0.5
done
if kill -0 $knot 2>/dev/null; then
	echo "knot doq $said"
else
	echo "cannot: $(grep -iE 'error|critical|fail' knot.log | head -n 1)"
fi
