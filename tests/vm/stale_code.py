# SPDX-License-Identifier: GPL-2.0-only
"""Frees a machine that hangs in code which QEMU has translated while another CPU was changing it.

Linux patches its code while it runs: a breakpoint (INT3) first, then the rest, then the first byte.
Before version 8.1, QEMU (TCG, several threads) may translate the breakpoint, and link the translation
in only after it has looked for translations that the last write makes invalid. It then keeps it: each
CPU that comes by takes a breakpoint that is no longer in memory, finds nothing to do about it, and
tries again, for good. It happens rarely, mostly at boot (where qemu.py leaves Linux one CPU only), and
not on processors.

Writing to a place throws away what was translated of it, whatever is written. So this asks QEMU's
debugger interface to write the very bytes that are there, around the code addresses in the CPUs'
registers and at the tops of their stacks. To a machine that merely takes its time, this does nothing.
"""

import re
import struct

KERNEL = range(0xFFFFFFFF80000000, 0xFFFFFFFFFF000000)  # Linux and its modules
STACKS = 0xFFFF800000000000  # and above
STACK_TOP = 768  # bytes: enough for what an exception saves, and for the calls of its handler
PAGE = 4096
SAMPLES = 5  # of the CPUs at different times, so that one of them is at the place
BEFORE, LENGTH = 2, 8  # bytes


class Debugger:
    """The remote serial protocol of gdb, as far as it is needed; the machine stands meanwhile."""

    def __init__(self, link):
        self.link = link
        self.link.settimeout(20)
        self.data = b""

    def _byte(self):
        if not self.data:
            self.data = self.link.recv(4096)
            if not self.data:
                raise OSError("QEMU's debugger interface is gone")
        first, self.data = self.data[:1], self.data[1:]
        return first

    def _packet(self):
        while self._byte() != b"$":
            pass
        packet = b""
        while (byte := self._byte()) != b"#":
            packet += byte
        self._byte(), self._byte()
        self.link.sendall(b"+")
        return packet.decode()

    def ask(self, text):
        """Sends a packet, and returns the answer; that the machine stands now may be told before."""
        self.link.sendall(f"${text}#{sum(text.encode()) % 256:02x}".encode())
        while (answer := self._packet()).startswith("T"):
            pass
        return answer

    def read(self, address, length):
        """The bytes; none where not all of them are mapped."""
        digits = self.ask(f"m{address:x},{length:x}")
        return bytes.fromhex(digits) if len(digits) == 2 * length else b""

    def read_stack(self, top):
        """The bytes at the top of a stack, which may end with the page."""
        here = min(STACK_TOP, PAGE - top % PAGE)
        return self.read(top, here) + self.read(top + here, STACK_TOP - here)

    def rewrite(self, address, length):
        """Writes what is there."""
        old = self.read(address, length)
        if old:
            self.ask(f"M{address:x},{length:x}:{old.hex()}")


def code_addresses(machine, debugger):
    """Whatever may point to code of the kernel that a CPU runs, or will return to."""
    registers = machine.monitor("info registers -a")
    found = [int(digits, 16) for digits in re.findall(r"\b[0-9a-f]{16}\b", registers)]
    for digits in re.findall(r"RSP=([0-9a-f]{16})", registers):
        top = int(digits, 16) & ~7
        if top >= STACKS:
            stack = debugger.read_stack(top)
            found += struct.unpack(f"<{len(stack) // 8}Q", stack)
    return {address for address in found if address in KERNEL}


def forget(machine):
    """Lets QEMU translate anew what its CPUs are about to run."""
    done = set()
    for _ in range(SAMPLES):
        with machine.connect("gdb.sock") as link:
            debugger = Debugger(link)
            debugger.ask("qAttached")
            new = code_addresses(machine, debugger) - done
            for address in new:
                debugger.rewrite(address - BEFORE, LENGTH)
            done |= new
            debugger.ask("D")
