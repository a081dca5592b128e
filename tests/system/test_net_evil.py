# SPDX-License-Identifier: GPL-2.0-only
"""A cell that breaks every rule of the link, evil-demo: root and other cells do not mind."""

import re

import pytest

from jailhouse import RUNNING
from netcells import (BDF, CLASSIC, LOGS, PAIR_BDF, POLLED, REVISION2, SECOND, THREADS, Background,
                      Net, Traffic, parameters)

IMAGE = "inmates/demos/evil-demo/evil-demo.bin"
GOOD = "inmates/demos/net-demo/net-demo.bin"
DONE = r"evil-demo: (\w+) done, (\d+) acts, (\d+) links, (\d+) resets"

# What moves at root's end, at least one of them for each word.
RESETS, ERRORS, FRAMES = "link_resets", "rx_ring_errors tx_ring_errors", "rx_packets"
KINDS = {
    "indices": (RESETS, ERRORS),
    "descriptors": (RESETS, "rx_ring_errors"),
    "returns": (RESETS, "tx_ring_errors"),
    "changes": (RESETS, ERRORS),
    "scribbles": (RESETS, ERRORS),
    "headers": (FRAMES, "rx_frame_errors rx_ring_errors"),
    "frames": (FRAMES,),
    "states": (),
    "doorbells": ("frame_interrupts state_interrupts",),
    "registers": (),
    "extension": (RESETS,),
    "silence": (RESETS, "tx_timeouts"),
}

# With a classic device it can also write what the peer sends; the others do the same on both.
CLASSIC_KINDS = ("returns", "changes", "scribbles", "states", "doorbells")

MS = 800
ROUNDS = 20  # in which what root counts has to move
MESSAGES = 10  # of the driver in each half minute
BUFFERS = 300  # of the network stack that may be more in use than before


@pytest.fixture
def net(root):
    """Good traffic on one link, evil on the others."""
    made = Net(root)
    made.start(2)
    made.ready(2)
    made.evil = root.cell("evil-demo").create()
    yield made


def be_evil(net, kind, bdf, milliseconds, seed=1, resets=0):
    """Starts it; to be waited for by waiting for DONE."""
    net.evil.load(IMAGE, f"bdf={bdf} kind={kind} ms={milliseconds} resets={resets} seed={seed}")
    net.vm.mark()
    return net.evil.start()


def wait_done(net):
    match = net.vm.wait_inmate(DONE)
    print(match.group(0))
    return int(match.group(2))


def be_good(net, more=""):
    """The same cell with a demo that keeps the rules."""
    net.evil.load(GOOD, parameters(1, more=more)).start()


def buffers(vm):
    """Packets in root's memory, those that are merely cached not counted."""
    vm.run("for cache in /sys/kernel/slab/skbuff_*; do echo 1 > $cache/shrink; done")
    line = vm.run("grep skbuff_head_cache /proc/slabinfo")
    return int(line.split()[1])


def unreclaimable(vm):
    """KiB of root's kernel memory."""
    return int(vm.run("grep SUnreclaim /proc/meminfo").split()[1])


class Sending:
    """Root sends as well, though nobody answers, until it is told to stop."""

    def __init__(self, link):
        self.link = link
        link.vm.run(f"ip neigh replace {link.peer} lladdr 02:00:00:00:00:66 dev {link.name}")
        self.work = Background(link.vm, " & ".join(f"ping -q -f -s {size} {link.peer}"
                                                   for size in (56, 20000)) + "; wait; true")

    def stop(self):
        self.link.vm.run("killall -INT ping")
        self.work.wait()
        self.link.vm.run(f"ip neigh del {self.link.peer} dev {self.link.name}")


def messages(vm, name, start):
    return [line for line in vm.kernel_log()[start:].splitlines() if f"{name}: link" in line]


