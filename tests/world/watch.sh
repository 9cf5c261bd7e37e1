#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# dsfi watch: a hijack and its end, played in a running world, are found within one interval; one server of the parent
# that is lame or lies is no move; who opted out is left alone; Ctrl-C, kill -9, a second one, somebody else's writing,
# bad input. Prints TAP.
# timeout: 300
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/hijack.sh
. "$DSFI_SOURCE/tests/hijack.sh"
needs_namespaces
needs python3
cd "$folder" || exit 1

# world BANK [BEHAVIOUR [CANNED]]: whose servers bank.tld has; of b.nic.tld; what 198.18.0.3 says of it whatever it is.
world() {
	more_servers="  - {name: b.nic.tld, addresses: [198.18.0.3], behaviour: [${2:-}]}
  - {name: c.nic.tld, addresses: [198.18.0.4]}"
	nic_servers='a.nic.tld, b.nic.tld, c.nic.tld'
	hijack_world
	cat <<-WORLD
		  - {name: shop.tld, operator: host}
		  - name: bank.tld
		    operator: $1
	WORLD
	if [ "$1" = host ]; then
		cat <<-WORLD
			    signed: 13 nsec
			    records: |
			      bank.tld. 3600 IN A 198.18.1.10
			      bank.tld. 3600 IN MX 10 mail.bank.tld.
			      mail.bank.tld. 3600 IN A 198.18.1.3
		WORLD
	else
		cat <<-WORLD
			    records: |
			      bank.tld. 300 IN A 198.18.1.10
			      bank.tld. 300 IN MX 10 mx.wolf.tld.
		WORLD
	fi
	[ -z "${3:-}" ] || parent_behind 3600 "$3"
}

# inside WORLD COMMAND...: in a world that follows its file.
inside() {
	cp "$1" w
	shift
	timeout -k 5 120 "$DSFI" world run --follow w -- "$@"
}

watch() {
	"$DSFI" watch "$@"
}

# wait_for FILE PATTERN: until it is there, a minute at most.
cat >wait_for <<'WAIT'
waited=0
while ! grep -q "$2" "$1" 2>/dev/null; do
	[ $waited -lt 600 ] || exit 1
	sleep 0.1
	waited=$((waited + 1))
done
WAIT

world host >host.world
world wolf >wolf.world
world host lame >lame.world
world host '' wolf >lying.world
world wolf '' host >lagging.world

# ---- what is watched ----
watch add bank.tld shop.tld HOST.TLD. --list ours -s store 2>err && grep -q '3 watched from now on' err
point $? 'domains are added'
watch add bank.tld new.tld -s store 2>err && grep -q '1 watched from now on, 1 were so already; 4 in all' err &&
	watch remove new.tld nothing.tld -s store 2>err && grep -q '1 watched no more, 1 were not watched; 3 are' err
point $? 'each is added once, and removed'
watch list -s store >out 2>err && [ "$(cut -d' ' -f1 out | tr '\n' ' ')" = 'bank.tld. host.tld. shop.tld. ' ] &&
	grep -q 'ours, not looked at yet' out
point $? 'and listed in order'
for verb in add remove; do
	watch $verb -s store 2>err
	[ $? = 2 ] && grep -q 'name one, or a list with --file FILE' err
	point $? "none is named to $verb"
done
watch list -s none 2>err
[ $? = 2 ] && grep -q "'dsfi scan --store', 'dsfi watch add' and 'dsfi party add' make one" err
point $? 'what makes a store is said where there is none'

# ---- a hijack in a running world ----
cat >hijack <<'HIJACK'
"$DSFI" watch run -s store --every 3s --json >seen 2>notes &
watching=$!
sh wait_for seen '"type":"round"' && sleep 1
grep -c '"type":"round"' seen >before
cp wolf.world w.new && mv w.new w
sh wait_for seen '"event":"moved"' && sh wait_for seen 'delegation-replaced'
cp host.world w.new && mv w.new w
sh wait_for seen '"restored"'
kill -INT $watching
wait $watching
echo "code $?" >code
HIJACK
inside host.world sh hijack >out 2>err
grep -q '"domain":"bank.tld."' seen && grep -q 'all name servers replaced' seen && grep -q 'DS removed' seen &&
	grep -q 'mail hosts moved to mx.wolf.tld' seen
