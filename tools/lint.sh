#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# clang-tidy over src/ and tests/fuzz/, clang-format over all C, shellcheck where it is installed, and
# the rules of STYLE.md. Ends with `N passed, N failed, N skipped`: one file and one tool is a case.
#   tools/lint.sh [tidy] [format] [house] [shell]   (default: all)
# shellcheck disable=SC2016 # what another shell shall expand stands in single quotes
set -u
cd "$(dirname "$0")/.." || exit 1

build=${LINT_BUILD:-build-lint}
jobs=$(nproc)
passed=0
failed=0
skipped=0

# Reads "ok FILE" and "not ok FILE" lines from the file given.
count() {
	passed=$((passed + $(grep -c '^ok ' "$1")))
	failed=$((failed + $(grep -c '^not ok ' "$1")))
	grep '^not ok ' "$1"
}

results=$(mktemp)
trap 'rm -f "$results"' EXIT

tidy() {
	[ -e "$build/build.ninja" ] || CC=clang meson setup "$build" >/dev/null || exit 1
	python3 tools/sources.py --refresh
	# The table of checks is made by the build; its file must be there to be compiled.
	ninja -C "$build" >/dev/null || { echo "lint: the clang build fails: ninja -C $build" >&2; exit 1; }
	find src tests/fuzz -name '*.c' | sort | xargs -P "$jobs" -n 1 sh -c '
		if out=$(clang-tidy --quiet -p "$0" "$1" 2>/dev/null); then
			echo "ok tidy $1"
		else
			printf "%s\nnot ok tidy %s\n" "$out" "$1"
		fi' "$build" >"$results"
	grep -v '^ok ' "$results" | grep -v '^not ok '
	count "$results"
}

format() {
	find src tests -name '*.[ch]' | sort | xargs -P "$jobs" -n 1 sh -c '
		if clang-format --dry-run --Werror "$0" >/dev/null 2>&1; then
			echo "ok format $0"
		else
			echo "not ok format $0 (make format mends it)"
		fi' >"$results"
	count "$results"
}

house() {
	python3 tools/check_house.py >"$results"
	grep -v '^ok ' "$results" | grep -v '^not ok '
	count "$results"
}

shell() {
	if ! command -v shellcheck >/dev/null; then
		skipped=$((skipped + 1))
		echo 'lint: skipped shellcheck, which is not installed'
		return
	fi
	grep -rlE '^#!/bin/sh' tools tests .ci | sort | xargs -n 1 sh -c '
		if shellcheck -x --severity=warning "$0"; then echo "ok shell $0"; else echo "not ok shell $0"; fi' >"$results"
	grep -v '^ok ' "$results" | grep -v '^not ok '
	count "$results"
}

for part in "${@:-all}"; do
	case $part in
	all) house; format; shell; tidy ;;
	tidy | format | house | shell) $part ;;
	*) echo "lint: no part '$part'; there are tidy, format, house, shell" >&2; exit 2 ;;
	esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
