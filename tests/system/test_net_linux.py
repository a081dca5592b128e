# SPDX-License-Identifier: GPL-2.0-only
"""The Linux driver against itself: two ends in one kernel, without a hypervisor."""

import re

import pytest

from netpair import DEBUG, READY, RUN, Pair
from vm import CommandError

KINDS = ("", "vectors=1", "classic=1 vectors=1", "section=16384", "section=65536 vectors=1")
HEADERS = {4: 28, 6: 48}  # IP and ICMP
PING_MAX = 65499  # of net-check
RESET_LOSS = 10  # what the stack may send by itself while a test resets the link
TROUBLES = ("tx_dropped", "tx_too_long", "tx_ring_errors", "rx_dropped", "rx_frame_errors",
            "rx_ring_errors")
TRIES = 5  # of what depends on which end catches up with the other
STALLS = 3  # of hundreds of stops: the host may leave a CPU of ours waiting for a second


@pytest.fixture
def pair(vm):
    made = []

    def make(parameters=""):
        made.append(Pair(vm, parameters))
        return made[-1]

    yield make
    if made and vm.alive():
        made[0].remove()


def counters(link, lost=0):
    """Counters of both ends once they agree but for @lost frames; none of them tells of trouble."""
    def read():
        near, far = link.near.statistics(), link.far.statistics()
        for one, other in ((near, far), (far, near)):
            if not 0 <= one["tx_packets"] - other["rx_packets"] <= lost:
                return None
            if not lost and any(one[f"tx_{what}"] != other[f"rx_{what}"]
                                for what in ("bytes", "offloaded")):
                return None
        return near, far

    both = link.vm.wait(read, "both ends to count the same", 20)
    for end in both:
        assert {name: end[name] for name in TROUBLES if end[name]} == {}
        assert end["tx_timeouts"] <= STALLS, "a lost wake-up?"
    return both


def addresses(link):
    return link.far.address, link.far.address6


@pytest.mark.parametrize("kind", KINDS)
def test_content_arrives(pair, kind):
    """TCP and UDP, with extensions and without, over every kind of device."""
    link = pair(kind).up()
    link.serve()
    for base in (False, True):
        link.far.base_protocol(base)
        link.wait_carrier()
        for mtu in (65535, 1500):
            link.set_mtu(mtu)
            for address in addresses(link):
                link.check(f"echo {address} 200000 2", f"udp {address} 100 {mtu % 60000 // 2} 16")
    near, far = counters(link, RESET_LOSS)
    assert near["tx_offloaded"] > 0 and far["tx_offloaded"] > 0
    if kind.startswith("section"):
        assert near["tx_ring_full"] > 0 and near["rx_doorbells"] > 0, "the queue was to stop"
    offloaded = near["tx_offloaded"]
    link.check(f"echo {link.far.address} 100000 1")
    assert link.near.statistics()["tx_offloaded"] == offloaded, "the peer has no extensions now"


def test_every_size_of_ping(pair, count):
    link = pair().up()
    address, address6 = addresses(link)
    for mtu, least in ((1500, 0), (68, 0), (65535, 65400), (16384, 16300)):
        link.set_mtu(mtu)
        last = min(mtu - HEADERS[4], PING_MAX)
        link.check(f"ping {address} {least} {last}")
        if mtu < 65535:
            with pytest.raises(CommandError, match="Message too long"):
                link.check(f"ping {address} {last + 1} {last + 1}")
        if mtu >= 1280:
            link.near.run(f"ip -6 addr replace {link.near.address6}/64 dev ivshm0 nodad")
            link.far.run(f"ip -6 addr replace {link.far.address6}/64 dev ivshm1 nodad")
            link.check(f"ping {address6} {least} {min(mtu - HEADERS[6], 65487)}")
    assert link.near.ping(f"-6 -c 3 -i 0.01 -s 60000 {address6}") == 3, "in fragments"
    assert link.near.ping(f"-f -c {count(2000)} {address}") == count(2000)
    counters(link)


def test_parallel_streams_while_the_mtu_changes(pair, count):
    link = pair().up()
    link.serve()
    rounds = count(1)
    link.near.run(
        f"(for n in $(seq {3 * rounds}); do net-check echo {link.far.address} 2000000 4 && "
        f"net-check udp {link.far.address6} 500 1000 16 || exit 1; done; echo done) "
        "> /tmp/streams & "
        "stream=$!; while kill -0 $stream 2> /dev/null; do for mtu in 1500 9000 1280 65535 16384; "
        "do ip link set ivshm0 mtu $mtu; ip netns exec far ip link set ivshm1 mtu $mtu; sleep 0.1; "
        "done; done; tail -n 1 /tmp/streams | grep -q done", timeout=600)
    assert link.near.statistics()["link_resets"] == 0
    counters(link)


