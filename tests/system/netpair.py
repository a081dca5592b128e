# SPDX-License-Identifier: GPL-2.0-only
"""Both ends of a network link in the root cell's kernel, and network commands for them.

The module in tests/system/pair makes two network devices that are each other's peers: ivshm0 stays
where it is, ivshm1 moves to a network namespace of its own. No hypervisor takes part.
"""

import re
import shlex

DRIVER = "/sys/bus/platform/drivers/ivshmem_pair"
DEBUG = "/sys/kernel/debug/ivshmem_pair"

RESET, INIT, READY, RUN = range(4)


class End:
    """One end: its network device, and where it lives."""

    def __init__(self, vm, number):
        self.vm = vm
        self.number = number
        self.name = f"ivshm{number}"
        self.address = f"10.0.0.{number + 1}"
        self.address6 = f"fd00::{number + 1}"
        self.inside = "ip netns exec far " if number else ""

    def _command(self, command):
        return f"{self.inside}sh -c {shlex.quote(command)}"

    def run(self, command, **options):
        return self.vm.run(self._command(command), **options)

    def sh(self, command, **options):
        return self.vm.sh(self._command(command), **options)

    def up(self):
        """Gives the device to its namespace, with addresses, and switches it on.

        Its queue drops nothing on purpose, as the default one does on a host that is busy.
        """
        if self.number:
            self.vm.run(f"! test -e /sys/class/net/{self.name} || "
                        f"ip link set {self.name} netns far")
        self.run("ip link set lo up; sysctl -qw net.ipv4.ping_group_range='0 0'")
        self.run(f"ip addr replace {self.address}/24 dev {self.name} && "
                 f"ip -6 addr replace {self.address6}/64 dev {self.name} nodad && "
                 f"ip link set {self.name} up && "
                 f"tc qdisc replace dev {self.name} root pfifo limit 1000")

    def down(self):
        self.run(f"ip link set {self.name} down")

    def bind(self):
        """The end whose driver comes first is ivshm0: give it back its name."""
        net = f"/sys/bus/platform/devices/ivshmem_pair.{self.number}/net"
        self.vm.run(f"echo ivshmem_pair.{self.number} > {DRIVER}/bind && name=$(ls {net}) && "
                    f"{{ [ $name = {self.name} ] || ip link set $name name {self.name}; }}")

    def unbind(self):
        self.vm.run(f"echo ivshmem_pair.{self.number} > {DRIVER}/unbind")

    def carrier(self):
        return self.sh(f"cat /sys/class/net/{self.name}/carrier")[1].strip() == "1"

    def wait_carrier(self, expected=True, seconds=20):
        self.vm.wait(lambda: self.carrier() == expected,
                     f"carrier of {self.name} to be {'on' if expected else 'off'}", seconds)

    def statistics(self):
        """What ethtool -S says, by name."""
        return {name: int(value) for name, value in
                re.findall(r"^ +(\w+): (\d+)$", self.run(f"ethtool -S {self.name}"), re.MULTILINE)}

    def gained(self, before):
        """What the counters have gained since statistics() returned @before."""
        return {name: value - before[name] for name, value in self.statistics().items()}

    def features(self):
        """What ethtool -k says: the names of those that are on."""
        return set(re.findall(r"^\s*([\w-]+): on", self.run(f"ethtool -k {self.name}"),
                              re.MULTILINE))

    def set(self, what):
        self.run(f"ip link set {self.name} {what}")

    def mtu_max(self):
        return int(re.search(r"maxmtu (\d+)", self.run(f"ip -d link show {self.name}")).group(1))

    def base_protocol(self, on):
        self.run(f"ethtool --set-priv-flags {self.name} base-protocol {'on' if on else 'off'}")

    def ping(self, arguments):
        """Pings the other end; returns how many answers came."""
        return self.vm.ping(arguments, self.inside)


class Pair:
    """Both ends, in a machine."""

    def __init__(self, vm, parameters=""):
        self.vm = vm
        vm.run(f"insmod ivshmem_pair.ko {parameters}")
        vm.run("ip netns add far")
        self.near, self.far = self.ends = End(vm, 0), End(vm, 1)
        self.mtu_max = 0

    def up(self):
        for end in self.ends:
            end.up()
        self.wait_carrier()
        self.mtu_max = min(end.mtu_max() for end in self.ends)
        return self

    def wait_carrier(self, expected=True):
        for end in self.ends:
            end.wait_carrier(expected)

    def wait_up(self):
        """Both stacks say that the link is up: they hear of the carrier a moment after the drivers."""
        self.wait_carrier()
        for end in self.ends:
            end.run(f"until ip link show {end.name} | grep -q 'state UP'; do sleep 0.1; done")

    def answers_at_once(self, pings=1):
        """
        The very first ping is answered, after traffic while the link was down: Linux must have forgotten
        whom it could not reach then, for otherwise it may still say so.
        """
        self.wait_up()
        self.near.run(f"ip neigh flush dev {self.near.name}")
        return self.near.ping(f"-c {pings} -W 5 {self.far.address}") == pings

    def set_mtu(self, mtu):
        """At both ends, or what fits; what the kernel has learnt of smaller paths is forgotten."""
        for end in self.ends:
            end.run(f"ip link set {end.name} mtu {min(mtu, self.mtu_max)} && ip route flush cache")

    def serve(self):
        """The far end answers to check()."""
        self.far.run("killall -q net-peer; (net-peer > /tmp/echo.log 2>&1) & "
                     "until [ -n \"$(ss -Hltn 'sport = :7')\" ]; do sleep 0.1; done")

    def check(self, *commands):
        """Runs programs/net-check at the near end, by its arguments."""
        for command in commands:
            self.near.run(f"net-check {command}")

    def remove(self):
        self.vm.sh("killall -q net-check net-peer ping tcpdump; ip netns del far")
        self.vm.run("rmmod ivshmem_pair")


class Peer:
    """Plays the peer of the near end of a pair whose far end is unbound, by hand.

    It takes no frames, for which the driver would end the link after some seconds: IPv6, which
    sends by itself, is switched off at the near end.
    """

    def __init__(self, pair, section=512 * 1024):
        self.vm = pair.vm
        self.near = pair.near
        self.section = section
        pair.far.unbind()
        self.vm.run(f"sysctl -qw net.ipv6.conf.{self.near.name}.disable_ipv6=1")

    def state(self, value=None):
        """Sets the peer's state, or returns the near end's."""
        if value is None:
            return int(self.vm.run(f"cat {DEBUG}/state0"))
        return self.vm.run(f"echo {value} > {DEBUG}/state1")

    def wait_state(self, value):
        self.vm.wait(lambda: self.state() == value, f"the near end to be in state {value}")

    def write(self, offset, data):
        """Writes into the peer's own section."""
        self.vm.put(data, "/tmp/scribble")
        self.vm.run(f"dd if=/tmp/scribble of={DEBUG}/memory bs=64k seek={self.section + offset} "
                    "oflag=seek_bytes conv=notrunc 2>/dev/null")

    def ring(self):
        self.vm.run(f"echo 0 > {DEBUG}/ring")

    def shake_hands(self):
        """As far as RUN."""
        self.state(RESET)
        self.wait_state(INIT)
        self.state(INIT)
        self.wait_state(READY)
        self.vm.run(f"dd if=/dev/zero of={DEBUG}/memory bs=64k count=1 seek={self.section} "
                    "oflag=seek_bytes conv=notrunc 2> /dev/null")
        self.state(READY)
        self.wait_state(RUN)
        self.state(RUN)
        self.near.wait_carrier()
