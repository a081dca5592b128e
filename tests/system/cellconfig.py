# SPDX-License-Identifier: GPL-2.0-only
"""Compiled cell configurations as tests change them: fields of the descriptor and its arrays.

Offsets are those of struct jailhouse_cell_desc, jailhouse_memory and jailhouse_pci_device in
include/jailhouse/cell-config.h, where they are asserted.
"""

import pathlib
import struct

import qemu

DESCRIPTOR_SIZE = 132
MEMORY_SIZE = 32
CACHE_SIZE = 12
IRQCHIP_SIZE = 32
PIO_SIZE = 4
PCI_DEVICE_SIZE = 56

# In struct jailhouse_system
SYSTEM_FLAGS_OFFSET = 8
IOMMU_UNITS_OFFSET = 88
ROOT_CELL_OFFSET = 356

FIELDS = {
    "signature": ("5s", 0),
    "architecture": ("B", 5),
    "revision": ("H", 6),
    "name": ("32s", 8),
    "id": ("I", 40),
    "flags": ("I", 44),
    "cpu_set_size": ("I", 48),
    "num_memory_regions": ("I", 52),
    "num_cache_regions": ("I", 56),
    "num_irqchips": ("I", 60),
    "num_pio_regions": ("I", 64),
    "num_pci_devices": ("I", 68),
    "cpu_reset_address": ("Q", 84),
    "msg_reply_timeout": ("Q", 92),
}

PASSIVE_COMMREG = 1
VIRTUAL_CONSOLE_PERMITTED = 0x40000000
VIRTUAL_CONSOLE_ACTIVE = 0x80000000

IOMMU_AMD, IOMMU_INTEL = 1, 2

READ, WRITE, EXECUTE = 1, 2, 4
ROOTSHARED, NO_HUGEPAGES = 0x80, 0x100

MEMORY_FIELDS = ("phys_start", "virt_start", "size", "flags")

PCI_FIELDS = {
    "type": ("B", 0),
    "bdf": ("H", 4),
    "bar_mask": ("24s", 6),
    "num_msix_vectors": ("H", 36),
    "shmem_regions_start": ("I", 48),
    "shmem_region": ("I", 48),
    "shmem_dev_id": ("B", 52),
    "shmem_peers": ("B", 53),
    "shmem_protocol": ("H", 54),
}


class CellConfig:
    """A configuration by the name of its file in configs/x86, to be changed and written."""

    def __init__(self, name):
        self.data = bytearray((pathlib.Path(qemu.BUILD) / f"configs/x86/{name}.cell").read_bytes())

    def __getitem__(self, field):
        kind, offset = FIELDS[field]
        return struct.unpack_from(f"<{kind}", self.data, offset)[0]

    def set(self, **fields):
        """Sets fields of the descriptor; returns self."""
        for field, value in fields.items():
            kind, offset = FIELDS[field]
            value = value.encode() if isinstance(value, str) else value
            struct.pack_into(f"<{kind}", self.data, offset, value)
        return self

    def set_cpus(self, *cpus):
        """Sets the first eight bytes of the CPU set."""
        struct.pack_into("<Q", self.data, DESCRIPTOR_SIZE, sum(1 << cpu for cpu in cpus))
        return self

    def _memory_offset(self, index):
        return DESCRIPTOR_SIZE + self["cpu_set_size"] + index * MEMORY_SIZE

    def memory(self, index):
        """A memory region as a dictionary."""
        values = struct.unpack_from("<4Q", self.data, self._memory_offset(index))
        return dict(zip(MEMORY_FIELDS, values))

    def set_memory(self, index, **fields):
        values = self.memory(index) | fields
        struct.pack_into("<4Q", self.data, self._memory_offset(index),
                         *(values[field] for field in MEMORY_FIELDS))
        return self

    def set_regions(self, regions):
        """Replaces all memory regions; each has the four numbers of MEMORY_FIELDS."""
        start = self._memory_offset(0)
        end = self._memory_offset(self["num_memory_regions"])
        self.data[start:end] = b"".join(struct.pack("<4Q", *region) for region in regions)
        return self.set(num_memory_regions=len(regions))

    def _irqchips_end(self):
        return (self._memory_offset(self["num_memory_regions"]) +
                self["num_cache_regions"] * CACHE_SIZE + self["num_irqchips"] * IRQCHIP_SIZE)

    def add_irqchip(self, address, *pins):
        """Adds an IOAPIC, of which the cell gets these pins (below 32)."""
        end = self._irqchips_end()
        bitmap = sum(1 << pin for pin in pins)
        self.data[end:end] = struct.pack("<Q6I", address, 0, 0, bitmap, 0, 0, 0)
        return self.set(num_irqchips=self["num_irqchips"] + 1)

    def _pci_offset(self, bdf):
        """Where the PCI device with this bdf is."""
        start = self._irqchips_end() + self["num_pio_regions"] * PIO_SIZE
        for index in range(self["num_pci_devices"]):
            offset = start + index * PCI_DEVICE_SIZE
            if self._pci_field(offset, "bdf") == bdf:
                return offset
        raise KeyError(f"no PCI device {bdf:#x}")

    def _pci_field(self, offset, field):
        kind, place = PCI_FIELDS[field]
        return struct.unpack_from(f"<{kind}", self.data, offset + place)[0]

    def pci(self, bdf, field):
        """A field of the PCI device with this bdf."""
        return self._pci_field(self._pci_offset(bdf), field)

    def set_pci(self, bdf, /, **fields):
        """Sets fields of the PCI device with this bdf; returns self."""
        offset = self._pci_offset(bdf)
        for field, value in fields.items():
            kind, place = PCI_FIELDS[field]
            struct.pack_into(f"<{kind}", self.data, offset + place, value)
        return self

    def add_pci(self, device):
        """Adds a PCI device, by its bytes, to a configuration without capabilities."""
        self.data += device
        return self.set(num_pci_devices=self["num_pci_devices"] + 1)

    def pci_bytes(self, bdf):
        """The whole PCI device with this bdf."""
        offset = self._pci_offset(bdf)
        return bytes(self.data[offset:offset + PCI_DEVICE_SIZE])

    def bytes(self):
        return bytes(self.data)

    def put(self, vm, path="/tmp/test.cell"):
        """Writes it to a file in the root cell; returns the path."""
        vm.put(self.bytes(), path)
        return path


class SystemConfig(CellConfig):
    """A system configuration, of which what CellConfig knows is the root cell's part."""

    def __init__(self, name):
        super().__init__(name)
        self.system, self.data = self.data[:ROOT_CELL_OFFSET], self.data[ROOT_CELL_OFFSET:]

    def set_system_flags(self, flags):
        struct.pack_into("<I", self.system, SYSTEM_FLAGS_OFFSET, flags)
        return self

    def set_iommu(self, kind, base, size):
        """Sets the first IOMMU unit, of IOMMU_AMD or IOMMU_INTEL."""
        struct.pack_into("<IQI", self.system, IOMMU_UNITS_OFFSET, kind, base, size)
        return self

    def bytes(self):
        return bytes(self.system + self.data)
