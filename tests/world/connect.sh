#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 500
# --connect: in a random world what mail servers and policy hosts present is judged exactly; nobody is
# connected to without it, nor who opted out, and no connection is made twice. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
domains=400

# Both at once: most of the time goes by between two connections to an address.
look() {
	"$DSFI" world make --domains $domains --seed "$1" --faults 40 >"$1.yaml"
	"$DSFI" world targets "$1.yaml" >"$1.targets"
	"$DSFI" world run "$1.yaml" -- "$DSFI" check --targets "$1.targets" --profile full --connect --json -q \
		--fail-on never >"$1.findings" 2>"$1.err"
	"$DSFI" world score --profile full --connect "$1.yaml" "$1.findings" >"$1.out" 2>>"$1.err"
	echo $? >"$1.code"
}
for seed in 2001 2002; do
	look $seed &
done
wait
for seed in 2001 2002; do
	cp $seed.out out
	cp $seed.err err
	point "$(cat $seed.code)" "a world of $domains domains, seed $seed: $(head -n 1 out)"
done
cp 2001.yaml random.yaml
cp 2001.targets targets

# What sessions an audit saw: outcomes by protocol, one line each, with their numbers.
sessions() {
	python3 -c '
import collections, json, sys
seen = collections.Counter()
for line in sys.stdin:
    for session in json.loads(line).get("sessions", []):
        if session["address"].startswith("198.19."):
            seen[session["protocol"], session["outcome"]] += 1
for (protocol, outcome), count in sorted(seen.items()):
    print(protocol, outcome, count)'
}
scan() {
	"$DSFI" world run random.yaml -- "$DSFI" scan --targets targets --profile full --json -q "$@" 2>err | sessions >out
}
scan --connect
grep -q '^smtp established' out && grep -q '^https established' out && grep -q '^smtp not-offered' out
point $? 'with --connect mail servers and policy hosts are spoken to'
head -n 120 targets >few
mv few targets
scan
[ ! -s out ]
point $? 'without it nobody is'
echo 198.19.0.0/16 >left-alone
scan --connect --opt-out left-alone
[ ! -s out ]
point $? 'who opted out is left alone, as a mail server too'
# Their mail hosts by name, but not those for their policies.
sed 's/\(.*\)/mail.\1 mail2.\1 mail_1.\1 mx.\1/' targets | tr ' ' '\n' >left-alone
scan --connect --opt-out left-alone
! grep -q '^smtp' out && grep -q '^https established' out
point $? 'who opted out by name is left alone, as the mail server of others too'

"$DSFI" world run random.yaml -- "$DSFI" check --connect --ca-file /dev/null tld >out 2>err
code=$?
[ $code != 0 ] && grep -q "'/dev/null' has no certificate" err
point $? 'a file of authorities without one is refused in words'

finish
