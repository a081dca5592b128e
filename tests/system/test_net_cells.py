# SPDX-License-Identifier: GPL-2.0-only
"""Ethernet between root and lwIP in other cells, and between those cells: on the hypervisor."""

import pytest

import capture
from cellconfig import READ, WRITE, CellConfig, SystemConfig
from netcells import (BDF, CLASSIC, PAIR_BDF, POLLED, REVISION2, SECOND, THREADS, Background, Net,
                      Repeated, Traffic)
from vm import CommandError

HEADERS, HEADERS6 = 28, 48  # IPv4 or IPv6, and ICMP
LARGEST = 65507  # payload of a datagram
MTU_DEFAULT = 16384
MTU_MAX = 65517  # of lwIP's end: its frames have 65535 bytes at most

ECHOED = r"net-demo: echo by \S+ is complete"
PINGED = r"net-demo: ping \S+ (\d+) answered, (\d+) lost"


@pytest.fixture
def net(root):
    made = Net(root)
    yield made
    if root.alive() and root.enabled() and root.loaded("ivshmem_net"):
        for link in made.links:
            link.vm.run(f"ip link set {link.name} mtu {MTU_DEFAULT} nomaster up")


@pytest.fixture
def both(net):
    """The first cell with its two links to root, revision 2 and classic."""
    net.start(1)
    net.ready(1)
    net.both = [net.links[REVISION2], net.links[CLASSIC]]
    return net


def test_every_size_of_ping(net, count):
    """
    0 to what fits, one byte more does not; IPv4 and IPv6; at small and at large MTUs. The large ones in
    steps, but for "make soak".
    """
    net.start(1, options=f",mtu={MTU_MAX}")
    net.ready(1)
    few = count(1) == 1
    for number in (REVISION2, CLASSIC):
        link = net.links[number]
        for mtu in (68, 1280, 1500, MTU_DEFAULT, MTU_MAX):
            link.set(f"mtu {mtu}")
            edge = mtu - HEADERS
            link.check_pings(edge - 3, edge)
            if mtu < MTU_MAX:
                with pytest.raises(CommandError):
                    link.check_pings(edge + 1)
        link.check_pings(0, 1500)
        link.check_pings(1501, MTU_DEFAULT, 122 if few else 1)
        link.set(f"mtu {MTU_DEFAULT}")
    link = net.links[REVISION2]
    link.up()  # there is no IPv6 where the MTU is 68
    link.wait_answer(link.peer6)
    link.check_pings(0, MTU_DEFAULT - HEADERS6, 244 if few else 1, address=link.peer6)
    net.no_errors(REVISION2, CLASSIC)


def exchange(net, link, address, factor):
    """TCP each way and both ways, one and several streams; UDP in sequence, with fragments."""
    before = net.counters(link.peer)
    link.check("discard", 3000000, address=address)
    link.check("chargen", 3000000, address=address)
    link.check("echo", 3000000 * factor, address=address)
    link.check("echo", 300000 * factor, 8, address=address)
    for size in (0, 1, 1472):
        link.check("udp", 200 * factor, size, 16, address=address)
    link.check("udp", 20 * factor, LARGEST, 2, address=address)
    after = net.counters(link.peer)
    moved = {name: value - before[name] for name, value in after.items()}
    assert moved["discard.bytes_in"] == 3000000 and moved["discard.connections"] == 1
    assert moved["echo.bytes_in"] == moved["echo.bytes_out"]
    assert moved["echo.connections"] == 9 and moved["echo.datagrams"] == 620 * factor
    assert after["heap_free"] > before["heap_free"] - 1000000


@pytest.mark.parametrize("image", (POLLED, THREADS))
def test_content_arrives(net, image, count):
    """With lwIP polled and with its thread; over both devices, IPv4 and IPv6, extended and base."""
    net.start(1, image)
    net.ready(1)
    for number in (REVISION2, CLASSIC):
        link = net.links[number]
        link.wait_answer(link.peer6)
        exchange(net, link, link.peer, count(1))
        assert link.statistics()["tx_offloaded"] > 0
        link.check("echo", 2000000, 4, address=link.peer6)
        link.check("udp", 100, 1400, 8, address=link.peer6)
        offloaded = link.statistics()["tx_offloaded"]
        link.base_protocol(True)
        link.wait_answer()
        link.check("echo", 2000000, 2)
        link.check("udp", 20, 40000, 2)
        assert link.statistics()["tx_offloaded"] == offloaded
        link.base_protocol(False)
    net.no_errors(REVISION2, CLASSIC)


