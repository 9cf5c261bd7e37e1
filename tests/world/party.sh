#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two organisations with a store each: keys, party files that go from one to the other, what is refused,
# and the audit of it. Prints TAP.
set -u

# shellcheck source=tests/tap.sh
. "$DSFI_SOURCE/tests/tap.sh"

dsfi() {
	"$DSFI_BUILD/dsfi" "$@"
}

# does NAME COMMAND...: exit code 0.
does() {
	name=$1
	shift
	"$@" >"$folder/out" 2>"$folder/err"
	point $? "$name"
}

# refused CODE WORD NAME COMMAND...: this exit code, and the word in what is said.
refused() {
	wanted=$1 word=$2 name=$3
	shift 3
	"$@" >"$folder/out" 2>"$folder/err"
	code=$?
	[ "$code" = "$wanted" ] && grep -q -- "$word" "$folder/err"
	point $? "$name"
}

has() {
	grep -q -- "$1" "$folder/out"
	point $? "$2"
}

cd "$folder" || exit 1
does 'a key' dsfi party key a.key
[ "$(stat -c %a a.key)" = 600 ]
point $? 'nobody else can read it'
cp -p a.key kept
refused 4 'name another' 'a key that is there stays' dsfi party key a.key
cmp -s a.key kept
point $? 'and is the same'
! grep -q 'KEY-1' out err
point $? 'no secret is printed'
dsfi party key a.key --show >a.public && [ "$(sed -n 's/^party *//p' a.public | wc -c)" = 33 ]
point $? 'its public side'
chmod 644 kept
refused 4 'chmod 600' 'a key that others can read is not used' dsfi party add Registry --key kept --role registry
refused 2 '--key FILE' 'no party without a key' dsfi party add Registry --role registry
refused 2 'role' 'no party without a role' dsfi party add Registry --key a.key --store a
refused 2 'is no role' 'a role that is none' dsfi party add Registry --key a.key --role king --store a
refused 2 'mail' 'a contact that is none' dsfi party add Registry --key a.key --role registry --mail nobody --store a
refused 2 "--tld 'co.uk': no top-level domain" 'a TLD that is none' dsfi party add Registry --key a.key --role registry --tld co.uk --store a
refused 2 "--domain 'Bank.tld': no domain name" 'a domain that is none' dsfi party add Registry --key a.key --role registry --domain Bank.tld --store a
refused 2 "--prefix '192.0.2.1/24': no prefix" 'a prefix that is none' dsfi party add Registry --key a.key --role registry --prefix 192.0.2.1/24 --store a
refused 2 "--nameserver 'ns.': no domain name" 'a name server that is none' dsfi party add Registry --key a.key --role registry --nameserver ns. --store a
refused 2 "--tld 'uk': given twice" 'a TLD twice' dsfi party add Registry --key a.key --role registry --tld uk --tld ch --tld uk --store a
for language in 12345 d deutsch de- -de de--CH de_CH de-x de-verylongsubtag; do
	refused 2 "--language '$language': no language" "a language that is none: $language" \
		dsfi party add Registry --key a.key --role registry --language "$language" --store a
done
refused 2 'nobody' 'whose store is it?' dsfi party show --store a
does 'a party' dsfi party add 'Registry of example' --key a.key --role registry --role csirt --tld example \
	--mail security@other.example --phone +41-44-0000000 --webhook https://hook.other.example/x \
	--prefix 192.0.2.0/24 --nameserver ns.nic.example --language de --hours 'day and night' --store a
does 'it is shown' dsfi party show --store a
has '^id          [a-z2-7]\{32\}$' 'with its id'
has '^roles       registry, csirt$' 'with its roles'
has '^mail        security@other.example$' 'with its contacts'
has '^ceiling     TLP:amber$' 'with its ceiling'
id=$(sed -n 's/^id *//p' out)
[ "$id" = "$(sed -n 's/^party *//p' a.public)" ]
point $? 'the id is that of its key'

dsfi party key b.key >/dev/null
does 'another party' dsfi party add CSIRT --key b.key --role csirt --tlp red --store b
dsfi party export --store a >a.party
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/party.schema.json" a.party >err 2>&1
point $? 'its file fits the schema'
does 'the other takes it' dsfi party import a.party --store b
grep -q 'compare the id' err
point $? 'and is told to compare the id'
does 'twice is once' dsfi party import - --store b <a.party
grep -q 'already' err
point $? 'and says so'
dsfi party list --store b >out
[ "$(wc -l <out)" = 2 ] && grep -q "$id.*Registry of example: registry, csirt" out && grep -q '(you)' out
point $? 'both are listed'
dsfi party list --json --store b >lines
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/party.schema.json" lines >err 2>&1
point $? 'as JSON, too'
does 'by the beginning of its id' dsfi party show "$(echo "$id" | cut -c 1-8)" --store b
refused 2 'dsfi party list' 'one that is not there' dsfi party show nobody --store b

