# SPDX-License-Identifier: GPL-2.0-only
"""Channels between root and a demo: devices, texts, doorbells, states, rights, both revisions."""

import contextlib
import json
import re

import pytest

from ivshmem import (BOARD_RECEIVED, BOARD_RUNG, CLASSIC_HALF, QUIET, ROOTS, ROOTS_ADDRESS,
                     ROOTS_CLASSIC, ROUND_SECONDS, Device, demo, load_driver, start_waiting,
                     wait_demo)

CHANNELS = [ROOTS, ROOTS_CLASSIC]
NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups"
ROUNDS = 10000  # 100,000 under "make soak"


@pytest.fixture
def linux(root):
    """The root cell, with the UIO driver."""
    load_driver(root)
    return root


@pytest.fixture(params=CHANNELS, ids=["revision2", "classic"])
def device(request, linux):
    return Device(linux, request.param)


def test_the_devices_are_on_the_bus(linux):
    output = linux.run("lspci -vv")
    parts = {part.split()[0]: part for part in output.split("\n\n") if part.strip()}
    assert {"00:0e.0", "00:0f.0", "00:10.0", "00:11.0", "00:12.0"} <= set(parts)
    assert "MSI-X: Enable+ Count=4" in parts[ROOTS]
    assert "Vendor Specific Information: Len=20" in parts[ROOTS]
    assert "Region 1: Memory at" in parts[ROOTS] and "Region 2" not in parts[ROOTS]
    assert "MSI-X: Enable+ Count=1" in parts[ROOTS_CLASSIC]
    assert "Region 4: Memory at" in parts[ROOTS_CLASSIC] and "Region 2" not in parts[ROOTS_CLASSIC]
    for channel in CHANNELS:
        assert "Kernel driver in use: uio_ivshmem" in parts[channel]
    for network in ("00:0e.0", "00:0f.0", "00:10.0"):
        assert "uio_ivshmem" not in parts[network], "not for programs"


def test_what_the_tool_shows(linux):
    rows = [line.split() for line in linux.run("ivshmem list").splitlines()[1:]]
    assert [row[1] for row in rows if row[-1] == "uio_ivshmem"] == ["0000:00:11.0", "0000:00:12.0"]
    info = Device(linux, ROOTS).info()
    assert (info["id"], info["peers"], info["memory"]) == (0, 3, ROOTS_ADDRESS)
    assert {part["name"]: (part["offset"], part["size"], part["writable"])
            for part in info["sections"]} == {
        "state": (0, 0x1000, False), "common": (0x1000, 0xf000, True),
        "output:0": (0x10000, 0x10000, True), "output:1": (0x20000, 0x10000, False),
        "output:2": (0x30000, 0x10000, False)}
    info = Device(linux, ROOTS_CLASSIC).info()
    assert (info["id"], info["peers"], info["size"]) == (0, 2, 0x100000)


def test_what_the_tool_shows_to_people(linux):
    assert re.fullmatch(
        r"Device +Address +Kind +Protocol +Driver\n"
        r"- +0000:00:0e\.0 +revision 2 +0x0001 +\S+\n"
        r"- +0000:00:0f\.0 +revision 2 +0x0001 +\S+\n"
        r"- +0000:00:10\.0 +classic +0x0001 +\S+\n"
        r"uio\d +0000:00:11\.0 +revision 2 +0x0000 +uio_ivshmem\n"
        r"uio\d +0000:00:12\.0 +classic +0x0000 +uio_ivshmem\n", linux.run("ivshmem list"))
    device = Device(linux, ROOTS)
    assert re.fullmatch(
        r"Device: +uio\d, 0000:00:11\.0, driver uio_ivshmem\nKind: +revision 2, protocol 0x0000\n"
        r"Peer: +0 of 3\nMemory: +at 0x5f300000, 0x40000 bytes\n"
        r"  state +0x0 +0x1000 +read\n  common +0x1000 +0xf000 +read, write\n"
        r"  output:0 +0x10000 +0x10000 +read, write\n  output:1 +0x20000 +0x10000 +read\n"
        r"  output:2 +0x30000 +0x10000 +read\nStates: +0 0 0\nInterrupts:( \d+){4}\n",
        device.tool("info"))
    assert device.tool("state") == "peer 0 (own): 0\npeer 1: 0\npeer 2: 0\n"
    assert re.search(r"^Memory: +at 0x5f400000, 0x100000 bytes\n  memory +0x0 +0x100000 +read, write$",
                     Device(linux, ROOTS_CLASSIC).tool("info"), re.MULTILINE)
    assert len(device.tool("read").splitlines()) == 16, "256 bytes"
    listed = json.loads(linux.run("ivshmem list --json"))
    assert [part["kind"] for part in listed] == ["revision 2", "revision 2", "classic",
                                                 "revision 2", "classic"]


