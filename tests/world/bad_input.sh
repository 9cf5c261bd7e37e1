#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What bad input gets: one line that names the thing and the way out, the documented exit code, nothing
# half-written. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

# gets CODE TEXT NAME COMMAND...: that exit code, and one line of talk that holds the text.
gets() {
	code=$1
	text=$2
	name=$3
	shift 3
	timeout 60 "$@" >"$folder/out" 2>"$folder/err" </dev/null
	found=$?
	[ "$found" = "$code" ] || echo "# exit code $found, not $code"
	[ "$found" = "$code" ] && [ "$(grep -c . "$folder/err")" = 1 ] &&
		grep -qF -- "$text" "$folder/err"
	point $? "$name"
}

world=$folder/world.yaml
"$DSFI" world make --domains 20 --seed 3 >"$world"
"$DSFI" world targets "$world" >"$folder/targets"
domain=$(head -n 1 "$folder/targets")
inside() {
	timeout 120 "$DSFI" world run "$world" -- "$@"
}

# Lists and names.
: >"$folder/empty"
gets 2 "'$folder/empty' names no domain" 'an empty list' "$DSFI" check --targets "$folder/empty"
gets 2 'names no domain' 'nothing on standard input' "$DSFI" check --targets -
label=$(printf 'a%.0s' $(seq 60))
gets 2 'longer than 255 octets' 'a name of 300 octets' \
	"$DSFI" check "$label.$label.$label.$label.$label.example"
gets 2 'a label has more than 63 octets' 'a label of 120 octets' "$DSFI" check "$label$label.example"
head -c 3000 "$DSFI" >"$folder/rubbish"
gets 2 "'$folder/rubbish' line 1" 'a binary as list of targets' \
	"$DSFI" check --targets "$folder/rubbish"
gets 2 "'$folder/none'" 'a list that is not there' "$DSFI" check --targets "$folder/none"
gets 2 'nothing to look at' 'no domain at all' "$DSFI" check

# Worlds.
sed 's/^zones:/zonse:/' "$world" >"$folder/wrong.yaml"
line=$(grep -n '^zonse:' "$folder/wrong.yaml" | cut -d: -f1)
gets 2 "line $line" 'a world with a mistake, to run' "$DSFI" world run "$folder/wrong.yaml" -- true
"$DSFI" world check "$folder/wrong.yaml" >"$folder/out" 2>"$folder/err"
[ $? = 2 ] && grep -q "line $line" "$folder/out" && grep -q "has . mistake" "$folder/err"
point $? 'a world with a mistake, to check'
gets 2 'rubbish' 'a binary as world' "$DSFI" world run "$folder/rubbish" -- true
gets 2 "'$folder/none'" 'a world that is not there' "$DSFI" world run "$folder/none" -- true

can_namespaces=1
unshare -Urnm true 2>/dev/null || can_namespaces=
if [ -n "$can_namespaces" ]; then
	gets 4 'namespace' 'no permission for namespaces' unshare -Ur sh -c \
		'echo 0 >/proc/sys/user/max_net_namespaces; echo 0 >/proc/sys/user/max_user_namespaces
		"$DSFI" world run "$0" -- true' "$world"
	gets 3 'is there a network' 'no network' unshare -Urn "$DSFI" check example.com
	inside "$DSFI" check nowhere.example >"$folder/out" 2>"$folder/err"
	[ $? = 1 ] && grep -q DELEGATION-MISSING "$folder/out"
	point $? 'a domain that is not there is a finding'
	inside "$DSFI" check 'bücher.example' >"$folder/out" 2>"$folder/err"
	grep -q 'xn--bcher-kva.example' "$folder/err"
	point $? 'an IDN is converted, and that is said'

	# Disks. Only root of a user namespace of its own may mount them.
	unshare -Urnm sh -c 'mkdir "$0/full" && mount -t tmpfs -o size=128k none "$0/full" &&
		"$DSFI" world run "$1" -- "$DSFI" check --quiet --targets "$2" --store "$0/full/s.db"' \
		"$folder" "$world" "$folder/targets" >"$folder/out" 2>"$folder/err"
	[ $? = 4 ] && [ "$(wc -l <"$folder/err")" = 1 ] && grep -q 's.db' "$folder/err"
	point $? 'a store on a full disk'
	unshare -Urnm sh -c 'mkdir "$0/ro" && mount -t tmpfs -o ro none "$0/ro" &&
		"$DSFI" world run "$1" -- "$DSFI" check --quiet --targets "$2" --store "$0/ro/s.db"' \
		"$folder" "$world" "$folder/targets" >"$folder/out" 2>"$folder/err"
	[ $? = 4 ] && [ "$(wc -l <"$folder/err")" = 1 ] && grep -q 's.db' "$folder/err"
	point $? 'a store on a read-only disk'

	# Stores.
	inside "$DSFI" scan --quiet --targets "$folder/targets" --store "$folder/good.db" \
		>"$folder/out" 2>"$folder/err"
	"$DSFI" history --store "$folder/good.db" "$domain" >"$folder/out" 2>"$folder/err"
	point $? 'a store that is whole'
	size=$(wc -c <"$folder/good.db")
	head -c $((size / 2)) "$folder/good.db" >"$folder/half.db"
	gets 4 "'$folder/half.db'" 'half a store' "$DSFI" report --store "$folder/half.db"
else
	number=$((number + 1))
	echo "ok $number - worlds and disks # SKIP no namespaces for this user"
fi
cp "$folder/rubbish" "$folder/rubbish.db"
gets 2 'not a dsfi store' 'something else as store' "$DSFI" report --store "$folder/rubbish.db"
cmp -s "$folder/rubbish" "$folder/rubbish.db"
point $? '... which is left as it was'
gets 2 "'$folder/none.db'" 'a store that is not there' "$DSFI" report --store "$folder/none.db"
[ ! -e "$folder/none.db" ]
point $? '... and is not made by reading'
gets 2 "no check 'DELEGATION-MISING'" 'a code that is not there' "$DSFI" explain DELEGATION-MISING
"$DSFI" explain dane >"$folder/out" 2>"$folder/err" &&
	grep -q '^DANE-MISMATCH ' "$folder/out" && ! grep -qv '^DANE-' "$folder/out"
point $? 'a family in place of a code lists its checks'
gets 2 'did you mean full?' 'a profile with a slip' "$DSFI" check --profile ful example

# Routes.
printf '\377\302\233\303\251 8 1\n' >"$folder/octets"
gets 2 '\xff\xc2\x9bé' 'octets that are no text are not put on a terminal' \
	"$DSFI" check --routes "$folder/octets" example
gets 2 'there is no such file or folder' 'routes that are not there' \
	"$DSFI" check --routes "$folder/none" example
gets 2 "there is no such file or folder" 'hints that are not there' \
	"$DSFI" check --hints "$folder/none" example
mkfifo "$folder/pipe"
gets 2 'write what comes to one' 'routes from a pipe' "$DSFI" check --routes "$folder/pipe" example

finish
