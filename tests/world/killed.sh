#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Five times a process of a scan (parent, worker, judge, keeper) is killed at a random moment, and the
# scan gone on with: in the end the store holds what it holds after an undisturbed scan. Prints TAP.
# `make soak` does the same with 20,000 domains and fifty kills (tests/soak/kills.sh).
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
cd "$folder" || exit 1
"$DSFI" world make --domains 300 --seed 5 --faults 30 --behaviours 0 --signed 40 >world
"$DSFI" world targets world >targets
cat >inside <<'INSIDE'
"$DSFI" check --quiet --targets targets --store calm.db --json --fail-on never >calm.out 2>calm.err || exit 2
python3 "$DSFI_SOURCE/tests/kills.py" kill --targets targets --store killed.db --kills 5 --rate 900 \
	--in-flight 30 --after-commit >out
INSIDE
"$DSFI" world run world -- sh inside 2>err
point $? "a scan that is killed again and again comes to its end: $(head -n 1 out)"
python3 "$DSFI_SOURCE/tests/kills.py" compare calm.db killed.db >out 2>err
point $? "... and has what an undisturbed one has: $(head -n 1 out)"
# That the comparison can fail: one finding of 300 domains is gone, one domain is pointed elsewhere.
cp killed.db less.db
cp killed.db other.db
python3 -c '
import sqlite3
with sqlite3.connect("less.db") as store:
    store.execute("DELETE FROM finding WHERE (domain, ordinal) = (SELECT domain, ordinal FROM finding LIMIT 1)")
with sqlite3.connect("other.db") as store:
    store.execute("UPDATE interval SET state = (SELECT max(id) FROM state) WHERE id = 1")'
for changed in less other; do
	! python3 "$DSFI_SOURCE/tests/kills.py" compare calm.db $changed.db >out 2>err && grep -q '^wrong:' out
	point $? "... to the last finding and state ($changed)"
done

finish