point $? 'a hijack is told in words'
# The round under way when it was played may end without it, the next one does not.
rounds=$(($(sed '/"event":"moved"/q' seen | grep -c '"type":"round"') - $(cat before)))
[ "$rounds" -le 1 ] && [ "$(grep -c '"event":"moved"' seen)" = 2 ]
point $? "within one interval ($rounds rounds ended before), and so is its end"
! grep -q '"event":"differs"' seen && ! grep -q 'shop.tld' seen && ! grep -q '"domain":"host.tld' seen
point $? 'and nothing of the others'
grep -q '"restored"' seen && grep -q '"undone":{' seen
point $? 'that it is undone makes its score higher'
grep -q 'code 130' code && grep -q 'the same command goes on' notes
point $? 'Ctrl-C ends it, and says how to go on'
grep '"type":"change"' seen >changes.out && grep -v '"type":"change"' seen >looks.out
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/change.schema.json" changes.out >out 2>err &&
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/look.schema.json,$DSFI_SOURCE/docs/format/round.schema.json" \
		looks.out >out 2>err
point $? 'lines fit their schemas'
watch list -s store --json >out 2>err &&
	python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/watched.schema.json" out >err 2>&1 &&
	grep '"domain":"bank' out | grep -q '"moved":"20' && grep '"domain":"shop' out | grep -q '"moved":null'
point $? 'the list knows what moved'

# ---- scored again ----
# Mail goes back while the delegation stays: only a later look in full sees it. Then the process is killed, and the
# next one, whose table of signals is another, goes on with what was told.
sed 's/MX 10 mx.wolf.tld/MX 10 mail.bank.tld/' wolf.world >half.world
echo '      mail.bank.tld. 300 IN A 198.18.1.3' >>half.world
sed 's/^\(signal | S1 .*| \)12  /\121  /' "$DSFI_SOURCE/catalog/signals" >signals
cat >later <<'LATER'
"$DSFI" watch add bank.tld -s again 2>/dev/null
"$DSFI" watch run -s again --once >/dev/null 2>&1
cp wolf.world w.new && mv w.new w
sleep 1
"$DSFI" watch run -s again --every 1s --again 3s,6s,30s --json >one.out 2>one.err &
watching=$!
sh wait_for one.out 'delegation-replaced'
cp half.world w.new && mv w.new w
sh wait_for one.out '"score_before"'
kill -KILL $watching
wait $watching
"$DSFI" watch list -s again --json >list.out 2>&1
"$DSFI" watch list -s again >list.text 2>&1
"$DSFI" watch run -s again --every 1s --again 3s,6s,8s --signals signals >two.out 2>two.err &
watching=$!
sh wait_for two.out 'scored again'
waited=0
while ! "$DSFI" watch list -s again --json 2>&1 | grep -q '"full_look_later":null' && [ $waited -lt 100 ]; do
	sleep 0.2
	waited=$((waited + 1))
done
"$DSFI" watch list -s again --json >after.out 2>&1
kill -INT $watching
wait $watching
LATER
inside host.world sh later >out 2>err
grep '"type":"change"' one.out >changes.out
[ "$(grep -c '"event":"moved"' one.out)" = 1 ] && [ "$(grep -c '"score_before"' changes.out)" = 1 ] &&
	sed -n 1p changes.out | grep -q 'delegation-replaced' && sed -n 1p changes.out | grep -q '"undone":null' &&
	grep '"score_before"' changes.out | grep 'delegation-replaced' | grep -q '"signal":"S3"'
point $? 'what moved is looked at again, and told again when it is scored otherwise'
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/change.schema.json" changes.out >out 2>err
point $? 'as JSON, too'
[ -s changes.out ] && ! grep -qv '"delegation-replaced"' changes.out
point $? 'what else the domain does meanwhile is not told, and not looked at again'
grep '"full_look_later":"20' list.out | grep -q '"full_look_due":false' && grep -q 'bank.tld.*, will be scored again 20' list.text
point $? 'the list says when'
grep -q '    scored again: it was told before, with [0-9]' two.out && grep -q '"full_look_later":null' after.out
point $? 'a restart goes on with it, and it ends'
cp wolf.world w
inside wolf.world "$DSFI" watch run -s again --every 1s --rounds 3 --signals signals >out 2>err
[ ! -s out ]
point $? 'what is scored the same is not told again'
watch run -s again --again 1h,soon 2>err
[ $? = 2 ] && grep -q -- '--again' err
point $? 'times that are none'