def test_both_links_at_once(both, count):
    """Parallel streams over both links of the cell at the same time."""
    work = [Background(both.vm, f"net-check echo {link.peer} {2000000 * count(1)} 4")
            for link in both.both]
    for one in work:
        assert "by each of 4 streams" in one.wait()
    both.no_errors(REVISION2, CLASSIC)


def test_flood_ping_without_loss(both, count):
    """20,000 under "make soak"."""
    pings = count(2000)
    for link in both.both:
        assert link.ping(f"-f -c {pings // 2} {link.peer}") == pings // 2


def test_mtu_changes_in_flight(both, count):
    """Not below 1280: Linux remembers for ten minutes what it has learnt of such paths."""
    link = both.links[REVISION2]
    resets = link.statistics()["link_resets"]
    traffic = Traffic(link)
    for mtu in (1500, 9000, 65535, 1280, 16384) * count(1):
        link.set(f"mtu {mtu}")
        before = link.statistics()["rx_packets"]
        both.vm.wait(lambda start=before: link.statistics()["rx_packets"] > start + 200,
                     f"traffic with an MTU of {mtu}")
    assert traffic.stop() > 0
    assert link.statistics()["link_resets"] == resets


@pytest.mark.parametrize("image", (POLLED, THREADS))
def test_all_services_at_once(net, image):
    """
    Ping, echo, discard and chargen by TCP and UDP, pages: all of them while all others work. Some
    datagrams will find the ring full of segments; none is wrong.
    """
    net.start(1, image)
    net.ready(1)
    vm, link = net.vm, net.links[REVISION2]
    before = net.counters(link.peer)
    work = Repeated(
        vm, f"net-check echo {link.peer} 5000000 2", f"net-check discard {link.peer} 10000000 2",
        f"net-check chargen {link.peer} 10000000 2",
        f"case \"$(echo question | socat -t 2 - UDP:{link.peer}:7)\" in ''|question) ;; *) false; esac",
        f"head -c 1000 /dev/urandom | socat -u - UDP:{link.peer}:9",
        f"case \"$(echo | socat - UDP:{link.peer}:19 | head -c 2)\" in ''|' '|' !') ;; *) false; esac",
        f"curl -sf -m 60 http://{link.peer}/ | tail -n 1 | grep -qx '</html>'",
        f"ping -q -f -c 100 -w 60 {link.peer} | grep -q ' [1-9][0-9]* received'")
    busy = ("echo", "discard", "chargen")

    def all_are_at_work():
        now = net.counters(link.peer)
        return all(now[f"{name}.active"] for name in busy) and \
            all(now[name] > before[name] for name in (
                "echo.datagrams", "discard.datagrams", "chargen.datagrams"))

    vm.wait(all_are_at_work, "all services to be at work in the same moment")
    start = net.counters(link.peer)

    def all_go_on():
        now = net.counters(link.peer)
        return all(now[name] > start[name] + 2 for name in (
            "pages", "echo.bytes_in", "discard.bytes_in", "chargen.bytes_out", "chargen.datagrams"))

    vm.wait(all_go_on, "all services to go on")
    work.stop()
    vm.wait(lambda: not any(net.counters(link.peer)[f"{name}.active"] for name in busy),
            "all connections to end")
    net.no_errors(REVISION2)


def test_vlan_tags_reach_the_cell(both):
    """
    lwIP takes tagged frames and answers without a tag; TCP goes there in large tagged segments.
    """
    link = both.links[REVISION2]
    both.vm.run(f"ip link add link {link.name} name tagged type vlan id 7 && "
                f"ip link set tagged up && ip route replace {link.peer} dev tagged src 10.0.0.1 && "
                f"ip neigh replace {link.peer} lladdr 02:49:56:00:70:01 dev tagged")
    before = link.statistics()["tx_offloaded"]
    link.check_pings(10000, 10003)
    link.check("echo", 2000000, 2)
    link.check("udp", 50, 1400, 4)
    assert int(both.vm.run("cat /sys/class/net/tagged/statistics/tx_packets")) > 50
    assert link.statistics()["tx_offloaded"] > before
    both.vm.run("ip link del tagged")
    both.no_errors(REVISION2)


def wait_echoed_and_pinged(net, number, pings):
    net.wait_demo(number, ECHOED)
    match = net.wait_demo(number, PINGED)
    assert [int(word) for word in match.groups()] == [pings, 0]


@pytest.fixture
def bridge(net):
    net.vm.run("ip link add br0 type bridge && ip link set br0 up mtu 16384")
    for number in (REVISION2, SECOND):
        net.links[number].set("master br0")
    yield net
    if net.vm.alive():
        net.vm.run("ip link del br0")


