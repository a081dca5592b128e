# SPDX-License-Identifier: GPL-2.0-only
"""The Linux driver against a peer that does not keep the rules: a script plays the far end."""

import os
import random
import struct

import pytest

from netcells import Repeated
from netpair import DEBUG, Pair, Peer, RESET, RUN

# Offsets in a section with 2048 entries
AVAIL = 2048 * 16
USED = (AVAIL + 6 + 2 * 2048 + 63) // 64 * 64
HEADER = (USED + 6 + 8 * 2048 + 63) // 64 * 64


@pytest.fixture
def peer(vm):
    """At the end, the true far end comes back, and the link works at once."""
    link = Pair(vm)
    link.near.up()
    yield Peer(link)
    if vm.alive():
        link.far.bind()
        link.far.up()
        assert link.answers_at_once()
        link.remove()


def offer(peer, addr=HEADER, length=64, flags=0, data=b""):
    """Offers one frame."""
    peer.write(HEADER, data or bytes(64))
    peer.write(0, struct.pack("<QIHH", addr, length, flags, 0))
    peer.write(AVAIL, struct.pack("<HHH", 0, 1, 0))
    peer.ring()


def test_bad_frames(peer):
    bad = ({"addr": 0}, {"addr": 1 << 63}, {"addr": 512 * 1024 - 10}, {"length": 0},
           {"length": 13}, {"length": 1 << 31}, {"flags": 1}, {"flags": 0x200})
    for what in bad:
        peer.shake_hands()
        before = peer.near.statistics()
        offer(peer, **what)
        peer.wait_state(RESET)
        gain = peer.near.gained(before)
        assert (gain["link_resets"], gain["rx_ring_errors"]) == (1, 1), what
        assert not peer.near.carrier()
    assert peer.vm.kernel_log().count("ivshm0: link reset:") >= 2


def test_bad_indices(peer):
    for offset, value in ((AVAIL + 2, 2049), (USED + 2, 1000)):
        peer.shake_hands()
        peer.write(offset, struct.pack("<H", value))
        peer.ring()
        peer.near.sh("ping -c 1 -W 1 10.0.0.2")  # makes it look at what was returned
        peer.wait_state(RESET)
    statistics = peer.near.statistics()
    assert statistics["rx_ring_errors"] == 1 and statistics["tx_ring_errors"] == 1


def test_no_frame_is_ever_taken(peer):
    """The watchdog ends it: a stopped queue that stands still costs the peer its link."""
    peer.shake_hands()
    peer.near.run("ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev ivshm0")
    peer.near.sh("ping -q -f -w 2 -s 16000 10.0.0.2")
    peer.wait_state(RESET)
    peer.near.run("ip neigh del 10.0.0.2 dev ivshm0")
    statistics = peer.near.statistics()
    assert statistics["tx_timeouts"] >= 1 and statistics["tx_queue_stopped"] >= 1


def test_states_without_end(peer):
    """Messages about it are limited, whatever the peer does."""
    lines = peer.vm.kernel_log().count("ivshm0: link")
    generator = random.Random(1)
    values = " ".join(str(generator.choice((0, 1, 2, 3, 4, 4294967295))) for _ in range(3000))
    peer.vm.run(f"for s in {values}; do echo $s; done > /tmp/states; "
                f"while read s; do echo $s > {DEBUG}/state1; done < /tmp/states", timeout=300)
    assert peer.vm.kernel_log().count("ivshm0: link") - lines < 100


def test_random_bytes(peer, count):
    generator = random.Random(2)
    for _ in range(count(4)):
        peer.shake_hands()
        peer.write(0, generator.randbytes(HEADER + 4096))
        peer.ring()
        peer.near.sh("ping -c 1 -W 0.1 10.0.0.2")
        peer.wait_state(RESET)


def test_ringing_without_end(peer):
    peer.shake_hands()
    ringing = Repeated(peer.vm, *[f"timeout 1 sh -c 'while :; do echo 0; done' > {DEBUG}/ring; true"] * 2)
    peer.vm.wait(lambda: peer.near.statistics()["frame_interrupt_pauses"] > 0, "a pause")
    ringing.stop()
    assert peer.state() == RUN


# Flags, type of segmentation, length of headers, segment size, start and offset of the checksum; and
# which counter of root tells of the frame. What the ring itself finds wrong ends the link.
HEADERS = {
    (1, 0, 0, 0, 65535, 0): "rx_ring_errors",  # a checksum beyond the frame
    (1, 1, 0, 65535, 34, 16): "rx_frame_errors",  # a segment size that means something else
    (1, 1, 0, 0, 34, 16): "rx_ring_errors",  # segments of nothing
    (1, 1, 54, 1, 34, 16): "rx_ring_errors",  # more segments than a frame may have
    (1, 0x81, 54, 100, 34, 6): "rx_frame_errors",  # TCP's segments with UDP's checksum
    (1, 4, 54, 100, 34, 16): "rx_frame_errors",  # IPv6's in IPv4
    (1, 5, 0, 8, 34, 6): "rx_frame_errors",  # more datagrams than there can be
    (0, 1, 0, 100, 34, 16): "rx_ring_errors",  # segments without a checksum
    (2, 0x7f, 0, 0, 0, 0): "rx_ring_errors",  # no such segmentation
    (255, 0, 0, 0, 0, 0): "rx_ring_errors",  # no such flags
}


@pytest.mark.parametrize("header", HEADERS)
def test_wrong_network_headers(peer, header):
    packet = bytes.fromhex("024956000000020000000002" "0800" "4500") + os.urandom(4000)
    names = ("rx_frame_errors", "rx_ring_errors", "rx_packets")

    def counted():
        statistics = peer.near.statistics()
        return {name: statistics[name] for name in names if statistics[name]}

    peer.shake_hands()
    data = struct.pack("<BBHHHH", *header) + packet
    offer(peer, length=len(data), flags=0x100, data=data)
    peer.vm.wait(counted, "the header to be judged")
    assert counted() == {HEADERS[header]: 1}
    peer.state(RESET)
