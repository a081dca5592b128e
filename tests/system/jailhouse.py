# SPDX-License-Identifier: GPL-2.0-only
"""The virtual machine with the project's module, tool, configurations and inmates in it.

Cells are driven by the jailhouse tool; their state and counters are read from sysfs, as a user's
scripts would. The module in tests/system/modules adds physical accesses and bare hypercalls.
"""

import shlex

from vm import WAIT_SECONDS, CommandError, Vm

SYSFS = "/sys/devices/jailhouse"
TEST_MODULE = "/sys/kernel/debug/jailhouse_test"
ALL_ONES = {1: 0xFF, 2: 0xFFFF, 4: 0xFFFFFFFF, 8: 0xFFFFFFFFFFFFFFFF}

RUNNING, LOCKED, SHUT_DOWN, FAILED = "running", "running/locked", "shut down", "failed"


class JailhouseVm(Vm):
    """A Vm that can become a root cell."""

    SYSTEM = "configs/x86/qemu.cell"

    # The hypervisor

    test_module_loaded = False

    def loaded(self, module="jailhouse"):
        return self.sh(f"[ -e /sys/module/{module.replace('-', '_')} ]")[0] == 0

    def load_module(self, module="jailhouse"):
        if not self.loaded(module):
            self.run(f"insmod {module}.ko")

    def enabled(self):
        return self.sh(f"read -r enabled < {SYSFS}/enabled && [ $enabled = 1 ]")[0] == 0

    def enable(self, config=SYSTEM):
        """Loads the module if it is not loaded, and enables the hypervisor."""
        self.load_module()
        self.run(f"jailhouse enable {config}")

    def disable(self):
        self.run("jailhouse disable")

    def pool(self, name):
        """One of mem_pool_size, mem_pool_used, remap_pool_size, remap_pool_used: pages."""
        return int(self.run(f"cat {SYSFS}/{name}"))

    # Cells

    def cell(self, name):
        """The handle of a cell, which need not exist yet."""
        return Cell(self, name)

    def cell_values(self, file):
        """
        What a file of each cell's folder in sysfs says: number, name and value of each. By what the
        shell has built in, as it is asked often.
        """
        output = self.run(f"for cell in {SYSFS}/cells/*; do {{ read -r name < $cell/name && "
                          f"read -r value < $cell/{file} && "
                          "printf '%s\\t%s\\t%s\\n' \"${cell##*/}\" \"$name\" \"$value\"; } 2> /dev/null; "
                          "done; true")
        return [(int(number), name, value) for number, name, value in
                (line.split("\t") for line in output.splitlines())]

    def cells(self):
        """Names of all cells but the root cell, by id."""
        return {number: name for number, name, _ in self.cell_values("name") if number}

    def destroy_cells(self):
        for name in self.cells().values():
            self.run(f"jailhouse cell destroy {shlex.quote(name)}")

    def interrupts(self, name):
        """Those of a line of /proc/interrupts (a number or a name), by CPU; read on CPU 0."""
        text = self.run(f"taskset -c 0 grep -e CPU -e '^ *{name}:' /proc/interrupts")
        header, line = text.splitlines()  # CPUs that are online only
        cpus = [int(word[len("CPU"):]) for word in header.split()]
        return dict(zip(cpus, map(int, line.split()[1:len(cpus) + 1])))

    def online_cpus(self):
        """The numbers of root's online CPUs."""
        return parse_list(self.run("cat /sys/devices/system/cpu/online"))

    # The test module

    def load_test_module(self):
        if not self.test_module_loaded:
            self.load_module("jailhouse_test")
            self.test_module_loaded = True

    def _commands(self, lines):
        """By what the shell has built in: a process each would take longer than all the rest."""
        self.load_test_module()
        answers = self.run("\n".join(
            f"answer=; echo '{line}' > {TEST_MODULE}/command || exit 1; "
            f"read answer < {TEST_MODULE}/command; echo $answer" for line in lines))
        return [int(answer) for answer in answers.split()]

    def _command(self, line):
        return self._commands([line])[0]

    def memory_read(self, address, width=4, count=1):
        """What root's kernel reads at a physical address (unsigned)."""
        value = self._command(f"read {width} {address:#x} {count}")
        return value & ALL_ONES[width]

    def memory_reads(self, places):
        """The same for many pairs of address and width."""
        values = self._commands([f"read {width} {address:#x} 1" for address, width in places])
        return [value & ALL_ONES[width] for value, (_, width) in zip(values, places)]

    def memory_write(self, address, value, width=4, count=1):
        """Writes a value at a physical address from root's kernel."""
        self._command(f"write {width} {address:#x} {value:#x} {count}")

    def port_read(self, port, width=1):
        return self._command(f"in {width} {port:#x}") & ALL_ONES[width]

    def port_write(self, port, value, width=1):
        self._command(f"out {width} {port:#x} {value:#x}")

    def hypercall(self, number, arg1=0, arg2=0, cpu=0):
        """Issues a hypercall from root's kernel on one of its CPUs; returns EAX, signed."""
        return self._command(f"hypercall {cpu} {number} {arg1:#x} {arg2:#x}")

    def hypercalls(self, calls, cpu=0):
        """The same for many tuples of number and both arguments."""
        return self._commands([f"hypercall {cpu} {number} {arg1:#x} {arg2:#x}"
                               for number, arg1, arg2 in calls])

    def hypercall_buffer(self, data):
        """Puts bytes into memory that is physically contiguous; returns its address."""
        self.load_test_module()
        self.put(data, "/tmp/hypercall-buffer")
        self.run(f"cat /tmp/hypercall-buffer > {TEST_MODULE}/buffer")
        return int(self.run(f"cat {TEST_MODULE}/address"), 0)


