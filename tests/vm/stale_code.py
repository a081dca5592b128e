# SPDX-License-Identifier: GPL-2.0-only
"""Frees a machine that hangs in code which QEMU has translated while another CPU was changing it.

Linux patches its code while it runs: a breakpoint (INT3) first, then the rest, then the first byte.
Before version 8.1, QEMU (TCG, several threads) may translate the breakpoint, and link the translation
in only after it has looked for translations that the last write makes invalid. It then keeps it: each
CPU that comes by takes a breakpoint that is no longer in memory, finds nothing to do about it, and
tries again, for good. It happens rarely, mostly at boot, and not on processors.

Writing to a place throws away what was translated of it, whatever is written. So this asks QEMU's
debugger interface to write the very bytes that are there, around the code addresses that the CPUs'
registers hold. To a machine that merely takes its time, this does nothing.
"""

import re

KERNEL_START = 0xFFFFFFFF80000000
SAMPLES = 5  # of the registers, so that one of them is at the place
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

    def rewrite(self, address, length):
        """Writes what is there; nothing where nothing is mapped."""
        old = self.ask(f"m{address:x},{length:x}")
        if len(old) == 2 * length:
            self.ask(f"M{address:x},{length:x}:{old}")


def code_addresses(machine):
    """Whatever in the CPUs' registers may point to code of the kernel."""
    found = set()
    for _ in range(SAMPLES):
        for value in re.findall(r"\b[0-9a-f]{16}\b", machine.monitor("info registers -a")):
            if int(value, 16) >= KERNEL_START:
                found.add(int(value, 16))
    return sorted(found)


def forget(machine):
    """Lets QEMU translate anew what its CPUs are about to run."""
    addresses = code_addresses(machine)
    with machine.connect("gdb.sock") as link:
        debugger = Debugger(link)
        for address in addresses:
            debugger.rewrite(address - BEFORE, LENGTH)
        debugger.ask("D")
