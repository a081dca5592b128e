# SPDX-License-Identifier: GPL-2.0-only
"""The virtual machine as tests see it: commands in the root cell, consoles, the hypervisor.

Commands go through tests/vm/agent.c on the root cell's console, which returns output and exit
code exactly and forwards the kernel's log; so a kernel message can never be mistaken for output.
Every wait ends with an event or fails with the ends of all logs.
"""

import base64
import itertools
import pathlib
import re
import select
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "vm"))
import qemu  # noqa: E402
import stale_code  # noqa: E402

BOOT_SECONDS = 600  # 4 on an idle machine
RUN_SECONDS = 600
LATE_ANSWER_SECONDS = 20
WAIT_SECONDS = 300  # a limit for what hangs, not a measure of how long anything takes
STALE_SECONDS = 15  # of waiting, after which QEMU may have to be helped: before Linux speaks of stalls
AGENT_GRACE = 60  # for the agent to report a command that it killed
POLL_SECONDS = 0.02
PAUSE_SECONDS = 0.5  # at most, between two looks
PUT_CHUNK = 192 * 1024

# What must not appear in root's kernel log or on its console.
KERNEL_TROUBLE = re.compile(
    r"Kernel panic|Oops|BUG:|WARNING: CPU|general protection fault|unable to handle|"
    r"detected stalls|self-detected stall|soft lockup|hard LOCKUP|blocked for more than|"
    r"Call Trace|double fault|stack segment|nobody cared|bad page|corrupted")


class VmError(Exception):
    """The machine died, hung or complained; the message has the ends of its logs."""


class CommandError(Exception):
    """A command in the root cell failed. rc is its exit code, output what it wrote."""

    def __init__(self, command, rc, output):
        super().__init__(f"'{command}' returned {rc}:\n{output}")
        self.rc = rc
        self.output = output


