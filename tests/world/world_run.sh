#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# `dsfi world run`: exit codes and signals pass through, the environment is there, nothing leaves the
# network, nothing is left behind. Prints TAP.
# shellcheck disable=SC2016,SC2094 # what another shell shall expand; a file that is read twice
set -u

number=0
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'rm -rf "$folder"' EXIT

point() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
	fi
}

skip() {
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

world=$folder/world
"$DSFI" world make --domains 30 --seed 4 --behaviours 0 -o "$world"
# Only who is said to has DoT.
sed -i 's/\[198.41.0.4, "2001:503:ba3e::2:30"\]/&, transports: [dot]/' "$world"
export TMPDIR="$folder/tmp"
mkdir -m 1777 "$TMPDIR"

"$DSFI" world run "$world" -- true
point $? 'a command that succeeds'
"$DSFI" world run "$world" -- sh -c 'exit 7'
[ $? = 7 ]
point $? "the command's exit code comes back"
"$DSFI" world run "$world" -- sh -c 'kill -KILL $$'
[ $? = 137 ]
point $? 'a command killed by a signal gives 128 and its number'
"$DSFI" world run "$world" -- /no/such/program 2>"$folder/err"
code=$?
[ $code != 0 ] && [ "$(wc -l <"$folder/err")" = 1 ] && grep -q '/no/such/program' "$folder/err"
point $? 'a command that does not exist is named'
"$DSFI" world run "$world" true 2>"$folder/err"
[ $? = 2 ] && grep -q -e '--' "$folder/err"
point $? 'a command without -- before it is refused'
"$DSFI" world run "$world" -- sh -c '
	[ "$DSFI_WORLD" = "'"$world"'" ] && grep -q "198.41.0.4" "$DSFI_ROOT_HINTS" &&
	grep -q "IN DS" "$DSFI_TRUST_ANCHORS"'
point $? 'the environment names the world, root hints and trust anchors'
"$DSFI" world run "$world" -- sh -c 'cat; echo talk >&2' <"$world" >"$folder/out" 2>"$folder/err"
cmp -s "$world" "$folder/out" && [ "$(cat "$folder/err")" = talk ]
point $? 'standard input, output and error are those of the caller'

"$DSFI" world run "$world" -- python3 - <<'PROGRAM'
import socket
import sys
for address in ("192.0.2.1", "9.9.9.9"):
    try:
        socket.create_connection((address, 53), timeout=2)
        sys.exit(1)
    except OSError as error:
        if isinstance(error, TimeoutError):
            sys.exit(2)
PROGRAM
point $? 'addresses outside the world have no route'

cat >"$folder/ask.py" <<'PROGRAM'
"""One question over UDP, TCP and TLS, IPv4 and IPv6: the same answer from the address asked."""
import socket
import ssl
import struct
import sys

question = struct.pack(">HHHHHH", 77, 0, 1, 0, 0, 0) + b"\0" + struct.pack(">HH", 6, 1)
framed = struct.pack(">H", len(question)) + question


def whole(stream):
    data = b""
    while len(data) < 2 or len(data) < 2 + struct.unpack(">H", data[:2])[0]:
        part = stream.recv(65536)
        if not part:
            break
        data += part
    return data[2:]


def over_udp(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
        datagrams.settimeout(5)
        datagrams.sendto(question, (address, 53))
        answer, source = datagrams.recvfrom(4096)
        assert source[:2] == (address, 53), source
        return answer


def over_tcp(address):
    with socket.create_connection((address, 53), timeout=5) as stream:
        stream.sendall(framed[:5])
        stream.sendall(framed[5:])
        return whole(stream)


def over_tls(address):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["dot"])
    with socket.create_connection((address, 853), timeout=5) as stream:
        with context.wrap_socket(stream) as secure:
            assert secure.selected_alpn_protocol() == "dot"
            secure.sendall(framed)
            return whole(secure)


def pipelined(address):
    with socket.create_connection((address, 53), timeout=5) as stream:
        stream.sendall(framed * 20)
        data = b""
        while data.count(question[12:]) < 20:
            part = stream.recv(65536)
            assert part, "the connection ended"
            data += part


answers = set()
for host in ("198.41.0.4", "2001:503:ba3e::2:30"):
    for ask in (over_udp, over_tcp, over_tls):
        answers.add(ask(host))
    pipelined(host)
assert len(answers) == 1, answers
answer = answers.pop()
assert answer[:4] == b"\0\x4d\x84\0" and answer[6:8] == b"\0\1", answer
sys.exit(0)
PROGRAM
"$DSFI" world run "$world" -- python3 "$folder/ask.py"
point $? 'UDP, TCP and TLS answer alike over IPv4 and IPv6'

# Each question is written as it comes; a file that cannot be written is named.
"$DSFI" world run --questions "$folder/asked" "$world" -- python3 "$folder/ask.py"
[ "$(grep -cx 'UDP 198.41.0.4 . SOA' "$folder/asked")" = 1 ] &&
	[ "$(grep -cx 'TCP 198.41.0.4 . SOA' "$folder/asked")" = 22 ] &&
	[ "$(wc -l <"$folder/asked")" = 46 ]
point $? 'questions are written to a file'
"$DSFI" world run --questions "$folder/none/asked" "$world" -- true 2>"$folder/err"
[ $? = 2 ] && [ "$(wc -l <"$folder/err")" = 1 ] && grep -q "$folder/none/asked" "$folder/err"
point $? 'a file for questions that cannot be written is named'
printf '# dsfi key 1, made up\n' >"$folder/kept" && cp "$folder/kept" "$folder/was"
"$DSFI" world run --questions "$folder/kept" "$world" -- true 2>"$folder/err"
[ $? = 2 ] && grep -q 'secret key.*name another file' "$folder/err" && cmp -s "$folder/kept" "$folder/was"
point $? 'they replace no secret key'

# Signals from outside go to the command.
"$DSFI" world run "$world" -- sh -c 'trap "exit 9" TERM; echo ready; while :; do sleep 0.1; done' \
	>"$folder/out" &
pid=$!
until grep -q ready "$folder/out"; do sleep 0.1; done
kill -TERM $pid
wait $pid
[ $? = 9 ]
point $? 'TERM reaches the command, and its answer comes back'

# Children of the command, and everything else, end with the world, however it ends.
"$DSFI" world run "$world" -- sh -c 'sleep 1234567 & echo done' >"$folder/out"
! pgrep -f 'sleep 1234567' >/dev/null
point $? 'what the command left running ends with it'
"$DSFI" world run "$world" -- sh -c 'echo ready; sleep 2345678' >"$folder/out" &
pid=$!
until grep -q ready "$folder/out"; do sleep 0.1; done
kill -KILL $pid
wait $pid 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10; do
	pgrep -f 'sleep 2345678' >/dev/null || break
	sleep 0.2
done
! pgrep -f 'sleep 2345678' >/dev/null
point $? 'a world that is killed takes its command with it'
rm -rf "$TMPDIR"/dsfi-world-*
"$DSFI" world run "$world" -- true
[ -z "$(ls -A "$TMPDIR")" ]
point $? 'no file is left behind'

if [ "$(id -u)" != 0 ]; then
	skip 'without root' 'not root: all of the above was'
elif ! command -v setpriv >/dev/null; then
	skip 'without root' 'no setpriv'
else
	cp "$DSFI" "$folder/dsfi" && chmod 755 "$folder/dsfi" && chmod 644 "$world"
	setpriv --reuid 65534 --regid 65534 --clear-groups "$folder/dsfi" world run "$world" -- \
		python3 "$folder/ask.py"
	point $? 'without root'
fi

"$DSFI" world run "$folder/none" -- true 2>"$folder/err"
[ $? = 2 ] && [ "$(wc -l <"$folder/err")" = 1 ] && grep -q "$folder/none" "$folder/err"
point $? 'a file that does not exist is named'
echo 'world: 1' >"$folder/bad"
"$DSFI" world run "$folder/bad" -- true 2>"$folder/err"
[ $? = 2 ] && grep -q 'line 1: the root zone' "$folder/err"
point $? 'a mistake in the file is told with its line'

echo "1..$number"
