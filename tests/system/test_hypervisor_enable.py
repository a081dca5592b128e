# SPDX-License-Identifier: GPL-2.0-only
"""Enabling and disabling: the driver's life cycle, many rounds under load, clear refusals."""

import pytest

from cellconfig import IOMMU_AMD, IOMMU_INTEL, SystemConfig
from jailhouse import SYSFS

ROUNDS = 50
CHUNK = 10  # rounds in one command
IOMMU_BASE, IOMMU_SIZE = 0xfed80000, 0x4000  # where nothing is
LOAD = "nice -n 19 taskset -c {cpu} yes > /dev/null & echo $! >> /tmp/load"
MEMORY_LOAD = ("(while :; do nice -n 19 dd if=/dev/zero of=/tmp/busy bs=1M count=8 2> /dev/null; "
               "done) & echo $! >> /tmp/load")


@pytest.fixture
def bare(vm):
    """The machine with the module loaded and the hypervisor disabled."""
    vm.load_module()
    if vm.enabled():
        vm.disable()
    return vm


@pytest.fixture
def busy(bare):
    """Every CPU works, at its interrupts and at memory, while the test runs."""
    for cpu in bare.online_cpus():
        bare.run(LOAD.format(cpu=cpu))
    bare.run(MEMORY_LOAD)
    yield bare
    bare.run("kill $(cat /tmp/load); rm -f /tmp/load /tmp/busy")


def refused(vm, command):
    """Runs a command that must fail with one line on what was wrong; returns the line."""
    rc, output = vm.sh(command)
    assert rc not in (0, 124) and len(output.strip().splitlines()) == 1, (rc, output)
    return output


def test_enable_and_disable(bare):
    bare.mark()
    bare.run(f"jailhouse enable {bare.SYSTEM}")
    bare.wait_hv("root cell is running")
    assert bare.enabled()
    assert bare.run("cat /proc/uptime")
    listed = bare.run("jailhouse cell list").splitlines()
    assert len(listed) == 2 and listed[1].split()[0] == "0" and "running" in listed[1]
    bare.disable()
    bare.wait_hv("disabled")
    assert not bare.enabled()
    assert bare.pool("mem_pool_size") == 0


def test_dma_warning_in_both_logs(bare):
    bare.enable()
    assert "DMA" in bare.kernel_log()
    bare.wait_hv("DMA of the root cell's devices is NOT restricted")


def with_iommu(kind):
    return SystemConfig("qemu").set_iommu(kind, IOMMU_BASE, IOMMU_SIZE)


def test_iommu_units_of_amd_are_accepted(bare):
    """Both logs say that they do not help yet."""
    before = len(bare.kernel_log())
    bare.mark()
    bare.enable(with_iommu(IOMMU_AMD).put(bare))
    bare.wait_hv("IOMMU units are not used yet: DMA of the root cell's devices is NOT restricted")
    bare.wait(lambda: "DMA of the root cell's devices is not restricted: IOMMUs are not supported yet"
              in bare.kernel_log()[before:], "the warning in the kernel log")


def test_iommu_units_of_intel_are_refused(bare):
    line = refused(bare, f"jailhouse enable {with_iommu(IOMMU_INTEL).put(bare)}")
    assert "iommu_units[0].type 0x2" in line and "Intel" in line
    assert not bare.enabled()


def test_enable_twice_is_refused(root):
    refused(root, f"jailhouse enable {root.SYSTEM}")
    assert root.enabled()


def test_the_module_stays_while_enabled(root):
    assert root.sh("rmmod jailhouse")[0] != 0
    assert root.enabled()


def test_commands_while_disabled_are_refused(bare):
    for command in ("jailhouse disable", "jailhouse cell create configs/x86/tick-demo.cell",
                    "jailhouse cell start tick-demo", "jailhouse cell destroy 1"):
        refused(bare, command)


def test_no_module_is_a_clear_error(bare):
    bare.run("rmmod jailhouse")
    assert "jailhouse.ko" in refused(bare, f"jailhouse enable {bare.SYSTEM}")


def test_enable_needs_all_cpus_online(bare):
    bare.run("echo 0 > /sys/devices/system/cpu/cpu3/online")
    try:
        refused(bare, f"jailhouse enable {bare.SYSTEM}")
        assert not bare.enabled()
    finally:
        bare.run("echo 1 > /sys/devices/system/cpu/cpu3/online")


def test_all_cpus_survive_many_rounds_under_load(busy, count):
    """Processes on every CPU go on; memory and CPUs are what they were."""
    busy.mark()
    for _ in range(count(ROUNDS) // CHUNK):
        busy.run(f"for i in $(seq {CHUNK}); do jailhouse enable {busy.SYSTEM} &&"
                 f"grep -qx running {SYSFS}/cells/0/state && jailhouse disable || exit 1; done",
                 timeout=600)
    assert busy.online_cpus() == [0, 1, 2, 3]
    busy.run("for load in $(cat /tmp/load); do kill -0 $load || exit 1; done")
    assert busy.since_mark("hv.log").count("root cell is running") == count(ROUNDS)


@pytest.mark.parametrize("cell", (False, True))
def test_poweroff_under_the_hypervisor(boot, cell):
    """Cells end and the machine is given back first, as by "disable"."""
    machine = boot()
    machine.enable()
    if cell:
        machine.cell("tick-demo").launch()
    machine.power_off()
    assert machine.process.returncode == 0
    assert ("Destroyed cell" in machine.hv_log()) == cell
    assert "Hypervisor disabled" in machine.hv_log()


@pytest.mark.machine(cpu="EPYC,-npt")
def test_a_machine_without_nested_paging_is_refused(vm):
    vm.load_module()
    assert "nested paging" in refused(vm, f"jailhouse enable {vm.SYSTEM}")


@pytest.mark.machine(cpu="EPYC,-svm")
def test_a_machine_without_svm_is_refused(vm):
    vm.load_module()
    assert "no AMD-V (SVM)" in refused(vm, f"jailhouse enable {vm.SYSTEM}")


@pytest.mark.machine(reserved="16M$0x60000000")
def test_memory_that_is_not_reserved_is_refused(vm):
    """Linux uses the memory that the configuration wants; the message has the line to add."""
    vm.load_module()
    assert "memmap=" in refused(vm, f"jailhouse enable {vm.SYSTEM}")


@pytest.mark.machine(reserved="256M$0x40000000")
def test_channels_in_memory_of_linux_are_refused(vm):
    """The hypervisor has its memory, but a channel of root's would be cleared under Linux's feet."""
    vm.load_module()
    line = refused(vm, f"jailhouse enable {vm.SYSTEM}")
    assert "channel of cell" in line and "memmap=" in line
