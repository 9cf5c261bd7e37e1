#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A complete scan with all checks: CPU a domain beside its limit, for signed domains (P-256), unsigned
# ones, and a mixed world; two name servers with IPv4 and IPv6 each.
set -eu

domains=${DOMAINS:-3000}
operators=20
for program in dsfi bench_scan; do
	[ -x "$DSFI_BUILD/$program" ] || {
		echo "scan: skipped, no $program in $DSFI_BUILD"
		exit 0
	}
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM

# One top-level domain, some operators, their domains all alike.
world() {
	awk -f "$(dirname "$0")/flat_world.awk" -v domains="$domains" -v operators="$operators" -v signed="$1" \
		>"$folder/$2"
}

status=0
measure() {
	echo "$2:"
	"$DSFI_BUILD/dsfi" world targets "$folder/$1" >"$folder/targets"
	"$DSFI_BUILD/dsfi" world run "$folder/$1" -- "$DSFI_BUILD/bench_scan" --limit "$3" --full "${4:-0}" \
		"$folder/targets" >"$folder/out" || status=1
	sed 's/^/  /' "$folder/out"
}

world 1 signed
measure signed "$domains signed domains" 1
measure signed "$domains signed domains, everything that needs no permission (--profile full)" 1 1
world 0 unsigned
measure unsigned "$domains unsigned domains" 0
measure unsigned "$domains unsigned domains, everything" 0 1
"$DSFI_BUILD/dsfi" world make --domains "$domains" --seed 1 >"$folder/mixed"
measure mixed "$domains domains of a mixed world, some of them broken" 0
exit $status
