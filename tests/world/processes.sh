#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Who reads what strangers send is shut in, as the kernel sees it: a scan's children while they work,
# `dsfi resolve`, and who asks parents for a case.
# A silent server on loopback keeps them waiting meanwhile. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

if [ -n "${DSFI_SANITIZED:-}" ]; then
	echo '1..0 # SKIP sanitizers make system calls of their own'
	exit 0
fi
needs python3
cd "$folder" || exit 1

# A server that takes questions and says nothing.
python3 -c '
import socket, time
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print("127.0.0.1:%d" % server.getsockname()[1], flush=True)
time.sleep(240)' >hints &
silent=$!
while [ ! -s hints ]; do sleep 0.05; done

# field NAME: of the process at hand.
field() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$process/status"
}

# is_shut_in NAME: what the kernel says of $process.
is_shut_in() {
	cat "/proc/$process/status" >out 2>err
	[ "$(field Seccomp)" = 2 ] && [ "$(field NoNewPrivs)" = 1 ]
	point $? "$1: system calls are filtered, for good"
	[ "$(field CapEff)$(field CapPrm)$(field CapInh)$(field CapAmb)" = "$(printf '%064d' 0)" ]
	point $? "$1: it has no capability"
	grep -Eq '^Max core file size +0 +0 ' "/proc/$process/limits" &&
		grep -Eq '^Max processes +0 +0 ' "/proc/$process/limits"
	point $? "$1: no core file, no process"
	if [ "$(id -u)" = 0 ] && grep -q 4294967295 /proc/self/uid_map; then
		[ "$(field Uid | tr -d '[:space:]')" = 65534655346553465534 ] && [ -z "$(field Groups | tr -d ' ')" ]
		point $? "$1: it is not root any more"
	else
		skip "$1: it is not root any more" 'not real root'
	fi
}

"$DSFI" scan example.com --hints hints --workers 1 --quiet --store kept.db >scan.out 2>scan.err &
parent=$!
sleep 1
# child KIND: the scan's one.
child() {
	for one in $(cat "/proc/$parent/task/$parent/children"); do
		tr '\0' ' ' <"/proc/$one/cmdline" | grep -q "^dsfi $1 " && echo "$one"
	done 2>err
}
# holds NAME FILES: sockets, pipes, what counts and wakes, the page that outlives it, and of what has a
# path only these.
holds() {
	for descriptor in "/proc/$process/fd"/*; do
		readlink "$descriptor"
	done 2>err | grep -Ev "^(socket|pipe|anon_inode):|^/memfd:|^/dev/null\$|scan\.(out|err)\$|$2" >out
	[ ! -s out ]
	point $? "$1: it has no other file open"
}
for kind in worker judge keep; do
	process=$(child $kind)
	[ -n "$process" ]
	point $? "a scan has a $kind"
	is_shut_in $kind
done
process=$(child worker)
holds worker '^$'
process=$(child judge)
holds judge '^$'
process=$(child keep)
holds keep '/kept\.db(-wal|-shm)?$'
kill "$parent" 2>/dev/null
wait "$parent" 2>/dev/null

"$DSFI" resolve example.com A --hints hints >resolve.out 2>resolve.err &
process=$!
sleep 1
is_shut_in 'resolve'
kill "$process" 2>/dev/null
wait "$process" 2>/dev/null

# A case's test is measured by who signs; parents are asked by somebody who has neither key nor store. It is
# killed when it has been looked at: nothing of the parent is known then, and the test does not pass.
"$DSFI" party key our.key >out 2>err &&
	"$DSFI" party add us --key our.key --role registry --tld com --mail desk@us.example --store case.db >out 2>err &&
	"$DSFI" case open example.com --sentence 'moved by a stranger' --test 'ns(example.com) = {ns1.example.com} at parent' \
		--key our.key --store case.db --json >out 2>err &&
	id=$(python3 -c 'import json; print(json.loads(open("out").readline())["case"])')
point $? 'a case is opened'
"$DSFI" case verify "$id" --key our.key --store case.db --hints hints --workers 1 --quiet >verify.out 2>verify.err &
parent=$!
process=
for _ in $(seq 900); do
	process=$(child parents)
	[ -n "$process" ] && [ "$(field Seccomp)" = 2 ] && break
	kill -0 "$parent" 2>/dev/null || break
	sleep 0.1
done
[ -n "$process" ]
point $? 'who measures a case has somebody who asks parents'
is_shut_in parents
holds parents '/verify\.(out|err)$'
[ -n "$process" ] && kill -9 "$process"
wait "$parent"
[ $? = 3 ] && grep -q '^not-measured' verify.out && grep -q 'the process that asks parents crashed' verify.out
point $? 'when it is killed the case is not measured, and why is said'
kill "$silent" 2>/dev/null
finish
