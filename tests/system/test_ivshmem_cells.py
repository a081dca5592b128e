# SPDX-License-Identifier: GPL-2.0-only
"""Channels between two cells that are not root, three peers on one channel, cells that come and go."""

import time

import pytest

from ivshmem import (BOARD_RECEIVED, BOARD_RUNG, NAMES, PAIR, PAIR_CLASSIC, QUIET, ROOTS,
                     ROOTS_ADDRESS, ROOTS_CLASSIC, PAIR_ADDRESS, PAIR_CLASSIC_ADDRESS, Device, demo,
                     final_counts, load_driver, restart, wait_demo)
from jailhouse import ALL_ONES, FAILED, RUNNING

PAIRS = {"revision2": PAIR, "classic": PAIR_CLASSIC}
ROUNDS = 10000  # 100,000 under "make soak"
RESTARTS = 6  # both kinds of end three times for each side
TIMEOUT = 900
STORM = 10 ** 9  # it does not end by itself
SOME_RINGS = 1000
START_UP = 50  # exits of a demo until it is ready

PINGPONG = r"{} pingpong (\d+) rings, (\d+) lost, (\d+) interrupts"
FLOOD = r"{} flood (\d+) rings in (\d+) bursts, (\d+) unseen, (\d+) interrupts"


@pytest.fixture
def linux(root):
    load_driver(root)
    return root


@pytest.fixture(params=PAIRS.values(), ids=PAIRS)
def channel(request):
    return request.param


def numbers(match):
    return [int(word) for word in match.groups()]


def test_two_cells_talk(root, channel):
    demo(root, 1, f"period_ms=100 channel={channel}")
    demo(root, 2, f"period_ms=100 channel={channel}")
    for number, peer in ((1, 1), (2, 0)):
        wait_demo(root, number, f"{channel} peer {peer} has state 1")
        wait_demo(root, number, f"{channel} peer {peer} says: hello \\d\\d+ from peer {peer}")
        wait_demo(root, number, f"{channel} peer {peer} says: re: hello \\d+ from peer {1 - peer}")


def test_memory_between_cells_is_not_roots(root):
    """It leaves root with the first of them and returns with the last."""
    addresses = (PAIR_ADDRESS, PAIR_ADDRESS + 0x10000, PAIR_CLASSIC_ADDRESS)

    def hidden():
        return [root.memory_read(address) == ALL_ONES[4] for address in addresses]

    for address in addresses:
        root.memory_write(address, 0)
    first = root.cell(NAMES[1]).create()
    assert hidden() == [True] * 3
    second = root.cell(NAMES[2]).create()
    first.destroy()
    assert hidden() == [True] * 3
    second.destroy()
    assert hidden() == [False] * 3


def test_no_doorbell_is_lost(root, channel, count):
    """Each is answered before the next, one way and then the other; both sides count."""
    rounds = count(ROUNDS)
    for active, passive in ((1, 2), (2, 1)):
        quiet = demo(root, passive, f"{QUIET} channel={channel}")
        busy = demo(root, active, f"{QUIET} channel={channel} mode=pingpong count={rounds}")
        match = wait_demo(root, active, PINGPONG.format(channel), TIMEOUT)
        print(match.group(0))
        assert numbers(match) == [rounds, 0, rounds]
        received, rung = final_counts(busy, active, channel)
        # Changes of state make further interrupts.
        assert rounds <= received[0] <= rounds + 2 and sum(rung) == rounds
        received, rung = final_counts(quiet, passive, channel)
        assert rounds <= received[0] <= rounds + 2 and sum(rung) == rounds
        root.destroy_cells()


def test_floods_both_ways(root, channel, count):
    """Rings may merge, but after the last of each burst there is an interrupt."""
    vector = 2 if channel == PAIR else 0
    flood = f"{QUIET} channel={channel} mode=flood vector={vector} count={count(ROUNDS)}"
    demo(root, 1, f"{flood} burst=50")
    demo(root, 2, f"{flood} burst=20")
    for number in (1, 2):
        match = wait_demo(root, number, FLOOD.format(channel), TIMEOUT)
        print(match.group(0))
        rings, bursts, unseen, interrupts = numbers(match)
        assert rings == count(ROUNDS) and unseen == 0
        assert 0 < bursts <= interrupts + 1 <= rings + 3, "states may come as one with rings"


def test_floods_while_interrupts_are_masked(root, channel, count):
    """A ring that finds the vector masked is delivered when it no longer is."""
    demo(root, 1, f"period_ms=0 poll_ms=5 channel={channel} mask")
    demo(root, 2, f"{QUIET} channel={channel} mode=flood count={count(2000)} burst=16")
    match = wait_demo(root, 2, FLOOD.format(channel), TIMEOUT)
    print(match.group(0))
    assert numbers(match)[2] == 0


