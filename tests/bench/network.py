# SPDX-License-Identifier: GPL-2.0-only
"""The link between root and an inmate, next to a veth pair and loopback in the same machine.

At the other end are the same services each time: those of net-demo in the inmate, and net-bench's
elsewhere. See net-bench.c for what exactly is measured.
"""

import counters

GROUP = "Network"
COST = "Cost of the link"
CELL, LINK = "net-demo", "ivshm0"
TCP_SECONDS, UDP_SECONDS = 4, 3
BYTES = 64  # of payload
MTUS = (16384, 1500)
SETTLED_SECONDS = 0.3

VETH = """
ip netns add peer
ip link add veth0 type veth peer name veth1 netns peer
ip addr add 10.0.9.1/24 dev veth0
ip -n peer addr add 10.0.9.2/24 dev veth1
ip link set veth0 up
ip -n peer link set veth1 up
"""


class Path:
    """One way to a peer with the services."""

    def __init__(self, name, address, mtu=None, devices=(), inside=""):
        self.name, self.address, self.mtu, self.inside = name, address, mtu, inside
        self.devices = devices  # commands that set their MTU, but for the number
        self.column = f"{name} {mtu}" if mtu else name
        self.is_link = name == "link"

    def set_up(self, vm):
        for device in self.devices:
            vm.run(f"{device} mtu {self.mtu}")

    def received(self, vm):
        """Datagrams that the peer's programs have taken so far; not for the link."""
        lines = vm.run(f"{self.inside} grep ^Udp: /proc/net/snmp").splitlines()
        names, values = (line.split() for line in lines)
        return int(values[names.index("InDatagrams")])


def paths():
    link = ("ip link set ivshm0",)
    veth = ("ip link set veth0", "ip -n peer link set veth1")
    found = [Path("link", "10.0.1.2", mtu, link) for mtu in MTUS]
    found += [Path("veth", "10.0.9.2", mtu, veth, "ip netns exec peer") for mtu in MTUS]
    return found + [Path("loopback", "127.0.0.1")]


def set_up(bench):
    """The inmate, the namespace and the servers."""
    vm = bench.vm
    bench.enable()
    vm.load_module("ivshmem-net")
    vm.run(f"ip addr add 10.0.1.1/24 dev {LINK} && ip link set {LINK} up")
    vm.cell(CELL).launch("net0=10.0.1.2/24")
    vm.run(f"set -e; {VETH}")
    for path in paths()[-2:]:
        vm.run(f"{path.inside} net-bench serve {path.address} >/dev/null 2>&1 &")
    for path in paths():
        vm.wait_answer(path.address)


def tear_down(bench):
    bench.vm.cell(CELL).destroy()
    bench.vm.run("killall net-bench; ip netns del peer")


def net_bench(vm, words):
    """What net-bench prints, as numbers."""
    lines = vm.run(f"net-bench {words}").splitlines()
    return {name: float(value) for name, value in (line.split() for line in lines)}


def watched(bench, path, what, words, unit="per packet"):
    """Runs net-bench; on the link, with what it costs there. Returns both results."""
    path.set_up(bench.vm)
    watch = path.is_link and counters.Watch(bench.vm, LINK, CELL, path.address)
    result = net_bench(bench.vm, words)
    cost = watch.stop() if watch else None
    if cost:
        times = result["trips"] if unit == "per round trip" else cost["packets"]
        for name in ("root exits", "cell exits", "doorbells", "interrupts"):
            bench.figures.add(COST, f"{what}, MTU {path.mtu}", cost[name] / times, unit,
                              name)
    return result, cost


def measure_tcp(bench, path, what, verb):
    result, _ = watched(bench, path, what, f"{verb} {path.address} {TCP_SECONDS}")
    bench.figures.add(GROUP, what, result["mbit_per_second"], "Mbit/s", path.column)


def settled(vm, count):
    """A count of what may still be on its way."""
    last = count()
    while True:
        vm.run(f"sleep {SETTLED_SECONDS}")
        now = count()
        if now == last:
            return now
        last = now


def measure_flood(bench, path):
    what = f"UDP to the peer, {BYTES} bytes"
    before = 0 if path.is_link else path.received(bench.vm)
    result, cost = watched(bench, path, what, f"flood {path.address} {UDP_SECONDS} {BYTES}")
    if path.is_link:
        received = cost["discarded"]
    else:
        received = settled(bench.vm, lambda: path.received(bench.vm)) - before
    for name, packets in (("sent", result["packets"]), ("received", received)):
        bench.figures.add(GROUP, f"{what}, {name}", packets / result["seconds"], "packets/s",
                          path.column)


def measure_rtt(bench, path):
    what = f"UDP round trip, {BYTES} bytes"
    result, _ = watched(bench, path, what, f"rtt {path.address} {UDP_SECONDS} {BYTES}",
                        "per round trip")
    for name, value in (("median", result["p50_us"]), ("99th percentile", result["p99_us"])):
        bench.figures.add(GROUP, f"{what}, {name}", value, "us", path.column)


def steps():
    found = [("a cell with net-demo, a veth pair", set_up)]
    for title, measure in (
            ("TCP to the peer", lambda b, p: measure_tcp(b, p, "TCP to the peer", "send")),
            ("TCP from the peer", lambda b, p: measure_tcp(b, p, "TCP from the peer", "receive")),
            ("UDP packets", measure_flood),
            ("UDP round trips", measure_rtt)):
        for path in paths():
            found.append((f"{title}, {path.column}",
                          lambda bench, m=measure, p=path: m(bench, p)))
    return found + [("end of the cell", tear_down)]


STEPS = steps()
