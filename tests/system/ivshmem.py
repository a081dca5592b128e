# SPDX-License-Identifier: GPL-2.0-only
"""Channels in the virtual machine: root's devices, by the ivshmem tool, and the two demo cells.

Channels, as in configs/x86/ivshmem-demo.c; peers by ID:
    ROOTS         00:11.0   revision 2    0 root, 1 first demo, 2 second demo
    ROOTS_CLASSIC 00:12.0   classic       0 root, 1 first demo
    PAIR          00:13.0   revision 2    0 first demo, 1 second demo
    PAIR_CLASSIC  00:14.0   classic       the demos, by order of creation
"""

import json
import re
import struct

ROOTS, ROOTS_CLASSIC, PAIR, PAIR_CLASSIC = "00:11.0", "00:12.0", "00:13.0", "00:14.0"
ROOTS_ADDRESS, ROOTS_CLASSIC_ADDRESS = 0x5f300000, 0x5f400000
PAIR_ADDRESS, PAIR_CLASSIC_ADDRESS = 0x5f800000, 0x5f900000

IMAGE = "inmates/demos/ivshmem-demo/ivshmem-demo.bin"
NAMES = {1: "ivshmem-demo", 2: "ivshmem-demo2"}
LOGS = {1: "inmate.log", 2: "cell.log"}

# Counters on a demo's board: inmates/demos/ivshmem-demo/board.h
BOARD_RECEIVED, BOARD_RUNG, BOARD_COUNTERS = 0x108, 0x188, 16
CLASSIC_HALF = 0x80000

QUIET = "period_ms=0 poll_ms=50"

# Number of the system call ppoll, x86-64
PPOLL = 271

# A doorbell that is not answered after so long is lost; the machine of the tests may be busy.
ROUND_SECONDS = 60


def bdf(channel):
    """The number of a channel's bus, device and function."""
    bus, device, function = re.split("[:.]", channel)
    return int(bus, 16) << 8 | int(device, 16) << 3 | int(function)


def load_driver(vm, module="uio_ivshmem"):
    """The UIO driver; it binds to the devices once they are there."""
    if not vm.loaded(module):
        vm.run("modprobe uio")
        vm.load_module(module)


class Device:
    """Root's end of a channel."""

    def __init__(self, vm, channel):
        self.vm = vm
        self.channel = channel
        self.folder = f"/sys/bus/pci/devices/0000:{channel}"

    def tool(self, command, *arguments, timeout=600):
        words = " ".join(str(word) for word in arguments)
        return self.vm.run(f"ivshmem {command} {self.channel} {words}", timeout=timeout)

    def info(self):
        return json.loads(self.tool("info", "--json"))

    def counts(self):
        """Interrupts by vector since the driver was bound."""
        return [int(word) for word in self.vm.run(f"cat {self.folder}/interrupt_counts").split()]

    def states(self):
        return self.info()["states"]

    def node(self):
        return "/dev/" + self.info()["device"]

    def wait_state(self, peer, state):
        self.vm.wait(lambda: self.states()[peer] == state,
                     f"peer {peer} of {self.channel} to have state {state}")

    def wait_counts(self, counts):
        self.vm.wait(lambda: self.counts() == counts, f"{self.channel}: interrupts {counts}")

    def read(self, section, offset, length):
        """Bytes of the shared memory."""
        rc, data = self.vm.raw(f"ivshmem read {self.channel} {section} {offset} {length} --raw")
        assert rc == 0, data
        return data

    def board(self, peer, offset):
        """Counters on a demo's board."""
        section, start = f"output:{peer}", 0
        if self.channel == ROOTS_CLASSIC:
            section, start = "memory", peer * CLASSIC_HALF
        data = self.read(section, start + offset, 8 * BOARD_COUNTERS)
        return list(struct.unpack(f"<{BOARD_COUNTERS}Q", data))

    def ring_and_wait(self, vector=0):
        """Rings the first demo, and waits until it answers, whether that reaches root or not."""
        rung = self.board(1, BOARD_RUNG)[0]
        self.tool("ring", 1, vector)
        self.vm.wait(lambda: self.board(1, BOARD_RUNG)[0] > rung, "the answer")

    def bench(self, peer, vector, rounds, timeout=1500):
        """Round trips; none may be lost. Returns the tool's results."""
        output = self.tool("bench", peer, vector, "--count", rounds, "--timeout",
                           ROUND_SECONDS, "--json", timeout=timeout)
        return json.loads(output)

    def table(self, vector):
        """Address of an entry of the MSI-X table."""
        bar = 4 if self.channel == ROOTS_CLASSIC else 1
        windows = self.vm.run(f"cat {self.folder}/resource").splitlines()
        return int(windows[bar].split()[0], 16) + 16 * vector

    def irqs(self):
        """Linux's numbers of the device's interrupts, by vector."""
        lines = self.vm.run(f"grep uio_ivshmem-0000:{self.channel} /proc/interrupts").splitlines()
        return [int(line.split(":")[0]) for line in lines]


def start_waiting(vm, arguments, output):
    """
    "ivshmem wait" in the background, with its output and code in a file; returns once it counts
    interrupts, that is, sleeps in ppoll.
    """
    vm.run(f"rm -f {output}.pid; (ivshmem wait {arguments} > {output} 2>&1 & echo $! > {output}.pid; "
           f"wait $!; echo $? >> {output}) > /dev/null 2>&1 &")
    vm.run(f"until [ -s {output}.pid ]; do sleep 0.1; done; pid=$(cat {output}.pid); "
           f"until grep -q '^{PPOLL} ' /proc/$pid/syscall; do "
           f"kill -0 $pid || {{ cat {output}; exit 1; }}; sleep 0.1; done")


def demo(vm, number, parameters=QUIET, config=None):
    """Creates and starts the first or the second demo; returns its cell, once it is ready."""
    cell = vm.cell(NAMES[number]).create(config)
    return restart(cell, number, parameters)


def restart(cell, number, parameters=QUIET, wait_gone=lambda: None):
    """Loads and starts a demo's cell; wait_gone() is called between, when the former run has ended."""
    vm = cell.vm
    cell.load(IMAGE, parameters)
    wait_gone()
    vm.marks[LOGS[number]] = len(vm.log(LOGS[number]))
    cell.start()
    wait_demo(vm, number, "ready")
    return cell


def wait_demo(vm, number, pattern, timeout=300):
    """Waits for a line of a demo; returns the match."""
    return vm.wait_log(LOGS[number], f"ivshmem-demo: {pattern}", timeout)


def final_counts(cell, number, channel):
    """Shuts a demo down; returns what it received by vector and rang by peer."""
    cell.shutdown()
    match = wait_demo(cell.vm, number, f"{channel} received((?: \\d+)+) rung((?: \\d+)+)$")
    return [[int(word) for word in group.split()] for group in match.groups()]