def test_limits_of_the_mtu(pair):
    link = pair().up()
    assert "minmtu 68 maxmtu 65535" in link.near.run("ip -d link show ivshm0")
    assert "mtu 16384" in link.near.run("ip link show ivshm0")
    for mtu in (67, 65536):
        with pytest.raises(CommandError):
            link.near.set(f"mtu {mtu}")
    link.near.set("mtu 68")
    assert link.near.carrier(), "changed while up"
    link.remove()
    Pair(link.vm, "section=16384")
    assert "mtu 14546" in link.near.run("ip link show ivshm0"), "what fits"


def test_addresses_are_stable_unique_and_can_be_set(pair):
    link = pair().up()
    assert "link/ether 02:49:56:00:00:00" in link.near.run("ip link show ivshm0")
    assert "link/ether 02:49:56:00:00:01" in link.far.run("ip link show ivshm1")
    link.near.set("address 02:11:22:33:44:55")
    link.far.run("ip neigh flush all")
    assert link.near.ping(f"-c 2 {link.far.address}") == 2
    assert "02:11:22:33:44:55" in link.far.run("ip neigh")
    with pytest.raises(CommandError):
        link.near.set("address 03:11:22:33:44:55")
    link.near.unbind()
    link.near.bind()
    assert "link/ether 02:49:56:00:00:00" in link.near.run("ip link show ivshm0")


class TestFewDoorbells:
    """What keeps both CPUs fast; counters tell."""

    @pytest.fixture
    def link(self, pair):
        link = pair().up()
        link.serve()
        return link

    def test_doorbells_and_interrupts(self, link):
        """In a stream, most frames need no doorbell, and those that return need none at all."""
        link.far.base_protocol(True)
        link.wait_carrier()
        link.set_mtu(1500)
        before = [end.statistics() for end in link.ends]
        link.check(f"echo {link.far.address} 2000000 8")
        for end, start in zip(link.ends, before):
            gain = end.gained(start)
            print(gain)
            assert gain["tx_packets"] > 5000
            assert gain["tx_doorbells"] < gain["tx_packets"] / 2
            assert gain["rx_doorbells"] < gain["rx_packets"] / 50
            assert gain["frame_interrupts"] < gain["rx_packets"] / 2
            assert gain["rx_polls"] < gain["rx_packets"] / 2

    def test_receive_offload(self, link):
        """GRO merges segments: the network layer sees fewer packets than the link carries."""
        link.near.base_protocol(True)
        link.wait_carrier()
        link.set_mtu(1500)

        def delivered():
            text = link.far.run("cat /proc/net/snmp")
            names, values = (line.split() for line in text.splitlines() if line.startswith("Ip:"))
            return int(values[names.index("InReceives")])

        merged = {}
        for on in ("off", "on"):
            link.far.run(f"ethtool -K ivshm1 gro {on}")
            start, before = delivered(), link.far.statistics()
            link.check(f"echo {link.far.address} 3000000 1")
            merged[on] = (delivered() - start) / link.far.gained(before)["rx_packets"]
        print(merged)
        assert merged["off"] > 0.95 and merged["on"] < 0.7

    @staticmethod
    def limit_bytes(link):
        """Three frames of an Ethernet's size in the queue, and no more."""
        folder = "/sys/class/net/ivshm0/queues/tx-0/byte_queue_limits"
        link.near.run(f"echo 3000 > {folder}/limit_max; echo 3000 > {folder}/limit_min")
        return f"{folder}/limit"

    @staticmethod
    def generate(link):
        """3200 frames from pktgen, in bursts of 32; it does not mind the byte limit of the queue."""
        link.far.sh("ip addr flush dev ivshm1")
        link.vm.run("modprobe pktgen")
        before, far = link.near.statistics(), link.far.statistics()
        setting = ("pkt_size 1000", "count 3200", "burst 32", "dst 10.0.0.2",
                   "dst_mac 02:49:56:00:00:01")
        link.vm.run("cd /proc/net/pktgen && echo rem_device_all > kpktgend_0 && "
                    "echo add_device ivshm0 > kpktgend_0 && " +
                    "".join(f"echo '{line}' > ivshm0 && " for line in setting) +
                    "echo start > pgctrl; rmmod pktgen")
        link.vm.wait(lambda: link.far.gained(far)["rx_packets"] >= 3200, "all to arrive")
        gain = link.near.gained(before)
        print(gain)
        assert gain["tx_packets"] >= 3200
        return gain

    def test_batches(self, link):
        """A sender that says that more will follow causes one publication for the lot.

        The limit of bytes is out of the way, for a queue that it has stopped publishes each frame.
        """
        link.near.run("echo max > /sys/class/net/ivshm0/queues/tx-0/byte_queue_limits/limit_min")
        assert link.near.ping(f"-c 1 {link.far.address}") == 1, "it holds from the next frame on"
        gain = self.generate(link)
        assert gain["tx_doorbells"] + gain["tx_doorbells_suppressed"] < 3200 / 8

    def test_batches_beyond_the_byte_queue_limit(self, link):
        """Nothing waits unpublished in a queue that the stack has stopped."""
        self.limit_bytes(link)
        gain = self.generate(link)
        assert gain["tx_queue_stopped"] > 0

    def test_byte_queue_limit(self, link):
        limit = self.limit_bytes(link)
        assert int(link.near.run(f"cat {limit}")) > 0
        before = link.near.statistics()
        link.check(f"echo {link.far.address} 1000000 4", f"udp {link.far.address} 500 1400 16")
        gain = link.near.gained(before)
        assert int(link.near.run(f"cat {limit}")) == 3000
        assert gain["tx_queue_stopped"] > 50 and gain["tx_ring_full"] == 0
        counters(link)

    def test_coalescing(self, link):
        """rx-usecs and rx-frames put off the receiver's request for the next doorbell."""
        def doorbells():
            before = link.near.statistics()["tx_doorbells"]
            assert link.near.ping(f"-c 100 -i 0.002 {link.far.address}") == 100
            return link.near.statistics()["tx_doorbells"] - before

        many = doorbells()
        for setting in ("rx-usecs 20000", "rx-usecs 20000 rx-frames 64"):
            link.far.run(f"ethtool -C ivshm1 {setting}")
            assert any(doorbells() < many / 2 for _ in range(TRIES))
        assert "rx-frames: 64" in link.far.run("ethtool -c ivshm1")
        # With few frames to wait for, the doorbell comes long before the time is over.
        link.far.run("ethtool -C ivshm1 rx-usecs 100000 rx-frames 1")
        assert link.near.ping(f"-f -c 200 {link.far.address}") == 200
        assert any(doorbells() > many / 2 for _ in range(TRIES)), "as many as before"
        for bad in ("rx-usecs 0 rx-frames 2", "rx-usecs 100001", "rx-frames 3000", "tx-usecs 1"):
            with pytest.raises(CommandError):
                link.far.run(f"ethtool -C ivshm1 {bad}")
        link.far.run("ethtool -C ivshm1 rx-usecs 0 rx-frames 0")
        assert link.near.ping(f"-f -c 500 {link.far.address}") == 500