def test_devices_have_three_names(linux):
    uio = Device(linux, ROOTS).info()["device"]
    outputs = {linux.run(f"ivshmem info {name}")
               for name in (ROOTS, f"0000:{ROOTS}", uio, f"/dev/{uio}")}
    assert len(outputs) == 1


ERRORS = [
    ("info 00:1f.0", "no ivshmem device"),
    ("info 00:0e.0", "is for the network driver"),
    ("info", "missing"),
    ("ring 00:11.0", "3 peers"),
    ("ring 00:11.0 3", "peer 3"),
    ("ring 00:12.0 1 17", "vector 17"),
    ("ring 00:12.0 --count x", "no number"),
    ("read 00:11.0 nowhere", "no section nowhere"),
    ("read 00:12.0 0x100000", "too large"),
    ("read 00:12.0 0xfffff 2", "too large"),
    ("write 00:12.0 0xffffe abc", "room for 0x2 bytes"),
    ("write 00:11.0 output:1 0 text", "output:1 cannot be written"),
    ("write 00:11.0 state 0 --hex 00", "state cannot be written"),
    ("write 00:11.0 0 --hex 0", "hexadecimal"),
    ("wait 00:11.0 --timeout 0", "0 of 1"),
    ("wait 00:11.0 --vector 5 --timeout 0", "4 vectors"),
    ("state 00:11.0 4294967296", "too large"),
    ("bench 00:11.0 2 --count 1", "does not answer"),
    ("list more", "too many"),
    ("fly 00:11.0", "no command"),
]


def test_errors_in_one_line(linux):
    for command, words in ERRORS:
        rc, output = linux.sh(f"ivshmem {command}")
        print(command, rc, output)
        assert rc in (1, 2) and len(output.strip().splitlines()) == 1
        assert words in output


def test_reading_and_writing(device):
    vm, tool = device.vm, device.tool
    section = "output" if device.channel == ROOTS else "memory"
    tool("write", section, 0x100, "'some text'")
    assert device.read(section, 0x100, 12) == b"some text\0\0\0"
    tool("write", section, 0x104, "--hex 00ff10")
    assert device.read(section, 0x100, 10) == b"some\0\xff\x10xt\0"
    vm.run(f"printf 'abc' | ivshmem write {device.channel} {section} 0x100 -")
    assert device.read(section, 0x100, 5) == b"abce\0"
    assert tool("read", section, "0x100", 4) == (
        "00000100  61 62 63 65                                       |abce|\n")
    offset = next(part["offset"] for part in device.info()["sections"]
                  if part["name"] in (f"{section}:0", section))
    assert device.read("memory", offset + 0x100, 4) == b"abce"


@pytest.mark.parametrize("channel, peer", [(ROOTS, 1), (ROOTS, 2), (ROOTS_CLASSIC, 1)])
def test_text_and_answer(linux, channel, peer):
    device = Device(linux, channel)
    demo(linux, peer)
    where = ("output", 0) if channel == ROOTS else ("memory", 0)
    answer = (f"output:{peer}", 0) if channel == ROOTS else ("memory", CLASSIC_HALF)
    before = device.counts()[0]
    device.tool("write", *where, "'how are you?'")
    device.tool("ring", peer)
    wait_demo(linux, peer, f"{channel} peer 0 says: how are you\\?")
    device.vm.wait(lambda: device.counts()[0] > before, "an interrupt")
    device.vm.wait(lambda: device.read(*answer, 17) == b"re: how are you?\0", "the answer")


def test_waiting_for_interrupts(linux):
    device = Device(linux, ROOTS)
    demo(linux, 1)
    start_waiting(linux, f"{ROOTS} --count 3 --vector 2", "/tmp/waited")
    for _ in range(3):
        before = device.counts()[2]
        device.tool("ring", 1, 2)
        linux.wait(lambda last=before: device.counts()[2] > last, "the answer")
    linux.wait(lambda: linux.run("cat /tmp/waited") == "vector 2: 3\n0\n", "the waiter to end")
    assert device.counts()[1] == 0, "nothing by another vector"


def test_states(device):
    vm = device.vm
    assert device.states()[1] == 0
    before = device.counts()[0]
    cell = demo(vm, 1, f"{QUIET} state=5")
    device.wait_state(1, 5)
    vm.wait(lambda: device.counts()[0] > before, "root to be told")
    device.tool("state", 77)
    wait_demo(vm, 1, f"{device.channel} peer 0 has state 77")
    assert device.states()[0] == 77
    told = device.counts()[0]
    cell.shutdown()
    device.wait_state(1, 0)
    vm.wait(lambda: device.counts()[0] > told, "an interrupt for the peer's end")
    device.tool("state", 0)