def test_two_cells_through_roots_bridge(bridge, count):
    """Root completes a checksum that the sender left out if the receiver does not want it so."""
    net = bridge
    client = "net0=10.0.50.2/24{} ping=10.0.50.1 count=200 size=8000 connect=10.0.50.1 bytes={}"
    net.start(1, text="net0=10.0.50.1/24")
    for options in ("", ",nooffload", ",base,mtu=1500"):
        net.start(2, text=client.format(options, 3000000 * count(1)))
        wait_echoed_and_pinged(net, 2, 200)
    net.vm.run("ip addr add 10.0.50.3/24 dev br0")
    for host in (1, 2):
        net.links[0].wait_answer(f"10.0.50.{host}")


def test_vlans_of_roots_bridge(bridge):
    """The cells do not tag; root's bridge puts them into one VLAN, or into two."""
    net = bridge
    net.vm.run("ip link set br0 type bridge vlan_filtering 1 && "
               "bridge vlan add vid 7 dev ivshm0 pvid untagged && "
               "bridge vlan add vid 7 dev ivshm1 pvid untagged && "
               "bridge vlan add vid 7 dev br0 self && "
               "ip link add link br0 name br0.7 type vlan id 7 && ip link set br0.7 up && "
               "ip addr add 10.0.50.3/24 dev br0.7")
    net.start(1, text="net0=10.0.50.1/24")
    net.start(2, text="net0=10.0.50.2/24 ping=10.0.50.1 connect=10.0.50.1")
    wait_echoed_and_pinged(net, 2, 10)
    for host in (1, 2):
        net.links[0].wait_answer(f"10.0.50.{host}")
    net.links[0].check("echo", 1000000, address="10.0.50.1")
    net.vm.run("bridge vlan del vid 7 dev ivshm1 && bridge vlan add vid 8 dev ivshm1 pvid untagged")
    assert net.links[0].ping("-c 5 -i 0.2 -W 1 10.0.50.2") == 0, "another VLAN"
    net.links[0].wait_answer("10.0.50.1")
    net.vm.run("ip link del br0.7")


def pair_configs(kind):
    """Configurations of both cells with the channel between them of this kind."""
    configs = [CellConfig(name) for name in ("net-demo", "net-demo2")]
    for config in configs:
        if kind == "classic":
            first = config.pci(PAIR_BDF, "shmem_regions_start")
            start = config.memory(first)["phys_start"]
            config.set_memory(first, virt_start=start, size=0x100000, flags=READ | WRITE)
            for region in range(first + 1, first + 4):
                config.set_memory(region, phys_start=0, virt_start=0, size=0, flags=0)
        if kind != "revision 2":
            config.set_pci(PAIR_BDF, num_msix_vectors=1)
        if kind == "classic":
            mask = configs[0].pci(BDF[CLASSIC], "bar_mask")
            config.set_pci(PAIR_BDF, shmem_peers=0, shmem_dev_id=0, bar_mask=mask)
    return configs


@pytest.mark.parametrize("kind", ("revision 2", "one vector", "classic"))
def test_two_cells_directly(net, kind, count):
    """Both ping and echo at the same time, with different lwIPs; then one of them comes again."""
    image = {1: POLLED, 2: THREADS}
    configs = [config.put(net.vm, f"/tmp/pair{number}.cell")
               for number, config in enumerate(pair_configs(kind))]
    size = 3000000 * count(1)
    for number in (1, 2):
        more = f"ping=10.0.9.{3 - number} count=200 connect=10.0.9.{3 - number} bytes={size}"
        net.start(number, image[number], more=more, config=configs[number - 1])
    lost = 0
    for number in (1, 2):
        net.wait_demo(number, ECHOED)
        answered, missing = net.wait_demo(number, PINGED).groups()
        assert int(answered) + int(missing) == 200
        lost += int(missing)
        net.ready(number)
    # Nothing but what found the ring full of the other client's segments.
    one, other = (net.counters(net.links[number].peer) for number in (REVISION2, SECOND))
    assert lost <= one["net2.tx_ring_full"] + other["net1.tx_ring_full"]
    for number in (2, 1):
        more = f"ping=10.0.9.{3 - number} connect=10.0.9.{3 - number}"
        net.start(number, image[number], more=more)
        wait_echoed_and_pinged(net, number, 10)


