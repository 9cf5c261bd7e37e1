#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Scan from outside: bad input, a world, interruption and going on, a worker that dies. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
export folder

# ends CODE NAME COMMAND...: the exit code, and one line on standard error.
ends() {
	code=$1
	name=$2
	shift 2
	"$@" >"$folder/out" 2>"$folder/err" </dev/null
	found=$?
	lines=$(wc -l <"$folder/err")
	[ "$found" = "$code" ] && [ "$lines" = 1 ]
	point $? "$name (exit code $found)"
}

says() {
	grep -qF -- "$1" "$folder/err"
	point $? "... and says: $1"
}

# ---- bad input ----

ends 2 'no domain at all' "$DSFI" scan
says '--targets FILE'
ends 2 'an empty list' "$DSFI" scan --targets /dev/null
says 'names no domain'
ends 2 'an empty standard input' "$DSFI" scan --targets -
says "'standard input' names no domain"
ends 2 'a list that is not there' "$DSFI" scan --targets "$folder/none"
says "$folder/none"
head -c 4096 /dev/urandom >"$folder/rubbish"
ends 2 'binary rubbish as a list' "$DSFI" scan --targets "$folder/rubbish"
says "'$folder/rubbish' line"
label=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
ends 2 'a name of 300 octets' "$DSFI" scan $label.$label.$label.$label.$label.example
says '255 octets'
ends 2 'a label too long' "$DSFI" scan "${label}${label}.example"
says '63'
ends 2 'nothing to resume' "$DSFI" scan --resume example
says '--store FILE'
ends 2 'hints that are not there' "$DSFI" scan --hints "$folder/none" example
says "$folder/none"
ends 2 'a store in a folder that is not there' "$DSFI" scan --store /proc/none/store example
says '/proc/none/store'
echo '127.0.0.1:1' >"$folder/nobody"
ends 3 'a root that nobody serves' "$DSFI" scan --hints "$folder/nobody" example
says 'nothing could be measured'
"$DSFI" scan --hints "$folder/nobody" "b$(printf '\303\274')cher.example" >/dev/null 2>"$folder/err"
says 'xn--bcher-kva.example'

# ---- a world ----

"$DSFI" world make --domains 300 --seed 3 --behaviours 0 -o "$folder/world" 2>"$folder/err"
point $? 'a world is made'
"$DSFI" world targets "$folder/world" >"$folder/targets"

cat >"$folder/inside" <<'END'
set -u
cd "$folder"
"$DSFI" scan -q --targets - --json <targets >whole.jsonl 2>err || exit 1
[ "$(wc -l <whole.jsonl)" = 300 ] || exit 2
[ "$(sed 's/.*"domain":"\([^"]*\)".*/\1/' whole.jsonl | sort -u | wc -l)" = 300 ] || exit 3

# Slow enough to be interrupted, then resumed.
"$DSFI" scan --targets targets --store kept --per-server 3 --json >part.jsonl 2>err &
scan=$!
sleep 3
kill -INT $scan
wait $scan
[ $? = 130 ] || exit 4
grep -q 'interrupted; .* --resume' err || exit 5
[ "$(wc -l <part.jsonl)" -lt 300 ] || exit 6
"$DSFI" scan -q --targets targets --store kept --resume --json >rest.jsonl 2>err || exit 7
cat part.jsonl rest.jsonl >both.jsonl
[ "$(wc -l <both.jsonl)" = 300 ] || exit 8
[ "$(sed 's/.*"domain":"\([^"]*\)".*/\1/' both.jsonl | sort -u | wc -l)" = 300 ] || exit 9

# Who asked to be left alone is.
head -1 targets >theirs
"$DSFI" scan -q --targets targets --opt-out theirs --json >without.jsonl 2>err || exit 10
[ "$(wc -l <without.jsonl)" = 299 ] || exit 11
! grep -qF "\"domain\":\"$(cat theirs)" without.jsonl || exit 12

# hit SIGNAL KIND: one of the scan's, as soon as there is one.
hit() {
	for try in $(seq 50); do
		victim=$(sh "$DSFI_SOURCE/tests/children.sh" "$2" | cut -d ' ' -f 1)
		[ -z "$victim" ] || ! kill "-$1" "$victim" || return 0
		sleep 0.1
	done
	return 1
}
# A worker dies in the middle: its domains are handed out again.
"$DSFI" scan --targets targets --workers 2 --per-server 20 --json >crash.jsonl 2>err &
scan=$!
sleep 1
hit SEGV worker || exit 22
wait $scan || exit 13
[ "$(wc -l <crash.jsonl)" = 300 ] || exit 14
[ "$(grep -c 'worker crashed' crash.jsonl)" -le 1 ] || exit 15

# Killed from outside: not even the one it was reading is held to be the cause.
"$DSFI" scan --targets targets --workers 2 --per-server 60 --json >killed.jsonl 2>err &
scan=$!
for turn in 1 2 3 4; do
	sleep 0.4
	hit KILL worker || exit 23
done
wait $scan || exit 16
[ "$(wc -l <killed.jsonl)" = 300 ] || exit 17
! grep -q 'worker crashed' killed.jsonl || exit 18

# The judge dies: what it was at is told as not measured, if it was at anything.
"$DSFI" scan --targets targets --workers 2 --per-server 60 --json >judge.jsonl 2>err &
scan=$!
for turn in 1 2 3; do
	sleep 0.4
	hit ABRT judge || exit 24
	sleep 0.4
	hit KILL judge || exit 25
done
wait $scan || exit 19
[ "$(wc -l <judge.jsonl)" = 300 ] || exit 20
[ "$(grep -c 'judge crashed' judge.jsonl)" -le 3 ] || exit 21
END
"$DSFI" world run "$folder/world" -- sh "$folder/inside"
code=$?
point $code "a world is scanned whole, interrupted, resumed, with opt-outs and a crash (step $code)"

finish
