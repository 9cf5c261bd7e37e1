#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 120
# Lessons at their edges: what is missing is said, what is broken off leaves nothing behind. Prints TAP.
# shellcheck disable=SC2016 # what is between single quotes is for the shell within the lesson
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
needs_namespaces

learn() {
	timeout -k 5 60 "$DSFI" learn "$@" >"$folder/out" 2>"$folder/err" </dev/null
}

learn && [ "$(grep -c ' minutes, with' "$folder/out")" = 7 ]
point $? 'seven lessons are listed'
learn singn
[ $? = 2 ] && grep -q "did you mean 'sign'" "$folder/err"
point $? 'a lesson that is not there is said, with the nearest'
learn --check
[ $? = 2 ] && grep -q 'no lesson is open here' "$folder/err"
point $? '--check outside a lesson is said'
DSFI_LESSON=$folder
export DSFI_LESSON
learn --reset
[ $? = 2 ] && grep -q 'not open in this network' "$folder/err"
point $? 'a reset outside of the lesson, with its environment, does nothing'
unset DSFI_LESSON
learn sign --server pigeon
[ $? = 2 ] && grep -q "not there for 'pigeon'" "$folder/err"
point $? 'a server that no lesson knows is said'

# What lessons rest on, in worlds of anybody's.
cat >"$folder/world" <<'W'
world: 1
servers:
  - {name: a.nic.tld, addresses: [198.18.0.1]}
  - {name: ns.host.tld, addresses: [198.18.1.1]}
  - {name: ns2.host.tld, addresses: [198.18.1.2]}
operators:
  - {name: nic, servers: [a.nic.tld]}
  - {name: host, servers: [ns.host.tld, ns2.host.tld]}
zones:
  - {name: ., operator: nic, signed: 13 nsec}
domains:
  - {name: plain.tld, operator: host}
W
world() {
	timeout -k 5 30 "$DSFI" world run "$@" >"$folder/out" 2>"$folder/err" </dev/null
}
world "$folder/world" --beside -- true
[ $? = 2 ] && grep -q 'nothing to be beside of' "$folder/err"
point $? '--beside in a world without real servers is said'
world "$folder/world" --registry "$folder/missing" -- true
[ $? = 2 ] && grep -q "$folder/missing" "$folder/err"
point $? 'a registry that is not there is said'
echo nonsense >"$folder/registry"
world "$folder/world" --registry "$folder/registry" -- true
[ $? = 2 ] && grep -q 'DS records' "$folder/err"
point $? 'a registry that makes no sense is said'
sed -i 's/\[198.18.1.2\]/&, place: empty, behaviour: [slow]/' "$folder/world"
"$DSFI" world check "$folder/world" >"$folder/out" 2>&1
grep -q 'nothing is started there' "$folder/out"
point $? 'a behaviour where nothing is started is refused'
sed -i 's/, behaviour: \[slow\]//' "$folder/world"
world "$folder/world" --beside -- sh -c "'$DSFI' resolve plain.tld SOA --server 198.18.1.2; '$DSFI' resolve plain.tld SOA --server 198.18.1.1"
grep -q 'no server' "$folder/out" && grep -q 'IN SOA' "$folder/out"
point $? 'where nothing was started nothing answers, and the rest does'

mkdir "$folder/alone"
cp "$DSFI" "$folder/alone/dsfi"
if [ -x /usr/sbin/knotd ] || [ -x /usr/sbin/named ] || [ -x /sbin/knotd ]; then
	skip 'without a name server' 'one is installed here'
else
	env -u DSFI_SERVERS PATH=/nowhere "$folder/alone/dsfi" learn sign >"$folder/out" 2>"$folder/err"
	[ $? = 2 ] && grep -q 'apt install knot' "$folder/err"
	point $? 'without a name server it says how to get one'
fi

for program in knotd knotc keymgr kzonesign; do
	if [ ! -x "${DSFI_SERVERS:-/none}/bin/$program" ] && ! command -v "$program" >/dev/null; then
		skip 'the rest' "no $program here (tools/unpack-servers fetches it)"
		finish
		exit
	fi
done

# How many folders of lessons there are.
TMPDIR=$folder/tmp
export TMPDIR
mkdir "$TMPDIR"
nothing_is_left() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		left=$(ls "$TMPDIR")
		[ -z "$left" ] && break
		sleep 0.2
	done
	[ -z "$left" ] && ! grep -lqz "$TMPDIR" /proc/[0-9]*/cmdline 2>/dev/null
}

learn sign --server knot -- false
[ $? = 1 ] && grep -q 'Not yet' "$folder/out" && nothing_is_left
point $? 'not passed is 1, and nothing is left'
echo 'cd zones; ls; exit 7' | SHELL=/bin/sh timeout -k 5 60 "$DSFI" learn sign --server knot >"$folder/out" 2>"$folder/err"
[ $? = 1 ] && grep -q '^garden.tld.zone' "$folder/out" && grep -q '^# Sign a zone' "$folder/out"
point $? 'without a terminal the shell reads its input'
learn sign --server knot --folder "$folder/mine" -- touch kept
[ -f "$folder/mine/kept" ] && [ -f "$folder/mine/README.md" ]
point $? "the learner's own folder stays"
learn sign --server knot --folder "$folder/mine" -- true
[ $? -ge 2 ] && grep -q 'not empty' "$folder/err"
point $? 'a folder with something in it is refused'
learn sign --server knot --folder "$folder/a space" -- sh -c 'dsfi learn --solution | sh -e'
point $? 'a folder with a space in its name'
learn sign --server knot -- sh -c 'dsfi learn roll'
grep -q 'a lesson is open here' "$folder/err"
point $? 'a lesson within a lesson is refused'

learn sign --server knot -- sh -c 'kill -9 $(cat run/knot.pid); sleep 0.2; dsfi learn --check; dsfi learn --reset; dsfi learn --check | head -n 1'
grep -q '^✗ www.garden.tld is still there' "$folder/out" && grep -q '^✓ www.garden.tld is still there' "$folder/out"
point $? 'a server that was killed is measured as such, and a reset brings it back'
learn sign --server knot -- sh -c 'rm -r ./* .lesson; dsfi learn --check; dsfi learn --reset'
[ $? = 1 ] && grep -q 'no folder of a lesson' "$folder/err" && nothing_is_left
point $? 'a folder that was emptied is said'
learn sign --server knot -- sh -c 'dsfi learn --hint; dsfi learn --hint; dsfi learn --hint; dsfi learn --hint; dsfi learn --reset; dsfi learn --hint' &&
	false
[ "$(grep -c '^Hint 3 of 3' "$folder/out")" = 3 ] && [ "$(grep -c '^Hint 1 of 3' "$folder/out")" = 5 ]
point $? 'one more hint each time, also after a reset'
learn sign --server knot -- sh -c 'echo nonsense | dsfi learn --ds -; echo "tld. DS 1 13 2 00" | dsfi learn --ds -; dsfi learn --ds missing'
grep -q 'no list of DS' "$folder/err" && grep -q 'no domain of this lesson' "$folder/err" && grep -q "'missing'" "$folder/err"
point $? 'what the registry does not take is said'

long=$folder/$(printf '%0120d' 0)
learn sign --server knot --folder "$long" -- true
[ $? = 2 ] && grep -q 'too long a path' "$folder/err"
point $? 'a path too long for the sockets of servers is said'
mkdir "$folder/odd"
printf '#!/bin/sh\necho "no $1 today" >&2\nexit 3\n' >"$folder/odd/knotd"
chmod 755 "$folder/odd/knotd"
for program in knotc keymgr kzonesign; do ln -s /bin/true "$folder/odd/$program"; done
DSFI_SERVERS=$folder/odd timeout -k 5 60 "$DSFI" learn sign --server knot -- true >"$folder/out" 2>"$folder/err"
[ $? = 4 ] && grep -q 'cannot be started (code 3); last words: no -c today' "$folder/err"
point $? 'a server that does not start is said, with its last words'

# Broken off: by a signal to the outer process, and by its death.
for signal in TERM KILL; do
	"$DSFI" learn roll --server knot -- sleep 60 >"$folder/out" 2>"$folder/err" </dev/null &
	pid=$!
	for _ in $(seq 100); do
		ls "$TMPDIR"/dsfi-lesson-*/.lesson/registry.first >/dev/null 2>&1 && break
		sleep 0.1
	done
	kill -$signal $pid
	wait $pid 2>/dev/null
	for _ in $(seq 30); do
		grep -lqz "$TMPDIR" /proc/[0-9]*/cmdline 2>/dev/null || break
		sleep 0.1
	done
	! grep -lqz "$TMPDIR" /proc/[0-9]*/cmdline 2>/dev/null
	point $? "no process is left after SIG$signal"
	if [ $signal = TERM ]; then
		nothing_is_left
		point $? 'nor a folder'
	fi
	rm -rf "${TMPDIR:?}"/*
done

# No network of one's own.
if unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_net_namespaces' 2>/dev/null; then
	unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_net_namespaces; "$1" learn sign --server knot -- true' \
		sh "$DSFI" >"$folder/out" 2>"$folder/err"
	[ $? = 4 ] && grep -q 'namespace' "$folder/err" && nothing_is_left
	point $? 'that namespaces are forbidden is said'
else
	skip 'namespaces are forbidden' 'not to be forbidden by this user'
fi

# A disk too small, in a namespace of its own.
if unshare -Urm true 2>/dev/null; then
	mkdir "$folder/small"
	unshare -Urm sh -c 'mount -t tmpfs -o size=16k none "$1" && TMPDIR="$1" "$2" learn sign --server knot -- true' \
		sh "$folder/small" "$DSFI" >"$folder/out" 2>"$folder/err"
	code=$?
	[ $code = 4 ] && [ -s "$folder/err" ]
	point $? 'a full disk is said'
else
	skip 'a full disk' 'no mount namespaces for this user'
fi
finish
