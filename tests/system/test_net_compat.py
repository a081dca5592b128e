# SPDX-License-Identifier: GPL-2.0-only
"""Peers that are neither our driver nor lwIP: net-echo, which is a base peer straight on the ring, and
one that rings at every frame, over both devices."""

import pytest

from netcells import BDF, CLASSIC, REVISION2, Link

FLOOD = 500
MODES = ("", "base", "bell", "base bell")


@pytest.fixture
def link(root, request):
    """Root's end of the link, up, and the cell at the other end, in the mode that the test asks for."""
    number, mode = request.param
    root.load_module("ivshmem-net")
    link = Link(root, number)
    link.up()
    link.cell = root.cell("net-echo").create()
    link.mode = f"bdf={BDF[number]} {mode}"
    start(link)
    yield link


def start(link):
    link.cell.load(parameters=link.mode).start()
    link.wait_carrier()
    link.wait_answer()


def exchange(link, count):
    """Pings of all kinds of sizes, datagrams in sequence, and a flood; nothing is lost."""
    link.check_pings(0, 1400, 23)
    link.check_pings(16000, 16356, 89)
    link.check("udp", 200 * count(1), 1400, 8)
    link.check("udp", 50 * count(1), 16000, 4)
    assert link.ping(f"-f -c {FLOOD * count(1)} {link.peer}") == FLOOD * count(1)


@pytest.mark.parametrize("link", [(number, mode) for number in (REVISION2, CLASSIC)
                                  for mode in MODES], indirect=True)
def test_other_peers(link, count):
    """Content arrives; the link comes up again after a restart of either side, at the first try."""
    before = link.statistics()
    exchange(link, count)
    link.vm.run("rmmod ivshmem_net")
    link.vm.load_module("ivshmem-net")
    link.up()
    link.wait_carrier()
    link.wait_answer()
    link.cell.shutdown()
    link.wait_carrier(False)
    start(link)
    exchange(link, count)
    after = link.statistics()
    for name in ("rx_ring_errors", "tx_ring_errors", "rx_frame_errors", "tx_timeouts"):
        assert after[name] == 0 and before[name] == 0, name
    if "base" in link.mode:
        assert after["rx_offloaded"] == after["tx_offloaded"] == 0
    if "bell" in link.mode:
        # Masking is for those who ring without frames.
        pauses = [name for name in after if name.endswith("interrupt_pauses")]
        assert sum(after[name] for name in pauses) == 0
