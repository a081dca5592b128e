# SPDX-License-Identifier: GPL-2.0-only
"""Other processors and machines: those that work, and a clear refusal on those that cannot."""

import pytest

from jailhouse import RUNNING

HELLO = "fault-demo: ready"


@pytest.mark.parametrize("cpu", [
    "EPYC-Rome",
    "qemu64,+svm,+npt",
    "max,la57=off",
    # Calls itself GenuineIntel, so inmates use VMCALL, which raises #UD.
    "kvm64,+svm,+npt",
])
def test_processors_with_nested_paging(boot, cpu):
    machine = boot(cpu=cpu)
    machine.enable()
    cell = machine.cell("fault-demo").launch("rule=cpuid")
    machine.wait_hv("fault-demo: rule cpuid: survived, result 0x0")
    machine.wait_hv(HELLO)
    assert cell.state() == RUNNING
    machine.cell("tick-demo").launch("period_us=10000 report=10")
    machine.wait_inmate("tick-demo: last 10 ticks")
    machine.destroy_cells()
    assert machine.online_cpus() == [0, 1, 2, 3]
    machine.disable()
    machine.check_kernel()


def test_five_level_paging_is_refused(boot):
    """Only the packaged kernel image switches it on."""
    machine = boot(cpu="max", boot="vmlinuz")
    machine.load_module()
    rc, output = machine.sh(f"jailhouse enable {machine.SYSTEM}")
    assert rc and "no5lvl" in output
    assert not machine.enabled()
    machine.check_kernel()


def test_two_processors(boot):
    """And both are online while Linux boots, as on most machines."""
    machine = boot(smp=2, append="maxcpus=2")
    machine.enable("configs/x86/qemu-smp2.cell")
    machine.cell("tick-demo").launch("period_us=10000 report=10")
    machine.wait_inmate("tick-demo: last 10 ticks")
    assert machine.online_cpus() == [0]
    machine.destroy_cells()
    machine.disable()
    machine.check_kernel()


def test_the_configuration_of_another_machine_is_refused(boot):
    machine = boot(smp=2)
    machine.load_module()
    rc, output = machine.sh(f"jailhouse enable {machine.SYSTEM}")
    assert rc and "CPU" in output and len(output.strip().splitlines()) == 1
    machine.check_kernel()