class Vm(qemu.Machine):
    """A booted machine whose root cell answers."""

    SYSTEM = "configs/x86/qemu.cell"

    def __init__(self, append="", **options):
        super().__init__(append=f"vm.agent {append}", **options)
        self.ids = itertools.count(1)
        self.pending = b""
        self.results = {}
        self.outputs = {}
        self.ready = 0
        self.allowed = []
        self.trouble = []
        self.marks = {}
        try:
            self.console = self.connect("root.sock", BOOT_SECONDS)
            self._until(lambda: self.ready, BOOT_SECONDS, "the root cell to boot")
        except BaseException:
            self.keep()
            self.stop()
            raise

    # Commands in the root cell

    def sh(self, command, timeout=RUN_SECONDS):
        """Runs a command in a root shell, in /root; returns exit code and output (both streams).

        The exit code is 124 if it ran longer than timeout seconds (it is killed then).
        """
        rc, output = self.raw(command, timeout)
        return rc, output.decode(errors="replace")

    def run(self, command, timeout=RUN_SECONDS):
        """Like sh(), but returns the output only and raises CommandError on a non-zero code."""
        rc, output = self.sh(command, timeout)
        if rc:
            raise CommandError(command, rc, output)
        return output

    def raw(self, command, timeout=RUN_SECONDS):
        """Like sh(), with the output as bytes."""
        number = self._request("r", str(int(timeout)), self._encode(command.encode()))
        return self._result(number, timeout + AGENT_GRACE, f"'{command}'")

    def power_off(self):
        """Ends the machine from inside, where nobody may be left to answer."""
        self._request("r", str(RUN_SECONDS), self._encode(b"poweroff"))
        try:
            self.process.wait(timeout=WAIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._fail("the machine does not end")

    def put(self, data, path):
        """Writes bytes (or a str, or the contents of a pathlib.Path) to a file in root."""
        if isinstance(data, pathlib.Path):
            data = data.read_bytes()
        if isinstance(data, str):
            data = data.encode()
        self.run(f"mkdir -p $(dirname {path}) && : > {path}")
        for start in range(0, len(data), PUT_CHUNK):
            number = self._request("w", self._encode(path.encode()),
                                   self._encode(data[start:start + PUT_CHUNK]))
            rc, _ = self._result(number, RUN_SECONDS, f"writing {path}")
            if rc:
                raise CommandError(f"write {path}", rc, "")

    def get(self, path):
        """The contents of a file in root, as bytes."""
        rc, data = self.raw(f"cat {path}")
        if rc:
            raise CommandError(f"cat {path}", rc, data.decode(errors="replace"))
        return data

    # Consoles

    def hv_log(self):
        """What the hypervisor has written to its console so far."""
        return self.log("hv.log")

    def inmate_log(self):
        """What cells have written to the first inmate console so far."""
        return self.log("inmate.log")

    def mark(self):
        """From now on, wait_hv() and wait_inmate() look only at what comes after this call."""
        for name in ("hv.log", "inmate.log", "cell.log"):
            self.marks[name] = len(self.log(name))

    def since_mark(self, name):
        return self.log(name)[self.marks.get(name, 0):]

    def wait_log(self, name, pattern, timeout=WAIT_SECONDS):
        """Waits for a regular expression in a log (after the last mark); returns the match."""
        compiled = re.compile(pattern, re.MULTILINE)
        return self._until(lambda: compiled.search(self.since_mark(name)), timeout,
                           f"{pattern!r} in {name}")

    def wait_hv(self, pattern, timeout=WAIT_SECONDS):
        return self.wait_log("hv.log", pattern, timeout)

    def wait_inmate(self, pattern, timeout=WAIT_SECONDS):
        return self.wait_log("inmate.log", pattern, timeout)

    def wait(self, condition, what, timeout=WAIT_SECONDS):
        """Waits until condition() returns something true, and returns that."""
        return self._until(condition, timeout, what)

    def ping(self, arguments, inside=""):
        """Pings (in the namespace of the prefix "inside"); returns how many answers came.

        After its last packet, ping waits twice as long as the slowest answer took, which may be a few
        milliseconds: answers that come later are taken from the kernel's counters, so nobody else may
        ping in that namespace meanwhile.
        """
        before = self._echo_replies(inside)
        output = self.sh(f"{inside}ping -q -n {arguments}")[1]
        match = re.search(r"(\d+) packets transmitted, (\d+) received", output)
        sent, received = map(int, match.groups()) if match else (0, 0)
        deadline = time.monotonic() + LATE_ANSWER_SECONDS
        while 0 < received < sent and "duplicates" not in output and time.monotonic() < deadline:
            self._pump(POLL_SECONDS)
            received = max(received, min(sent, self._echo_replies(inside) - before))
        return received

    def _echo_replies(self, inside):
        """Those that the kernel has received, by IPv4 and IPv6."""
        text = self.run(f"{inside}cat /proc/net/snmp /proc/net/snmp6")
        names, values = (line.split() for line in text.splitlines() if line.startswith("Icmp: "))
        ip6 = re.search(r"^Icmp6InEchoReplies\s+(\d+)", text, re.MULTILINE)
        return int(values[names.index("InEchoReps")]) + int(ip6.group(1) if ip6 else 0)

    def wait_answer(self, address, timeout=30):
        """
        Until the first answer to a ping. One that asks again by itself would not do: it ends when the
        kernel says that a neighbour could not be reached, and the kernel remembers that for a while.
        """
        self.wait(lambda: self.sh(f"ping -q -n -c 1 -W 2 {address}")[0] == 0,
                  f"an answer of {address}", timeout)

    # Root's kernel

    def kernel_log(self):
        """Root's kernel log so far."""
        self._pump(0)
        return self.log("kernel.log")

    def expect_kernel(self, pattern):
        """Messages that match are no trouble from now on (until check_kernel())."""
        self.allowed.append(re.compile(pattern))

    def check_kernel(self):
        """Fails if root's kernel complained since the last check."""
        self._pump(0)
        found = [line for line in self.trouble
                 if not any(pattern.search(line) for pattern in self.allowed)]
        self.trouble, self.allowed = [], []
        if found:
            self.keep()
            raise VmError("root's kernel complained:\n" + "\n".join(found) + "\n" + self.tails())
        if not self.alive():
            self.keep()
            raise VmError("QEMU has ended\n" + self.tails())

    # The protocol

    @staticmethod
    def _encode(data):
        return base64.b64encode(data).decode()

    def _request(self, kind, first, second):
        number = str(next(self.ids))
        self.outputs[number] = []
        try:
            self.console.sendall(f"{kind} {number} {first} {second}\n".encode())
        except OSError:
            self._fail("the root cell's console is gone")
        return number

    def _result(self, number, timeout, what):
        self._until(lambda: number in self.results, timeout, what)
        return self.results.pop(number), b"".join(self.outputs.pop(number))

    def _until(self, condition, timeout, what):
        deadline = time.monotonic() + timeout
        look_at = time.monotonic() + STALE_SECONDS
        while True:
            started = time.monotonic()
            result = condition()
            if result:
                return result
            # A look that is work for the machine leaves it more time than it takes.
            pause = min(max(POLL_SECONDS, 2 * (time.monotonic() - started)), PAUSE_SECONDS)
            if time.monotonic() > look_at:
                self._help_qemu(what)
                look_at = time.monotonic() + STALE_SECONDS
            if not self.alive():
                self._pump(0)
                self._fail(f"QEMU ended (code {self.process.returncode}) while waiting for {what}")
            if time.monotonic() > deadline:
                self._fail(f"nothing after {timeout} s of waiting for {what}")
            if any("Kernel panic" in line for line in self.trouble):
                self._fail(f"root's kernel panicked while waiting for {what}")
            self._pump(pause)

    def _help_qemu(self, what):
        """What takes long may hang, for no fault of the machine's."""
        try:
            stale_code.forget(self)
            self._append("harness.log", f"long wait for {what}: code is translated anew")
        except (OSError, RuntimeError) as error:
            self._append("harness.log", f"long wait for {what}: {error}")

    def _fail(self, message):
        self.keep()
        if self.alive():
            try:
                message += "\n" + self.monitor("info registers -a", 10)
            except (OSError, RuntimeError):
                message += "\n(QEMU's monitor does not answer)"
        raise VmError("\n".join([message, *self.trouble, self.tails()]))

    def _pump(self, seconds):
        """Takes what the console has to say, waiting at most so long for the first of it."""
        while select.select([self.console], [], [], seconds)[0]:
            try:
                data = self.console.recv(65536)
            except ConnectionError:
                data = b""
            if not data:  # QEMU is ending
                time.sleep(POLL_SECONDS)
                return
            seconds = 0
            *lines, self.pending = (self.pending + data).split(b"\n")
            for line in lines:
                self._line(line)

    def _line(self, line):
        frame = re.search(rb"~~([roxk])(?: (\S+))?(?: (\S+))?\r?$", line)
        if not frame:
            text = line.decode(errors="replace").rstrip("\r")
            self._append("root.log", text)
            self._complaint(text)
            return
        kind, first, second = frame.groups()
        if kind == b"r":
            self.ready += 1
        elif kind == b"o":
            self.outputs.setdefault(first.decode(), []).append(base64.b64decode(second or b""))
        elif kind == b"x":
            self.results[first.decode()] = int(second)
        elif kind == b"k":
            self._kernel_record(base64.b64decode(first or b"").decode(errors="replace"))

    def _kernel_record(self, record):
        head, _, text = record.partition(";")
        fields = head.split(",")
        stamp = int(fields[2]) / 1e6 if len(fields) > 2 else 0
        text = text.split("\n")[0].replace("\\x0a", "\n")
        self._append("kernel.log", f"[{stamp:12.6f}] {text}")
        self._complaint(text)

    def _complaint(self, text):
        if KERNEL_TROUBLE.search(text):
            self.trouble.append(text)

    def _append(self, name, text):
        with open(self.folder / name, "a", encoding="utf-8") as log:
            log.write(text + "\n")
