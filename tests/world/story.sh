#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A hijack as of 2018 and 2019, from the change to the verified repair, between four parties that share no server:
# a registry that watches, a registrar, a hoster, a CSIRT, each with a store and a key. What they do is in the
# README, too; `make story` shows it with what each command says. Prints TAP.
# timeout: 240
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
# shellcheck source=tests/hijack.sh
. "$DSFI_SOURCE/tests/hijack.sh"
needs_namespaces
needs python3 openssl
export no_proxy='*'
cd "$folder" || exit 1

# world NAME BANK TOWN SHOP [BEHIND]: whose servers these domains have; with BEHIND 198.18.0.3 still says of bank.tld what was.
world() {
	more_servers='  - {name: b.nic.tld, addresses: [198.18.0.3]}
  - {name: ns1.other.tld, addresses: [198.18.2.2]}'
	more_operators='  - {name: other, servers: [ns1.other.tld]}'
	nic_servers='a.nic.tld, b.nic.tld'
	hijack_world
	cat <<-WORLD
		  - name: other.tld
		    operator: other
		    records: |
		      other.tld. 3600 IN MX 10 mail.other.tld.
		      mail.other.tld. 3600 IN A 198.18.2.5
		      played.other.tld. 1 IN TXT "$1"
	WORLD
	one bank "$2" && one town "$3" && one shop "$4"
	[ -z "${5:-}" ] || parent_behind 3600
}

# one NAME OPERATOR: a domain; what the wolf has is not signed, and its mail is his.
one() {
	printf '  - name: %s.tld\n    operator: %s\n' "$1" "$2"
	[ "$2" = wolf ] || [ "$1" = shop ] || echo '    signed: 13 nsec'
	printf '    records: |\n      %s.tld. 3600 IN A 198.18.1.10\n' "$1"
	if [ "$2" = wolf ]; then
		printf '      %s.tld. 300 IN MX 10 mx.wolf.tld.\n' "$1"
	else
		printf '      %s.tld. 3600 IN MX 10 mail.%s.tld.\n      mail.%s.tld. 3600 IN A 198.18.1.3\n' "$1" "$1" "$1"
	fi
}

if [ -z "${STORY_FILE:-}" ]; then
	world sound host host host >sound.world
	world hijacked wolf wolf host >hijacked.world
	world lagging host wolf host behind >lagging.world
	world mended host host host >mended.world
	world moved host host other >moved.world
	cp sound.world w
	STORY_FILE="$folder/w" "$DSFI" world run --follow w -- sh "$DSFI_SOURCE/tests/world/story.sh"
	exit $?
fi

# ---- inside the world ----

# tell SENTENCE...: for those who read it.
tell() {
	printf '#\n# %s\n' "$*"
}