def check_messages(lines):
    """By the kernel's own time: the rate is limited. Two half minutes may meet in what is seen."""
    times = [float(re.search(r"^\[ *([\d.]+)\]", line).group(1)) for line in lines]
    assert len(lines) <= MESSAGES * (2 + (max(times, default=0) - min(times, default=0)) // 30)


def has_moved(before, after, words):
    return all(any(after[name] > before[name] for name in word.split()) for word in words)


def be_evil_until_it_shows(net, kind, link, ms, seed):
    """Each time with other values; how long something takes to show depends on the machine."""
    before = link.statistics()
    resets = int(RESETS in KINDS[kind] and kind != "extension")
    for number in range(ROUNDS):
        be_evil(net, kind, BDF[link.number], ms, seed + 100 * number, resets)
        assert wait_done(net) > 0
        after = link.statistics()
        if has_moved(before, after, KINDS[kind]):
            return
    raise AssertionError((KINDS[kind], before, after))


@pytest.mark.parametrize("kind", KINDS)
def test_root_survives(net, kind, count):
    """Nothing on the other link is lost, and a good peer on the same one works at once after."""
    vm, ms = net.vm, count(MS)
    for number in (REVISION2, CLASSIC)[:1 + (kind in CLASSIC_KINDS)]:
        link = net.links[number]
        link.up()
        in_use, start = buffers(vm), len(vm.kernel_log())
        traffic, sent = Traffic(net.links[SECOND]), Sending(link)
        be_evil_until_it_shows(net, kind, link, ms, number + 7)
        sent.stop()
        assert traffic.stop() > 0
        vm.check_kernel()
        print(messages(vm, link.name, start))
        check_messages(messages(vm, link.name, start))
        be_good(net)
        link.wait_carrier()
        link.wait_answer()
        link.check("echo", 500000, 2)
        vm.wait(lambda: buffers(vm) <= in_use + BUFFERS, "buffers to be free again")
    net.no_errors(SECOND)
    assert net.evil.state() == RUNNING


def test_everything_in_turns(net, count):
    """With other values each time; root forwards what comes, in segments that it has to cut."""
    vm, rounds = net.vm, count(2)
    vm.run("ip link add name there type veth peer name here && ip link add br0 type bridge && "
           "ethtool -K there tso off tx-udp-segmentation off gso on tx off && "
           "ip link set there up && ip link set here up && ip link set br0 up && "
           "ip link set there master br0 && ip link set ivshm0 master br0")
    memory = unreclaimable(vm)
    traffic = Traffic(net.links[SECOND])
    for seed in range(rounds):
        be_evil(net, "all" if seed % 2 else "headers", BDF[REVISION2], 3000, seed + 100)
        assert wait_done(net) > 0
    assert traffic.stop() > 0
    assert int(vm.run("cat /sys/class/net/here/statistics/rx_packets")) > 0
    vm.run("ip link del br0 && ip link del there")
    assert unreclaimable(vm) < memory + 8192
    assert net.evil.state() == RUNNING


@pytest.mark.parametrize("image", (POLLED, THREADS))
def test_lwip_survives(net, image, count):
    """The other end is lwIP in another cell, whose link to root carries checked traffic."""
    vm, link = net.vm, net.links[SECOND]
    net.start(2, image)
    net.ready(2)
    before = net.counters(link.peer)
    traffic = Traffic(link)
    for seed, kind in enumerate(("indices", "headers", "all") * count(1)):
        be_evil(net, kind, PAIR_BDF, 3000 if kind == "all" else MS, seed, int(kind != "headers"))
        assert wait_done(net) > 0
    assert traffic.stop() > 0
    be_good(net, "connect=10.0.9.2 ping=10.0.9.2 bytes=500000")
    vm.wait_inmate("net-demo: echo by 10.0.9.2 is complete")
    vm.wait_inmate(r"net-demo: ping 10.0.9.2: \d+ answered, 0 lost")
    after = net.counters(link.peer)
    print({name: after[name] - before[name] for name in after if name.startswith("net1.")})
    assert after["net1.link_resets"] > before["net1.link_resets"]
    assert after["net1.rx_ring_errors"] + after["net1.tx_ring_errors"] > 0
    assert after["net0.link_resets"] == before["net0.link_resets"]
    assert after["heap_free"] > before["heap_free"] - 2000000
    assert vm.since_mark(LOGS[2]).count("link reset") < 40