# What somebody spoilt on the way.
sed 's/Registry of/Registrx of/' a.party >spoilt
refused 4 'signature' 'altered' dsfi party import spoilt --store b
head -c 300 a.party >spoilt
refused 2 'not JSON' 'cut' dsfi party import spoilt --store b
sed 's/,/, /' a.party >spoilt
refused 2 'canonical' 'written otherwise' dsfi party import spoilt --store b
: >spoilt
refused 2 "'spoilt': no party is in it" 'empty' dsfi party import spoilt --store b
printf '\n\r\n' >spoilt
refused 2 "'spoilt': no party is in it" 'nothing but empty lines' dsfi party import spoilt --store b
{ echo && cat a.party && printf '\r\n\n'; } >spoilt
does 'empty lines are passed over' dsfi party import spoilt --store b
{ cat a.party && echo && echo x; } >spoilt
refused 2 "'spoilt', line 3" 'and counted' dsfi party import spoilt --store b

# The key changes.
dsfi party key a2.key >/dev/null
does 'a newer version, with another key' dsfi party add --key a.key --next-key a2.key --hours 'by day' --store a
dsfi party export --store a >a2.party
[ "$(wc -l <a2.party)" = 2 ]
point $? 'both versions are in the file'
does 'the other follows' dsfi party import a2.party --store b
dsfi party show 'Registry of example' --store b >out
grep -q '^hours       by day$' out && [ "$(grep -c '^key ' out)" = 2 ] && grep -q ', ended ' out
point $? 'and knows both keys'
sleep 2
refused 4 'has ended' 'the old key signs no more' dsfi party add --key a.key --hours never --store a
does 'the new one does' dsfi party add --key a2.key --tlp green --store a
tail -n 1 a2.party >second
rm -f c
refused 4 'older versions' 'who knows the first version has to have seen it' sh -c "
	\"$DSFI_BUILD/dsfi\" party add --key b.key --role csirt C --store c >/dev/null &&
	dsfi=\"$DSFI_BUILD/dsfi\" && \"\$dsfi\" party export --store a | tail -n 1 | \"\$dsfi\" party import - --store c"
does 'it takes all of them' sh -c "\"$DSFI_BUILD/dsfi\" party export --store a | \"$DSFI_BUILD/dsfi\" party import - --store c"
does 'twice is once, of all versions' sh -c "\"$DSFI_BUILD/dsfi\" party export --store a | \"$DSFI_BUILD/dsfi\" party import - --store c"
does 'an older one that is here is passed over' dsfi party import second --store c
dsfi party show 'Registry of example' --store c >out
grep -q '^version     3 ' out
point $? 'and the newest stays'

# ---- what is within the party's own scope ----
dsfi party key d.key >/dev/null
dsfi party add Inside --key d.key --role registrar --domain bank.example --prefix 192.0.2.0/24 --nameserver ns.bank.test \
	--mail desk@mail.bank.example --webhook https://192.0.2.7/x --webhook https://ns.bank.test/x --store d >out 2>err &&
	grep -q 'no contact is outside what the party speaks for' err
point $? 'no contact is outside: said'
dsfi party show --store d >out && [ "$(grep -c 'inside its own scope' out)" = 3 ] &&
	sed -n '/^mail/{n;p;}' out | grep -q '^            inside its own scope'
point $? 'and marked, of names and addresses'
dsfi party add Other --key b.key --role other --store e >out 2>err && ! grep -q 'no contact is outside' err
point $? 'who speaks for nothing has nothing to lose'
dsfi party export --store d >d.party && dsfi party import d.party --store e >out 2>err && [ "$(wc -l <out)" = 1 ]
point $? 'a first version differs from nothing'
does 'one outside' dsfi party add --key d.key --role hoster --domain bank.example --domain shop.example --prefix 198.51.100.0/24 --tlp red \
	--mail desk@mail.bank.example --webhook '' --phone +41-44-1111111 --hours never --language gsw-CH --language de-CH-1996 --language zh-Hant-TW --store d
! grep -q 'no contact is outside' err && dsfi party show --store d >out && [ "$(grep -c 'inside its own scope' out)" = 1 ]
point $? 'is enough'

# ---- what a newer version says otherwise ----
dsfi party export --store d | dsfi party import - --store e >out 2>err
cat >wanted <<'WANTED'
  - role       registrar
  + role       hoster
  + domain     shop.example
  - prefix     192.0.2.0/24
  + prefix     198.51.100.0/24
  - webhook    https://192.0.2.7/#ID
  - webhook    https://ns.bank.test/#ID
  + phone      +41-44-1111111
    ceiling    amber is now red
  + language   de-CH-1996
  + language   gsw-CH
  + language   zh-Hant-TW
    hours      none is now never
WANTED
sed '1d;s,/#[a-z0-9]\{8\}$,/#ID,' out | cmp -s - wanted
point $? 'a newer version: what is otherwise'
grep -q 'judged by it anew' err
point $? 'and what its scope does to old cases'
dsfi party key d2.key >/dev/null
dsfi party add --key d.key --next-key d2.key --store d >out 2>&1 && dsfi party export --store d | dsfi party import - --store e >out 2>err
[ "$(grep -c '^  + key ' out)" = 1 ] && [ "$(grep -c '^    key .* ended 20' out)" = 1 ] && [ "$(wc -l <out)" = 3 ] && ! grep -q anew err
point $? 'another key, and the end of the one before'
seq -f 'd%g.example' 1 40 >names
# shellcheck disable=SC2046 # words
dsfi party add --key d2.key $(sed 's/^/--domain /' names) --store d >out 2>&1 && dsfi party export --store d | dsfi party import - --store e >out 2>err
[ "$(grep -c ' domain ' out)" = 21 ] && grep -q '^    domain     and 22 more$' out
point $? 'very much is cut'

