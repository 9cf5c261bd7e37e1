#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a party that is known could send to stop the others: nothing of it stops a command, writes lines of its own, or
# outlives its key. Nor do mails of strangers keep others from being read. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/cases.sh
. "$DSFI_SOURCE/tests/cases.sh"

cd "$folder" || exit 1
make_parties

# notice MEMBERS: one of the registrar to the registry, with these members more in its body; prints its id.
notice() {
	sign registrar "{\"kind\":\"notice\",\"to\":[\"@registry\"],\"body\":{\"sentence\":\"moved\",\"domains\":[\"bank.example\"]$1}}"
}

# takes: what was signed last is filed by the registry.
takes() {
	dsfi receive last.json --unsealed --store registry >out 2>err && grep -q '^new ' out
}

# ---- times and words ----
old=$(notice ',"question":"authorised","due":"1970-01-01T00:00:00Z"')
takes && dsfi case show "$old" --store registry >out 2>err && grep -q '1970-01-01T00:00:01Z, overdue' out
point $? 'a time of 1970 to answer by is one that has passed'
dsfi case list --store registry >out 2>err && sed -n 2p out | grep -q 'overdue for'
point $? 'in the list, too'
notice ',"question":"authorised|other"' >id
refused 1 "question" 'two words of a table in one are none' dsfi receive last.json --unsealed --store registry
forging=$(notice ',"test":"ns(bank.example) = {\n\nproof      passed, measured today by CSIRT"')
takes && dsfi case show "$forging" --store registry >out 2>err && ! grep -q '^proof      passed' out && grep -q '^ .*proof      passed' out
point $? 'a test that cannot be read has no line of its own'
notice "" >id
python3 - last.json <<'PYTHON'
import json, sys
m = json.load(open(sys.argv[1]))
m["body"] = {"sentence": "moved\u200b", "domains": ["bank.example"]}
del m["sig"], m["id"]
json.dump(m, open("unseen.json", "w"))
PYTHON
"$DSFI_BUILD/oracle_messages" registrar.key <unseen.json >last.json
refused 1 'sentence' 'nor may a sentence hold what is not seen' dsfi receive last.json --unsealed --store registry

# ---- the clock ----
soon=$(date -u -d '+50 minutes' +%Y-%m-%dT%H:%M:%SZ)
sign registrar "{\"kind\":\"notice\",\"made\":\"$soon\",\"to\":[\"@registry\"],\"body\":{\"sentence\":\"soon\",\"domains\":[\"bank.example\"]}}" >id
takes
point $? 'of less than an hour ahead'
# What a clock that was set back since leaves: a message of a time that is further ahead.
far=$(date -u -d '+3 hours' +%Y-%m-%dT%H:%M:%SZ)
sign registrar "{\"kind\":\"notice\",\"made\":\"$far\",\"to\":[\"@registry\"],\"body\":{\"sentence\":\"ahead\",\"domains\":[\"bank.example\"]}}" >id
cp last.json ahead.json
refused 1 'of the future' 'of more than that is refused' dsfi receive ahead.json --unsealed --store registry
python3 - registry <<'PYTHON'
import calendar, json, sqlite3, sys, time
octets = open("ahead.json", "rb").read().rstrip(b"\n")
one = json.loads(octets)
store = sqlite3.connect(sys.argv[1])
store.execute("INSERT INTO message(id, case_id, made_s, received_s, body) VALUES(?, ?, ?, ?, ?)",
              (one["id"], one["id"], calendar.timegm(time.strptime(one["made"], "%Y-%m-%dT%H:%M:%SZ")),
               int(time.time()), octets))
store.commit()
PYTHON
does 'one that is filed is read whatever the clock says' dsfi case show "$(cat id)" --store registry
notice ',"question":"authorised"' >id
takes
point $? 'and others are filed'

# ---- names ----
dsfi party key named.key >/dev/null && dsfi party add "$registrar" --key named.key --role other --store named >/dev/null 2>&1 &&
	dsfi party export --store named >named.party && dsfi party import named.party --store registry -q >/dev/null 2>&1
point $? 'a party that calls itself by the id of another'
dsfi party show "$registrar" --store registry >out 2>err && grep -q 'desk@bank.example' out
point $? 'does not stand in for it'
named=$(id_of named)
dsfi party import registry.party --store named -q >/dev/null 2>&1
sign named '{"kind":"notice","to":["@registry"],"body":{"sentence":"mine","domains":["bank.example"]}}' >id
dsfi receive last.json --unsealed --store registry >out 2>err && grep -q "of $named," out
point $? 'and is told by its own id'

