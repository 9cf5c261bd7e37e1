# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium to look at our pages with, driven through chromedriver (W3C WebDriver over HTTP).

    with Browser() as browser:
        browser.show(width=320, scheme="dark", media="print")
        browser.open("/some/report.html")
        browser.run("return document.title")

It keeps nothing, asks nobody and notes what pages say and ask for (messages, requests).
"""

import base64
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zlib

ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--hide-scrollbars", "--force-color-profile=srgb"]
START_S = 30
# A page of 2,000 domains under a checker of accessibility.
ANSWER_S = 240


def missing():
    """What is not here that a browser needs, in words; empty: nothing."""
    return " and ".join(name for name in ("chromium", "chromedriver") if not shutil.which(name))


class BrowserError(Exception):
    """What chromedriver said of a command that failed."""


class Browser:
    """One Chromium with a profile of its own, gone when the block ends."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="dsfi-browser-")
        self.driver = None
        self.address = None
        self.session = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def start(self):
        log = pathlib.Path(self.folder.name, "log")
        with open(log, "wb") as output:
            self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdin=subprocess.DEVNULL,
                                           stdout=output, stderr=subprocess.STDOUT)
        until = time.monotonic() + START_S
        while self.address is None:
            if time.monotonic() > until or self.driver.poll() is not None:
                raise BrowserError("chromedriver does not start: " + log.read_text(errors="replace"))
            for line in log.read_text(errors="replace").splitlines():
                if "successfully on port" in line:
                    self.address = "http://127.0.0.1:%d" % int(line.rstrip(".").split()[-1])
            time.sleep(0.02)
        profile = str(pathlib.Path(self.folder.name, "profile"))
        options = {"args": ARGUMENTS + ["--user-data-dir=" + profile],
                   "binary": shutil.which("chromium"), "perfLoggingPrefs": {"enableNetwork": True}}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options,
                  "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.session = self.ask("POST", "/session",
                                {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        self.ask("POST", self.path("/timeouts"),
                 {"script": ANSWER_S * 1000, "pageLoad": ANSWER_S * 1000})
        # What the browser shows of itself at first is not ours.
        self.ask("POST", self.path("/url"), {"url": "about:blank"})
        self.messages()
        self.requests()

    def __exit__(self, *_):
        if self.session:
            try:
                self.ask("DELETE", self.path(""))
            except (BrowserError, OSError):
                pass
        if self.driver:
            self.driver.terminate()
            self.driver.wait()
        self.folder.cleanup()

    def path(self, rest):
        return "/session/%s%s" % (self.session, rest)

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=ANSWER_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise BrowserError(json.load(error)["value"]["message"]) from error

    def command(self, name, **parameters):
        """One command of the DevTools protocol."""
        return self.ask("POST", self.path("/goog/cdp/execute"), {"cmd": name, "params": parameters})

    def show(self, width=1100, height=900, scheme="light", media="screen", script=True):
        """How the next pages are shown."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height,
                     deviceScaleFactor=1, mobile=False)
        self.command("Emulation.setEmulatedMedia", media=media,
                     features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.command("Emulation.setScriptExecutionDisabled", value=not script)

    def open(self, path):
        self.ask("POST", self.path("/url"), {"url": pathlib.Path(path).resolve().as_uri()})

    def run(self, script, *arguments):
        """The value of a function's body in the page."""
        return self.ask("POST", self.path("/execute/sync"),
                        {"script": script, "args": list(arguments)})

    def run_later(self, script, *arguments):
        """The same of one that calls its last argument with the value."""
        return self.ask("POST", self.path("/execute/async"),
                        {"script": script, "args": list(arguments)})

    def log(self, kind):
        return self.ask("POST", self.path("/se/log"), {"type": kind})

    def messages(self):
        """What pages said, or the browser of them, since the last call."""
        return ["%s: %s" % (entry["level"], entry["message"]) for entry in self.log("browser")]

    def requests(self):
        """Addresses that were asked for since the last call."""
        found = []
        for entry in self.log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return found

    def paper(self):
        """The page as it is printed: for each sheet what is drawn on it, as PDF has it (ISO 32000-1 s7.8.2)."""
        data = base64.b64decode(self.command("Page.printToPDF")["data"])
        objects = dict(re.findall(rb"(\d+) 0 obj\s(.*?)endobj", data, re.DOTALL))
        sheets = []
        for number in sorted(objects, key=int):
            if re.search(rb"/Type\s*/Page\b(?!s)", objects[number]):
                content = objects[re.search(rb"/Contents (\d+) 0 R", objects[number]).group(1)]
                stream = re.search(rb"stream\r?\n(.*)endstream", content, re.DOTALL).group(1)
                sheets.append(zlib.decompress(stream).decode("latin-1"))
        return sheets

    def picture(self, path, height=None):
        """A PNG of the page: what is seen at once, or its first `height` pixels."""
        parameters = {"format": "png"}
        if height:
            width = self.run("return innerWidth")
            parameters.update(captureBeyondViewport=True, clip={
                "x": 0, "y": 0, "width": width, "height": height, "scale": 1})
        data = self.command("Page.captureScreenshot", **parameters)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))