# ---- what is given of a kind replaces that kind, the others stay, and both are told ----
dsfi party key f.key >/dev/null
does 'a party with contacts of every kind' dsfi party add Kinds --key f.key --role registrar --domain bank.tld --domain shop.tld --nameserver ns.tld \
	--mail a@x.tld --mail b@x.tld --webhook https://x.tld/a --phone +41-44-1 --language de --store f
[ "$(wc -l <out)" = 1 ]
point $? '... whose first version replaces nothing'
refused 2 'nothing differs from version 1' 'no version without a change' dsfi party add --key f.key --store f
refused 2 'nothing differs from version 1' 'nor with what is so already' dsfi party add Kinds --key f.key --role registrar --domain shop.tld \
	--domain bank.tld --mail a@x.tld --mail b@x.tld --tlp amber --store f
dsfi party export --store f >f.party && [ "$(wc -l <f.party)" = 1 ]
point $? '... and none was made'
does 'one mail address' dsfi party add --key f.key --mail new@x.tld --store f
sed 1d out >told
printf '  - %-10s %s\n' mail a@x.tld mail b@x.tld >wanted
printf '  + %-10s %s\n' mail new@x.tld >>wanted
cmp -s told wanted
point $? '... which replaces mail addresses, and says so'
dsfi party show --store f >out && grep -q '^webhook     https://x.tld/a' out && grep -q '^phone       +41-44-1' out &&
	[ "$(grep -c '^mail' out)" = 1 ]
point $? '... and nothing else'
does 'one domain' dsfi party add --key f.key --domain other.tld --store f
sed 1d out >told
printf '  %s domain     %s\n' - bank.tld + other.tld - shop.tld >wanted
cmp -s told wanted
point $? '... which replaces domains alone'
does 'none of a kind' dsfi party add --key f.key --phone '' --language '' --nameserver '' --store f
sed 1d out >told
printf '  - %-10s %s\n' server ns.tld phone +41-44-1 language de >wanted
cmp -s told wanted
point $? '... is an empty value'
refused 2 "--mail ''" 'which stands alone' dsfi party add --key f.key --mail '' --mail a@x.tld --store f
refused 2 "--domain ''" 'of names, too' dsfi party add --key f.key --domain '' --domain a.tld --store f
does 'two mail addresses' dsfi party add --key f.key --mail one@x.tld --mail two@x.tld --store f
does 'in another order' dsfi party add --key f.key --mail two@x.tld --mail one@x.tld --store f
sed 1d out | grep -qx '    contacts   in another order'
point $? '... is a change, since the first that can be is used'
grep -q "what is given of a kind" "$DSFI_SOURCE/docs/parties.md" && dsfi party add --help | tr -s ' \n' ' ' >out &&
	[ "$(grep -o 'instead of all of the kind there were' out | wc -l)" = 8 ]
point $? '... as the help and the page say'
# shellcheck disable=SC2046 # words
refused 2 'more than 16 contacts' 'more contacts than there may be, with those that stay' dsfi party add --key f.key \
	$(seq -f '--mail m%g@x.tld' 16) --store f
dsfi party key g.key >/dev/null
refused 2 "this key is none of 'Kinds'" 'a key of somebody else' dsfi party add --key g.key --hours always --store f
refused 2 "this key is none of 'Kinds'" 'nor does it hand over' dsfi party add --key g.key --next-key f.key --store f
refused 2 'is already one of' 'a next key that the party has' dsfi party add --key f.key --next-key f.key --store f

# Who did it.
does 'the audit follows' dsfi audit verify --store b
head=$(sed 's/.*head //' out)
has '^3 entries' 'three entries'
does 'it is listed' dsfi audit list --store b
has 'import party' 'with what was done'
dsfi audit list --json --store b >lines
python3 "$DSFI_SOURCE/tools/validate-jsonl.py" "$DSFI_SOURCE/docs/format/audit.schema.json" lines >err 2>&1
point $? 'as JSON, too'
does 'one more' dsfi party add --key b.key --hours always --store b
does 'the head noted before is still in it' dsfi audit verify --store b --head "$head"
python3 - b <<'P'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("DELETE FROM audit WHERE id >= 3")
database.commit()
P
does 'an audit without its end looks whole' dsfi audit verify --store b
refused 4 'taken out' 'but not to whom noted its head' dsfi audit verify --store b --head "$head"
python3 - b <<'P'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("UPDATE audit SET who = 'eve' WHERE id = 1")
database.commit()
P
refused 4 'entry 1 does not follow' 'and a changed entry is found' dsfi audit verify --store b
finish
