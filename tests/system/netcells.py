# SPDX-License-Identifier: GPL-2.0-only
"""Network links between root and the cells of net-demo, as configs/x86/net-demo.c has them.

Root's ends:    ivshm0 (revision 2) and ivshm2 (classic) to the first cell, ivshm1 (revision 2) to
                the second; 10.0.N.1 and fd00:N::1 on ivshmN, the cell's end has 2
Between cells:  10.0.9.1 and 10.0.9.2
"""

import itertools
import re
import shlex

from vm import CommandError

REVISION2, SECOND, CLASSIC = range(3)
BDF = {REVISION2: 0x70, SECOND: 0x78, CLASSIC: 0x80}
PAIR_BDF = 0xA8

NAMES = {1: "net-demo", 2: "net-demo2"}
LOGS = {1: "inmate.log", 2: "cell.log"}
POLLED, THREADS = "net-demo", "net-demo-threads"

# The links of each cell by number of root's end, None for the one between them.
CELL_LINKS = {1: (REVISION2, CLASSIC, None), 2: (SECOND, None)}


def parameters(number, options="", more=""):
    """Parameters for a demo: all its links with their addresses, and options for all of them."""
    words = []
    for index, link in enumerate(CELL_LINKS[number]):
        prefix, host = ("9", number) if link is None else (str(link), 2)
        words.append(f"net{index}=10.0.{prefix}.{host}/24,ip6=fd00:{prefix}::{host}{options}")
    return " ".join(words + [more]).strip()


class Link:
    """Root's end of a link."""

    def __init__(self, vm, number):
        self.vm = vm
        self.number = number
        self.name = f"ivshm{number}"
        self.peer, self.peer6 = f"10.0.{number}.2", f"fd00:{number}::2"

    def up(self):
        self.vm.run(f"ip addr replace 10.0.{self.number}.1/24 dev {self.name} && "
                    f"ip link set {self.name} up && "
                    f"ip -6 addr replace fd00:{self.number}::1/64 dev {self.name} nodad")

    def set(self, what):
        self.vm.run(f"ip link set {self.name} {what}")

    def carrier(self):
        return self.vm.sh(f"cat /sys/class/net/{self.name}/carrier")[1].strip() == "1"

    def wait_carrier(self, expected=True, seconds=30):
        self.vm.wait(lambda: self.carrier() == expected,
                     f"carrier of {self.name} to be {'on' if expected else 'off'}", seconds)

    def ping(self, arguments):
        """Pings; returns how many answers came."""
        return self.vm.ping(arguments)

    def wait_answer(self, address=None):
        """Until the cell answers, or who else is named; IPv6 addresses take their time."""
        self.vm.wait_answer(address or self.peer)

    def statistics(self):
        """What ethtool -S says, by name."""
        output = self.vm.run(f"ethtool -S {self.name}")
        return {name: int(value) for name, value in
                re.findall(r"^ +(\w+): (\d+)$", output, re.MULTILINE)}

    def base_protocol(self, on):
        self.vm.run(f"ethtool --set-priv-flags {self.name} base-protocol {'on' if on else 'off'}")
        self.wait_carrier()

    def check_pings(self, first, last=None, step=1, address=None):
        """Pings of these sizes that must not be fragmented; each has to be answered."""
        self.vm.run("sysctl -qw net.ipv4.ping_group_range='0 0'")
        self.check("ping", first, first if last is None else last, max(step, 1), address=address)

    def check(self, kind, *arguments, address=None, timeout=600):
        """Traffic whose content is checked: tests/system/programs/net-check.c."""
        words = " ".join(str(word) for word in arguments)
        return self.vm.run(f"net-check {kind} {address or self.peer} {words}", timeout=timeout)


