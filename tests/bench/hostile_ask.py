# SPDX-License-Identifier: GPL-3.0-or-later
"""Inside a hostile world: one question to one resolver, and what it cost.

hostile_ask.py RESOLVER NAME QUESTIONS

RESOLVER is dsfi, unbound, bind, knot or powerdns; QUESTIONS the file in which the world's servers
write what they are asked. The resolver starts anew with the world's root hints and trust anchor, must
show that it validates, and gets a second to settle; what it asks and uses from then on is counted,
until it has answered and rests. Prints `QUESTIONS CPU_MS ANSWER`, or `- - WHY` when it cannot be run.
Its own settings are those it comes with, but for one thread, IPv4, where it listens, and no cache on
disk from before.
"""
import os
import pathlib
import resource
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

PORT = 5300
PROGRAMS = ("unbound", "named", "kresd", "pdns_recursor")
ANSWER_WAIT_S = 40
REST_S = 2
GIVE_UP_S = 90
RCODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"]


class CannotRun(Exception):
    """Why a resolver gives no figures."""


def anchors():
    """The root's DS records: [(tag, algorithm, type, digest)]."""
    lines = pathlib.Path(os.environ["DSFI_TRUST_ANCHORS"]).read_text("ascii").splitlines()
    found = []
    for line in lines:
        words = line.split()
        if "DS" in words:
            at = words.index("DS")
            found.append((words[at + 1], words[at + 2], words[at + 3], "".join(words[at + 4:])))
    return found


# ---- the resolvers ----

def unbound(folder, hints):
    (folder / "conf").write_text("""
server:
    directory: "%(folder)s"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    logfile: "%(folder)s/log"
    interface: 127.0.0.1@%(port)d
    do-ip6: no
    root-hints: "%(hints)s"
    trust-anchor-file: "%(anchors)s"
remote-control:
    control-enable: no
""" % {"folder": folder, "port": PORT, "hints": hints,
       "anchors": os.environ["DSFI_TRUST_ANCHORS"]}, "ascii")
    return ["unbound", "-d", "-c", str(folder / "conf")]


def bind(folder, hints):
    (folder / "conf").write_text("""
options {
    directory "%(folder)s";
    pid-file none;
    session-keyfile "%(folder)s/session.key";
    listen-on port %(port)d { 127.0.0.1; };
    listen-on-v6 { none; };
    dnssec-validation yes;
    recursion yes;
};
controls { };
zone "." { type hint; file "%(hints)s"; };
trust-anchors { %(anchors)s };
""" % {"folder": folder, "port": PORT, "hints": hints, "anchors": " ".join(
        '"." static-ds %s %s %s "%s";' % anchor for anchor in anchors())}, "ascii")
    return ["named", "-4", "-g", "-n", "1", "-c", str(folder / "conf")]


def knot(folder, hints):
    (folder / "conf").write_text("""
net.ipv6 = false
net.listen('127.0.0.1', %(port)d, { kind = 'dns' })
cache.size = 50 * MB
modules = { 'hints > iterate' }
hints.root_file('%(hints)s')
trust_anchors.remove('.')
%(anchors)s
""" % {"port": PORT, "hints": hints, "anchors": "\n".join(
        "trust_anchors.add('. 3600 IN DS %s %s %s %s')" % anchor for anchor in anchors())}, "ascii")
    root = pathlib.Path(os.environ["DSFI_RESOLVERS"]) / "root"
    # It knows its modules by fixed paths, so the unpacked files are laid over /usr, for it alone.
    return ["unshare", "-m", "sh", "-c",
            'mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr && exec "$2" -n -c "$3/conf" "$3"',
            "sh", str(root), shutil.which("kresd"), str(folder)]


def powerdns(folder, hints):
    (folder / "anchors.lua").write_text("clearTA()\n" + "".join(
        "addTA('.', \"%s %s %s %s\")\n" % anchor for anchor in anchors()), "ascii")
    (folder / "recursor.conf").write_text("""
config-dir=%(folder)s
socket-dir=%(folder)s
local-address=127.0.0.1
local-port=%(port)d
query-local-address=0.0.0.0
dont-query=
hint-file=%(hints)s
dnssec=validate
lua-config-file=%(folder)s/anchors.lua
security-poll-suffix=
threads=1
daemon=no
setuid=
setgid=
write-pid=no
""" % {"folder": folder, "port": PORT, "hints": hints}, "ascii")
    return ["pdns_recursor", "--config-dir=%s" % folder]


RESOLVERS = {"unbound": unbound, "bind": bind, "knot": knot, "powerdns": powerdns}


