# SPDX-License-Identifier: GPL-2.0-only
"""Cells: their life cycle in many rounds, messages, states, several CPUs, counters, isolation."""

import json

import pexpect
import pytest

from cellconfig import CellConfig
from jailhouse import ALL_ONES, FAILED, LOCKED, RUNNING, SHUT_DOWN, SYSFS, CommandError
import qemu
from vm import RUN_SECONDS

ROUNDS = 20  # 200 under "make soak"
CHUNK = 10
HYPERVISOR_START, HYPERVISOR_SIZE = 0x40000000, 0xa00000
PATTERN = 0x5a17c0de

TICK_IMAGE = "inmates/demos/tick-demo/tick-demo.bin"
CREATE_START_DESTROY = (
    "jailhouse cell create configs/x86/tick-demo.cell && "
    f"jailhouse cell load tick-demo {TICK_IMAGE} -s report=0 -a 0x1000 && "
    "jailhouse cell start tick-demo && jailhouse cell destroy tick-demo")


def refused(vm, command):
    """Runs a command that must fail with one line; returns the line."""
    rc, output = vm.sh(command)
    assert rc not in (0, 124) and len(output.strip().splitlines()) == 1, (rc, output)
    return output


def pools(vm):
    return [vm.pool(name) for name in ("mem_pool_used", "remap_pool_used")]


