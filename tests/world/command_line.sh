#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line from outside: streams, exit codes, one line an error, completion. Prints TAP.
set -u

number=0
failures=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

point() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		failures=$((failures + 1))
		echo "not ok $number - $2"
	fi
}

# ends CODE NAME COMMAND...: the exit code, nothing on standard output, one line on standard error.
ends() {
	code=$1
	name=$2
	shift 2
	"$@" >"$folder/out" 2>"$folder/err" </dev/null
	found=$?
	lines=$(wc -l <"$folder/err")
	if [ "$found" = "$code" ] && [ ! -s "$folder/out" ] && [ "$lines" = 1 ]; then
		point 0 "$name"
	else
		echo "# exit code $found, $lines lines on standard error"
		sed 's/^/# /' "$folder/err" | head -5
		point 1 "$name"
	fi
}

says() {
	grep -qF -- "$1" "$folder/err"
	point $? "... and says: $1"
}

ends 2 'no command' "$DSFI"
says "see 'dsfi --help'"
ends 2 'a mistyped command' "$DSFI" chekc
says "did you mean 'check'?"
ends 2 'an unknown option' "$DSFI" check --stroe x
says "did you mean '--store'?"
ends 2 'a value that is no number' "$DSFI" check --rate fast example
says "--rate 'fast' is not a number"
ends 2 'an option without its value' "$DSFI" check --store
says "'--store' needs a value"
ends 2 'a world without a command' "$DSFI" world run "$folder/none.yaml"
says 'the command after -- is missing'
ends 2 'half a command' "$DSFI" world
says "see 'dsfi world --help'"
ends 2 'a forged line in a word' "$DSFI" "$(printf 'a\nb\033[2J')"
ends 4 'a full disk under standard output' sh -c '"$DSFI" help >/dev/full'
says 'cannot write to standard output'

"$DSFI" --help >"$folder/out" 2>"$folder/err" &&
	[ ! -s "$folder/err" ] && grep -q '^Commands:' "$folder/out"
point $? 'help goes to standard output'
[ "$("$DSFI" --version)" = "$("$DSFI" version)" ]
point $? '--version and version say the same'

for command in scan check explain report history 'world run' 'world make' 'world score'; do
	# shellcheck disable=SC2086 # two words are two words
	"$DSFI" $command --help >"$folder/out" 2>&1 && grep -q '^Exit codes:' "$folder/out"
	point $? "dsfi $command --help ends with the exit codes"
	page="$DSFI_BUILD/man/dsfi-$(echo "$command" | tr ' ' -).1"
	[ ! -d "$DSFI_BUILD/man" ] || grep -q 'EXIT STATUS' "$page"
	point $? "... and so does its man page"
done

# What bash offers for the last of the words.
complete_words() {
	bash -c '. "$0"; COMP_WORDS=(dsfi "$@"); COMP_CWORD=$#; _dsfi; echo "${COMPREPLY[@]}"' \
		"$DSFI_BUILD/man/dsfi.bash" "$@"
}
if [ -e "$DSFI_BUILD/man/dsfi.bash" ] && command -v bash >/dev/null; then
	[ "$(complete_words expl)" = explain ]
	point $? 'bash completes a command'
	[ "$(complete_words world ru)" = run ]
	point $? 'bash completes the second word'
	[ "$(complete_words report --ht)" = --html ]
	point $? 'bash completes an option'
	touch "$folder/some.sqlite"
	[ "$(complete_words report --store "$folder/so")" = "$folder/some.sqlite" ]
	point $? 'bash completes a file'
else
	number=$((number + 1))
	echo "ok $number - completion # SKIP no bash, or built without scdoc"
fi

echo "1..$number"
[ "$failures" = 0 ]