ORDERS = (
    ("rmmod", "destroy", "start", "insmod", "up"),
    ("rmmod", "destroy", "insmod", "up", "start"),
    ("rmmod", "destroy", "insmod", "start", "up"),
    ("down", "destroy", "start", "up"),
    ("down", "destroy", "up", "start"),
    ("destroy", "down", "start", "up"),
    ("destroy", "start"),
    ("restart",),
    ("shutdown", "restart"),
    ("shutdown", "down", "restart", "up"),
    ("down", "restart", "up"),
    ("down", "shutdown", "up", "restart"),
    ("down", "up"),
    ("rmmod", "insmod", "up"),
    ("rmmod", "restart", "insmod", "up"),
    ("rmmod", "insmod", "restart", "up"),
)


def test_every_order_of_coming_and_going(both, count):
    """Both devices at once. Whatever the order is: when all is there, the link comes up."""
    net = both
    actions = {
        "start": lambda: net.start(1), "restart": lambda: net.start(1),
        "destroy": net.cell(1).destroy, "shutdown": net.cell(1).shutdown,
        "insmod": net.insmod, "rmmod": net.rmmod, "up": lambda: net.up(REVISION2, CLASSIC),
        "down": lambda: [link.set("down") for link in net.both],
    }
    for _ in range(count(1)):
        for order in ORDERS:
            print(order)
            for action in order:
                actions[action]()
            for link in net.both:
                link.wait_carrier()
                link.wait_answer()


def test_restarts_under_traffic(both, count):
    """100 under "make soak"."""
    net, rounds = both, count(10)
    ups = [link.statistics()["link_ups"] for link in net.both]
    floods = Repeated(net.vm, *(f"ping -q -f -w 2 -s {size} {link.peer}; true"
                                for link, size in zip(net.both, (56, 20000))))
    for number in range(rounds):
        if number % 5 == 4:
            net.cell(1).destroy()
        elif number % 2:
            net.cell(1).shutdown()
        net.start(1, (POLLED, THREADS)[number % 2])
        for link in net.both:
            link.wait_carrier()
            link.wait_answer()
    floods.stop()
    for link, before in zip(net.both, ups):
        link.check("echo", 1000000, 2)
        statistics = link.statistics()
        assert statistics["link_ups"] >= before + rounds
        assert statistics["rx_ring_errors"] == statistics["tx_ring_errors"] == 0


def test_module_comes_and_goes_under_traffic(both, count):
    net = both
    for _ in range(count(2)):
        work = Background(net.vm, "(" + " & ".join(
            f"net-check echo {link.peer} 1000000000 & ping -q -f -w 20 {link.peer}"
            for link in net.both) + "); wait; true")
        packets = net.both[0].statistics()["tx_packets"]
        net.vm.wait(lambda: net.both[0].statistics()["tx_packets"] > packets + 500, "traffic")
        net.rmmod()
        net.vm.sh("killall net-check ping")
        work.wait()
        net.insmod()
        net.up()
        for link in net.both:
            link.wait_carrier()
            link.wait_answer()
            link.check("echo", 1000000)


def run_capture(link, partial):
    """Captures TCP, UDP with fragments and pings; returns how many frames left out a checksum."""
    vm = link.vm
    capturing = Background(vm, "tcpdump -Z root -B 16384 -U --immediate-mode -s 0 -w /tmp/capture "
                           f"-i {link.name}")
    vm.wait(lambda: "listening" in capturing.output(), "tcpdump to listen")
    # Not much: it has to come over a serial line.
    link.check("echo", 30000)
    link.check("udp", 20, 200, 4)
    link.check("udp", 1, 20000)
    link.check_pings(234, 238)
    # It ends at once, whatever it has not written yet.
    vm.run("until [ $(tcpdump -Z root -n -r /tmp/capture 'icmp[0] = 0' 2>/dev/null | wc -l) = 5 ]; do "
           "sleep 0.1; "
           "done; killall -INT tcpdump")
    capturing.wait()
    frames = capture.frames(vm.get("/tmp/capture"))
    ours = bytes.fromhex(f"02495600{BDF[link.number]:02x}00")
    received = [frame for frame in frames if frame[6:12] != ours]
    number = 20 + 2 + 5  # datagrams, fragments, pings; and what TCP takes
    assert len(received) > number and len(frames) - len(received) > number
    for frame in frames:
        capture.check(frame, partial=partial or frame[6:12] == ours)
    text = vm.run("tcpdump -Z root -n -v -r /tmp/capture 2>/dev/null")
    assert text.count("ICMP echo reply") == 5
    for complaint in ("bad-len", "truncated", "[|", "bad ip"):
        assert complaint not in text
    return sum(not capture.check(frame, partial=True) for frame in received)


