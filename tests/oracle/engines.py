# SPDX-License-Identifier: GPL-3.0-or-later
"""The three that are asked: dsfi resolve, libunbound, and delv through a resolver that does not
validate. Each gives {(name, type): Verdict}. They run inside a world.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time

from names import TYPES

PORT = 5353
DELV_AT_ONCE = 12
DELV_TIMEOUT_S = 90
# A dead zone takes dsfi half a minute; all of them are waited for at once.
DSFI_IN_FLIGHT = "2000"
UNBOUND_IN_FLIGHT = "500"
# Data in which names are; a server may repeat the question's capitals in them (RFC 4343).
HOLD_NAMES = {"NS", "CNAME", "SOA", "MX"}


class Verdict:
    """Security; state and data where they are to be believed."""

    def __init__(self, security, state, data=(), why=""):
        self.security = security
        believed = security in ("secure", "insecure")
        self.state = state if believed else ""
        self.data = tuple(sorted(data)) if believed else ()
        self.why = why

    def __eq__(self, other):
        return (self.security, self.state, self.data) == (other.security, other.state, other.data)

    def word(self):
        return self.security + (" " + self.state if self.state else "")


def fold(type_name, rdata):
    """Hexadecimal rdata in a form in which equal data are equal."""
    octets = bytes.fromhex(rdata)
    return (octets.lower() if type_name in HOLD_NAMES else octets).hex()


# ---- dsfi ----

def dsfi_verdict(line):
    message = line["responseMessage"]
    data = []
    if message is not None and line["state"] == "found":
        name = message["QNAME"].lower()
        data = [fold(line["qtype"], record["RDATAHEX"]) for record in message["answerRRs"]
                if record["TYPEname"] == line["qtype"] and record["NAME"].lower() == name]
    return Verdict(line["security"], line["state"], data, line["reason"] or "")


def ask_dsfi(settings, questions):
    """One run for each set of types; the names of a list are asked for all of its types."""
    types = {}
    for question in questions:
        types.setdefault(question.name, []).append(question.type_name)
    lists = {}
    for name, wanted in types.items():
        lists.setdefault(tuple(sorted(wanted)), []).append(name)

    def one(wanted):
        run = subprocess.run([settings.dsfi, "resolve", "--targets", "-", *wanted, "--json",
                              "--in-flight", DSFI_IN_FLIGHT], text=True, capture_output=True,
                             input="".join(name + "\n" for name in lists[wanted]))
        if run.returncode not in (0, 1, 3):
            raise RuntimeError("dsfi resolve: exit code %d: %s" % (run.returncode, run.stderr))
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return {(line["name"], line["qtype"]): dsfi_verdict(line) for line in lines}

    found = {}
    with concurrent.futures.ThreadPoolExecutor(len(lists)) as pool:
        for part in pool.map(one, sorted(lists)):
            found.update(part)
    return found


# ---- libunbound ----

def ask_unbound(settings, questions):
    names = {number: name for name, number in TYPES.items()}
    run = subprocess.run([settings.oracle, "--hints", os.environ["DSFI_ROOT_HINTS"], "--anchors",
                          os.environ["DSFI_TRUST_ANCHORS"], "--in-flight", UNBOUND_IN_FLIGHT],
                         text=True, capture_output=True,
                         input="".join("%s %d\n" % (question.name, TYPES[question.type_name])
                                       for question in questions))
    if run.returncode != 0:
        raise RuntimeError("oracle_unbound: exit code %d: %s" % (run.returncode, run.stderr))
    found = {}
    for line in run.stdout.splitlines():
        name, number, security, state, data, why = line.split("\t")
        type_name = names[int(number)]
        found[name + ".", type_name] = Verdict(
            security, state, [fold(type_name, item) for item in data.split(",") if item], why)
    return found


# ---- delv ----

class Iterator:
    """Unbound without its validator on 127.0.0.1: it only finds answers, delv judges them."""

    def __init__(self, settings):
        self.folder = tempfile.TemporaryDirectory()
        path = pathlib.Path(self.folder.name)
        (path / "conf").write_text("""server:
    interface: 127.0.0.1@%d
    username: ""
    chroot: ""
    directory: "%s"
    pidfile: "%s/pid"
    logfile: "%s/log"
    use-syslog: no
    do-daemonize: no
    num-threads: 1
    module-config: "iterator"
    aggressive-nsec: no
    do-not-query-localhost: no
    num-queries-per-thread: 4096
    outgoing-range: 8192
    outgoing-num-tcp: 100
    max-sent-count: 100
    outbound-msg-retry: 3
    infra-cache-max-rtt: 4000
    root-hints: "%s"
