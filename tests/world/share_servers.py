#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail server and a webhook on the loopback, for tests of `dsfi share`.

    share_servers.py FOLDER CERTIFICATE KEY

Writes its ports to FOLDER/ports (`SMTP HTTPS`, one line) and serves until its standard input ends.
Mails go to FOLDER/Maildir/new and, with the envelope, to FOLDER/mails; posts to FOLDER/posts/N, with
their headers in FOLDER/posts/N.headers. A file FOLDER/smtp-mode says how the mail server behaves:
`refuse` (550 to the recipient), `hang-up` (takes the mail, and closes before it says so), `no-tls`
(offers no STARTTLS). What the webhook does is in the path: /take, /refuse (403), /redirect (302 to /take),
/slow (takes half a second), /flood and /flood-refuse (an endless answer), /drop (takes the post, and closes before it says so).
"""

import http.server
import pathlib
import socketserver
import ssl
import sys
import threading
import time

FOLDER = pathlib.Path(sys.argv[1])
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain(sys.argv[2], sys.argv[3])
LOCK = threading.Lock()


def mode():
    try:
        return (FOLDER / "smtp-mode").read_text().strip()
    except FileNotFoundError:
        return ""


class Mail(socketserver.BaseRequestHandler):
    """RFC 5321, as much as a client needs; STARTTLS (RFC 3207)."""

    def line(self):
        while b"\n" not in self.rest:
            more = self.request.recv(65536)
            if not more:
                raise ConnectionError
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return line.rstrip(b"\r")

    def say(self, text):
        self.request.sendall(text.encode() + b"\r\n")

    def data(self):
        lines = []
        while True:
            line = self.line()
            if line == b".":
                return lines
            lines.append(line[1:] if line.startswith(b".") else line)

    def keep(self, lines):
        with LOCK:
            number = len(list((FOLDER / "mails").iterdir()))
            (FOLDER / "mails" / str(number)).write_bytes(
                b"\n".join([self.sender, self.recipient] + lines) + b"\n")
            (FOLDER / "Maildir" / "new" / ("1790000000.M%d.test" % number)).write_bytes(
                b"\n".join(lines) + b"\n")

    def handle(self):
        self.rest, self.sender, self.recipient, self.is_sealed = b"", b"", b"", False
        self.say("220 mail.test")
        try:
            while self.answer(self.line().decode()):
                pass
        except (ConnectionError, ssl.SSLError, OSError):
            pass

    def answer(self, line):
        verb = line.upper()
        if verb.startswith(("EHLO", "HELO")):
            if self.is_sealed or mode() == "no-tls":
                self.say("250 mail.test")
            else:
                self.request.sendall(b"250-mail.test\r\n250 STARTTLS\r\n")
        elif verb == "STARTTLS":
            self.say("220 go on")
            self.request = CONTEXT.wrap_socket(self.request, server_side=True)
            self.rest, self.is_sealed = b"", True
        elif verb.startswith("MAIL FROM"):
            self.sender = line.encode()
            self.say("250 ok")
        elif verb.startswith("RCPT TO"):
            self.recipient = line.encode()
            self.say("550 no such user" if mode() == "refuse" else "250 ok")
        elif verb == "DATA":
            self.say("354 go on")
            self.keep(self.data())
            if mode() == "hang-up":
                return False
            self.say("250 taken")
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 ok")
        return True


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with LOCK:
            number = len(list((FOLDER / "posts").glob("*.headers")))
            (FOLDER / "posts" / str(number)).write_bytes(body)
            (FOLDER / "posts" / ("%d.headers" % number)).write_text(
                "%s\n%s" % (self.requestline, self.headers))
        if self.path == "/drop":
            self.close_connection = True
            return
        if self.path == "/slow":
            time.sleep(0.5)
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/take")
        else:
            self.send_response(403 if self.path in ("/refuse", "/flood-refuse") else 200)
        if not self.path.startswith("/flood"):
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"x" * 65536)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


def main():
    for name in ("mails", "posts", "Maildir/new", "Maildir/cur", "Maildir/tmp"):
        (FOLDER / name).mkdir(parents=True, exist_ok=True)
    mail = Server(("127.0.0.1", 0), Mail)
    hook = Server(("127.0.0.1", 0), Hook)
    hook.socket = CONTEXT.wrap_socket(hook.socket, server_side=True)
    for server in (mail, hook):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    (FOLDER / "ports.new").write_text("%d %d\n" % (mail.server_address[1], hook.server_address[1]))
    (FOLDER / "ports.new").rename(FOLDER / "ports")
    sys.stdin.read()


main()