def test_captured_frames_are_well_formed(both):
    """A cell that may leave TCP's checksum to root does so; one that may not computes all."""
    for link in both.both:
        both.vm.run(f"ethtool -K {link.name} gro off")
        assert run_capture(link, partial=True) > 0
        link.base_protocol(True)
        link.wait_answer()
        assert run_capture(link, partial=False) == 0
        link.base_protocol(False)
        both.vm.run(f"ethtool -K {link.name} gro on")


def counters_of_both(net, link, other):
    """What both ends of a link count, while nothing moves; the cell's come over the other link."""
    index = net.both.index(link)

    def agreed():
        before = link.statistics()
        cell = {name.partition(".")[2]: value for name, value
                in net.counters(other.peer).items() if name.startswith(f"net{index}.")}
        return link.statistics() == before and (before, cell)

    return net.vm.wait(agreed, "the link to be quiet")


def test_counters_add_up(both):
    """What one end sent, the other received; the page of counters comes over the other link."""
    net = both
    for link, other in (net.both, net.both[::-1]):
        before = counters_of_both(net, link, other)
        link.check("echo", 2000000, 2)
        link.check("udp", 200, 1400, 8)
        assert link.ping(f"-f -c 200 {link.peer}") == 200
        after = counters_of_both(net, link, other)
        root, cell = ({name: value - old[name] for name, value in new.items()}
                      for old, new in zip(before, after))
        for here, there in ((root, cell), (cell, root)):
            for name in ("packets", "bytes", "offloaded"):
                assert here[f"tx_{name}"] == there[f"rx_{name}"], name
            assert here["tx_packets"] > 500
            # Several rings may be one interrupt.
            rung = there["tx_doorbells"] + there["rx_doorbells"]
            interrupts = here.get("interrupts") or \
                here["frame_interrupts"] + here["state_interrupts"]
            assert 0 < interrupts <= rung
        assert after[1]["tx_in_flight"] == 0
    net.no_errors(REVISION2, CLASSIC)


def moved_since(link, cell, action):
    """What an action adds to root's counters, and to the exits of the cell, by packet."""
    before, exits = link.statistics(), cell.statistics()["total"]
    action()
    exits = cell.statistics()["total"] - exits
    moved = {name: value - before[name] for name, value in link.statistics().items()}
    moved["exits"] = exits
    packets = moved["tx_packets"] + moved["rx_packets"]
    doorbells = moved["tx_doorbells"] + moved["rx_doorbells"]
    interrupts = moved["frame_interrupts"] + moved["state_interrupts"]
    result = {"packets": packets, "exits": exits / packets, "doorbells": doorbells / packets,
              "interrupts": interrupts / packets}
    print(link.name, {name: round(value, 3) for name, value in result.items()})
    return result


def test_exits_per_packet(both):
    """Counts, not times: one at a time, and in streams, where most doorbells are suppressed."""
    net, cell = both, both.cell(1)
    for link in net.both:
        link.set("mtu 1500")
        single = moved_since(link, cell, lambda: link.check("udp", 1000, 64, 1))
        assert single["packets"] >= 2000
        assert single["doorbells"] <= 0.6 and single["interrupts"] <= 0.6
        assert single["exits"] <= 4

        def flows(link=link):
            """A packet is a large segment here, 20 KiB and more."""
            stream = moved_since(link, cell, lambda: link.check("discard", 20000000))
            return stream["doorbells"] <= 0.4 and stream["interrupts"] <= 0.4 and \
                stream["exits"] <= 2

        # How often the receiver catches up with the sender, and sleeps, is up to the host.
        assert any(flows() for _ in range(5))


def test_disable_and_enable_with_links_up(both, count):
    """Then again with one vector for all: root's devices and the cell's are made anew."""
    net, vm = both, both.vm
    for vectors in (2, 1, 2)[:2 + (count(1) > 1)]:
        work = Background(vm, f"ping -q -f -w 20 {net.both[0].peer}; true")
        vm.disable()
        vm.sh("killall ping")
        work.wait()
        assert "ivshm0" not in vm.run("ip link")
        system = SystemConfig("qemu").set_pci(BDF[REVISION2], num_msix_vectors=vectors)
        vm.enable(system.put(vm, "/tmp/system.cell"))
        config = CellConfig("net-demo").set_pci(BDF[REVISION2], num_msix_vectors=vectors)
        net.up()
        net.start(1, config=config.put(vm, "/tmp/net-demo.cell"))
        net.ready(1)
        interrupts = vm.run("grep ivshmem_net-0000:00:0e.0 /proc/interrupts").splitlines()
        assert len(interrupts) == vectors
        for link in net.both:
            link.check("echo", 1000000, 2)
        net.no_errors(REVISION2, CLASSIC)
    vm.disable()
