#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `make demo` in small: it ends well, its summary counts what the truth counts, its report is whole.
# Prints TAP.
set -u

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
number=0
failures=0
point() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		failures=$((failures + 1))
		echo "not ok $number - $2"
	fi
}

DEMO_FOLDER=$folder/demo sh "$DSFI_SOURCE/tools/demo.sh" "$DSFI_BUILD" 300 5 >"$folder/out" 2>&1
code=$?
[ $code = 0 ] || sed 's/^/# /' "$folder/out" | tail -n 20
point $code 'the demo ends well'
tail -n 1 "$folder/out" | grep -q "$folder/demo/report.html"
point $? 'its last line names the report'

[ "$(wc -l <"$folder/demo/counts.truth")" -gt 10 ]
point $? 'the world has more than ten kinds of faults'
grep -q '^missing 0, extra 0' "$folder/out"
point $? 'nothing is missing and nothing is extra'
grep -q '</html>' "$folder/demo/report.html" && ! grep -qE 'src="https?:|href="https?:[^"]*\.(css|js)"' \
	"$folder/demo/report.html"
point $? 'the report is whole and loads nothing from elsewhere'
echo "1..$number"
[ "$failures" = 0 ]
