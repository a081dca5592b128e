# SPDX-License-Identifier: GPL-2.0-only
"""A device of the machine that moves to a cell and back: a network adapter and its IOAPIC pin.

Root's configuration has the adapter; the cell's gets it here. What the cell sees of both, rules of
fault-demo tell.
"""

import re

import pytest

from cellconfig import CellConfig, SystemConfig

pytestmark = pytest.mark.machine(extra=["-device", "e1000,addr=02.0,romfile="])

BDF = 0x0010
SLOT = "00:02.0"
DRIVER = f"/sys/bus/pci/devices/0000:{SLOT}/driver"
E1000_ID = 0x100e8086  # device and vendor
ONES = 0xffffffff
MMCONFIG = 0xb0000000

IOAPIC = 0xfec00000
INDEX, DATA = IOAPIC, IOAPIC + 0x10
FIRST_ENTRY = 0x10
MASKED = 0x10000
CELL_ENTRY = MASKED | 0x40  # what fault-demo writes
PIN = re.compile(r"IO-APIC +(\d+)-fasteoi .*\beth0\b")


def driver(vm):
    """The name of the adapter's driver in root, empty if it has none."""
    return vm.run(f"basename $(readlink {DRIVER}) 2> /dev/null || true").strip()


def use_adapter(vm):
    """Lets root use the adapter, and returns the IOAPIC pin that it has."""
    vm.wait(lambda: vm.sh("ip link set eth0 up")[0] == 0, "eth0 to come up")
    return int(PIN.search(vm.run("cat /proc/interrupts")).group(1))


@pytest.fixture
def adapter(root):
    root.run("modprobe e1000")
    root.wait(lambda: driver(root) == "e1000", "e1000 to find the adapter")
    return root


def entry(vm, pin):
    """The lower half of a pin's redirection entry, as root reads it."""
    vm.memory_write(INDEX, FIRST_ENTRY + 2 * pin)
    return vm.memory_read(DATA)


def result(cell, parameters):
    """Starts fault-demo with a rule that is survived; returns the rule's result."""
    cell.vm.mark()
    cell.load(parameters=parameters).start()
    return int(cell.vm.wait_hv(r"fault-demo: rule .*: survived, result 0x([0-9a-f]+)\r?\n").group(1), 16)


def test_a_pci_device_moves_to_a_cell_and_back(adapter):
    config = CellConfig("fault-demo").add_pci(SystemConfig("qemu").pci_bytes(BDF))
    vendor = f"setpci -s {SLOT} VENDOR_ID"
    assert adapter.run(vendor).strip() == "8086"
    cell = adapter.cell("fault-demo").create(config.put(adapter))
    assert driver(adapter) == ""
    assert adapter.run(vendor).strip() == "ffff"
    assert adapter.memory_read(MMCONFIG + (BDF << 12)) == ONES
    assert result(cell, f"rule=pci bdf={BDF}") == E1000_ID
    assert result(cell, "rule=pci") == ONES, "the host bridge is still root's"
    cell.destroy()
    assert driver(adapter) == "e1000"
    assert adapter.run(vendor).strip() == "8086"
    use_adapter(adapter)


def test_an_ioapic_pin_moves_to_a_cell_and_back(adapter):
    pin = use_adapter(adapter)
    assert entry(adapter, pin) and not entry(adapter, pin) & MASKED
    config = CellConfig("fault-demo").add_pci(SystemConfig("qemu").pci_bytes(BDF))
    config.add_irqchip(IOAPIC, pin)
    cell = adapter.cell("fault-demo").create(config.put(adapter))
    assert entry(adapter, pin) == 0
    assert result(cell, f"rule=ioapic-pin pin={pin}") == CELL_ENTRY
    assert result(cell, f"rule=ioapic-pin pin={pin - 1}") == 0, "a pin that is still root's"
    assert entry(adapter, pin) == 0
    cell.destroy()
    assert use_adapter(adapter) == pin
    assert entry(adapter, pin) and not entry(adapter, pin) & MASKED
