#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Five random worlds: what the audit finds is what is wrong in them, no more and no less. Prints TAP.
# timeout: 600
set -u

# Under sanitizers a tenth does: they look for other mistakes.
domains=2000
[ -z "$DSFI_SANITIZED" ] || domains=200
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

echo 1..5
if ! unshare -Urn true 2>/dev/null && [ "$(id -u)" != 0 ]; then
	for number in 1 2 3 4 5; do
		echo "ok $number - world # SKIP no namespaces for this user"
	done
	exit 0
fi
# All at once: most of the time goes by in waiting for servers that say nothing.
look() {
	world=$folder/$1.yaml
	"$DSFI" world make --domains $domains --seed "$1" --faults 30 >"$world"
	"$DSFI" world targets "$world" >"$folder/$1.targets"
	"$DSFI" world run "$world" -- "$DSFI" check --targets "$folder/$1.targets" --profile full \
		--store "$folder/$1.sqlite" --json >"$folder/$1.findings" 2>"$folder/$1.talk"
	echo $? >"$folder/$1.code"
}
for seed in 1001 1002 1003 1004 1005; do
	look $seed &
done
wait
for number in 1 2 3 4 5; do
	seed=$((1000 + number))
	code=$(cat "$folder/$seed.code")
	if [ "$code" -le 1 ] && "$DSFI" world score --profile full "$folder/$seed.yaml" "$folder/$seed.findings" \
		>"$folder/score" 2>&1; then
		echo "ok $number - a world of $domains domains, seed $seed: $(tail -n 1 "$folder/score")"
	else
		failures=$((failures + 1))
		echo "# exit code $code of dsfi check"
		tail -n 20 "$folder/$seed.talk" "$folder/score" | sed 's/^/# /'
		echo "not ok $number - a world of $domains domains, seed $seed"
	fi
done
[ "$failures" = 0 ]
