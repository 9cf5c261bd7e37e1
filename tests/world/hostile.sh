#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Hostile worlds (hostile.py) against `dsfi resolve`: each ends as it should, within 100 questions as the
# world's servers count them and 100 ms of CPU from start to end. Prints both, and TAP.
# timeout: 120
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
worlds=$DSFI_SOURCE/tests/world/hostile.py
questions_max=100
cpu_max_ms=100
# Instrumented code takes many times as long.
[ -z "$DSFI_SANITIZED" ] || cpu_max_ms=2000

cat >measure.py <<'PROGRAM'
"""Runs a command and writes its CPU time in milliseconds to a file; passes output and exit code on."""
import resource
import subprocess
import sys

before = resource.getrusage(resource.RUSAGE_CHILDREN)
code = subprocess.run(sys.argv[2:], check=False).returncode
after = resource.getrusage(resource.RUSAGE_CHILDREN)
used_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
with open(sys.argv[1], "w", encoding="ascii") as file:
    file.write("%d\n" % (used_s * 1000 + 0.5))
sys.exit(code)
PROGRAM
python3 "$worlds" | while read -r name asked _; do
	python3 "$worlds" "$name" >"$name.world"
	echo "$asked" >"$name.asked"
done

# Asks once: NAME.out, NAME.questions, NAME.cpu, NAME.code.
ask() {
	"$DSFI" world run --questions "$1.questions" "$1.world" -- python3 measure.py "$1.cpu" \
		"$DSFI" resolve "$(cat "$1.asked")" A >"$1.out" 2>&1
	echo $? >"$1.code"
}
# CPU moves on a machine that others use; what it costs is the least of three.
ask_again() {
	for _ in 1 2; do
		[ "$(cat "$1.cpu")" -gt "$cpu_max_ms" ] || return
		ask "$1"
	done
}
# told NAME VERDICT REASON: of an attack that has been asked.
told() {
	questions=$(wc -l <"$1.questions")
	cpu=$(cat "$1.cpu")
	cp "$1.out" out
	echo "# $1: $questions questions, $cpu ms"
	grep -q "^. $(cat "$1.asked")\. A: $2" out && grep -q -- "$3" out
	point $? "$1: $2"
	[ "$questions" -gt 0 ] && [ "$questions" -le "$questions_max" ] && [ "$cpu" -le "$cpu_max_ms" ]
	point $? "$1: $questions questions (at most $questions_max), $cpu ms (at most $cpu_max_ms)"
}
attack() {
	ask "$1"
	ask_again "$1"
	told "$@"
}

# Those that wait for silent and slow servers do so meanwhile.
ask nrdelegation &
ask drip &
ask fading &

attack nxns indeterminate 'no server of the zone gives a usable answer'
attack nrdelegation-refused indeterminate 'no server of the zone gives a usable answer'
attack tsuname indeterminate "name servers' addresses depend on each other"
attack tsuname-ring indeterminate 'more than 6 name servers of name servers'
attack camp indeterminate 'more than 100 questions'
attack camp-aliases indeterminate 'more than 100 questions'
attack keytrap indeterminate 'more than 128 units of work on signatures in one message'
attack keytrap-p384 indeterminate 'more than 128 units of work on signatures in one message'
attack keytrap-rsa indeterminate 'more than 128 units of work on signatures in one message'
attack keytrap-aliases indeterminate 'more than 400 units of work on signatures for one answer'
attack keytrap-keys secure ' IN A 192.0.2.1'
attack keytrap-ds indeterminate 'more than 64 pairs of DS and DNSKEY'
attack nsec3-150 secure 'there is no such name'
attack nsec3-500 insecure '(EDE 27, Unsupported NSEC3 Iterations Value)'
attack nsec3-2500 insecure '(EDE 27, Unsupported NSEC3 Iterations Value)'
attack large secure ' IN A 192.0.14.215'
attack large-bad indeterminate 'more than 128 units of work on signatures in one message'
attack large-ns indeterminate 'no server of the zone gives a usable answer'
attack bomb-chain indeterminate 'no server of the zone gives a usable answer'
attack bomb-long indeterminate 'no server of the zone gives a usable answer'
wait
told nrdelegation indeterminate 'no server of the zone gives a usable answer'
told drip indeterminate 'no server of the zone gives a usable answer'
told fading indeterminate 'no server of the zone gives a usable answer'

# Whoever adds an attack says here how it ends.
[ "$(python3 "$worlds" | wc -l)" = $((number / 2)) ]
point $? 'every attack has been tried'

finish