def test_no_doorbell_is_lost(device, count):
    """Each is answered before the next; both sides count."""
    vm, rounds = device.vm, count(ROUNDS)
    vector = 3 if device.channel == ROOTS else 0
    demo(vm, 1)
    received, rung = device.board(1, BOARD_RECEIVED)[vector], device.board(1, BOARD_RUNG)[0]
    before = device.counts()
    result = device.bench(1, vector, rounds)["round_trips"]
    print(result)
    assert result["lost"] == 0 and result["interrupts"] == rounds
    assert device.counts()[vector] - before[vector] == rounds
    assert device.board(1, BOARD_RECEIVED)[vector] - received == rounds
    assert device.board(1, BOARD_RUNG)[0] - rung == rounds


def mmio_exits(vm, cell="0"):
    return int(vm.run(f"cat /sys/devices/jailhouse/cells/{cell}/statistics/vmexits_mmio"))


def test_a_doorbell_is_one_exit(device):
    """For whoever sends it; who gets it has none by the device. Each side sends and gets."""
    vm, rounds, vector = device.vm, 1000, 0 if device.channel == ROOTS_CLASSIC else 2
    cell = demo(vm, 1)
    rung_before = sum(device.board(1, BOARD_RUNG))
    before, cell_before = mmio_exits(vm), cell.statistics()["mmio"]
    device.bench(1, vector, rounds)
    root_exits = mmio_exits(vm) - before
    # It answers peers that are no demos, whoever has rung: root, and perhaps an empty place.
    rung = sum(device.board(1, BOARD_RUNG)) - rung_before
    cell_exits = cell.statistics()["mmio"] - cell_before
    print(root_exits, cell_exits, rung)
    assert rounds <= root_exits <= rounds + 50, "the rest is the tool's start"
    # The demo looks at the peer's state at each interrupt: a register of the classic device.
    looks = rounds if device.channel == ROOTS_CLASSIC else 0
    assert rounds <= rung <= cell_exits <= rung + looks + 50


def test_bench_measures_memory(device):
    demo(device.vm, 1)
    result = device.bench(1, 0, 100)
    for kind in ("read", "write"):
        speed = result[kind]["mb_per_s"]
        assert 0 < speed["min"] <= speed["p50"] <= speed["p99"] <= speed["max"]
        assert result[kind]["bytes"] in (0x10000, CLASSIC_HALF)
    trip = result["round_trips"]["us"]
    assert 0 < trip["min"] <= trip["p50"] <= trip["p90"] <= trip["max"]
    shown = device.tool("bench", 1, "--count", 10, "--timeout", ROUND_SECONDS).splitlines()
    assert shown[0] == ("Doorbell and interrupt, to peer 1 and back by vector 0: 10 round trips, "
                        "0 lost, 10 interrupts")
    assert [line.split()[::2][:3] for line in shown[1::2]] == [["min", "p10", "p50"]] * 3
    assert [line.split()[-1] for line in shown[1::2]] == ["us", "MB/s", "MB/s"]


def test_root_cannot_write_what_is_not_its(linux):
    """State table and outputs of others: nothing changes, whoever tries."""
    device = Device(linux, ROOTS)
    # So that the demo finds no old text of root's to answer: the answer would come amid what follows.
    device.tool("write", "output", 0, "--hex 00")
    demo(linux, 1)
    device.wait_state(1, 1)
    for address in (ROOTS_ADDRESS + 4, ROOTS_ADDRESS + 0xffc, ROOTS_ADDRESS + 0x20000,
                    ROOTS_ADDRESS + 0x3fffc):
        before = linux.memory_read(address)
        linux.memory_write(address, before ^ 0xffffffff)
        assert linux.memory_read(address) == before
    linux.wait_hv(r"Root cell, CPU \d: write to address 5f300004")
    linux.memory_write(ROOTS_ADDRESS + 0x1000, 0x12345678)
    assert linux.memory_read(ROOTS_ADDRESS + 0x1000) == 0x12345678, "the common section is"
    assert device.states() == [0, 1, 0]
    assert device.bench(1, 1, 10)["round_trips"]["lost"] == 0


def test_programs_get_no_more_than_they_may(linux):
    """Without privilege: no writable mapping of others' sections, nothing behind the maps."""
    node = Device(linux, ROOTS).node()
    linux.run(f"chmod 0666 {node}")
    output = linux.run(f"uio-rights {node} 65534")
    assert output.splitlines()[-1] == "as expected", output
    linux.run(f"chmod 0600 {node}")
    rc, output = linux.sh(f"uio-rights {node} 65534")
    assert rc and "Permission denied" in output