# ---- much ----
sign csirt '{"kind":"notice","to":["@registry"],"body":{"sentence":"heard","domains":["bank.example"]}}' >heard
mkdir -p Maildir/new Maildir/cur Maildir/tmp
python3 - <<'PYTHON'
lines = b'{"after":["N\n' * 64
for i in range(1030):
    open("Maildir/new/%04d.a" % i, "wb").write(b"From: a@b.test\n\n" + lines)
open("Maildir/new/9999.z", "wb").write(b"From: a@b.test\n\n" + open("last.json", "rb").read())
PYTHON
dsfi receive Maildir --unsealed --store registry >out 2>err
[ $? = 1 ] && [ "$(grep -c '^new ' out)" = 1 ] && grep -q "$(cat heard)" out && grep -q '65920 refused' err
point $? 'mails of lines that only look like messages keep none from being read'
[ "$(grep -c '^refused ' out)" = 1024 ] && grep -q '1024 of what was refused in mails are told' err && [ -e 'Maildir/cur/9999.z:2,S' ]
point $? 'and some of them are told'

# ---- a notice that is not here ----
sign csirt '{"kind":"notice","to":["@registrar"],"body":{"sentence":"not for all","domains":["bank.example"]}}' >away
away=$(cat away)
sign csirt "{\"kind\":\"note\",\"case\":\"$away\",\"after\":[\"$away\"],\"to\":[\"@registry\"],\"tlp\":\"red\",\"body\":{\"text\":\"x\"}}" >id
takes && grep -q "its notice is not here; ask CSIRT for it" out && dsfi case list --store registry >out 2>err &&
	grep -q "^$(cut -c 1-8 away)  incomplete .*the notice that opened it is not here" out
point $? 'a case whose notice is not here says who has it'

# ---- a case that cannot be read ----
python3 - registry "$old" <<'PYTHON'
import sqlite3, sys
store = sqlite3.connect(sys.argv[1])
store.execute("UPDATE message SET body = CAST('{' AS BLOB) WHERE id = ?", (sys.argv[2],))
store.commit()
PYTHON
sign registrar "{\"kind\":\"note\",\"case\":\"$old\",\"after\":[\"$old\"],\"to\":[\"@registry\"],\"body\":{\"text\":\"x\"}}" >id
cat last.json >both.json
notice ',"indicators":["ip:192.0.2.1"]' >other
cat last.json >>both.json
dsfi receive both.json --unsealed --store registry >out 2>err && [ "$(grep -c '^new ' out)" = 2 ] && grep -q "case $(echo "$old" | cut -c 1-8) cannot be summed up" err
point $? 'keeps no other from being filed'
dsfi case list --store registry >out 2>err
[ $? = 4 ] && grep -q "^$(cut -c 1-8 other)" out && grep -q '1 case could not be listed' err
point $? 'nor from being listed, which ends as what failed'

# ---- a key that was stolen ----
# Who has the older key signs what the newer one signed, too; the store gets that copy first, and then hears that the older
# key had ended by then.
made=$(date -u -d '+40 minutes' +%Y-%m-%dT%H:%M:%SZ)
same="{\"kind\":\"notice\",\"made\":\"$made\",\"author\":\"$registrar\",\"to\":[\"@registry\"],\"body\":{\"sentence\":\"signed twice\",\"domains\":[\"bank.example\"]}}"
twice=$(sign registrar "$same") && takes
dsfi case list --store registry >out 2>err
grep -q 'signed twice' out
point $? 'as long as its key holds it is a case'
dsfi party key next.key >/dev/null && dsfi party add --key registrar.key --next-key next.key --store registrar >/dev/null 2>&1 &&
	dsfi party export --store registrar >registrar.party && dsfi party import registrar.party --store registry -q >out 2>err
point $? 'its key has ended before then'
dsfi case list --store registry >out 2>err
! grep -q 'signed twice' out && grep -q "no message of case '$twice' is proven any more" err
point $? 'and it is no case any more'
sign next "$same" >id
[ "$(cat id)" = "$twice" ] && takes && dsfi case show "$twice" --store registry >out 2>err && grep -q 'signed twice' out
point $? 'the copy that holds takes its place'
dsfi audit list --store registry >out 2>err && grep -q 'in place of a copy whose signature does not hold' out && dsfi audit verify --store registry >out 2>err
point $? 'which the audit says'
cp last.json held.json
sign registrar "$same" >id
refused 1 'no key is known\|is not of party' 'the other does not come back' dsfi receive last.json --unsealed --store registry
does 'and the same again is one' dsfi receive held.json --unsealed --store registry

# ---- who may read ----
[ "$(stat -c %a registry)" = 600 ]
point $? 'a store is made for its owner alone'
finish