def test_three_peers(linux, count):
    """Root and two cells on one channel, everybody with everybody at the same time."""
    device = Device(linux, ROOTS)
    rounds = count(1000)
    busy = f"period_ms=0 channel={ROOTS} echo=1 mode=pingpong vector=3 count={rounds}"
    demo(linux, 1, f"{busy} peer=2")
    demo(linux, 2, f"{busy} peer=1")
    device.wait_state(1, 1)
    device.wait_state(2, 1)
    for peer in (1, 2):
        result = device.bench(peer, peer, rounds)["round_trips"]
        assert result["lost"] == 0 and result["rounds"] == rounds
    for number in (1, 2):
        match = wait_demo(linux, number, PINGPONG.format(ROOTS), TIMEOUT)
        print(match.group(0))
        assert numbers(match)[:2] == [rounds, 0]
    for peer in (1, 2):
        assert device.board(peer, BOARD_RUNG)[3 - peer] == 2 * rounds, "its own, and its answers"
        assert device.board(peer, BOARD_RECEIVED)[3] >= rounds, "rings and answers may merge"
    device.tool("state", 9)
    for number in (1, 2):
        wait_demo(linux, number, f"{ROOTS} peer 0 has state 9")
    device.tool("state", 0)


def test_a_doorbell_is_one_exit(root, channel):
    """One for the sender; none for the receiver but the end of the interrupt."""
    receiver = demo(root, 1, f"{QUIET} channel={channel}")
    start, before = time.monotonic(), receiver.statistics()
    sender = demo(root, 2, f"{QUIET} channel={channel} mode=flood count=5000 burst=1")
    match = wait_demo(root, 2, FLOOD.format(channel))
    rings, _, _, interrupts = numbers(match)
    sent, taken = sender.statistics(), receiver.statistics()
    taken = {reason: taken[reason] - before[reason] for reason in taken}
    print(sent, taken)
    assert rings == 5000 and sent["mmio"] in range(rings, rings + START_UP)
    # The demo looks at its peer's state at each interrupt: a register of the classic device.
    looks = interrupts + START_UP if channel == PAIR_CLASSIC else 0
    assert taken["mmio"] <= looks
    # One for each interrupt; those of the timer, every 50 ms, and of the peer's state are among them.
    ticks = taken["msr_other"] - interrupts
    assert 0 <= ticks <= (time.monotonic() - start) / 0.05 + 5
    others = taken["total"] - taken["msr_other"] - taken["management"] - taken["mmio"]
    assert others <= 5


@pytest.mark.parametrize("rule", ["output", "table"])
@pytest.mark.parametrize("channel, own, peer", [(PAIR, 1, 0), (ROOTS, 2, 0), (ROOTS, 2, 1)])
def test_a_cell_that_writes_what_is_not_its_fails_alone(linux, rule, channel, own, peer):
    device = Device(linux, ROOTS)
    victim = demo(linux, 1, f"period_ms=50 channel={channel}")
    culprit = demo(linux, 2, f"period_ms=0 channel={channel} mode={rule} peer={peer}")
    culprit.wait_state(FAILED)
    linux.wait_hv(r'Cell "ivshmem-demo2", CPU 2: ')
    assert "survived" not in linux.since_mark("cell.log")
    assert culprit.failed_cpus() == [2]
    if channel == ROOTS:
        device.wait_state(2, 0)
        assert device.states() == [0, 1, 0]
        assert device.bench(1, 0, 10)["round_trips"]["lost"] == 0
    wait_demo(linux, 1, f"{channel} peer {own} has state 0")
    assert victim.state() == RUNNING
    restart(culprit, 2, f"period_ms=50 channel={channel}")
    wait_demo(linux, 1, f"{channel} peer {own} says: re: hello")


