# SPDX-License-Identifier: GPL-2.0-only
"""Fixtures of the system tests.

vm        a booted machine, shared by the tests of a module; a test that fails takes it down, and
          the next one gets a fresh machine. Root's kernel log is checked after each test.
root      the same machine with the hypervisor enabled; cells that a test leaves are destroyed.
boot      starts further machines: boot(cpu="qemu64"); they end with the test.
count     count(n): how often to repeat; more often under "make soak".

A module or test that needs another machine says pytest.mark.machine(smp=2, cpu="...", append="...",
extra=[...]), the arguments of JailhouseVm.
"""

import os

import pytest

from jailhouse import JailhouseVm

SOAK_FACTOR = 10


class Machines:
    """The machine that the tests of a module share, made when first needed."""

    def __init__(self):
        self.vm = None
        self.options = None

    def get(self, options):
        if self.vm and (not self.vm.alive() or options != self.options):
            self.drop()
        if not self.vm:
            self.options = options
            self.vm = JailhouseVm(**options)
        return self.vm

    def drop(self):
        if self.vm:
            self.vm.stop()
        self.vm = None


def pytest_configure(config):
    config.addinivalue_line("markers", "machine(**options): what kind of machine a test needs")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        item.stash[FAILED] = True


FAILED = pytest.StashKey()


@pytest.fixture(scope="module")
def machines():
    shared = Machines()
    yield shared
    shared.drop()


@pytest.fixture
def vm(request, machines):
    marker = request.node.get_closest_marker("machine")
    machine = machines.get(dict(marker.kwargs) if marker else {})
    machine.mark()
    yield machine
    if request.node.stash.get(FAILED, False):
        machine.keep()
        print(machine.tails())
        machines.drop()
    else:
        machine.check_kernel()


@pytest.fixture
def root(request, vm):
    if not vm.enabled():
        vm.enable()
    yield vm
    if not request.node.stash.get(FAILED, False):
        vm.destroy_cells()


@pytest.fixture
def boot():
    started = []

    def start(**options):
        machine = JailhouseVm(**options)
        started.append(machine)
        return machine

    yield start
    for machine in started:
        machine.stop()


@pytest.fixture
def count():
    factor = SOAK_FACTOR if os.environ.get("SOAK") else 1
    return lambda n: n * factor