def test_many_rounds_leave_no_trace(root, count):
    """Pool use, CPU set and root's memory are what they were."""
    ram = CellConfig("tick-demo").memory(0)
    last = ram["phys_start"] + ram["size"] - 4
    before, cpus = pools(root), root.online_cpus()
    for _ in range(count(ROUNDS) // CHUNK):
        root.run(f"for i in $(seq {CHUNK}); do {CREATE_START_DESTROY} || exit 1; done", timeout=900)
    assert pools(root) == before
    assert root.online_cpus() == cpus
    assert root.cells() == {}
    for address in (ram["phys_start"], last):
        root.memory_write(address, PATTERN)
        assert root.memory_read(address) == PATTERN


def test_output_and_shutdown(root):
    cell = root.cell("tick-demo").launch("period_us=10000 report=10")
    root.wait_inmate("tick-demo: last 10 ticks, late by min .* mean .* max ")
    assert cell.state() == RUNNING and cell.cpus() == [1]
    assert root.online_cpus() == [0, 2, 3]
    cell.shutdown()
    root.wait_inmate("tick-demo: shutting down")
    assert cell.state() == SHUT_DOWN
    cell.start()
    root.mark()
    root.wait_inmate("tick-demo: last 10 ticks")
    cell.destroy()
    assert root.online_cpus() == [0, 1, 2, 3]


def test_the_virtual_console(root):
    """A cell that prints by hypercalls is heard by root."""
    root.cell("fault-demo").launch("rule=none")
    root.wait_hv("fault-demo: ready")
    assert "fault-demo: ready" in root.run("jailhouse console")


def test_a_cell_that_refuses_to_shut_down(root):
    cell = root.cell("tick-demo").launch("report=0 refuse_shutdown=4")
    for verb in ("shutdown", "destroy", "start"):
        assert "tick-demo" in refused(root, f"jailhouse cell {verb} tick-demo")
        assert cell.state() == RUNNING
    refused(root, "jailhouse disable")
    assert root.enabled() and cell.state() == RUNNING
    cell.shutdown()
    assert cell.state() == SHUT_DOWN


def test_a_cell_that_locks_the_configuration(root):
    cell = root.cell("tick-demo").launch("report=0 lock")
    cell.wait_state(LOCKED)
    refused(root, "jailhouse cell create configs/x86/fault-demo.cell")
    assert root.online_cpus() == [0, 2, 3]
    cell.destroy()
    root.cell("fault-demo").create()


def test_a_lock_protects_other_cells(root):
    other = root.cell("fault-demo").create()
    cell = root.cell("tick-demo").launch("report=0 lock")
    cell.wait_state(LOCKED)
    refused(root, "jailhouse cell destroy fault-demo")
    assert other.state() == SHUT_DOWN
    cell.shutdown()
    other.destroy()


def test_a_silent_cell_is_stopped_after_its_timeout(root):
    config = CellConfig("fault-demo").set(msg_reply_timeout=100)
    cell = root.cell("fault-demo").create(config.put(root)).load(parameters="rule=hang").start()
    root.wait_hv("fault-demo: rule hang:")
    cell.shutdown()
    root.wait_hv('Cell "fault-demo" does not reply')
    assert cell.state() in (FAILED, SHUT_DOWN)
    cell.destroy()
    assert root.run("cat /proc/uptime")


def test_the_state_of_a_cell_that_is_waited_for(boot):
    """It is read while CPU 3 waits; the machine ends long before the cell's time is over.

    CPU 3 takes its interrupts all the same: it is not lost for root until the cell answers.
    """
    machine = boot()
    machine.enable()
    config = CellConfig("fault-demo").set(msg_reply_timeout=1000 * RUN_SECONDS)
    cell = machine.cell("fault-demo").create(config.put(machine))
    cell.load(parameters="rule=hang").start()
    machine.wait_hv("fault-demo: rule hang:")
    folder = cell.folder()
    calls = f"taskset -c 0 cat {SYSFS}/cells/0/statistics/cpu3/vmexits_hypercall"
    before = machine.run(calls)
    machine.run("(taskset -c 3 jailhouse cell shutdown fault-demo; touch /tmp/done) "
                "> /dev/null 2>&1 &")
    machine.wait(lambda: machine.run(calls) != before, "the command to reach the hypervisor")
    assert machine.run(f"taskset -c 0 cat {folder}/state").strip() == RUNNING

    def served():
        before = machine.interrupts("LOC")[3]
        machine.run("taskset -c 0 sleep 2")
        return machine.interrupts("LOC")[3] - before > 100  # of 500

    machine.wait(served, "CPU 3 to take its timer's interrupts")
    assert machine.sh("test -e /tmp/done")[0] == 1
    assert "does not reply" not in machine.hv_log()


def test_all_cells_hear_of_a_new_one(root):
    root.cell("tick-demo").launch("report=0")
    other = root.cell("fault-demo").create()
    root.wait_inmate("tick-demo: cells have changed")
    root.mark()
    other.destroy()
    root.wait_inmate("tick-demo: cells have changed")


def test_a_cell_with_two_cpus(root):
    cell = root.cell("smp-demo").launch("rounds=200 pause_ms=10")
    root.wait_log("cell.log", r"smp-demo: (.*\n)*?.*200 rounds")
    assert cell.cpus() == [2, 3]
    for cpu in (2, 3):
        counters = cell.statistics(cpu)
        assert counters["msr_x2apic_icr"] > 0, f"CPU {cpu} has passed the token on"
    cell.destroy()
    assert root.online_cpus() == [0, 1, 2, 3]


def test_one_failing_cpu_stops_all_of_its_cell(root):
    config = CellConfig("fault-demo").set_cpus(2, 3)
    cell = root.cell("fault-demo").create(config.put(root))
    cell.load(parameters="rule=port cpu=1").start()
    cell.wait_state(FAILED)
    assert cell.cpus() == [2, 3]
    culprits = cell.failed_cpus()
    assert culprits in ([2], [3]), "whichever came second at start-up"
    other = 5 - culprits[0]

    def rests():
        before = cell.statistics(other)["total"]
        root.run("sleep 0.2")
        return cell.statistics(other)["total"] == before

    # The cell has failed from the moment on in which the others are told to stop.
    root.wait(rests, "the other CPU to rest as well")
    assert rests()
    cell.destroy()
    assert root.online_cpus() == [0, 1, 2, 3]


def test_counters_move_and_add_up(root):
    cell = root.cell("tick-demo").launch("period_us=2000 report=50")
    root.wait_inmate("last 50 ticks")
    first = cell.statistics()
    root.mark()
    # The ticks of the first report may have been counted already.
    root.wait_inmate(r"last 50 ticks(.*\n)+.*last 50 ticks")
    second = cell.statistics()
    assert second["total"] > first["total"] > 0
    assert second["msr_other"] - first["msr_other"] >= 50
    cell.shutdown()
    assert cell.statistics() == cell.statistics(1), "the only CPU's are those of the cell"
    assert int(root.run(f"cat {SYSFS}/cells/0/statistics/vmexits_xapic")) > 0


def test_a_tick_costs_two_exits(root):
    """The timer's programming and the EOI, on an APIC in xAPIC mode; and none for the interrupt."""
    cell = root.cell("tick-demo").launch("period_us=5000 count=400 report=0")
    match = root.wait_inmate(r"tick-demo: total (\d+) ticks")
    assert int(match.group(1)) == 400
    counters = cell.statistics()
    print(counters)
    start_up = 40  # exits of start-up, of the end and of management
    assert 2 * 400 <= counters["msr_other"] <= 2 * 400 + start_up
    others = counters["total"] - counters["msr_other"] - counters["pio"] - counters["management"]
    assert others <= start_up


def test_root_cannot_read_or_write_the_hypervisor(root):
    step = HYPERVISOR_SIZE // 16
    inside = range(HYPERVISOR_START, HYPERVISOR_START + HYPERVISOR_SIZE, step)
    places = [(address, width) for address in (*inside, HYPERVISOR_START + HYPERVISOR_SIZE - 8)
              for width in (1, 2, 4, 8)]
    assert root.memory_reads(places) == [ALL_ONES[width] for _, width in places]
    for address in inside:
        root.memory_write(address, 0)
    assert root.run("jailhouse cell list")
    root.wait_hv("Root cell, CPU [0-3]: (read of|write to) address 4[0-9a-f]{7}, which is not its own")


def test_root_cannot_reach_a_running_cell(root):
    ram = CellConfig("tick-demo").memory(0)["phys_start"]
    cell = root.cell("tick-demo").create()
    for address in (ram, ram + 0x1000, ram + 0xffff8):
        assert root.memory_read(address, 8) == ALL_ONES[8], "not even before it is loaded"
    cell.load(parameters="period_us=10000 report=10")
    assert root.memory_read(ram, 8) != ALL_ONES[8], "root may load it"
    cell.start()
    root.wait_inmate("last 10 ticks")
    for address in (ram, ram + 0x1000, ram + 0xffff8):
        for width in (1, 2, 4, 8):
            assert root.memory_read(address, width) == ALL_ONES[width]
        root.memory_write(address, 0, 8)
    root.mark()
    root.wait_inmate("last 10 ticks")
    cell.shutdown()
    assert root.memory_read(ram, 8) != ALL_ONES[8], "root may load it again"
    cell.start()
    assert root.memory_read(ram, 8) == ALL_ONES[8]
    cell.destroy()
    assert root.memory_read(ram, 8) != ALL_ONES[8], "destroyed: it is root's again"


def test_ports_of_a_cell_are_not_roots(root):
    before = root.port_read(0x2fb)
    cell = root.cell("tick-demo").create()
    assert root.port_read(0x2fb) == 0xff
    root.port_write(0x2fb, 0)
    cell.destroy()
    assert root.port_read(0x2fb) == before


def test_names_and_numbers_and_json(root):
    cell = root.cell("tick-demo").create()
    number = next(n for n, name in root.cells().items() if name == "tick-demo")
    listed = json.loads(root.run("jailhouse cell list --json"))
    assert [entry["name"] for entry in listed] == ["QEMU", "tick-demo"]
    root.run(f"jailhouse cell load {number} inmates/demos/tick-demo/tick-demo.bin")
    root.run(f"jailhouse cell start {number}")
    assert json.loads(root.run(f"jailhouse cell stats {number} --json"))
    assert "total" in root.run("jailhouse cell stats tick-demo")
    root.run("jailhouse cell shutdown --name tick-demo")
    assert cell.state() == SHUT_DOWN
    root.run(f"jailhouse cell destroy {number}")


@pytest.mark.parametrize("command, words", [
    ("jailhouse cell start nobody", "nobody"),
    ("jailhouse cell destroy 17", "17"),
    ("jailhouse cell create configs/x86/none.cell", "none.cell"),
    ("jailhouse cell create configs/x86/qemu.cell", 'signature is not "JHCLL"'),
    (f"jailhouse cell load tick-demo {TICK_IMAGE} -a 0x200000", "no memory at 0x200000"),
    (f"jailhouse cell load tick-demo {TICK_IMAGE} -a 0x100000", "not loadable"),
    (f"jailhouse cell load tick-demo {TICK_IMAGE} -a 0xfff00", "too large"),
    ("jailhouse cell load tick-demo /nowhere", "/nowhere"),
    ("jailhouse cell create configs/x86/tick-demo.cell", '"tick-demo" already'),
])
def test_errors_in_one_line(root, command, words):
    if "tick-demo" not in root.cells().values():
        root.cell("tick-demo").create()
    assert words in refused(root, command)


def test_busy_cpus_are_refused(root):
    root.cell("smp-demo").create()
    assert "CPU" in refused(root, "jailhouse cell create configs/x86/fault-demo.cell")


def test_cpu_hotplug_under_the_hypervisor(root):
    path = "/sys/devices/system/cpu/cpu2/online"
    for _ in range(3):
        root.run(f"echo 0 > {path} && echo 1 > {path}")
    assert root.online_cpus() == [0, 1, 2, 3]
    root.run("taskset -c 2 true")


def test_nmis_of_root_reach_root(root):
    root.expect_kernel("Call Trace")
    root.run("echo l > /proc/sysrq-trigger")
    root.wait(lambda: root.kernel_log().count("NMI backtrace for cpu") >= 4, "four backtraces")


def test_a_cell_needs_its_image_inside_a_region(root):
    cell = root.cell("tick-demo").create()
    with pytest.raises(CommandError):
        cell.load(image="configs/x86/tick-demo.cell", extra=["-a", "0x100000000"])


def test_live_statistics_and_console():
    """On a terminal, the statistics refresh in place until "q"; console -f follows until ^C."""
    with pexpect.spawn(str(qemu.TOP / "tests/vm/run-vm"), timeout=600) as console:
        prompt = "root-cell:~# "
        console.expect_exact(prompt)
        # So that no message of the kernel comes between two letters of an answer
        for command in ("dmesg -n 1", "insmod jailhouse.ko", "jailhouse enable configs/x86/qemu.cell",
                        "jailhouse cell create configs/x86/tick-demo.cell",
                        f"jailhouse cell load tick-demo {TICK_IMAGE}",
                        "jailhouse cell start tick-demo"):
            console.sendline(command)
            console.expect_exact(prompt)
        console.sendline("jailhouse cell stats tick-demo")
        for _ in range(3):
            console.expect(r"total +\d+")
        console.send("q")
        console.expect_exact(prompt)
        console.sendline("jailhouse console -f")
        console.expect_exact('Started cell "tick-demo"')
        console.sendintr()
        console.expect_exact(prompt)
        console.sendline("jailhouse disable && echo all $((40 + 2)) done")
        console.expect_exact("all 42 done")
        console.sendline("poweroff")
        console.expect(pexpect.EOF)
        console.wait()
