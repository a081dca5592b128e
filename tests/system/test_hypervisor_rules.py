# SPDX-License-Identifier: GPL-2.0-only
"""Each rule that fault-demo can break: what happens to the cell, and that nobody else notices.

Beside it tick-demo runs in a second cell, and root works; both have to get on after each rule. The
rules and what is expected of them are read from fault-demo's own tables.
"""

import errno
import re

import pytest

from jailhouse import FAILED, RUNNING
import qemu

RULE = re.compile(r'\{ "([a-z0-9-]+)", "[^"]*",\s+OUTCOME_([A-Z]+),')
SOURCES = sorted((qemu.TOP / "inmates/demos/fault-demo").glob("rules-*.c"))
RULES = [match for source in SOURCES for match in RULE.findall(source.read_text())]

TICKS = r"last 5 ticks"
DUMP = (r'Cell "fault-demo", CPU 2: (.+)\n(.*\n)*?exit code [0-9a-f]+ .*\nRIP [0-9a-f]{4}:[0-9a-f]{16} '
        r'(.*\n)+?RAX (.*\n)+?CR0 (.*\n)+?Stopping the cell of CPU 2')
FAULT_CPU = 2
ONES = 0xffffffff
RESULT = r"survived, result 0x([0-9a-f]+)\r?\n"
# Of rules that are survived: what the cell may know, and what it is told instead.
RESULTS = {
    "cpuid": 0,
    "hypercall": 2 ** 64 - errno.ENOSYS,
    "hypercall-root": 7,
    "hypercall-cpu": 1 << FAULT_CPU,
    "pci": ONES,
    "mmconfig": ONES,
}
ROOT_WORK = ("i=0; while :; do i=$((i+1)); echo $i > /tmp/work.new; mv /tmp/work.new /tmp/work; "
             "sleep 0.05; done")


def work_done(vm):
    return int(vm.run("cat /tmp/work"))


@pytest.fixture
def bystanders(root):
    """A cell that ticks and reports often, and a shell of root that counts."""
    if "tick-demo" not in root.cells().values():
        root.cell("tick-demo").launch("period_us=20000 report=5")
        root.run(f"({ROOT_WORK}) > /dev/null 2>&1 & echo $! > /tmp/work.pid")
    yield root
    root.run("kill $(cat /tmp/work.pid)")


@pytest.fixture
def fault(bystanders):
    return bystanders.cell("fault-demo").create()


def check_bystanders(vm):
    """Both have gone on since the last mark, and go on."""
    before = work_done(vm)
    vm.mark()
    vm.wait_inmate(TICKS)
    assert vm.cell("tick-demo").state() == RUNNING
    vm.wait(lambda: work_done(vm) > before, "root's work to go on")
    assert vm.run(f"cat {vm.cell('fault-demo').folder()}/../0/state").strip() == RUNNING


def expect(fault, name, outcome):
    vm = fault.vm
    said = rf"fault-demo: rule {name}: "
    if outcome == "PARKED":
        fault.wait_state(FAILED)
        vm.wait_hv(DUMP)
        assert fault.failed_cpus() == [FAULT_CPU]
        assert not re.search(said + "survived", vm.since_mark("hv.log"))
    elif outcome == "EXCEPTION":
        vm.wait_hv(said + "exception")
        assert fault.state() == RUNNING
    elif outcome == "SURVIVED":
        result = int(vm.wait_hv(said + RESULT).group(1), 16)
        assert result == RESULTS.get(name, result)
        assert fault.state() == RUNNING
    elif outcome == "HARMLESS":
        vm.wait_hv(said + "(survived|exception)")
        assert fault.state() == RUNNING
    elif outcome == "CONTAINED":
        vm.wait_hv(rf"{said}(survived|exception)|Stopping the cell of CPU {FAULT_CPU}")
    elif outcome == "FAILED":
        fault.wait_state(FAILED)
        assert fault.failed_cpus() == [], "the inmate says so, no CPU broke a rule"
    else:
        assert outcome == "RUNNING"
        vm.wait_hv(rf"fault-demo: rule {name}: ")


def test_the_tables_are_read():
    assert len(RULES) > 60
    assert {"memory", "port", "msr", "triple-fault"} <= {name for name, _ in RULES}
    assert set(RESULTS) <= {name for name, outcome in RULES if outcome == "SURVIVED"}


def test_every_rule(fault):
    """One machine for all of them; each rule starts the cell anew."""
    for name, outcome in RULES:
        fault.vm.mark()
        fault.load(parameters=f"rule={name}")
        fault.start()
        print(f"rule {name}: {outcome.lower()}", flush=True)
        expect(fault, name, outcome)
        check_bystanders(fault.vm)
        if outcome == "RUNNING":
            fault.destroy()
            fault.create()


def test_a_failed_cell_can_be_started_again(fault):
    for _ in range(2):
        fault.load(parameters="rule=memory").start()
        fault.wait_state(FAILED)
        fault.load(parameters="rule=none").start()
        fault.vm.wait_hv("fault-demo: ready")
        assert fault.state() == RUNNING and fault.failed_cpus() == []
        fault.vm.mark()
