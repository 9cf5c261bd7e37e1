#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# Every lesson, played: what its hints say is passed, wrong and cosmetic fixes are not. Prints TAP.
# shellcheck disable=SC2016 # what is between single quotes is for the shell within the lesson
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"
needs_namespaces

# As many lessons at a time: they wait more than they work.
AT_A_TIME=10

# case_of LESSON SERVER NAME EXPECTED SCRIPT: plays one in the background. EXPECTED is `passed`, or what the
# failed demand's line says.
cases=0
case_of() {
	cases=$((cases + 1))
	printf '%s' "$4" >"$folder/$cases.expected"
	printf '%s' "$1 with $2: $3" >"$folder/$cases.name"
	while [ "$(jobs -p | wc -l)" -ge $AT_A_TIME ]; do
		sleep 0.1
		jobs >/dev/null
	done
	(
		timeout -k 5 120 "$DSFI" learn "$1" --server "$2" -- sh -c "$5" >"$folder/$cases.out" 2>&1 </dev/null
		echo $? >"$folder/$cases.code"
	) &
}

# Whether a lesson can be played with this server here.
has() {
	case $1 in
	knot) set -- knotd knotc keymgr kzonesign ;;
	bind) set -- named rndc dnssec-keygen dnssec-signzone dnssec-dsfromkey ;;
	esac
	for program; do
		[ -x "${DSFI_SERVERS:-/none}/bin/$program" ] || [ -x "/usr/sbin/$program" ] ||
			command -v "$program" >/dev/null || return 1
	done
}

# What the hints say; on a slow machine a server may need a little longer than they say.
solution='dsfi learn --solution | sh -e
for try in 1 2 3 4 5; do dsfi learn --check >/dev/null && break; sleep 2; done'