def test_peers_restart_under_traffic(linux, count):
    """Either side in turns, by a new start and by a new cell, while the other rings."""
    busy = "period_ms=2 poll_ms=2"
    cells = {number: demo(linux, number, busy) for number in (1, 2)}
    device = Device(linux, ROOTS)

    def wait_seen(number, state):
        """The other demo has noticed; it might miss what it does not see in time."""
        wait_demo(linux, 3 - number, f"{PAIR} peer {number - 1} has state {state}")

    def wait_gone(number):
        """What is heard from then on is the next one's."""
        wait_seen(number, 0)
        linux.mark()

    for number in (1, 2):
        wait_seen(number, 1)
    linux.run(f"(while ivshmem ring {ROOTS} 1 --count 20 && ivshmem ring {ROOTS} 2 --count 20 && "
              f"ivshmem ring {ROOTS_CLASSIC} 1 --count 20; do :; done) > /tmp/rings 2>&1 & "
              "echo $! > /tmp/rings.pid")
    for turn in range(count(RESTARTS)):
        for number in (1, 2):
            other = 3 - number
            linux.mark()
            if turn % 2:
                cells[number].destroy()
                linux.wait(lambda gone=number: device.states()[gone] == 0, "the state to be 0")
                wait_gone(number)
                cells[number] = demo(linux, number, busy)
            else:
                restart(cells[number], number, busy, lambda gone=number: wait_gone(gone))
            wait_seen(number, 1)
            wait_demo(linux, other, f"{PAIR} peer {number - 1} says: re: hello")
            wait_demo(linux, other, f"{PAIR_CLASSIC} peer \\d says: re: hello")
            wait_demo(linux, other, f"{ROOTS} peer {number} says: re: hello")
    linux.run("kill $(cat /tmp/rings.pid); cat /tmp/rings")
    assert cells[1].state() == cells[2].state() == RUNNING
    for number in (1, 2):
        restart(cells[number], number)
        assert device.bench(number, 2, 100)["round_trips"]["lost"] == 0


def test_doorbells_in_flight_while_their_target_goes(linux, count):
    """A storm of another cell, and root's, on a cell that is destroyed and made again.

    Nobody else is harmed. Rings are counted by their exits, as the board of the storm is not root's.
    """
    storm = demo(linux, 2, f"{QUIET} channel={PAIR} mode=storm count={STORM}")

    def rings():
        return storm.statistics()["mmio"]

    def wait_rings(before):
        linux.wait(lambda: rings() > before + SOME_RINGS, "the storm to go on")

    linux.run(f"(while ivshmem ring {ROOTS} 1 1 --count 1000; do :; done) > /tmp/rings 2>&1 & "
              "echo $! > /tmp/rings.pid")

    def rings_while_destroyed():
        cell = demo(linux, 1, f"{QUIET} echo=0")
        Device(linux, ROOTS).wait_state(1, 1)
        wait_rings(rings())
        before = rings()
        cell.destroy()
        during = rings() - before
        print(during, "rings while the cell was destroyed")
        wait_rings(before + during)
        return during

    for _ in range(count(RESTARTS)):
        linux.wait(rings_while_destroyed, "a cell that is destroyed in the storm")
    linux.run("kill $(cat /tmp/rings.pid); cat /tmp/rings")
    assert storm.state() == RUNNING
    exits = rings()
    _, rung = final_counts(storm, 2, PAIR)
    assert exits <= rung[0] + START_UP and rung[1] == 0, "what was counted were rings"
    demo(linux, 1)
    assert Device(linux, ROOTS).bench(1, 1, 100)["round_trips"]["lost"] == 0


def test_roots_end_comes_and_goes(linux, count):
    """Its driver is unbound and bound under the demos' traffic, and root's state with it."""
    demo(linux, 1, "period_ms=5 poll_ms=5")
    for channel in (ROOTS, ROOTS_CLASSIC):
        device = Device(linux, channel)
        for _ in range(count(RESTARTS)):
            linux.mark()
            device.tool("state", 3)
            wait_demo(linux, 1, f"{channel} peer 0 has state 3")
            linux.run(f"echo 0000:{channel} > /sys/bus/pci/drivers/uio_ivshmem/unbind")
            wait_demo(linux, 1, f"{channel} peer 0 has state 0")
            linux.run(f"echo 0000:{channel} > /sys/bus/pci/drivers/uio_ivshmem/bind")
            linux.wait(lambda device=device: sum(device.counts()) > 0, "interrupts to come again")


def test_channels_leave_nothing_behind(root, count):
    """Channels that come and go leave nothing behind."""
    def used():
        return root.pool("mem_pool_used"), root.pool("remap_pool_used")

    before = used()
    for _ in range(count(3)):
        for number in (1, 2):
            root.cell(NAMES[number]).create()
        root.destroy_cells()
    assert used() == before


def test_a_new_channel_starts_with_states_of_zero(linux):
    """The first peer clears the table; peers that only exist do not count."""
    device = Device(linux, ROOTS)
    cell = linux.cell(NAMES[1]).create()
    assert device.states() == [0, 0, 0]
    table = linux.memory_read(ROOTS_ADDRESS + 4)
    assert table == 0
    restart(cell, 1, f"{QUIET} state=6")
    device.wait_state(1, 6)
    assert linux.memory_read(ROOTS_ADDRESS + 4) == 6
    cell.destroy()
    assert device.states() == [0, 0, 0]