class Cell:
    """One cell, by its name."""

    def __init__(self, vm, name):
        self.vm = vm
        self.name = name

    def _tool(self, verb, *arguments):
        words = " ".join(shlex.quote(str(word)) for word in (self.name, *arguments))
        return self.vm.run(f"jailhouse cell {verb} {words}")

    def create(self, config=None):
        """Creates the cell from its configuration, configs/x86/NAME.cell by default."""
        self.vm.run(f"jailhouse cell create {config or f'configs/x86/{self.name}.cell'}")
        return self

    def load(self, image=None, parameters="", extra=()):
        """Loads an image (NAME's demo by default) and a string of parameters for it."""
        image = image or f"inmates/demos/{self.name}/{self.name}.bin"
        arguments = [image]
        if parameters:
            arguments += ["-s", parameters, "-a", "0x1000"]
        self._tool("load", *arguments, *extra)
        return self

    def start(self):
        self._tool("start")
        return self

    def shutdown(self):
        self._tool("shutdown")
        return self

    def destroy(self):
        self._tool("destroy")

    def launch(self, parameters="", config=None, image=None):
        """Creates, loads and starts."""
        return self.create(config).load(image, parameters).start()

    def exists(self):
        return self.name in self.vm.cells().values()

    def folder(self):
        """The cell's folder in sysfs."""
        for number, name in self.vm.cells().items():
            if name == self.name:
                return f"{SYSFS}/cells/{number}"
        raise CommandError(f"find cell {self.name}", 1, "")

    def attribute(self, file):
        """What a file of the cell's folder says."""
        for _, name, value in self.vm.cell_values(file):
            if name == self.name:
                return value.strip()
        raise CommandError(f"find cell {self.name}", 1, "")

    def state(self):
        return self.attribute("state")

    def wait_state(self, state, timeout=WAIT_SECONDS):
        self.vm.wait(lambda: self.state() == state, f"cell {self.name} to be '{state}'", timeout)

    def statistics(self, cpu=None):
        """Exit counters by reason ("total", "mmio", ...), of the cell or of one of its CPUs."""
        folder = f"{self.folder()}/statistics" + ("" if cpu is None else f"/cpu{cpu}")
        output = self.vm.run(f"cd {folder} && grep -H . vmexits_*")
        pairs = (line.split(":") for line in output.splitlines())
        return {name.replace("vmexits_", ""): int(value) for name, value in pairs}

    def cpus(self):
        return parse_list(self.attribute("cpus_assigned_list"))

    def failed_cpus(self):
        return parse_list(self.attribute("cpus_failed_list"))


def parse_list(text):
    """A list as the kernel writes it, "0,2-3", as numbers."""
    numbers = []
    for part in filter(None, text.strip().split(",")):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers
