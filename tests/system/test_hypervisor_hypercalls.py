# SPDX-License-Identifier: GPL-2.0-only
"""Each hypercall with each result that it can have, issued from root's kernel."""

import errno

import pytest

from cellconfig import NO_HUGEPAGES, PASSIVE_COMMREG, READ, ROOTSHARED, WRITE, CellConfig
from jailhouse import FAILED, LOCKED

DISABLE, CREATE, START, SET_LOADABLE, DESTROY, GET_INFO, GET_STATE, CPU_INFO, PUTC = range(9)
POOL_SIZE, POOL_USED, REMAP_SIZE, REMAP_USED, NUM_CELLS = range(5)
STAT_BASE = 1000
NUM_STATS = 12
STATE_RUNNING, STATE_LOCKED, STATE_SHUT_DOWN, STATE_FAILED = range(4)
CPU_RUNNING, CPU_FAILED = 0, 2

ID = 7
UNKNOWN_ID = 99
POOL_START, INMATE_POOL = 0x40a00000, 0x1e000000


def config():
    """A cell that takes CPU 1 and is never asked anything."""
    return CellConfig("tick-demo").set(id=ID, flags=PASSIVE_COMMREG)


def create(vm, cell_config):
    return vm.hypercall(CREATE, vm.hypercall_buffer(cell_config.bytes()))


@pytest.fixture
def bare(root):
    """Root without CPU 1, which cells of this file take; no driver knows of them."""
    root.run("echo 0 > /sys/devices/system/cpu/cpu1/online 2>/dev/null || true")
    yield root
    if root.alive():
        root.hypercall(DESTROY, ID)


@pytest.fixture
def cell(bare):
    assert create(bare, config()) == 0
    return bare


@pytest.mark.parametrize("number", [9, 100, 0x7fffffff, 0x80000000, 0xffffffff])
def test_unknown_numbers(root, number):
    assert root.hypercall(number) == -errno.ENOSYS


def test_user_space_may_not_call(root):
    for number in range(10):
        assert int(root.run(f"user-hypercall {number}")) == -errno.EPERM


def test_calls_on_every_cpu(root):
    for cpu in root.online_cpus():
        assert root.hypercall(GET_INFO, NUM_CELLS, cpu=cpu) == 1


def test_get_info(cell):
    size, used = (cell.hypercall(GET_INFO, what) for what in (POOL_SIZE, POOL_USED))
    assert 0 < used < size
    size, used = (cell.hypercall(GET_INFO, what) for what in (REMAP_SIZE, REMAP_USED))
    assert 0 < used < size
    assert cell.hypercall(GET_INFO, NUM_CELLS) == 2
    for what in (5, 1 << 31, 1 << 63):
        assert cell.hypercall(GET_INFO, what) == -errno.EINVAL


def test_create(bare):
    used = bare.hypercall(GET_INFO, POOL_USED)
    assert create(bare, config()) == 0
    assert bare.hypercall(GET_STATE, ID) == STATE_SHUT_DOWN
    assert bare.hypercall(DESTROY, ID) == 0
    assert bare.hypercall(GET_INFO, POOL_USED) == used


def create_fails(vm, cell_config, error):
    used = vm.hypercall(GET_INFO, POOL_USED)
    remap_used = vm.hypercall(GET_INFO, REMAP_USED)
    cells = vm.hypercall(GET_INFO, NUM_CELLS)
    assert create(vm, cell_config) == -error
    assert vm.hypercall(GET_INFO, POOL_USED) == used
    assert vm.hypercall(GET_INFO, REMAP_USED) == remap_used
    assert vm.hypercall(GET_INFO, NUM_CELLS) == cells


@pytest.mark.parametrize("changes, text", [
    ({"signature": "JHSYS"}, "signature"),
    ({"architecture": 1}, "architecture"),
    ({"revision": 13}, "revision"),
    ({"name": ""}, "name"),
    ({"flags": 0x100}, "flags"),
    ({"cpu_set_size": 7}, "cpu_set_size"),
])
def test_create_refuses_bad_fields(bare, changes, text):
    create_fails(bare, config().set(**changes), errno.EINVAL)
    bare.wait_hv(text)


@pytest.mark.parametrize("region, text", [
    ({"phys_start": 0x40000000}, "hypervisor"),
    ({"phys_start": 0x100_0000_0000}, "mem_regions"),
    ({"phys_start": 0x41000800}, "mem_regions"),
    ({"size": 0xffff_ffff_ffff_f000}, "mem_regions"),
    ({"flags": 1 << 40}, "flags"),
])
def test_create_refuses_bad_memory(bare, region, text):
    create_fails(bare, config().set_memory(0, **region), errno.EINVAL)
    bare.wait_hv(text)


def test_create_refuses_large_configurations(bare):
    create_fails(bare, config().set(num_memory_regions=2048), errno.E2BIG)
    create_fails(bare, config().set(num_memory_regions=0xffffffff), errno.E2BIG)


def test_create_refuses_addresses_outside_root(bare):
    for address in (0x40000000, 1 << 40, 1 << 63, (1 << 64) - 16):
        assert bare.hypercall(CREATE, address) == -errno.EINVAL


def test_create_refuses_what_exists(cell):
    create_fails(cell, config(), errno.EEXIST)
    create_fails(cell, config().set(id=ID + 1), errno.EEXIST)
    create_fails(cell, config().set(id=ID + 1, name="QEMU"), errno.EEXIST)
    create_fails(cell, config().set(id=0, name="other"), errno.EEXIST)


