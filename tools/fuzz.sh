#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes every target for some seconds, with ASan and UBSan; what crashes is left in
# build-fuzz/crashes/. Prints `ok TARGET` or `not ok TARGET`, and one summary line.
#   tools/fuzz.sh SECONDS_EACH [TARGET...]
# shellcheck disable=SC2016 # what another shell shall expand stands in single quotes
set -u
cd "$(dirname "$0")/.." || exit 1

seconds=${1:?usage: tools/fuzz.sh SECONDS_EACH [TARGET...]}
shift
build=${FUZZ_BUILD:-build-fuzz}
[ -e "$build/build.ninja" ] ||
	CC=clang meson setup "$build" -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false \
		>/dev/null || exit 1
python3 tools/sources.py --refresh
# shellcheck disable=SC2046 # a list of words
[ $# -gt 0 ] || set -- $(sed -n 's/^fuzz | [^|]* | \([^ |]*\) .*/\1/p' src/.sources)
programs=
for target; do programs="$programs fuzz-$target"; done
# shellcheck disable=SC2086 # a list of words
ninja -C "$build" $programs >"$build/fuzz-build.log" || { cat "$build/fuzz-build.log"; exit 1; }
mkdir -p "$build/crashes" "$build/corpus"

results=$(mktemp)
trap 'rm -f "$results"' EXIT
# Found inputs go to the build's own corpus; the tree's seeds are only read. Weighing them by what is
# rare (entropic) takes ten times what a target that looks at whole conversations takes itself.
printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 sh -c '
	mkdir -p "$0/corpus/$2"
	log="$0/fuzz-$2.log"
	if UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$0/fuzz-$2" -max_total_time="$1" \
		-timeout=10 -rss_limit_mb=1024 -close_fd_mask=1 -print_final_stats=1 -entropic=0 \
		-artifact_prefix="$0/crashes/$2-" "$0/corpus/$2" "tests/fuzz/corpus/$2" >"$log" 2>&1
	then
		packets=$(sed -n "s/^stat::altered_packets: *//p" "$log")
		echo "ok fuzz $2: $(sed -n "s/^stat::number_of_executed_units: *//p" "$log") inputs${packets:+, $packets altered packets}"
	else
		tail -40 "$log"
		echo "not ok fuzz $2: see $log and $0/crashes/"
	fi' "$build" "$seconds" | tee "$results"
passed=$(grep -c '^ok ' "$results")
failed=$(grep -c '^not ok ' "$results")
# Once more where the end of a long log is read.
sed -n 's/^not ok fuzz \([^:]*\):.*/failed: \1/p' "$results"
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
