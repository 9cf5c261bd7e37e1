#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What goes wrong while people use the program: nobody reads, the disk fills up, the clock is years off,
# a file may not be read or written, a store is damaged, Ctrl-C. Each is told in one line with the way
# out, by the documented exit code, and leaves nothing half-written. Prints TAP.
# shellcheck disable=SC2016,SC2086 # words are words; what the inner shell shall expand stands in single quotes
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

# gets CODE TEXT NAME COMMAND...: that exit code, and one line of talk that holds the text.
gets() {
	code=$1
	text=$2
	name=$3
	shift 3
	timeout 60 "$@" >out 2>err </dev/null
	found=$?
	[ "$found" = "$code" ] || echo "# exit code $found, not $code"
	[ "$found" = "$code" ] && [ "$(grep -c . err)" = 1 ] && grep -qF -- "$text" err
	point $? "$name"
}

if ! unshare -Urnm true 2>/dev/null && [ "$(id -u)" != 0 ]; then
	echo '1..0 # SKIP no namespaces for this user'
	exit 0
fi
cd "$folder" || exit 1
"$DSFI" world make --domains 150 --seed 3 --faults 40 --behaviours 0 --signed 50 >world
"$DSFI" world targets world >targets
domain=$(head -n 1 targets)
inside() {
	"$DSFI" world run world -- "$@"
}
inside "$DSFI" check --quiet --targets targets --store good.db --fail-on never >good.out
point $? 'a store to begin with'

# What is typed instead of a domain.
gets 2 'this is a URL' 'a URL' "$DSFI" check https://example.com/
gets 2 'this is a mail address' 'a mail address' "$DSFI" check me@example.com
gets 2 'this is an address' 'an address' "$DSFI" check 192.0.2.1
gets 2 'more than one name' 'a list with commas' "$DSFI" check a.example,b.example
gets 2 "'192.0.2.0/33' is no prefix" 'a mistyped prefix is not taken for a domain' \
	sh -c 'echo 192.0.2.0/33 | "$DSFI" check x.example --opt-out /dev/stdin'

# Nobody reads, or there is no room.
inside sh -c '"$DSFI" check --quiet --targets targets --json 2>err; echo $? >code' | head -n 1 >out
[ "$(cat code)" = 4 ] && [ "$(wc -l <err)" = 1 ] && grep -q 'standard output' err && grep -q '^{.*}$' out
point $? 'check | head -1 ends, and says why'
inside sh -c '"$DSFI" scan --quiet --targets targets --json 2>err; echo $? >code' | head -n 1 >out
[ "$(cat code)" = 4 ] && [ "$(wc -l <err)" = 1 ] && grep -q 'standard output' err
point $? 'scan | head -1, too'
for command in 'explain --json' 'report --store good.db --json' "history --store good.db $domain" 'world targets world'; do
	gets 4 'cannot write to standard output' "$command >/dev/full" \
		sh -c '"$DSFI" "$@" >/dev/full' sh $command
done

# A disk that is full, from the beginning and later on.
for size in 64k 512k; do
	unshare -Urnm sh -c 'mkdir -p full && mount -t tmpfs -o size="$0" none full || exit 99
		"$DSFI" world run world -- "$DSFI" check --quiet --targets targets --store full/s.db >out 2>err
		echo $? >code
		"$DSFI" report --quiet --store good.db --html full/report.html >out 2>err.html
		echo $? >code.html
		"$DSFI" history --store good.db --raw full/raw "$1" >out 2>err.raw
		echo $? >code.raw
		ls -A full >left
		mount -o remount,size=16m full
		"$DSFI" world run world -- "$DSFI" check --quiet --targets targets --store full/s.db --resume \
			--fail-on never >again 2>err.again
		echo $? >code.again' $size "$domain" 2>err
	[ "$(cat code)" = 4 ] && [ "$(wc -l <err)" = 1 ] && grep -q "'full/s.db'.*full" err
	point $? "a disk of $size: one line names the store"
	[ "$(cat code.again)" = 0 ] && ! grep -q damaged err.again
	point $? "a disk of $size: with more room it goes on"
	[ $size = 64k ] && continue
	grep -q 'nothing was kept yet, begin anew' err
	point $? "a disk of $size: what is kept is said"
	[ "$(cat code.html)" = 4 ] && [ "$(cat code.raw)" = 4 ] && [ "$(cat err.html err.raw | wc -l)" = 2 ] &&
		! grep -v '^s\.db' left >err
	point $? 'neither half a report nor half an observation is left'
