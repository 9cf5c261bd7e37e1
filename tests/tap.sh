# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# What the scripts of tests/world have in common: points of TAP and a folder of their own, which goes
# when they end. Sourced after `set -u`.
number=0
failures=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# point CODE NAME: passed when CODE is 0; else what was last said is shown, from `err` and `out` there.
point() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
		return
	fi
	failures=$((failures + 1))
	for said in err out; do
		[ ! -s "$folder/$said" ] || sed 's/^/# /' "$folder/$said" | head -n 8
	done
	echo "not ok $number - $2"
}

# skip NAME WHY
skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

# Without namespaces there is no world to test anything in.
needs_namespaces() {
	if ! unshare -Urn true 2>/dev/null && [ "$(id -u)" != 0 ]; then
		echo '1..0 # SKIP no namespaces for this user'
		exit 0
	fi
}

# needs PROGRAM...: without them there is nothing to test here.
needs() {
	for program in "$@"; do
		command -v "$program" >/dev/null && continue
		echo "1..0 # SKIP no $program"
		exit 0
	done
}

# The last line of a script.
finish() {
	echo "1..$number"
	[ "$failures" = 0 ]
}
