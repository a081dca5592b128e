# SPDX-License-Identifier: GPL-2.0-only
"""Chromium without a window, driven by its own debugging protocol over a pair of pipes.

Messages are JSON with a NUL behind each. Beside the answers to its calls, a Browser collects what a
page asked for, and everything that went wrong in it.
"""

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

START_SECONDS = 300
CALL_SECONDS = 300
WAIT_SECONDS = 180
POLL_SECONDS = 0.1
END_SECONDS = 20

# Its sandbox does not work for root; the pages are ours.
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--no-default-browser-check", "--disable-extensions",
             "--disable-background-networking", "--disable-component-update", "--no-proxy-server",
             "--hide-scrollbars", "--remote-debugging-pipe"]


class BrowserError(Exception):
    """Chromium does not answer, or a script failed."""


class Browser:
    def __init__(self, width=1200, height=1000):
        self.folder = tempfile.mkdtemp(prefix="browser-")
        self.numbers = itertools.count(1)
        self.session = None
        self.pending = b""
        self.answers = {}
        self.requests = []
        self.complaints = []
        their_input, self.output = os.pipe()
        self.input, their_output = os.pipe()
        # The protocol's pipes are file descriptors 3 and 4.
        command = ["bash", "-c", f'exec "$@" 3<&{their_input} 4>&{their_output}', "bash",
                   "setpriv", "--pdeathsig", "KILL", "chromium", *ARGUMENTS,
                   f"--user-data-dir={self.folder}", f"--window-size={width},{height}"]
        with open(f"{self.folder}/log", "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, pass_fds=(their_input, their_output))
        os.close(their_input)
        os.close(their_output)
        target = self.call("Target.createTarget", START_SECONDS, url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, seconds=CALL_SECONDS, **parameters):
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.output, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + seconds
        while number not in self.answers:
            self._receive(deadline, method)
        answer = self.answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        return answer["result"]

    def open(self, url):
        """Loads a page, and waits until all that belongs to it is there."""
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")

    def evaluate(self, script):
        """The value of a script's last expression."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise BrowserError(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait(self, script, seconds=WAIT_SECONDS):
        """Waits until a script's value is true, or an object."""
        deadline = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({script})"):
            if time.monotonic() > deadline:
                raise BrowserError(f"not true after {seconds} s: {script}")
            time.sleep(POLL_SECONDS)

    def dark(self, on):
        """Whether the user wants dark pages."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if on else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))

    def close(self):
        os.close(self.output)  # it ends when nobody talks to it any more
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.input)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _receive(self, deadline, what):
        seconds = deadline - time.monotonic()
        if seconds <= 0 or not select.select([self.input], [], [], seconds)[0]:
            raise BrowserError(f"no answer to {what}\n{self._log()}")
        data = os.read(self.input, 65536)
        if not data:
            raise BrowserError(f"Chromium has ended\n{self._log()}")
        *messages, self.pending = (self.pending + data).split(b"\0")
        for message in messages:
            self._take(json.loads(message))

    def _take(self, message):
        if "id" in message:
            self.answers[message["id"]] = message
            return
        method, parameters = message["method"], message["params"]
        if method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif method == "Network.responseReceived" and parameters["response"]["status"] >= 400:
            self.complaints.append(parameters["response"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(parameters["exceptionDetails"]))
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.complaints.append(parameters["entry"]["text"])

    def _log(self):
        with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as log:
            return log.read()[-2000:]