remote-control:
    control-enable: no
""" % (PORT, path, path, path, os.environ["DSFI_ROOT_HINTS"]))
        self.process = subprocess.Popen([settings.servers / "bin" / "unbound", "-c", path / "conf"])
        self.wait()

    def wait(self):
        """Until it answers: any answer to a question for the root's name servers will do."""
        question = bytes.fromhex("000101000001000000000000" "00" "0002" "0001")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.settimeout(0.2)
            for _ in range(100):
                try:
                    one.sendto(question, ("127.0.0.1", PORT))
                    one.recv(4096)
                    return
                except OSError:
                    time.sleep(0.1)
        self.close()
        raise RuntimeError("unbound does not answer: " + self.log())

    def log(self):
        path = pathlib.Path(self.folder.name) / "log"
        return path.read_text()[-2000:] if path.exists() else "no log"

    def close(self):
        self.process.terminate()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        self.folder.cleanup()


def delv_anchors(path):
    rows = []
    for line in pathlib.Path(os.environ["DSFI_TRUST_ANCHORS"]).read_text().splitlines():
        words = line.split()
        rows.append('trust-anchors { "%s" static-ds %s %s %s "%s"; };\n'
                    % (words[0], *words[-4:]))
    path.write_text("".join(rows))


VALIDATED = {"fully validated": "secure", "unsigned answer": "insecure",
             "answer not validated": "indeterminate"}
# delv's words for an answer that lacks what the chain of trust asks of it.
BOGUS = re.compile(r"resolution failed: (broken trust chain|insecurity proof failed|no valid \w+"
                   r"|RRSIG failed to verify|must-be-secure|not a valid\b)")
WEAKEST = ("bogus", "indeterminate", "insecure", "secure")
STATUS = re.compile(r"^; (?:negative response, )?(%s)" % "|".join(VALIDATED), re.MULTILINE)
RECORD = re.compile(r"^\S+\s+\d+\s+CLASS1\s+TYPE(\d+)\s+\\# \d+ ([0-9A-F ]+)$", re.MULTILINE)


def delv_verdict(type_name, said):
    words = [VALIDATED[word] for word in STATUS.findall(said)]
    failed = re.search(r"^;; resolution failed: (.*)$", said, re.MULTILINE)
    state = "found"
    if failed and failed.group(1).startswith("ncache"):
        state = "nxdomain" if "nxdomain" in failed.group(1) else "nodata"
    elif failed:
        words.append("bogus" if BOGUS.search(said) else "indeterminate")
    if not words:
        words.append("indeterminate")
    data = [fold(type_name, rdata.replace(" ", "")) for number, rdata in RECORD.findall(said)
            if int(number) == TYPES[type_name]] if state == "found" else []
    return Verdict(min(words, key=WEAKEST.index), state, data,
                   " / ".join(line.strip("; ") for line in said.splitlines()
                              if line.startswith(";; ")))


def ask_delv(settings, questions):
    with tempfile.TemporaryDirectory() as folder, Iterator(settings):
        anchors = pathlib.Path(folder) / "anchors"
        delv_anchors(anchors)

        def one(question):
            command = [settings.servers / "bin" / "delv", "@127.0.0.1", "-p", str(PORT), "-a",
                       anchors, "+root=.", "+unknownformat", question.name,
                       question.type_name]
            try:
                run = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, timeout=DELV_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                return question.key, Verdict("indeterminate", "failed", (), "took too long")
            return question.key, delv_verdict(question.type_name, run.stdout)

        with concurrent.futures.ThreadPoolExecutor(DELV_AT_ONCE) as pool:
            return dict(pool.map(one, questions))