class TestComingAndGoing:
    @pytest.mark.parametrize("kind", ("", "classic=1 vectors=1"))
    def test_every_order(self, pair, kind, count):
        """As soon as both ends are up, the link works."""
        link = pair(kind)
        near, far = link.near, link.far
        link.up()
        orders = ((near.down, near.up), (far.down, far.up),
                  (near.down, far.down, near.up, far.up), (near.down, far.down, far.up, near.up),
                  (near.unbind, near.bind, near.up), (far.unbind, far.bind, far.up),
                  (near.unbind, far.down, near.bind, near.up, far.up),
                  (near.unbind, far.down, far.up, near.bind, near.up),
                  (near.unbind, far.unbind, near.bind, near.up, far.bind, far.up),
                  (near.unbind, far.unbind, far.bind, far.up, near.bind, near.up),
                  (far.down, far.unbind, far.bind, near.down, near.up, far.up))
        for _ in range(count(1)):
            for order in orders:
                for action in order[:-1]:
                    action()
                near.wait_carrier(False)
                order[-1]()
                link.wait_up()
                near.run(f"ping -q -c 1 -W 20 {far.address}")

    def test_under_traffic(self, pair, count):
        link = pair().up()
        link.vm.run(f"(ping -q -f {link.far.address} > /dev/null 2>&1) & "
                    f"({link.far.inside} ping -q -f -s 20000 {link.near.address} "
                    "> /dev/null 2>&1) &")
        for number in range(count(6)):
            end = link.ends[number % 2]
            link.vm.wait(lambda end=end: end.statistics()["rx_packets"] > 20, "traffic", 20)
            end.unbind()
            end.bind()
            end.up()
            link.wait_carrier()
        link.vm.run("killall ping")
        assert link.answers_at_once()

    @pytest.mark.parametrize("kind", ("", "section=65536 vectors=1"))
    def test_removal_of_the_module_under_traffic(self, pair, kind):
        link = pair(kind).up()
        link.serve()
        link.vm.run(f"(ping -q -f -s 9000 {link.far.address} > /dev/null 2>&1) & "
                    f"(net-check echo {link.far.address} 1000000000 4 > /dev/null 2>&1) & "
                    "until [ $(cat /sys/class/net/ivshm0/statistics/tx_packets) -gt 500 ] && "
                    "ss -Htn state established dport = :7 | grep -q .; do sleep 0.1; done; "
                    "rmmod ivshmem_pair; killall -q ping net-check; ! lsmod | grep -q ivshmem_pair")
        assert "ivshm" not in link.vm.run("ip link")
        link.vm.run(f"insmod ivshmem_pair.ko {kind}")
        link.up()
        assert link.answers_at_once()

    def test_moves_between_namespaces(self, pair):
        """The far end moves away and back under traffic, and comes home when its namespace ends."""
        link = pair().up()
        for _ in range(3):
            before = link.near.statistics()["rx_packets"]
            link.vm.run(f"(ping -q -f {link.far.address} > /dev/null 2>&1) &")
            link.vm.wait(lambda: link.near.statistics()["rx_packets"] > before + 20, "traffic", 20)
            link.vm.run(f"{link.far.inside} ip link set ivshm1 netns 1; killall ping; "
                        "ip link show ivshm1 > /dev/null")
            link.up()
            assert link.answers_at_once(2)
        link.vm.run("ip netns del far && ip netns add far")
        link.vm.wait(lambda: link.vm.sh("ip link show ivshm1")[0] == 0, "ivshm1 to come home")
        link.up()
        assert link.answers_at_once(2)