class Background:
    """A command that runs in root beside others."""

    numbers = itertools.count(1)

    def __init__(self, vm, command):
        self.vm = vm
        self.command = command
        self.base = f"/tmp/background{next(self.numbers)}"
        vm.run(f": > {self.base}.output; (sh -c {shlex.quote(command)} > {self.base}.output 2>&1; "
               f"echo $? > {self.base}.part; mv {self.base}.part {self.base}.rc) "
               "> /dev/null 2>&1 &")

    def output(self):
        """What it has written so far."""
        return self.vm.run(f"cat {self.base}.output")

    def wait(self, timeout=600):
        """Waits for its end, which has to be a good one; returns its output."""
        self.vm.wait(lambda: self.vm.sh(f"test -e {self.base}.rc")[0] == 0, self.command, timeout)
        rc = int(self.vm.run(f"cat {self.base}.rc"))
        if rc:
            raise CommandError(self.command, rc, self.output())
        return self.output()


class Repeated:
    """
    Commands that run in root side by side, each again and again, until they are told to stop. What the
    test asks for meanwhile comes first.
    """

    numbers = itertools.count(1)

    def __init__(self, vm, *commands):
        self.vm = vm
        self.flag = f"/tmp/stop-repeated{next(self.numbers)}"
        vm.run(f"rm -f {self.flag}")
        self.works = [Background(vm, "renice -n 10 $$ > /dev/null; "
                                 f"while [ ! -e {self.flag} ]; do {command} || exit 1; done")
                      for command in commands]

    def stop(self):
        """Returns what each has written; fails if a command ever did."""
        self.vm.run(f"touch {self.flag}")
        return [work.wait() for work in self.works]


class Traffic(Repeated):
    """Checked traffic over a link until it is told to stop."""

    def __init__(self, link):
        super().__init__(link.vm, f"net-check echo {link.peer} 2000000 && "
                         f"net-check udp {link.peer} 50 1400 8")

    def stop(self):
        """Returns how often it went round; fails if anything was wrong."""
        return super().stop()[0].count("datagrams")


class Net:
    """Root with its three links up, and the cells."""

    def __init__(self, vm):
        self.vm = vm
        self.links = [Link(vm, number) for number in range(3)]
        self.insmod()
        self.up()
        self.before = [link.statistics() for link in self.links]

    def insmod(self):
        if not self.vm.loaded("ivshmem_net"):
            self.vm.load_module("ivshmem-net")

    def rmmod(self):
        self.vm.run("rmmod ivshmem_net")

    def up(self, *numbers):
        for number in numbers or range(3):
            self.links[number].up()

    def cell(self, number):
        return self.vm.cell(NAMES[number])

    def start(self, number, image=POLLED, options="", more="", config=None, text=None):
        """Creates a demo's cell if need be, and (re)starts the demo; returns the cell."""
        cell = self.cell(number)
        if not cell.exists():
            cell.create(config)
        cell.load(f"inmates/demos/{image}/{image}.bin", text or parameters(number, options, more))
        self.vm.marks[LOGS[number]] = len(self.vm.log(LOGS[number]))
        return cell.start()

    def ready(self, number):
        """Waits for the links between root and a cell that runs a demo."""
        for link in CELL_LINKS[number]:
            if link is not None:
                self.links[link].wait_carrier()
                self.links[link].wait_answer()

    def wait_demo(self, number, pattern, timeout=300):
        return self.vm.wait_log(LOGS[number], pattern, timeout)

    def counters(self, address):
        """What a demo counts: its page, by name."""
        text = self.vm.run(f"curl -s -m 20 http://{address}/counters.txt")
        return {name: int(value) for name, value in re.findall(r"^(\S+) (\d+)$", text,
                                                               re.MULTILINE)}

    def no_errors(self, *numbers):
        """Nothing was lost or wrong on root's ends of these links, in this test."""
        for number in numbers:
            statistics = self.links[number].statistics()
            for name in ("tx_ring_errors", "rx_ring_errors", "rx_frame_errors", "rx_dropped",
                         "tx_dropped", "tx_too_long"):
                assert statistics[name] <= self.before[number][name], (number, name, statistics)
