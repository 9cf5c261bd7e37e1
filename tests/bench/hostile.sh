#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One question in each hostile world (tests/world/hostile.py): questions sent and CPU, ours beside other resolvers.
#
# Alone: ATTACKS='nxns keytrap' RESOLVERS='dsfi bind' sh tests/bench/hostile.sh
# (default: all), and MARKDOWN=1 for the table as docs/why/limits.md has it. Takes about ten minutes.
set -u

DSFI_SOURCE=${DSFI_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
export DSFI="${DSFI:-$DSFI_SOURCE/build/dsfi}"
export DSFI_RESOLVERS="${DSFI_RESOLVERS:-$DSFI_SOURCE/build/resolvers}"
resolvers=${RESOLVERS:-dsfi unbound bind knot powerdns}
worlds=$DSFI_SOURCE/tests/world/hostile.py
questions_max=100
cpu_max_ms=100
unshare -Urn true 2>/dev/null || [ "$(id -u)" = 0 ] || {
	echo 'hostile: skipped, no namespaces for this user'
	exit 0
}
PATH="$DSFI_RESOLVERS/bin:$PATH"
export PATH

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
cd "$folder" || exit 1

# line FIRST CELL...: of the table.
line() {
	if [ -n "${MARKDOWN:-}" ]; then
		printf '| %s' "$1"
		shift
		printf ' | %s' "$@"
		echo ' |'
	else
		printf '%-23s' "$1"
		shift
		printf '%-31s' "$@"
		echo
	fi
}

# shellcheck disable=SC2086 # a list of words
line 'questions, CPU, answer' $resolvers
# shellcheck disable=SC2086,SC2046
[ -z "${MARKDOWN:-}" ] || line '---' $(for _ in $resolvers; do echo ---; done)
missed=
python3 "$worlds" >attacks
while read -r name asked _; do
	case " ${ATTACKS:-$name} " in
	*" $name "*) ;;
	*) continue ;;
	esac
	python3 "$worlds" "$name" >world
	set --
	for resolver in $resolvers; do
		rm -f questions
		cost=$("$DSFI" world run --questions questions world -- \
			python3 "$DSFI_SOURCE/tests/bench/hostile_ask.py" "$resolver" "$asked" \
			"$folder/questions" 2>&1 </dev/null | tail -n 1)
		questions=${cost%% *}
		rest=${cost#* }
		cpu_ms=${rest%% *}
		answer=${rest#* }
		if [ "$questions" = - ]; then
			set -- "$@" "not run: $answer"
			continue
		fi
		set -- "$@" "$questions, $cpu_ms ms, $answer"
		if [ "$resolver" = dsfi ] &&
			! { [ "$questions" -le "$questions_max" ] && [ "$cpu_ms" -le "$cpu_max_ms" ]; }; then
			missed="$missed $name"
		fi
	done
	line "$name" "$@"
done <attacks
if [ -n "$missed" ]; then
	echo "dsfi: at most $questions_max questions and $cpu_max_ms ms CPU: MISSED$missed"
	exit 1
fi
case " $resolvers " in
*' dsfi '*) echo "dsfi: at most $questions_max questions and $cpu_max_ms ms CPU: within" ;;
esac