done

# The clock. A library in front of the system's tells another time.
cat >clock.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t which, struct timespec *ret)
{
	int (*real)(clockid_t, struct timespec *) =
		(int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int result = real(which, ret);
	if (which == CLOCK_REALTIME)
		ret->tv_sec += atol(getenv("CLOCK_IS_OFF"));
	return result;
}
C
if [ -n "${DSFI_SANITIZED:-}" ]; then
	skip 'a clock that is years off' 'sanitizers want to be the first library'
elif ! cc -shared -fPIC -o clock.so clock.c -ldl 2>err; then
	skip 'a clock that is years off' 'no compiler'
else
	gets 4 'the clock says 1' 'a clock that began in the last century is refused' \
		env LD_PRELOAD="$folder/clock.so" CLOCK_IS_OFF=-1600000000 "$DSFI" check example.com
	gets 0 'is the clock right' 'a clock that is years ahead is named' \
		"$DSFI" world run world -- env LD_PRELOAD="$folder/clock.so" CLOCK_IS_OFF=150000000 \
		"$DSFI" check --quiet --fail-on never --targets targets
	inside "$DSFI" check --quiet --fail-on never --targets targets >out 2>err && [ ! -s err ]
	point $? 'a clock that is right is not'
fi

# No permission. Root may everything, unless it gives that up.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	chmod 755 "$folder"
	nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
	(umask 077 && cp good.db secret.db && cp targets secret.targets)
	# A store is made for its owner alone; who lets others read does so.
	chmod 644 good.db
	gets 4 "'secret.db': cannot read: permission denied" 'a store that may not be read' \
		$nobody "$DSFI" report --store secret.db
	gets 4 "'good.db': cannot write: permission denied" 'a store that may not be written' \
		$nobody "$DSFI" check --store good.db example.com
	gets 4 "'secret.targets'" 'a list that may not be read' \
		$nobody "$DSFI" check --targets secret.targets
	gets 4 "'raw'" 'an observation that may not be written' \
		$nobody "$DSFI" history --store good.db --raw raw "$domain"
	$nobody "$DSFI" history --store good.db "$domain" >out 2>err
	point $? '... while all may read'
else
	skip 'no permission' 'only for root, who can give it up'
fi

# Damage: 40 stores, each wrong in another place. Nothing crashes, nothing is told in two lines.
size=$(wc -c <good.db)
bad=0
told=0
for turn in $(seq 40); do
	cp good.db damaged.db
	at=$((size / 41 * turn))
	printf 'damaged, %08d' "$turn" | dd of=damaged.db bs=1 seek=$at conv=notrunc 2>/dev/null
	for command in 'report --quiet --html damaged.html' 'report --json' "history $domain"; do
			"$DSFI" $command --store damaged.db >out 2>err
		case $?.$(wc -l <err) in
		0.0) ;;
		4.1) told=$((told + 1)); grep -q damaged.db err || bad=$((bad + 1)) ;;
		*) bad=$((bad + 1)); echo "# $command, turn $turn: $(head -n 2 err)" ;;
		esac
	done
done
[ $bad = 0 ] && [ $told -gt 20 ]
point $? "120 looks at damaged stores: $told found damage, each in one line"

# Evidence to hand on: what --raw writes is an observation.
"$DSFI" history --store good.db --raw raw "$domain" >/dev/null 2>err && [ "$(wc -c <raw)" -gt 300 ]
point $? 'history --raw writes the observation'
gets 2 'the store has no run 99; its newest is 1' 'a run that is not there' \
	"$DSFI" report --store good.db --run 99

# Ctrl-C where nothing is kept.
inside sh -c '"$DSFI" check --targets targets --rate 500 --in-flight 5 --workers 1 >out 2>err & scan=$!
	sleep 1
	kill -INT $scan
	sleep 0.2
	kill -INT $scan
	wait $scan
	echo $? >code'
[ "$(cat code)" = 130 ] && [ "$(wc -l <err)" = 1 ] && grep -q 'with --store FILE' err
point $? 'Ctrl-C twice ends at once and says how a scan can be resumed'

finish
