#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# timeout: 300
# A world with stated shares: of every domain each fact is seen as it is in truth, or unknown for a reason
# that is named in shares.py; with servers silenced nothing is seen that is not so. The same of a random
# world, whose facts nobody stated. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

needs_namespaces
if ! command -v python3 >/dev/null; then
	echo '1..0 # SKIP no python3'
	exit 0
fi
cd "$folder" || exit 1

cat >shares <<'END'
shares: 1
all: {mail: 80, null-mx: 50, spf: 70, spf-strict: 60, dmarc: 40, dmarc-enforced: 50, caa: 10, mta-sts: 20,
  mta-sts-enforced: 50, tlsrpt: 12.5, ipv6-mail: 30, signed: 30, cds: 50, nsec3: 40, tlsa-mail: 50, tlsa-web: 20,
  ipv6-ns: 70}
tlds:
  - {name: zan, share: 60}
  - {name: quor, share: 30, shares: {signed: 60, dmarc: 75}}
  - {name: vem, share: 10}
operators:
  - {name: lark.zan, domains: 100, servers: 3, shares: {signed: 40, dot: 30, doq: 30, white-label: 10}}
  - {name: heron.quor, domains: 60, tlds: {quor: 90, vem: 10},
     shares: {ipv6-ns: 0, cookies: 50, two-networks: 50, modern-algorithm: 75}}
  - {name: wren.zan, domains: 30, algorithm: 15,
     shares: {zonemd: 50, transfer-open: 60, doh: 100, roa-ns: 50}}
  - {name: self, own: true, domains: 10, shares: {cookies: 50, two-networks: 40, ipv6-ns: 50}}
END

# look NAME: scans NAME.yaml into NAME.check, and tells its truth.
look() {
	"$DSFI" world targets "$1.yaml" >"$1.targets" 2>"$1.err" &&
		"$DSFI" world truth --facts --json "$1.yaml" >"$1.truth" 2>>"$1.err" &&
		"$DSFI" world run "$1.yaml" -- "$DSFI" check --targets "$1.targets" --profile full --own --own-targets \
			--connect --facts --json -q --fail-on never >"$1.check" 2>>"$1.err"
	echo $? >"$1.code"
}

# compare NAME WORDS [OPTION]
compare() {
	cp "$1.err" err
	python3 "$DSFI_SOURCE/tests/world/shares.py" ${3:+"$3"} "$1.truth" "$1.check" >out 2>>err &&
		[ "$(cat "$1.code")" = 0 ]
	point $? "$2: $(grep compared out)"
}

"$DSFI" world make --shares shares --seed 4 -o known.yaml 2>err
point $? 'a world is made with stated shares'
"$DSFI" world make --shares shares --seed 4 --silent 10 -o tenth.yaml
"$DSFI" world make --shares shares --seed 5 --silent 40 -o many.yaml
"$DSFI" world make --domains 300 --seed 6 --faults 15 --behaviours 15 --signed 60 -o random.yaml
for name in known tenth many random; do
	look $name &
done
wait

compare known 'every fact is seen as it is'
compare tenth 'with a tenth of the servers silent none is seen that is not' --silent
compare many 'nor with four of ten' --silent
compare random 'nor in a random world' --silent
# The truth is of what is published, whoever is silent.
cmp known.truth tenth.truth >out 2>&1
point $? 'silence does not change the truth'
servers=$(grep -c '{name: ns[0-9]' known.yaml)
[ "$(grep -c 'behaviour: \[silent' tenth.yaml)" = $(((servers + 5) / 10)) ]
point $? "a tenth of $servers servers is silent"
# 40 of 100, by the operator; 40 % of the others in quor and vem.
[ "$(grep -c '"operator":"lark.zan",.*"signed":"present"' known.truth)" = 40 ]
point $? 'of 100 domains of which 40 % are signed 40 are'
[ "$(grep -c '"served_by":"own"' known.truth)" = 10 ] && [ "$(grep -c '"operator":"self"' known.truth)" = 10 ] &&
	grep -q '"operator":"lark.zan","served_by":"white-label"' known.truth
point $? 'there are white-label customers and domains with servers of their own'

# Faults in plain sight: what is compared can fail.
sed 's/"dmarc":"present"/"dmarc":"absent"/; t end
	b
	:end
	n; b end' known.check >forged.check
cp known.truth forged.truth
! python3 "$DSFI_SOURCE/tests/world/shares.py" forged.truth forged.check >out 2>&1 && grep -q '^wrong: .* dmarc is present' out
point $? 'one wrong fact is found'

# findings: what is shown, or is not, amounts to findings that the world knows.
for name in known tenth many; do
	cp $name.err err
	"$DSFI" world score --profile full --connect --own $name.yaml $name.check >out 2>>err
	point $? "$name: $(head -n 1 out)"
done

# The same content from real servers, as far as they are here.
real=
for place in knot nsd bind pdns; do
	program=$place
	case $place in
	knot) program=knotd ;;
	bind) program=named ;;
	pdns) program=pdns_server ;;
	esac
	[ ! -x "${DSFI_SERVERS:-/none}/bin/$program" ] && [ ! -x "${DSFI_SERVERS:-/none}/sbin/$program" ] &&
		[ ! -x "/usr/sbin/$program" ] || real="$real $place"
done
if [ -z "$real" ]; then
	skip 'facts at real servers' 'no real server here'
else
	{
		sed -n '/^shares:/,/^tlds:/p' shares
		printf '  - {name: zan}\noperators:\n'
		for place in $real; do
			echo "  - {name: $place.zan, domains: 20, place: $place, shares: {signed: 50, zonemd: 50, white-label: 20}}"
		done
	} >real
	"$DSFI" world make --shares real -o real.yaml && look real
	compare real "at$real"
fi

# For people: facts in words.
"$DSFI" world run known.yaml -- "$DSFI" check -q --facts --fail-on never "$(head -n 1 known.targets)" >out 2>err &&
	grep -q '^  · shows: delegated, ' out && grep -q '^  – not known: .*zonemd' out
point $? 'facts are told to people, too'

# refused WORDS ARGUMENT...
refused() {
	words=$1
	shift
	"$DSFI" world make "$@" >out 2>err
	[ $? = 2 ] && [ ! -s out ] && grep -q -e "$words" err
	point $? "refused: $words"
}
refused 'does not go with --shares' --shares shares --domains 5
refused '--silent goes with --shares only' --silent 5
printf 'shares: 1\nall: {singed: 4}\n' >bad
refused "bad: line 2: unknown key 'singed'; did you mean 'signed'" --shares bad
refused 'nowhere' --shares nowhere
head -c 100000 /dev/zero >bad
refused 'bad: ' --shares bad

finish