def test_the_tool_without_privileges(device):
    """Whoever may open the node may do all: to see what there is takes no right at all."""
    vm, channel, node = device.vm, device.channel, device.node()
    demo(vm, 1)
    assert channel in vm.run(f"{NOBODY} ivshmem list")
    rc, output = vm.sh(f"{NOBODY} ivshmem info {channel}")
    assert rc == 1 and output == f"ivshmem: {node}: Permission denied\n"
    vm.run(f"chown 65534 {node}")
    result = json.loads(vm.run(f"{NOBODY} ivshmem bench {channel} 1 --count 50 --json "
                               f"--timeout {ROUND_SECONDS}"))
    assert result["round_trips"]["lost"] == 0
    section = "output" if channel == ROOTS else "memory"
    vm.run(f"{NOBODY} ivshmem write {channel} {section} 0x200 text")
    assert vm.run(f"{NOBODY} ivshmem read {channel} {section} 0x200 4 --raw") == "text"
    vm.run(f"{NOBODY} ivshmem state {channel} 4")
    wait_demo(vm, 1, f"{channel} peer 0 has state 4")
    vm.run(f"{NOBODY} ivshmem state {channel} 0; chown 0 {node}")


@contextlib.contextmanager
def opened(vm, node):
    """Some program has the node open."""
    pid = vm.run(f"sleep infinity 9<>{node} >/dev/null 2>&1 & echo $!").strip()
    vm.wait(lambda: vm.sh(f"test -e /proc/{pid}/fd/9")[0] == 0, f"{node} to be open")
    yield
    vm.run(f"kill {pid}")
    vm.wait(lambda: vm.sh(f"test -e /proc/{pid}/fd/9")[0] != 0, f"{node} to be closed")


def switch(device, on):
    device.vm.run(f"printf '\\{on}\\0\\0\\0' > {device.node()}")


def ring_in_vain(device):
    """The demo answers; root does not get to know of it."""
    before = device.counts()[0]
    device.ring_and_wait()
    assert device.counts()[0] == before


def wait_count(device, expected):
    device.vm.wait(lambda: device.counts()[0] == expected, f"{expected} interrupts")


# How many of the interrupts that come meanwhile are delivered after all: classic devices' are held back.
HELD_BACK = {ROOTS_CLASSIC: 1, ROOTS: 0}


def test_switching_interrupts_off(device):
    """Classic: held back by Linux. Revision 2: dropped by the device."""
    demo(device.vm, 1)
    before = device.counts()[0]
    with opened(device.vm, device.node()):
        switch(device, 0)
        ring_in_vain(device)
        switch(device, 1)
        wait_count(device, before + HELD_BACK[device.channel])
        assert device.bench(1, 0, 20)["round_trips"]["lost"] == 0


def test_interrupts_are_on_again_after_the_last_program(device):
    """Whoever leaves them off, leaves them off for those only that are there at the same time."""
    demo(device.vm, 1)
    for _ in range(2):
        before = device.counts()[0] + HELD_BACK[device.channel]
        with opened(device.vm, device.node()):
            switch(device, 0)
            ring_in_vain(device)
        wait_count(device, before)
        device.tool("ring", 1)
        wait_count(device, before + 1)
    switch(device, 0)
    device.tool("ring", 1)
    wait_count(device, before + 2)


def test_one_shot_interrupts(linux):
    device = Device(linux, ROOTS)
    demo(linux, 1)
    node, before = device.node(), device.counts()[1]
    linux.run(f"echo 1 > {device.folder}/one_shot")
    assert linux.run(f"cat {device.folder}/one_shot") == "1\n"
    device.tool("ring", 1, 1)
    linux.wait(lambda: device.counts()[1] == before + 1, "an interrupt")
    device.ring_and_wait(1)
    linux.run("sleep 0.3")
    assert device.counts()[1] == before + 1, "no more until it is asked for"
    linux.run(f"printf '\\1\\0\\0\\0' > {node}")
    device.tool("ring", 1, 1)
    linux.wait(lambda: device.counts()[1] == before + 2, "another one")
    linux.run(f"echo 0 > {device.folder}/one_shot; printf '\\1\\0\\0\\0' > {node}")
    assert device.bench(1, 1, 20)["round_trips"]["lost"] == 0


def test_hexdump_is_stable(linux):
    output = linux.run(f"ivshmem read {ROOTS} output:2 0 32")
    assert re.fullmatch(r"(?:[0-9a-f]{8}  (?:[0-9a-f]{2} ){8} (?:[0-9a-f]{2} ){8} \|.{16}\|\n){2}",
                        output), output