class TestUserInterface:
    """What ethtool and ip say."""

    def test_features_follow_the_peer(self, pair):
        link = pair().up()
        offered = {"tx-tcp-segmentation", "tx-tcp6-segmentation", "tx-udp-segmentation",
                   "tx-tcp-ecn-segmentation"}
        always = {"tx-checksum-ip-generic", "scatter-gather", "generic-receive-offload",
                  "rx-checksumming"}
        assert offered | always <= link.near.features()
        link.far.base_protocol(True)
        link.wait_carrier()
        assert not offered & link.near.features()
        assert always <= link.near.features()
        link.far.base_protocol(False)
        link.wait_carrier()
        link.vm.wait(lambda: offered <= link.near.features(), "the peer's offer to be seen")
        link.near.run("ethtool -K ivshm0 tso off gso off tx off")
        link.serve()
        before = link.near.statistics()
        link.check(f"echo {link.far.address} 300000 2")
        assert link.near.gained(before)["tx_offloaded"] == 0

    def test_ethtool(self, pair):
        link = pair().up()
        near = link.near
        driver = near.run("ethtool -i ivshm0")
        assert "bus-info: ivshmem_pair.0" in driver
        assert re.search(r"^version: \d", driver, re.MULTILINE)
        assert near.run("ethtool -g ivshm0").count("2048") == 4
        text = near.run("ethtool ivshm0")
        assert "Link detected: yes" in text and "Duplex: Full" in text
        words = near.run("ethtool -d ivshm0 raw on | od -An -v -tu4").split()
        assert len(words) == 21
        assert words[6:11] == ["3", "3", "2048", "53376", "524288"]
        near.run("ethtool -s ivshm0 msglvl 0")
        assert "Current message level: 0x00000000" in near.run("ethtool ivshm0")
        lines = link.vm.kernel_log().count("ivshm0: link is")
        resets = near.statistics()["link_resets"]
        near.run("ethtool -r ivshm0")
        link.vm.wait(lambda: near.carrier() and near.statistics()["link_resets"] == resets + 1,
                     "the link to come up again")
        assert link.vm.kernel_log().count("ivshm0: link is") == lines, "it was to be silent"
        link.wait_up()
        assert near.ping(f"-c 1 {link.far.address}") == 1
        link.far.down()
        near.wait_carrier(False)
        assert "Link detected: no" in near.run("ethtool ivshm0")

    def test_statistics(self, pair):
        """ip's are ethtool's, and reading does not change them."""
        link = pair().up()
        link.serve()
        link.check(f"echo {link.far.address} 300000 2")
        link.near.down()

        def quiet():
            statistics = link.near.statistics()
            states = link.vm.run(f"cat {DEBUG}/state0 {DEBUG}/state1").split()
            return states == [str(READY), str(RUN)] and \
                statistics == link.near.statistics() and statistics

        # Both make ready for the next time, and tell each other.
        first = link.vm.wait(quiet, "the ends to rest")
        text = link.near.run("ip -s link show ivshm0").split("\n")
        numbers = [[int(word) for word in re.findall(r"\d+", text[line])] for line in (3, 5)]
        assert link.near.statistics() == first
        assert numbers[0][:4] == [first["rx_bytes"], first["rx_packets"], 0, 0]
        assert numbers[0][5] == first["rx_multicast"]
        assert numbers[1][:4] == [first["tx_bytes"], first["tx_packets"], 0, 0]
        detail = link.near.run("ip -d link show ivshm0")
        for word in ("numtxqueues 1", "gso_max_size 65536", "parentbus platform",
                     "parentdev ivshmem_pair.0"):
            assert word in detail
        link.near.up()
        link.wait_carrier()
        assert link.near.statistics()["rx_packets"] >= first["rx_packets"]
