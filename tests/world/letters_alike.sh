#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# A letter reads the observations of its operator's domains alone, chosen by what the store keeps of name servers. Of a
# store that keeps nothing of them it reads all. Both must say the same, to the letter, to every operator: also of name
# servers inside their domains, of two operators at one domain, by people's own rules, of an earlier run. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
if ! command -v python3 >/dev/null; then
	echo '1..0 # SKIP no python3'
	exit 0
fi

# names STORE: the last two labels of every name server, and those that are nobody's name.
names() {
	python3 - "$1" <<'PYTHON'
import sqlite3, sys

names = {"(own servers)", "Our Friends", "nobody.example"}
for (body,) in sqlite3.connect(sys.argv[1]).execute("SELECT body FROM servers"):
    at = 2
    for _ in range(body[1]):
        wire = body[at + 1:at + 1 + body[at]]
        labels = []
        at += 1 + body[at]
        while wire[0]:
            labels.append(wire[1:1 + wire[0]].decode("latin1"))
            wire = wire[1 + wire[0]:]
        names.add(".".join(labels[-2:]))
        count = body[at]
        at += 1
        for _ in range(count):
            at += 1 + (4 if body[at] == 4 else 16) + 4
print("\n".join(sorted(names)))
PYTHON
}

# alike STORE ARGUMENT...: how many letters were compared; fails when two differ, or most say nothing to anybody.
alike() {
	stored=$1
	shift
	cp "$folder/$stored" "$folder/old"
	python3 -c 'import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.executescript("DROP TABLE servers; DROP TABLE adoption; PRAGMA user_version=1;")' "$folder/old"
	names "$folder/$stored" >"$folder/names"
	compared=0
	said=0
	: >"$folder/out"
	while read -r name; do
		for one in "$stored" old; do
			"$DSFI" report --for "$name" --json --store "$folder/$one" "$@" >"$folder/of.$one" 2>"$folder/err.$one"
			echo "$?" >>"$folder/err.$one"
		done
		cmp -s "$folder/of.$stored" "$folder/of.old" && cmp -s "$folder/err.$stored" "$folder/err.old" ||
			echo "$name" >>"$folder/out"
		compared=$((compared + 1))
		[ ! -s "$folder/of.old" ] || said=$((said + 1))
	done <"$folder/names"
	[ ! -s "$folder/out" ] && [ "$compared" -ge 20 ] && [ "$said" -ge $((compared / 4)) ]
}

for seed in 1 3; do
	"$DSFI" world make --domains 100 --seed "$seed" --faults 30 --behaviours 0 >"$folder/world"
	"$DSFI" world targets "$folder/world" >"$folder/targets"
	head -n 60 "$folder/targets" >"$folder/half"
	# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
	"$DSFI" world run "$folder/world" -- sh -c '
		"$DSFI" check --quiet --fail-on never --targets "$0/targets" --store "$0/$1" &&
			"$DSFI" check --quiet --fail-on never --targets "$0/half" --store "$0/$1"' \
		"$folder" "store$seed" >"$folder/out" 2>"$folder/err"
	point $? "world $seed: scanned whole, then half of it"
	alike "store$seed"
	point $? "world $seed: $compared letters are the same"
	alike "store$seed" --run 1
	point $? "world $seed: $compared letters of the first run are the same"
	{
		printf 'domain %s | Our Friends\n' "$(sed -n 3p "$folder/targets")"
		printf 'domain %s | %s\n' "$(sed -n 40p "$folder/targets")" "$(sed -n 7p "$folder/names")"
		printf 'suffix %s | Our Friends\n' "$(sed -n 5p "$folder/names")"
		printf 'prefix 198.18.0.64/26 | Our Friends\n'
	} >"$folder/rules"
	alike "store$seed" --run 1 --operators "$folder/rules"
	point $? "world $seed: $compared letters by rules of one's own are the same"
done
grep -q 'vanity: true' "$folder/world"
point $? 'there are name servers inside their domains'
finish