knot_cases() {
	case_of roll knot 'as the hints say' passed "$solution"
	case_of automate knot 'as the hints say' passed "$solution"
	case_of roll knot 'broken, reset, and as the hints say' passed "
		echo 'garden.tld. DS 0 0 0 00' | dsfi learn --ds -
		sleep 2
		dsfi learn --check && exit 1
		dsfi learn --reset || exit 1
		$solution"
	case_of roll knot 'wrong: who looks on is ended' 'no resolver would have failed' '
		dsfi learn --solution | sh -e
		for process in /proc/[0-9]*; do
			tr "\0" " " <$process/cmdline 2>/dev/null | grep -q "^dsfi lesson watch" || continue
			[ "$(readlink "$process/ns/pid")" = "$(readlink /proc/self/ns/pid)" ] || continue
			kill "$(sed -n "s/^NSpid:.*\t//p" $process/status)" 2>/dev/null
		done
		touch -d "2 minutes ago" .lesson/watching'
	case_of roll knot 'wrong: the old key goes at once' 'no resolver would have failed' '
		old=$(dsfi resolve garden.tld DS | sed -n "s/.* IN DS \([0-9]*\) .*/\1/p")
		sed -i "s/^  - id: garden/&\n    manual: on/" knot.conf
		knotc -c knot.conf reload
		keymgr -c knot.conf garden.tld generate algorithm=ecdsap256sha256 ksk=yes zsk=no
		keymgr -c knot.conf garden.tld delete "$old"
		knotc -c knot.conf -b zone-sign garden.tld
		sleep 1
		keymgr -c knot.conf garden.tld ds | grep " 13 2 " | grep -v " $old " | dsfi learn --ds -
		sleep 4'
	case_of roll knot 'cosmetic: without DS meanwhile' 'no resolver would have failed' '
		old=$(dsfi resolve garden.tld DS | sed -n "s/.* IN DS \([0-9]*\) .*/\1/p")
		echo "garden.tld. DS 0 0 0 00" | dsfi learn --ds -
		sleep 4
		sed -i "s/^  - id: garden/&\n    manual: on/" knot.conf
		knotc -c knot.conf reload
		keymgr -c knot.conf garden.tld generate algorithm=ecdsap256sha256 ksk=yes zsk=no
		keymgr -c knot.conf garden.tld delete "$old"
		knotc -c knot.conf -b zone-sign garden.tld
		sleep 4
		keymgr -c knot.conf garden.tld ds | grep " 13 2 " | grep -v " $old " | dsfi learn --ds -
		sleep 1'
	case_of roll knot 'cosmetic: a new key beside the old' 'the old key is gone' '
		knotc -c knot.conf zone-key-rollover garden.tld ksk
		sleep 3'
	case_of automate knot 'wrong: handed in by hand' 'the registry took the new DS record from CDS' '
		knotc -c knot.conf zone-key-rollover garden.tld ksk
		sleep 8
		old=$(dsfi resolve garden.tld DS | sed -n "s/.* IN DS \([0-9]*\) .*/\1/p")
		keymgr -c knot.conf garden.tld ds | grep -v " $old " | grep " 13 2 " | dsfi learn --ds -
		sleep 5
		knotc -c knot.conf zone-ksk-submitted garden.tld
		sleep 7'
	case_of automate knot 'cosmetic: CDS of the key that is there' 'the old key is gone' '
		sed -i "s/cds-cdnskey-publish: none/cds-cdnskey-publish: always/" knot.conf
		knotc -c knot.conf reload
		sleep 3'
	case_of sign knot 'as the hints say' passed "$solution"
	case_of sign knot 'wrong: the parent is not told' 'garden.tld validates' '
		sed -i "s/^  - domain: garden.tld/&\n    dnssec-signing: on/" knot.conf
		knotc -c knot.conf reload
		sleep 1'
	case_of sign knot 'wrong: a DS record of no key' 'garden.tld validates' '
		dsfi learn --solution | sh -e
		dsfi resolve garden.tld DS | sed -n "s/^ *\(garden.* IN DS .*\)..\$/\100/p" | dsfi learn --ds -'
	case_of sign knot 'cosmetic: an empty zone' 'www.garden.tld is still there' '
		sed -i "/^www/d; /^mail/d; /MX/d" zones/garden.tld.zone
		dsfi learn --solution | sh -e'
	case_of mail knot 'as the hints say' passed "$solution"
	case_of mail knot 'wrong: everybody may write' 'the SPF record can be evaluated' '
		dsfi learn --solution | sed "s/mx -all/mx +all/" | sh -e'
	case_of mail knot 'wrong: nobody may write' 'SPF lets the mail server write' '
		dsfi learn --solution | sed "s/mx -all/-all/" | sh -e'
	case_of mail knot 'cosmetic: no mail, nothing to find' 'mail still goes to mail.garden.tld' '
		sed -i "/MX/d; /TLSA/d; /_dmarc/d" zones/garden.tld.zone
		printf "@ MX 0 .\n@ TXT \"v=spf1 -all\"\n_dmarc TXT \"v=DMARC1; p=reject\"\n" >>zones/garden.tld.zone
		knotc -c knot.conf -b zone-reload garden.tld
		sleep 4'
	case_of lock knot 'as the hints say' passed "$solution"
	case_of lock knot 'wrong: the partner is kept out, too' 'the partner gets the zone' '
		sed -i "s/^    acl: .*//; s/^server:/&\n  version: \"\"\n  identity: \"\"/" knot.conf
		knotc -c knot.conf reload
		sleep 1'
	case_of lock knot 'cosmetic: only the version is hidden' 'nobody without the key' '
		sed -i "s/^server:/&\n  version: \"\"\n  identity: \"\"/" knot.conf
		knotc -c knot.conf reload
		sleep 1'
	case_of lock knot 'cosmetic: a server that is off' 'www.garden.tld is still there' '
		knotc -c partner/knot.conf stop
		knotc -c knot.conf stop
		sleep 1'
	case_of outage knot 'as the hints say' passed "$solution"
	case_of outage knot 'cosmetic: the first at both addresses' 'with the first standing still' '
		kill "$(cat ns2/run/knot.pid)"
		sed -i "s/listen:.*/listen: [ 198.18.1.1@53, 198.18.2.1@53 ]/" ns1/knot.conf
		sed -i "s/ 1 7200 3600 7200 5\$/ 1 7200 3600 1209600 5/" ns1/zones/garden.tld.zone
		kill "$(cat ns1/run/knot.pid)"
		sleep 1
		knotd -c "$PWD/ns1/knot.conf" -d
		sleep 1'
	case_of outage knot 'wrong: a copy that follows nobody' 'what changes at the first' '
		sed -i "s/ 1 7200 3600 7200 5\$/ 1 7200 3600 1209600 5/" ns1/zones/garden.tld.zone
		cp ns1/zones/garden.tld.zone ns2/zones/
		printf "zone:\n  - domain: garden.tld\n" >>ns2/knot.conf
		knotc -c ns1/knot.conf -b zone-reload garden.tld
		knotc -c ns2/knot.conf reload
		sleep 1'
	case_of read knot 'as the hints say' passed "$solution"
	case_of read knot 'wrong: only told' 'www.rose.tld validates' '
		printf "rose.tld expired\ntulip.tld wrong-ds\niris.tld changed\nlily.tld not-signed\n" >answers'
	case_of read knot 'wrong: mended and not understood' 'the file answers' '
		dsfi learn --solution | sed "s/rose.tld expired/rose.tld future/" | sh -e'
	case_of read knot 'cosmetic: the DS records are gone' 'www.rose.tld validates' '
		printf "rose.tld expired\ntulip.tld wrong-ds\niris.tld changed\nlily.tld not-signed\n" >answers
		for zone in rose tulip iris lily; do echo "$zone.tld. DS 0 0 0 00"; done | dsfi learn --ds -'
}

bind_cases() {
	case_of automate bind 'as the hints say' passed "$solution"
	case_of roll bind 'as the hints say' passed "$solution"
	case_of automate bind 'wrong: handed in by hand' 'the registry took the new DS record from CDS' '
		dsfi resolve garden.tld DS | sed -n "s/^ *\(garden.* IN DS .*\)/\1/p" >own
		dsfi learn --solution | sh -e
		dsfi resolve garden.tld DS | sed -n "s/^ *\(garden.* IN DS .*\)/\1/p" | cat own - | dsfi learn --ds -'
	case_of automate bind 'cosmetic: CDS of the key that is there' 'the old key is gone' '
		dsfi learn --solution | sed "/rollover/,\$d" | sh -e'
	case_of roll bind 'cosmetic: a new key beside the old' 'the old key is gone' '
		old=$(dsfi resolve garden.tld DS | sed -n "s/.* IN DS \([0-9]*\) .*/\1/p")
		rndc -k rndc.key dnssec -rollover -key "$old" garden.tld
		sleep 2'
	case_of roll bind 'wrong: the DS record before its key' 'no resolver would have failed' '
		rm -rf other && mkdir other
		dnssec-keygen -q -K other -a ECDSAP256SHA256 -f KSK garden.tld
		dnssec-dsfromkey -2 other/*.key | dsfi learn --ds -
		sleep 3'
	case_of sign bind 'as the hints say' passed "$solution"
	case_of sign bind 'wrong: the parent is not told' 'garden.tld validates' '
		dsfi learn --solution | grep -v dsfromkey | sh -e'
	case_of sign bind 'cosmetic: an empty zone' 'www.garden.tld is still there' '
		sed -i "/^www/d; /^mail/d; /MX/d" zones/garden.tld.zone
		rndc -k rndc.key reload
		dsfi learn --solution | sh -e'
	case_of mail bind 'as the hints say' passed "$solution"
	case_of mail bind 'wrong: the serial stays' 'DMARC says what to do' '
		dsfi learn --solution | grep -v hostmaster | sh -e'
	case_of mail bind 'cosmetic: the TLSA record is gone' 'there is a TLSA record' '
		dsfi learn --solution | sed "s/^sed .*TLSA.*/sed -i \/TLSA\/d zones\/garden.tld.zone/" | sh -e'
	case_of lock bind 'as the hints say' passed "$solution"
	case_of lock bind 'wrong: the partner is kept out, too' 'the partner gets the zone' '
		dsfi learn --solution | sed "s/{ key \"partner-key\"; }/{ none; }/" | sh -e'
	case_of lock bind 'cosmetic: it still resolves' 'nobody gets recursion' '
		dsfi learn --solution | grep -v recursion | sh -e'
	case_of outage bind 'as the hints say' passed "$solution"
	case_of outage bind 'wrong: it is never told' 'what changes at the first' '
		dsfi learn --solution | sed "s/notify explicit;/notify no;/" | sh -e'
	case_of outage bind 'cosmetic: the first at both addresses' 'with the first standing still' '
		kill "$(cat ns2/named.pid)"
		sed -i "s/listen-on .*198.*/listen-on { 198.18.1.1; 198.18.2.1; };/" ns1/named.conf
		sed -i "s/ 2026112601 7200 3600 7200 5\$/ 2026112602 7200 3600 1209600 5/" ns1/zones/garden.tld.zone
		sleep 1
		rndc -k rndc.key -p 953 reload
		sleep 1'
	case_of read bind 'as the hints say' passed "$solution"
	case_of read bind 'cosmetic: the DS records are gone' 'www.rose.tld validates' '
		printf "rose.tld expired\ntulip.tld wrong-ds\niris.tld changed\nlily.tld not-signed\n" >answers
		for zone in rose tulip iris lily; do echo "$zone.tld. DS 0 0 0 00"; done | dsfi learn --ds -'
}

for server in knot bind; do
	if has $server; then
		"${server}_cases"
	else
		skip "lessons with $server" "$server is not here (tools/unpack-servers fetches it)"
	fi
done
wait

# A failed demand's line begins with a cross; a lesson that could not be played ends with another code.
at=0
while [ $at -lt $cases ]; do
	at=$((at + 1))
	expected=$(cat "$folder/$at.expected")
	code=$(cat "$folder/$at.code")
	# What failed comes first: of the rest a failed point shows little.
	{
		grep '^✗' "$folder/$at.out"
		tail -n 6 "$folder/$at.out"
	} >"$folder/out"
	if [ "$expected" = passed ]; then
		[ "$code" = 0 ]
		point $? "$(cat "$folder/$at.name")"
	else
		[ "$code" = 1 ] && grep -q "^✗ .*$expected" "$folder/out"
		point $? "$(cat "$folder/$at.name") is not accepted"
	fi
done
finish
