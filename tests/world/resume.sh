#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A scan that is interrupted, killed, or loses a worker finds in the end what an undisturbed one finds;
# an unchanged domain costs nearly nothing a night and has one interval, a changed one says what has
# changed. Prints TAP.
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces

domains=600
limit=32 # octets a domain a night, where nothing has changed
cd "$folder" || exit 1
"$DSFI" world make --domains $domains --seed 11 --faults 30 --behaviours 0 --signed 40 >world
"$DSFI" world targets world >targets

# What is done inside the world. Everything happens in one world, since another one has other
# signatures. Exit codes go to NAME.code, talk to NAME.err.
cat >inside <<'INSIDE'
look() {
	name=$1
	store=$2
	shift 2
	"$DSFI" check --targets targets --store "$store" --json --fail-on never "$@" \
		>"$name.out" 2>"$name.err"
	echo $? >"$name.code"
}
# slowly NAME RATE: some 30 questions a domain; returns when the first have been answered.
slowly() {
	"$DSFI" check --targets targets --store "$1.db" --json --fail-on never \
		--rate "$2" --in-flight 50 >"$1.out" 2>"$1.err" &
	scan=$!
	tries=0
	while [ ! -s "$1.out" ] && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
ends() {
	wait "$scan"
	echo $? >"$1.code"
}
kept() {
	"$DSFI" report --store "$1.db" --json 2>/dev/null | head -n 1 |
		sed -n 's/.*"domains":\([0-9]*\),"good".*/\1/p'
}
# until_kept NAME: returns after the first commit.
until_kept() {
	tries=0
	while [ "$(kept "$1")" -eq 0 ] 2>/dev/null && [ $tries -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}
children() {
	sh "$DSFI_SOURCE/tests/children.sh" "$1"
}
workers() {
	children worker
}

look calm calm.db
wc -c <calm.db >size.1

slowly int 3000
kill -INT "$scan"
ends int
kept int >int.kept
look int-other int.db --resume --profile delegation
kept int >int-other.kept
look int-again int.db --resume

# What was acknowledged is what a reader sees while the scan goes on.
slowly killed 2000
until_kept killed
kept killed >killed.seen
children 'worker|judge|keep' >killed.workers
kill -KILL "$scan"
ends killed
kept killed >killed.kept
sleep 0.5
children 'worker|judge|keep' >killed.left
look killed-again killed.db --resume

slowly worker 4000
workers >worker.before
kill -KILL "$(cut -d ' ' -f 1 worker.before)"
sleep 0.5
workers >worker.after
ends worker

slowly judge 4000
children judge >judge.before
kill -KILL "$(cut -d ' ' -f 1 judge.before)"
sleep 0.5
children judge >judge.after
ends judge

slowly keep 2000
until_kept keep
kept keep >keep.seen
kill -KILL "$(children keep | cut -d ' ' -f 1)"
ends keep
kept keep >keep.kept
look keep-again keep.db --resume

# More nights. Another world, that is other signatures by the same keys, comes after.
for night in 2 3; do
	look night calm.db
	wc -c <calm.db >size.$night
done
INSIDE
"$DSFI" world run world -- sh inside 2>inside.err

# Findings, without the order of records in their evidence.
findings() {
	"$DSFI" report --store "$1" --json 2>err | sed -n 's/"evidence":.*//; /"type":"finding"/p' | sort
}
# The summary, without its time.
summary() {
	"$DSFI" report --store "$1" --json | head -n 1 | sed 's/"started":"[^"]*",//'
}
same() {
	findings "$1.db" >"$1.findings"
	[ -s calm.findings ] && cmp -s calm.findings "$1.findings"
	point $? "$2: the findings are those of an undisturbed scan"
	[ "$(summary "$1.db")" = "$calm" ]
	point $? "$2: so is the summary"
}
code() {
	[ "$(cat "$1.code")" = "$2" ] || echo "# exit code $(cat "$1.code")"
	cp "$1.err" err
	[ "$(cat "$1.code")" = "$2" ]
}
between() {
	[ "$1" -gt 0 ] && [ "$1" -lt $domains ]
}

code calm 0
point $? 'an undisturbed scan'
findings calm.db >calm.findings
calm=$(summary calm.db)

code int 130
point $? 'SIGINT: exit code 130'
[ "$(wc -l <int.err)" = 1 ] && grep -q "'int.db'" int.err && grep -q -- '--resume' int.err
point $? 'SIGINT: one line says what is kept and how to go on'
kept=$(cat int.kept)
between "$kept" && grep -q " $kept domains are kept" int.err
point $? "SIGINT: $kept of $domains domains are kept, as it says"
code int-other 2 && [ "$(grep -c . int-other.err)" = 1 ] && [ ! -s int-other.out ] &&
	grep -q "'int.db' has --profile default; go on with that, or begin a new one" int-other.err
point $? 'SIGINT: --resume with another --profile is refused, and says with which it can be'
[ "$(cat int-other.kept)" = "$kept" ]
point $? 'SIGINT: ... and leaves the store as it was'
code int-again 0 && grep -q "$kept were in the store already" int-again.err
point $? 'SIGINT: --resume does the rest, and only that'
same int SIGINT

code killed 137
point $? 'SIGKILL: the parent is gone'
kept=$(cat killed.kept)
between "$kept" && [ "$kept" = "$(cat killed.seen)" ]
point $? "SIGKILL: $kept of $domains domains are kept, those that a reader saw"
[ "$(wc -w <killed.workers)" -gt 2 ] && [ "$(wc -w <killed.left)" = 0 ]
point $? 'SIGKILL: no child outlives its parent'
code killed-again 0 && grep -q "$kept were in the store already" killed-again.err
point $? 'SIGKILL: --resume does the rest, and only that'
same killed SIGKILL

code worker 0
point $? 'a worker killed: the scan ends well'
[ "$(wc -w <worker.before)" -gt 0 ] && [ "$(wc -w <worker.after)" = "$(wc -w <worker.before)" ] &&
	! cmp -s worker.after worker.before
point $? 'a worker killed: another takes its place'
same worker 'a worker killed'
code judge 0 && [ "$(wc -w <judge.before)" = 1 ] && [ "$(wc -w <judge.after)" = 1 ] &&
	! cmp -s judge.after judge.before
point $? 'the judge killed: another takes its place, the scan ends well'
same judge 'the judge killed'
code keep 4 && grep -q "store 'keep.db': the process that writes it was killed.*; $(cat keep.kept) domains are kept; when that is mended, go on with the same command and --resume" keep.err &&
	[ "$(cat keep.kept)" -ge "$(cat keep.seen)" ] && [ "$(cat keep.seen)" -gt 0 ]
point $? 'the keeper killed: exit code 4, and what is kept is said'
code keep-again 0
point $? 'the keeper killed: --resume ends well'
same keep 'the keeper killed'

for night in 2 3; do
	cost=$((($(cat size.$night) - $(cat size.$((night - 1)))) / domains))
	[ $cost -le $limit ]
	point $? "night $night of an unchanged world: $cost octets a domain (limit $limit, first night $(($(cat size.1) / domains)))"
done
# with_more DOMAINS: how many of them have more than one interval.
with_more() {
	while read -r domain; do
		"$DSFI" history --store calm.db --json "$domain" | wc -l
	done <"$1" | grep -vcx 1
}
head -n 100 targets >some
several=$(with_more some)
[ "$several" = 0 ]
point $? "every domain has one interval ($several of 100 have more)"

# The same world, in which a sound signed domain has given up its keys.
unsigned=$(sed -n 's/^  - {name: \([^,]*\), operator: [^,]*, signed: 13 [^,]*}$/\1/p' world | sort |
	while read -r domain; do
		grep -qxF "$domain." targets || continue
		grep -q "\"domain\":\"$domain\." calm.findings || { echo "$domain"; break; }
	done)
sed "s/^\(  - {name: $unsigned, operator: [^,]*\), signed: [^,]*}/\1}/" world >changed
"$DSFI" world run changed -- sh -c '"$DSFI" check --quiet --targets targets --store calm.db --json \
	--fail-on never >changed.out 2>changed.err'
"$DSFI" history --store calm.db --json "$unsigned" >history
[ "$(wc -l <history)" = 2 ] && tail -n 1 history | grep -q '"changes":\[[^]]*DS'
point $? "$unsigned, which is signed no more, has a second interval that says so"
[ "$(wc -l <history)" = 2 ] || sed 's/^/# /' history
head -n 1 history | grep -q '"first_run":1,"last_run":3' && tail -n 1 history | grep -q '"first_run":4,"last_run":4'
point $? '... from the fourth run on'
grep -vxF "$unsigned." some >others
several=$(with_more others)
[ "$several" = 0 ]
point $? "new signatures by the same keys are no change ($several of $(wc -l <others) have changed)"

finish
