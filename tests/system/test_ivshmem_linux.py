# SPDX-License-Identifier: GPL-2.0-only
"""Linux and its devices: interrupts that move, drivers bound at enable and disable, other drivers."""

import json

import pytest

from ivshmem import (BOARD_RUNG, QUIET, ROOTS, ROOTS_CLASSIC, ROUND_SECONDS, Device, demo,
                     load_driver, start_waiting, wait_demo)

CHANNELS = {"revision2": ROOTS, "classic": ROOTS_CLASSIC}
TIMEOUT = 600

# All ivshmem devices of root, those for networks included
VIRTUAL = {"00:0e.0", "00:0f.0", "00:10.0", ROOTS, ROOTS_CLASSIC}


@pytest.fixture
def linux(root):
    load_driver(root)
    return root


def start_bench(vm, channel, vector, rounds):
    vm.run(f"ivshmem bench {channel} 1 {vector} --count {rounds} --timeout {ROUND_SECONDS} --json "
           "> /tmp/bench 2>&1 & "
           "echo $! > /tmp/bench.pid")


def end_bench(vm):
    vm.wait(lambda: vm.sh("kill -0 $(cat /tmp/bench.pid)")[0], "the benchmark to end", TIMEOUT)
    return json.loads(vm.run("cat /tmp/bench"))["round_trips"]


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_interrupts_hit_the_cpu_they_are_sent_to(linux, channel):
    device = Device(linux, channel)
    demo(linux, 1)
    vector = len(device.irqs()) - 1
    irq = device.irqs()[vector]
    for cpu in linux.online_cpus():
        linux.run(f"echo {cpu} > /proc/irq/{irq}/smp_affinity_list")
        # Linux may move it with the next interrupt only.
        device.bench(1, vector, 5)
        before = linux.interrupts(irq)
        device.bench(1, vector, 50)
        after = linux.interrupts(irq)
        assert after[cpu] - before[cpu] == 50
        assert sum(after.values()) - sum(before.values()) == 50


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_interrupts_that_move_under_load(linux, channel, count):
    """Linux masks a vector while it moves it; no doorbell may be lost by that."""
    rounds = count(4000)
    device = Device(linux, channel)
    demo(linux, 1)
    vector = len(device.irqs()) - 1
    irq, before = device.irqs()[vector], device.counts()[vector]
    cpus = " ".join(map(str, linux.online_cpus()))
    start_bench(linux, channel, vector, rounds)
    moves = int(linux.run(
        f"moves=0; while kill -0 $(cat /tmp/bench.pid) 2> /dev/null; do for cpu in {cpus}; do "
        f"echo $cpu > /proc/irq/{irq}/smp_affinity_list; moves=$((moves + 1)); done; done; "
        "echo $moves", timeout=TIMEOUT))
    result = end_bench(linux)
    print(f"{moves} moves", result)
    assert moves > 50
    assert (result["rounds"], result["lost"]) == (rounds, 0)
    assert device.counts()[vector] - before == rounds
    assert all(number > 0 for number in linux.interrupts(irq).values())


def test_cpus_that_leave_take_no_interrupt_along(linux):
    """Interrupts of a CPU that goes offline move, under load."""
    demo(linux, 1)
    device = Device(linux, ROOTS)
    irq = device.irqs()[2]
    start_bench(linux, ROOTS, 2, 3000)
    for _ in range(3):
        linux.run(f"echo 3 > /proc/irq/{irq}/smp_affinity_list; sleep 0.2; "
                  "echo 0 > /sys/devices/system/cpu/cpu3/online; sleep 0.2; "
                  "echo 1 > /sys/devices/system/cpu/cpu3/online")
    assert end_bench(linux)["lost"] == 0


def test_masked_by_the_configuration_space(linux):
    """The function mask holds a doorbell back; setpci sets and clears it behind Linux's back."""
    demo(linux, 1)
    device = Device(linux, ROOTS)
    before = device.counts()[1]
    linux.run(f"setpci -s {ROOTS} CAP_MSIX+2.w=4000:4000")
    device.ring_and_wait(1)
    linux.run("sleep 0.3")
    assert device.counts()[1] == before
    linux.run(f"setpci -s {ROOTS} CAP_MSIX+2.w=0000:4000")
    linux.wait(lambda: device.counts()[1] == before + 1, "what was held back")
    linux.run(f"setpci -s {ROOTS} COMMAND=0:4")
    device.ring_and_wait(1)
    device.ring_and_wait(2)  # which it answers when the answer before is on its way
    linux.run(f"setpci -s {ROOTS} COMMAND=4:4; sleep 0.2")
    assert device.counts()[1] == before + 1, "dropped: it was no bus master"


@pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
def test_a_doorbell_while_its_vector_is_masked(linux, channel):
    """By the bit in the table that Linux sets while it moves an interrupt."""
    device = Device(linux, channel)
    demo(linux, 1)
    vector = len(device.irqs()) - 1
    control, before = device.table(vector) + 12, device.counts()[vector]
    answers = device.board(1, BOARD_RUNG)[0]
    assert linux.memory_read(control) == 0
    linux.memory_write(control, 1)
    linux.run(f"ivshmem ring {channel} 1 {vector} --count 3")
    linux.wait(lambda: device.board(1, BOARD_RUNG)[0] > answers, "an answer")
    # The demo says that it sees a state when it has answered all rings before.
    for state in (7, 0):
        device.tool("state", state)
        wait_demo(linux, 1, f"{channel} peer 0 has state {state}")
    linux.run("sleep 0.3")
    assert device.counts()[vector] == before
    linux.memory_write(control, 0)
    linux.wait(lambda: device.counts()[vector] > before, "what was held back")
    assert device.counts()[vector] == before + 1
    assert device.bench(1, vector, 10)["round_trips"]["lost"] == 0


def devices_on_the_bus(vm):
    """What lspci says, by address; False for what has no capabilities."""
    parts = [part for part in vm.run("lspci -vv").split("\n\n") if part.strip()]
    return {part.split()[0]: "Capabilities: [" in part and part for part in parts}


def test_enable_and_disable_with_drivers(vm, count):
    """Drivers bind and unbind by themselves; programs that hold a device notice its end."""
    if vm.enabled():
        vm.disable()
    load_driver(vm)
    vm.load_module("ivshmem-net")
    before = set(devices_on_the_bus(vm))
    assert not before & VIRTUAL
    assert vm.sh(f"ivshmem info {ROOTS}") == (
        1, "ivshmem: there is no ivshmem device: is the hypervisor enabled?\n")
    for _ in range(count(3)):
        vm.enable()
        found = devices_on_the_bus(vm)
        assert set(found) == before | VIRTUAL
        for address in VIRTUAL:
            assert "MSI-X: Enable" in found[address] and "Kernel driver in use" in found[address]
        assert vm.run("ivshmem list").count("uio_ivshmem") == 2
        assert "ivshm0" in vm.run("ls /sys/class/net")
        device = Device(vm, ROOTS)
        demo(vm, 1)
        node = device.node()
        start_waiting(vm, f"{ROOTS} --count 1000", "/tmp/wait")
        vm.run("rm -f /tmp/hold; "
               f"(uio-hold {node} > /tmp/hold; echo $? >> /tmp/hold) & "
               "while ! grep -qs mapped /tmp/hold; do sleep 0.1; done")
        vm.disable()
        assert set(devices_on_the_bus(vm)) == before
        assert vm.run("ivshmem list") == ""
        assert vm.sh("ls /dev/uio* 2> /dev/null")[1] == ""
        vm.wait(lambda: vm.run("cat /tmp/hold") == "mapped\nas expected\n0\n", "the holder to end")
        vm.wait(lambda: "device is gone" in vm.run("cat /tmp/wait"), "the waiter to be told")


def test_no_trace_of_the_driver_after_its_removal(linux):
    for _ in range(3):
        linux.run("rmmod uio_ivshmem && insmod uio_ivshmem.ko")
    demo(linux, 1)
    assert Device(linux, ROOTS).bench(1, 0, 50)["round_trips"]["lost"] == 0


def test_another_uio_driver(linux):
    """One that is not made for this project's tools, with one vector and one-shot interrupts."""
    linux.run("rmmod uio_ivshmem; insmod uio_other.ko")
    linux.run(f"echo uio_other > /sys/bus/pci/devices/0000:{ROOTS}/driver_override && "
              f"echo 0000:{ROOTS} > /sys/bus/pci/drivers/uio_other/bind")
    demo(linux, 1, f"{QUIET} channel={ROOTS}")
    node = "/dev/" + linux.run(f"ls /sys/bus/pci/devices/0000:{ROOTS}/uio").strip()
    assert linux.run(f"uio-other {node} 1 500") == (
        "peer 0 of 3, state of peer 1 is 1, interrupts are off, 500 rounds\n")
    wait_demo(linux, 1, f"{ROOTS} peer 0 says: hello from another driver")
    linux.run(f"rmmod uio_other; echo > /sys/bus/pci/devices/0000:{ROOTS}/driver_override")
    load_driver(linux)
    assert Device(linux, ROOTS).bench(1, 3, 50)["round_trips"]["lost"] == 0