# runs WHO COMMAND...: a dsfi command of one party, in out and err; shown as it would be typed.
runs() {
	who=$1
	shift
	printf '# %s$ dsfi' "$who"
	for word; do
		case $word in
		*[!a-zA-Z0-9./:@=_-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	(cd "$who" && "$DSFI" "$@") >out 2>err </dev/null
	code=$?
	cat err out | cut -c 1-150 | head -n "${shown:-9}" | sed 's/^/#     /'
	return $code
}

# play WORLD: the world becomes this one, and says so.
play() {
	cp "$(dirname "$STORY_FILE")/$1.world" "$STORY_FILE.new" && mv "$STORY_FILE.new" "$STORY_FILE"
	tries=0
	until "$DSFI" resolve played.other.tld TXT 2>/dev/null | grep -q "\"$1\"" || [ $tries -gt 300 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
}

# wait_for FILE PATTERN: a minute at most.
wait_for() {
	tries=0
	until grep -q "$2" "$1" 2>/dev/null; do
		[ $tries -lt 600 ] || return 1
		sleep 0.1
		tries=$((tries + 1))
	done
}

# carry FROM TO [OPTION...]: what the other has not got, sealed, by files; and it takes them.
carry() {
	from=$1 to=$2
	shift 2
	rm -rf box && mkdir box && runs "$from" share "$id" --to "$to" --out ../box "$@" && runs "$to" receive ../box --key key
}

# state WHO: of the case, as that party's store has it.
state() {
	"$DSFI" case show "$id" --json --store "$1/dsfi.sqlite" 2>err | python3 -c 'import json, sys; print(json.loads(sys.stdin.readline())["state"])'
}

tell 'Four parties, each with a key and a store. They gave each other their party files long ago.'
mkdir registry registrar hoster csirt
for who in registry registrar hoster csirt; do
	"$DSFI" party key $who/key >out 2>err || echo "# $(cat err)"
done
runs registry party add registry --key key --role registry --tld tld --mail security@other.tld --tlp red
runs registrar party add registrar --key key --role registrar --domain bank.tld --domain town.tld --domain shop.tld \
	--mail desk@bank.tld --mail security@other.tld --phone +41-44-0000000 --tlp red
runs hoster party add hoster --key key --role hoster --nameserver wolf.tld --prefix 198.18.3.0/24 --mail abuse@wolf.tld --tlp red
runs csirt party add csirt --key key --role csirt --mail csirt@other.tld --tlp red
for who in registry registrar hoster csirt; do
	"$DSFI" party export --store $who/dsfi.sqlite >$who.party 2>err
done
known=0
for who in registry registrar hoster csirt; do
	for other in registry registrar hoster csirt; do
		[ $who = $other ] || "$DSFI" party import $other.party --store $who/dsfi.sqlite -q >out 2>err || known=1
	done
done
point $known 'four parties know each other'

tell 'The registry watches bank.tld and shop.tld. The CSIRT looks at all three domains now and then. Months pass.'
runs registry scan -q --store dsfi.sqlite --profile full bank.tld shop.tld other.tld && time_passes $((120 * 86400)) registry/dsfi.sqlite && runs registry watch add bank.tld shop.tld &&
	runs csirt scan -q --store dsfi.sqlite bank.tld town.tld shop.tld
point $? 'what is looked at'
(cd registry && exec "$DSFI" watch run --every 2s --json >../seen 2>../notes) &
watching=$!
wait_for seen '"type":"round"'
sleep 3

tell 'Name servers are replaced, DS is removed, the mail host moves.'
rounds=$(grep -c '"type":"round"' seen)
play hijacked
wait_for seen 'delegation-replaced'
point $? 'the watch finds it'
found=$(sed '/"event":"moved"/q' seen | grep -c '"type":"round"')
[ $((found - rounds)) -le 1 ]
point $? 'within one interval'
score=$(grep '"type":"change"' seen | grep '"bank.tld."' | sed 's/.*"score":\([0-9]*\).*/\1/' | head -n 1)
[ "${score:-0}" -ge 80 ] && grep '"bank.tld."' seen | grep '"signal":"S1"' | grep -q '"signal":"S5"\|"signal":"S15"'
point $? "and says what speaks for an attack: $score points"
kill -INT $watching
wait $watching
runs csirt scan -q --store dsfi.sqlite bank.tld town.tld shop.tld

tell 'It opens a case and asks the registrar. The contact in bank.tld itself is passed over.'
runs registry case open bank.tld --ask --to registrar --key key --stands 4s
opened=$?
id=$(sed -n 's/^case \([a-z2-7]\{8\}\).*/\1/p' out)
[ $opened = 0 ] && [ "$(state registry)" = asked ]
point $? 'a case is opened'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout tls.key -out tls.pem 2>/dev/null
mkdir net && mkfifo hold
python3 "$DSFI_SOURCE/tests/world/share_servers.py" net tls.pem tls.key <hold 2>servers.err &
exec 9>hold
wait_for net/ports . && read -r smtp _ <net/ports
(umask 077 && printf 'server smtp://127.0.0.1:%s\nfrom security@other.tld\nca %s/tls.pem\n' "$smtp" "$PWD" >registry/smtp)
runs registry share "$id" --to registrar --mail --smtp smtp && grep -q "desk@bank.tld: .*affected" out &&
	grep -q 'RCPT TO:<security@other.tld>' net/mails/0
point $? 'the question goes to a contact that does not depend on bank.tld'

tell 'The registrar takes the mail, looks at its orders, and answers.'
runs registrar receive ../net/Maildir --key key && grep -q 'expected of you.*answer' out &&
	runs registrar case answer "$id" not-authorised --basis 'no such order' --key key && carry registrar registry &&
	[ "$(state registry)" = confirmed ]
point $? 'it was not authorised'

tell 'The registry tells the CSIRT, and asks the hoster of those name servers, and the registrar, to act.'
runs registry case request "$id" 'who else is affected?' --to csirt --key key && carry registry csirt --with "$id" &&
	runs registry case request "$id" 'take these name servers down' --indicator ns:ns1.wolf.tld --to hoster --key key &&
	carry registry hoster --with "$id" &&
	runs registry case request "$id" 'put the delegation back' --to registrar --key key && carry registry registrar &&
	[ "$(state csirt)" = requested ] && [ "$(state hoster)" = requested ]
point $? 'those who can act know what they need to'

tell 'The CSIRT looks who else has these name servers, and finds a second victim.'
runs csirt pivot --ns ns1.wolf.tld && grep -q town.tld out &&
	runs csirt case act "$id" 'town.tld has the same name servers since the same day' --domain town.tld --key key && carry csirt registry &&
	shown=4 runs registry case show "$id" && grep -q 'named since: town.tld' out
point $? 'and tells the registry'

tell 'The hoster and the registrar act. One address of the parent still gives the old set.'
runs hoster case act "$id" 'taken down; paid with a stolen card' --key key && carry hoster registry &&
	runs registrar case act "$id" 'delegation restored, all credentials changed' --key key && carry registrar registry &&
	[ "$(state registry)" = acted ]
point $? 'they say so'
play lagging
runs registry case verify "$id" -q --key key
[ $? = 1 ] && grep -q '198.18.0.3.*ns1.wolf.tld' out && [ "$(state registry)" = acted ]
point $? 'that is not enough while one address of the parent is behind'

tell 'The last address follows. Caches may still have what was wrong for the time of its TTL.'
play mended
runs registry case verify "$id" -q --key key
[ $? = 3 ] && grep -q 'too early' out
point $? 'nor is it right after'
sleep 5
runs registry case verify "$id" -q --key key && [ "$(state registry)" = verified ]
point $? 'after it the test passes, measured by one who did not act'
runs registry case close "$id" "the registrant's account at the registrar was taken over by phishing" --key key &&
	for who in registrar hoster csirt; do
		carry registry $who || break
	done && [ "$(state registry)$(state registrar)$(state hoster)$(state csirt)" = closedclosedclosedclosed ]
point $? 'the case closes, with its cause, for everybody'
tell 'The watch is started again, and sees that it was undone: that speaks for an attack, too.'
(cd registry && "$DSFI" watch run --every 2s --rounds 2 --json >../again 2>../notes)
grep -q '"restored"' again && grep '"bank.tld."' again | grep -q '"signal":"S3"'
point $? 'that it was undone is told, with what it was'
broken=0
for who in registry registrar hoster csirt; do
	"$DSFI" audit verify --store $who/dsfi.sqlite >out 2>err || broken=1
done
point $broken 'and each audit is whole'
runs csirt scan -q --store dsfi.sqlite town.tld && runs csirt changes --store dsfi.sqlite --least 0 --json && grep '"town.tld."' out | grep -q '"restored"'
point $? 'the second victim is itself again, too'

tell 'Another day shop.tld moves to another provider. The registry asks, the registrar answers: that is all.'
runs registry scan -q --store dsfi.sqlite shop.tld
play moved
runs registry scan -q --store dsfi.sqlite shop.tld && runs registry case open shop.tld --ask --to registrar --key key &&
	id=$(sed -n 's/^case \([a-z2-7]\{8\}\).*/\1/p' out) && carry registry registrar &&
	runs registrar case answer "$id" authorised --basis 'ordered by the registrant' --key key && carry registrar registry &&
	[ "$(state registry)$(state registrar)" = settledsettled ] &&
	[ "$("$DSFI" case show "$id" --json --store registry/dsfi.sqlite | grep -c case-step)" = 2 ]
point $? 'a move that was meant ends in two messages'
exec 9>&-
finish