# ---- asking ----

def query(name, kind):
    wire = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split(".") if label)
    head = struct.pack(">HHHHHH", 4711, 0x0120, 1, 0, 0, 1)  # RD, AD
    opt = b"\0" + struct.pack(">HHIH", 41, 1232, 0x8000, 0)
    return head + wire + b"\0" + struct.pack(">HH", kind, 1) + opt


def ask(name, kind, wait_s):
    """The answer's rcode in words, with AD; None when there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.settimeout(wait_s)
        datagrams.connect(("127.0.0.1", PORT))
        datagrams.send(query(name, kind))
        try:
            answer = datagrams.recv(65535)
        except OSError:
            return None
    flags = struct.unpack(">H", answer[2:4])[0]
    rcode = RCODES[flags & 15] if flags & 15 < len(RCODES) else "RCODE%d" % (flags & 15)
    return rcode + (" AD" if flags & 0x20 and rcode in ("NOERROR", "NXDOMAIN") else "")


def await_health(process, log):
    """Until it has validated the top-level domain's SOA."""
    end = time.monotonic() + 20
    last = None
    while time.monotonic() < end:
        if process.poll() is not None:
            lines = log.read_text("utf-8", "replace").strip().splitlines()
            raise CannotRun("it ended: %s" % (lines[-1] if lines else "code %d" % process.returncode))
        last = ask("tld", 6, 1) or last
        if last == "NOERROR AD":
            return
        time.sleep(0.1)
    raise CannotRun("it does not validate: %s" % last)


class Process(subprocess.Popen):
    """A process that knows its number in /proc, which is not the world's own."""

    def __init__(self, command, folder, log):
        numbered = folder / "number"
        super().__init__(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                         preexec_fn=lambda: numbered.write_text(os.readlink("/proc/self"), "ascii"))
        self.number = int(numbered.read_text("ascii"))


def cpu_ms(process):
    with open("/proc/%d/stat" % process.number, encoding="ascii", errors="replace") as file:
        head, _, tail = file.read().rpartition(")")
    name = head.partition("(")[2]
    if name not in PROGRAMS:
        raise CannotRun("process %d is %s, no resolver" % (process.number, name))
    fields = tail.split()
    threads = pathlib.Path("/proc/%d/task" % process.number).glob("*/schedstat")
    ran_ns = sum(int(thread.read_text("ascii").split()[0]) for thread in threads)
    if ran_ns > 0:  # the same in nanoseconds; stat has hundredths of a second
        return ran_ns / 1e6
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def count(questions):
    with open(questions, "rb") as file:
        return file.read().count(b"\n")


def await_rest(process, questions):
    """Until nothing has been asked and nothing been computed for a while."""
    end = time.monotonic() + GIVE_UP_S
    state = None
    since = time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < REST_S:
        now = count(questions), cpu_ms(process) // 50
        if now != state:
            state = now
            since = time.monotonic()
        time.sleep(0.1)


def measure(resolver, name, questions, folder):
    command = RESOLVERS[resolver](folder, os.environ["DSFI_ROOT_HINTS"])
    if shutil.which(command[0]) is None or None in command:
        raise CannotRun("not there")
    log = folder / "said"
    with open(log, "wb") as file, Process(command, folder, file) as process:
        try:
            await_health(process, log)
            time.sleep(1)
            asked, used = count(questions), cpu_ms(process)
            answer = ask(name, 1, ANSWER_WAIT_S)
            await_rest(process, questions)
            return count(questions) - asked, cpu_ms(process) - used, answer or "no answer"
        finally:
            process.kill()


def children_cpu_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure_dsfi(name, questions):
    """The whole process, from its start on, with nothing known."""
    before = children_cpu_s()
    run = subprocess.run([os.environ["DSFI"], "resolve", name, "A"], capture_output=True, text=True,
                         check=False)
    used = (children_cpu_s() - before) * 1000
    head = run.stdout.splitlines()[0] if run.stdout else "it ended with code %d" % run.returncode
    return count(questions), used, head.rpartition(" A: ")[2].partition(",")[0]


def main():
    resolver, name, questions = sys.argv[1:]
    if resolver == "dsfi":
        print("%d %.0f %s" % measure_dsfi(name, questions))
        return
    with tempfile.TemporaryDirectory(prefix="dsfi-hostile-") as folder:
        try:
            print("%d %.0f %s" % measure(resolver, name, questions, pathlib.Path(folder)))
        except CannotRun as why:
            print("- - %s" % why)


if __name__ == "__main__":
    main()