def test_create_refuses_what_is_taken(cell):
    other = CellConfig("fault-demo").set(id=ID + 1)
    create_fails(cell, CellConfig("fault-demo").set(id=ID + 1).set_cpus(1), errno.EBUSY)
    memory = config().memory(0)
    create_fails(cell, other.set_memory(0, phys_start=memory["phys_start"]), errno.EBUSY)


def test_create_refuses_the_calling_cpu(bare):
    address = bare.hypercall_buffer(config().set_cpus(3).bytes())
    assert bare.hypercall(CREATE, address, cpu=3) == -errno.EBUSY
    assert create(bare, config().set_cpus(0)) == -errno.EINVAL
    assert create(bare, config().set_cpus(40)) == -errno.EBUSY


def test_create_runs_out_of_memory(bare):
    """Small pages for many gigabytes need more tables than the pool has."""
    flags = READ | WRITE | ROOTSHARED | NO_HUGEPAGES
    regions = [(POOL_START, (n + 1) << 32, INMATE_POOL, flags) for n in range(40)]
    create_fails(bare, config().set_regions(regions), errno.ENOMEM)


@pytest.mark.parametrize("number", [START, SET_LOADABLE, DESTROY, GET_STATE])
def test_unknown_cells(root, number):
    assert root.hypercall(number, UNKNOWN_ID) == -errno.ENOENT


@pytest.mark.parametrize("number", [START, SET_LOADABLE, DESTROY])
def test_the_root_cell_is_no_target(root, number):
    assert root.hypercall(number, 0) == -errno.EINVAL
    assert root.hypercall(GET_STATE, 0) == STATE_RUNNING


def test_states(cell):
    assert cell.hypercall(SET_LOADABLE, ID) == 0
    assert cell.hypercall(GET_STATE, ID) == STATE_SHUT_DOWN
    assert cell.hypercall(START, ID) == 0
    assert cell.hypercall(GET_STATE, ID) in (STATE_RUNNING, STATE_FAILED)
    assert cell.hypercall(SET_LOADABLE, ID) == 0
    assert cell.hypercall(GET_STATE, ID) == STATE_SHUT_DOWN
    assert cell.hypercall(DESTROY, ID) == 0
    assert cell.hypercall(GET_STATE, ID) == -errno.ENOENT


def test_cpu_info(cell):
    for cpu in range(4):
        state, before, *counters, after = cell.hypercalls(
            [(CPU_INFO, cpu, 0), (CPU_INFO, cpu, STAT_BASE)] +
            [(CPU_INFO, cpu, STAT_BASE + n) for n in range(1, NUM_STATS)] +
            [(CPU_INFO, cpu, STAT_BASE)])
        assert state == 0
        assert len(counters) == NUM_STATS - 1 and all(counter >= 0 for counter in counters)
        assert sum(counters) <= after and before <= after
    for cpu, kind in ((4, 0), (1 << 20, 0), (1 << 32, 0), (0, 1), (0, 999), (0, 1012), (0, 1 << 32)):
        assert cell.hypercall(CPU_INFO, cpu, kind) == -errno.EINVAL


def test_failed_cpus(root):
    cell = root.cell("fault-demo").launch("rule=memory")
    cell.wait_state(FAILED)
    states = [root.hypercall(CPU_INFO, cpu, 0) for cpu in range(4)]
    assert states == [CPU_RUNNING, CPU_RUNNING, CPU_FAILED, CPU_RUNNING]
    cell.load(parameters="rule=none").start()
    assert root.hypercall(CPU_INFO, 2, 0) == CPU_RUNNING


def number_of(vm, name):
    return next(number for number, other in vm.cells().items() if other == name)


def test_a_locked_configuration(root):
    """Cells can neither come nor go, but for the one that has locked it."""
    root.cell("fault-demo").create()
    other = number_of(root, "fault-demo")
    cell = root.cell("tick-demo").launch("report=0 lock")
    cell.wait_state(LOCKED)
    assert root.hypercall(GET_STATE, number_of(root, "tick-demo")) == STATE_LOCKED
    create_fails(root, CellConfig("smp-demo").set(id=ID).set_cpus(3), errno.EPERM)
    assert root.hypercall(DESTROY, other) == -errno.EPERM
    assert root.hypercall(GET_STATE, other) == STATE_SHUT_DOWN
    cell.destroy()


def test_a_cell_that_refuses_to_shut_down(root):
    calls = (START, SET_LOADABLE, DESTROY)
    cell = root.cell("tick-demo").launch(f"report=0 refuse_shutdown={len(calls)}")
    number = number_of(root, "tick-demo")
    for call in calls:
        assert root.hypercall(call, number) == -errno.EPERM
        assert root.hypercall(GET_STATE, number) == STATE_RUNNING
    cell.shutdown()
    assert root.hypercall(GET_STATE, number) == STATE_SHUT_DOWN


def test_counters_start_anew_with_a_new_cell(bare):
    bare.run("cd /sys/devices/system/cpu/cpu1 && echo 1 > online && echo 0 > online")
    before = bare.hypercall(CPU_INFO, 1, STAT_BASE)
    assert before > 10, "Linux boots a CPU with more exits than these"
    assert create(bare, config()) == 0
    assert bare.hypercall(CPU_INFO, 1, STAT_BASE) < before


def test_putc_needs_permission(root):
    assert root.hypercall(PUTC, ord("x")) == -errno.EPERM


def test_disable_is_refused_while_cells_exist(cell):
    for cpu in cell.online_cpus():
        assert cell.hypercall(DISABLE, cpu=cpu) == -errno.EBUSY