# ---- files that a full look reads ----
printf 'a page\nthat is\nnone of them\n' >page
: >empty
printf '198.18.1.0\t24\t64496\n' >routes
# refuses WORDS OPTION...: before the first look.
refuses() {
	words=$1
	shift
	inside host.world "$DSFI" watch run -s again --once "$@" >out 2>err
	[ $? = 2 ] && [ ! -s out ] && grep -q "$words" err && ! grep -q 'looked at' err
	point $? "refused at the start: $words ($*)"
}
refuses "'page'" --routes page
refuses "cannot read 'nowhere'" --routes nowhere
refuses "'empty' is empty" --routes empty
refuses "'page'" --routes routes --vrps page
refuses "'page' has no certificate" --ca-file page
refuses "'nowhere' has no certificate" --ca-file nowhere

# ---- an outage ----
# The parent is silent when the only look again is due: it scores nothing, and is made again.
sed 's/^\(  - {name: [a-c].nic.tld, addresses: \[[0-9.]*\]\).*/\1, behaviour: [lame]}/' wolf.world >dead.world
cat >dying <<'OUTAGE'
"$DSFI" watch add bank.tld -s outage 2>/dev/null
"$DSFI" watch run -s outage --once >/dev/null 2>&1
cp wolf.world w.new && mv w.new w
sleep 1
"$DSFI" watch run -s outage --once --again 2s --json >outage.before 2>&1
"$DSFI" watch list -s outage --json >outage.list 2>/dev/null
cp dead.world w.new && mv w.new w
sleep 2
"$DSFI" watch run -s outage --rounds 2 --every 1s --again 2s --json >outage.out 2>outage.err
"$DSFI" watch list -s outage --json >>outage.list 2>/dev/null
OUTAGE
inside host.world sh dying >out 2>err
grep -q '"delegation-replaced"' outage.before && ! grep -q '"type":"change"' outage.out &&
	[ "$(sed 's/.*"full_look":\("[^"]*"\).*/\1/' outage.list | uniq | wc -l)" = 2 ] &&
	[ "$(grep -c '"full_look_later":"' outage.list)" = 2 ]
point $? 'an outage scores nothing again, and does not use up the last look'

# ---- found late ----
# Somebody's scan sees the hijack, and the watch, which was off, two days later only. Then the same of a domain that the
# watch had never looked at in full.
cat >late <<'LATE'
for full in 10000 0; do
	cp host.world w.new && mv w.new w
	sleep 1
	"$DSFI" watch add bank.tld -s late.$full 2>/dev/null
	"$DSFI" watch run -s late.$full --once --full $full >/dev/null 2>&1
	"$DSFI" scan -q --profile full --store late.$full bank.tld >/dev/null 2>&1
	cp wolf.world w.new && mv w.new w
	sleep 1
	"$DSFI" scan -q --profile full --store late.$full bank.tld >/dev/null 2>&1
	"$DSFI" watch run -s late.$full --once --full 0 --json >moved.$full 2>&1
	python3 - late.$full <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as store:
    store.execute("UPDATE watch SET moved_s = moved_s + 172800 WHERE moved_s != 0")
PYTHON
	"$DSFI" watch run -s late.$full --once --json >late.$full.out 2>late.$full.err
done
# The last of three looks at a move that came with the change, and two days after it.
for later in 0 172800; do
	python3 - late.0 $later <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as store:
    store.execute("UPDATE watch SET due = 2, moved_s = full_s + ?", (int(sys.argv[2]),))
PYTHON
	sleep 2
	"$DSFI" watch run -s late.0 --once --every 1s >unseen.$later.out 2>unseen.$later.err
	"$DSFI" watch list -s late.0 --json >>unseen.list 2>/dev/null
done
LATE
inside host.world sh late >out 2>err
for full in 10000 0; do
	grep -q '"event":"moved"' moved.$full && [ "$(grep -c '"delegation-replaced"' late.$full.out)" = 1 ]
	point $? "a move that was found late is told (--full $full before)"
done
! grep -q '"full_look_due":true' unseen.list && ! grep -q 'three full looks' unseen.0.err &&
	grep -q 'three full looks saw nothing change' unseen.172800.err
point $? 'that nothing was seen to change is said, but not of what was told before'

# ---- one server of the parent ----
inside lame.world "$DSFI" watch run -s store --every 1s --rounds 4 --json >out 2>err
[ "$(grep -c '"type":"round"' out)" = 4 ] && ! grep -q '"type":"look"' out
point $? 'a lame server of the parent moves nothing'
inside lying.world "$DSFI" watch run -s store --every 1s --rounds 4 --json >out 2>err
[ "$(grep -c '"event":"differs"' out)" = 1 ] && ! grep -q moved\", out && grep '"event":"differs"' out | grep -q '"server":"198.18.0.3"'
point $? 'one that says something else moves nothing, and is told once'
inside lagging.world "$DSFI" watch run -s store --every 1s --rounds 2 --full 0 --json >out 2>err
grep -q '"event":"moved"' out
point $? 'one that lags behind hides nothing'
inside host.world "$DSFI" watch run -s store --once --full 0 --json >out 2>err
grep -q '"event":"moved"' out && [ "$(grep -c '"type":"look"' out)" = 1 ]
point $? 'back again'

# ---- left alone ----
echo bank.tld >opted
cp wolf.world w
timeout -k 5 60 "$DSFI" world run --questions questions w -- "$DSFI" watch run -s store --once --full 0 --opt-out opted --json >out 2>err
grep -q '"opted_out":1' out && ! grep -q bank.tld questions && grep -q shop.tld questions
point $? 'who opted out is not asked about'
printf '198.18.0.2\n198.18.0.4\n' >opted
timeout -k 5 60 "$DSFI" world run --questions questions w -- "$DSFI" watch run -s store --once --full 0 --opt-out opted >out 2>err
grep -q 'UDP 198.18.0.3 shop.tld' questions && ! grep -q '198.18.0.[24]' questions
point $? 'nor servers that opted out'
cp host.world w
timeout -k 5 60 "$DSFI" world run --questions questions w -- "$DSFI" watch run -s store --once --full 0 >out 2>err
[ "$(grep -c ' shop.tld. ' questions)" = 1 ]
point $? 'a domain is one question'

# ---- others at the store ----
cat >others <<'OTHERS'
"$DSFI" watch run -s store --every 2s >/dev/null 2>notes &
watching=$!
sleep 1
"$DSFI" watch run -s store --once >two.out 2>two.err
echo "code $?" >two.code
"$DSFI" watch add late.tld -s store 2>add.err
echo "code $?" >add.code
kill -KILL $watching
wait $watching
"$DSFI" watch run -s store --once 2>after.err
echo "code $?" >after.code
OTHERS
inside host.world sh others >out 2>err
grep -q 'code 4' two.code && grep -q "another 'dsfi watch run' is at work on it" two.err
point $? 'two at once on a store: the second says so'
grep -q 'code 0' add.code
point $? 'others can write meanwhile'
grep -q 'code 0' after.code && grep -q '4 looked at' after.err
point $? 'after kill -9 it goes on'
"$DSFI" history >/dev/null 2>&1
python3 - store <<'PYTHON'
import sqlite3, sys
assert sqlite3.connect(sys.argv[1]).execute("PRAGMA quick_check").fetchone()[0] == "ok"
PYTHON
point $? 'and the store is whole'

cat >busy <<'BUSY'
# As a scan that goes on for a while: the writer's lock (keep/store/lock.c).
python3 - store <<'PYTHON' &
import fcntl, struct, sys, time
file = open(sys.argv[1], "r+b")
fcntl.fcntl(file, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 1 << 61, 1, 0))
open("held", "w").close()
time.sleep(3)
open("free", "w").close()
PYTHON
holder=$!
while [ ! -e held ]; do sleep 0.1; done
"$DSFI" watch run -s store --every 1s --rounds 2 --json >busy.out 2>busy.err
echo "code $?" >busy.code
[ -e free ] && echo waited >>busy.code
wait $holder
BUSY
cp wolf.world w
inside wolf.world sh busy >out 2>err
grep -q 'code 0' busy.code && grep -q waited busy.code && [ "$(grep -c '"event":"moved"' busy.out)" = 1 ] &&
	grep -q delegation-replaced busy.out && watch list -s store --json | grep '"domain":"bank' | grep -q '"full_look_due":false'
point $? 'while somebody else writes, what is new waits, and is told once'

cp wolf.world w
"$DSFI" world run w -- "$DSFI" watch run -s store --every 1s --rounds 4 --full 0 --json >crash.out 2>crash.err &
running=$!
sh wait_for crash.out '"type":"round"'
# The watcher is in a process namespace of its own; its folder is this one.
for process in /proc/[0-9]*; do
	[ "$(readlink "$process/cwd" 2>/dev/null)" = "$folder" ] || continue
	tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -q '^dsfi watcher' || continue
	cp "$process/status" status
	kill -SEGV "${process#/proc/}"
done
wait $running
echo "code $?" >crash.code
grep -q 'code 0' crash.code && grep -q 'has crashed' crash.err && [ "$(tail -n 1 crash.out | cut -d, -f5)" = '"looked":4' ]
point $? 'a watcher that crashes is started anew'
if grep -aq __asan_ "$DSFI"; then
	skip 'the watcher is shut in' 'built with the address sanitizer'
else
	grep -q '^Seccomp:.*2' status && grep -q '^NoNewPrivs:.*1' status && grep -q '^CapEff:.*0000000000000000' status
	point $? 'the watcher is shut in'
fi

# ---- input ----
printf '%s\n' 'a\.b.tld' '\001x.tld' '*.tld' 'a\@b.tld' 'a\ b.tld' 'b\195\188cher.tld' '-q.tld' >list
watch add --file list -s odd 2>err && inside host.world "$DSFI" watch run -s odd --once --json >out 2>err &&
	[ "$(watch list -s odd --json 2>err | grep -c '"full_look":"20')" = 7 ]
point $? 'names of all kinds are looked at, in full, too'
printf 'good.tld\nbad name.tld\n' >list
watch add --file list -s other 2>err
[ $? = 2 ] && grep -q "list.*line 2" err && [ ! -s other ]
point $? 'a list with a mistake: named by line, and nothing is done'
printf '%s.tld\n' "$(printf 'x%.0s' $(seq 1 64))" >list
watch add --file list -s other 2>err
[ $? = 2 ]
point $? 'a label that is too long'
head -c 100000 /dev/urandom >list
watch add --file list -s other 2>err
[ $? = 2 ]
point $? 'octets that are no text'
watch add . -s other 2>err
[ $? = 2 ] && grep -q 'is the root' err
point $? 'the root'
watch add -s other 2>err
[ $? = 2 ]
point $? 'no domain at all'
watch run -s nothing --once 2>err
code=$?
[ $code = 2 ] && grep -q "store 'nothing'" err
point $? "no store ($code)"
watch add one.tld -s empty 2>err && watch remove one.tld -s empty 2>err
watch run -s empty --once 2>err
[ $? = 2 ] && grep -q "'dsfi watch add DOMAIN'" err
point $? 'nothing watched'
DSFI_WORLD='' watch run -s store --every 10s 2>err
( unset DSFI_WORLD; "$DSFI" watch run -s store --every 10s 2>err; [ $? = 2 ] ) && grep -q 'a minute at least' err
point $? 'an interval that is rude'
echo 'not a store' >text
watch run -s text --once 2>err
[ $? = 2 ] && grep -q 'not a dsfi store' err
point $? 'a file that is no store'
if [ "$(id -u)" = 0 ]; then
	skip 'a store that cannot be written' 'root writes everywhere'
else
	cp store readonly && chmod 400 readonly
	watch run -s readonly --once 2>err
	[ $? = 4 ] && grep -q "store 'readonly'" err
	point $? 'a store that cannot be written'
fi
# shellcheck disable=SC2016 # the inner shell expands it
inside host.world sh -c 'ulimit -f 1; trap "" XFSZ; "$DSFI" watch run -s store --once' >out 2>err
[ $? = 4 ] && grep -q "store 'store'" err
point $? 'a disk that is full: in words'
python3 -c 'print("\n".join("d%d.tld" % i for i in range(100000)))' >list
watch add --file list -s many 2>err && grep -q '100000 watched from now on' err
point $? 'a long list'
watch list -s many 2>err | head -n 1 >out && grep -q '^d0.tld' out
point $? 'and who reads only its beginning'
finish
