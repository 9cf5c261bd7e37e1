#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail and web servers of contacts, on addresses of the loopback interface, each with its own way:

127.0.0.11  takes mail, but for nobody@ (550) and later@ (451)
127.0.0.12  accepts a connection and says nothing
127.0.0.13  takes mail only after STARTTLS
127.0.0.14  speaks no SMTP
127.0.0.21  HTTPS at port 8443: OPTIONS and GET are answered; /gone is not there, the answer of /long is
            longer than is read, that of /endless, too, in chunks, and that of /slow does not end
127.0.0.22  accepts a connection at port 8443 and says nothing

Usage: party_check.py FOLDER, which has NAME.pem of certificates for SNI names; what was said to the
servers goes to FOLDER/said, a line each. FOLDER/ready is made when all listen.
"""

import pathlib
import socket
import ssl
import sys
import threading
import time

FOLDER = pathlib.Path(sys.argv[1])
SAID = open(FOLDER / "said", "a", buffering=1, encoding="latin-1")


def listen(address, port, serve):
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen()

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=guarded, args=(serve, connection, address), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()


def guarded(serve, connection, address):
    try:
        serve(connection, address)
    except OSError:
        pass
    finally:
        connection.close()


def context_of(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # weak certificates are to be presented, too
    context.load_cert_chain(FOLDER / (name + ".pem"))
    return context


def smtp(connection, address):
    connection.sendall(b"220-mx\r\n220 ready\r\n")
    needs_tls = address == "127.0.0.13"
    lines = connection.makefile("rb")
    while True:
        line = lines.readline(2000)
        if not line:
            return
        text = line.decode("latin-1").strip()
        SAID.write("%s %s\n" % (address, text))
        word = text.upper().split(" ")[0].split(":")[0]
        if word == "EHLO":
            reply = b"250-mx\r\n250 STARTTLS\r\n" if needs_tls else b"250-mx\r\n250 SIZE 1000\r\n"
        elif word == "STARTTLS" and needs_tls:
            connection.sendall(b"220 go\r\n")
            connection = context_of("self").wrap_socket(connection, server_side=True)
            lines = connection.makefile("rb")
            needs_tls = False
            continue
        elif word == "MAIL":
            reply = b"530 STARTTLS first\r\n" if needs_tls else b"250 ok\r\n"
        elif word == "RCPT":
            reply = b"250 ok\r\n"
            if "<nobody@" in text:
                reply = b"550 5.1.1 no such \x1b[31muser\r\n"
            if "<later@" in text:
                reply = b"451 try again later\r\n"
        elif word == "QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        else:
            reply = b"250 ok\r\n"
        connection.sendall(reply)


def silent(connection, address):
    SAID.write("%s connected\n" % address)
    time.sleep(600)


def garbage(connection, _):
    connection.sendall(b"SSH-2.0-what\r\n" * 100)
    connection.recv(100)


def https(connection, address):
    context = context_of("hook")

    def choose(tls, name, _):
        if name is not None and (FOLDER / (name + ".pem")).exists():
            tls.context = context_of(name)

    context.sni_callback = choose
    connection = context.wrap_socket(connection, server_side=True)
    head = b""
    while b"\r\n\r\n" not in head:
        data = connection.recv(4096)
        if not data:
            return
        head += data
    request = head.split(b"\r\n")[0].decode("latin-1")
    SAID.write("%s %s\n" % (address, request))
    path = request.split(" ")[1]
    file = FOLDER / ("web" + path.split("?")[0].replace("/", "_"))
    if request.startswith("GET ") and file.exists():
        body = file.read_bytes()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/rdap+json\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body) + body)
    elif path == "/gone" or request.startswith("GET "):
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    elif path == "/long":
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"a" * 1000000)
    elif path == "/endless":
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                           + b"fffff\r\n" + b"a" * 1048575)
    elif path == "/slow":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nno")
        time.sleep(600)
    else:
        connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    connection.unwrap()


for host in ("127.0.0.11", "127.0.0.13"):
    listen(host, 25, smtp)
listen("127.0.0.12", 25, silent)
listen("127.0.0.14", 25, garbage)
listen("127.0.0.21", 8443, https)
listen("127.0.0.22", 8443, silent)
(FOLDER / "ready").touch()
threading.Event().wait()
