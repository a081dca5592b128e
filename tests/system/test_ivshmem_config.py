# SPDX-License-Identifier: GPL-2.0-only
"""Ends of a channel that do not fit: refused by the hypervisor and by "jailhouse config check"."""

import errno
import io
import re
import tarfile

import pytest

from cellconfig import READ, ROOTSHARED, WRITE, MEMORY_FIELDS, CellConfig
from ivshmem import (IMAGE, NAMES, PAIR, PAIR_CLASSIC, QUIET, ROOTS, ROOTS_CLASSIC, bdf, demo,
                     wait_demo)
from jailhouse import TEST_MODULE

HYPERCALL_CELL_CREATE = 1
FREE_ID = 9

SYSTEM = "configs/x86/qemu.cell"
FIRST, SECOND = (f"configs/x86/{NAMES[number]}.cell" for number in (1, 2))

# What each message says: cell, field, value, and what is wrong with it
FINDING = re.compile(r'cell "[^"]+": (mem_regions|pci_devices)\[\d+\]\.\w+ 0x[0-9a-f]+.+')

# Regions of the second demo
ROOTS_STATE, ROOTS_COMMON, ROOTS_OUTPUT = 0, 1, 2
PAIR_STATE, PAIR_COMMON, PAIR_OUTPUT = 5, 6, 7
CLASSIC = 9


def region(index, **fields):
    return lambda config: config.set_memory(index, **fields)


def flags(index, value):
    return region(index, flags=value)


def device(channel, **fields):
    return lambda config: config.set_pci(bdf(channel), **fields)


def move(first, last, distance):
    """Moves a run of regions in the machine; for the cell they stay where they are."""
    def change(config):
        for index in range(first, last + 1):
            start = config.memory(index)["phys_start"] + distance
            config.set_memory(index, phys_start=start)
        return config
    return change


def both(*changes):
    def change(config):
        for one in changes:
            one(config)
        return config
    return change


def swap_kinds(config):
    """The classic device at the place of the other, and the other way round."""
    unused = 0xfff8
    config.set_pci(bdf(PAIR), bdf=unused)
    config.set_pci(bdf(PAIR_CLASSIC), bdf=bdf(PAIR))
    return config.set_pci(unused, bdf=bdf(PAIR_CLASSIC))


MISMATCHES = {
    "classic-size": (region(CLASSIC, size=0x80000), "size"),
    "classic-address": (move(CLASSIC, CLASSIC, 0x100000), "phys_start"),
    "classic-protocol": (device(PAIR_CLASSIC, shmem_protocol=0x4000), "shmem_protocol"),
    "classic-vectors": (device(PAIR_CLASSIC, num_msix_vectors=2), "num_msix_vectors"),
    "classic-rights": (flags(CLASSIC, READ), "flags"),
    "address": (move(PAIR_STATE, PAIR_OUTPUT + 1, 0x200000), "phys_start"),
    "size-of-one-output": (region(PAIR_OUTPUT + 1, size=0x8000), "size"),
    "size-of-all-outputs": (both(region(PAIR_OUTPUT, size=0x8000),
                                 region(PAIR_OUTPUT + 1, size=0x8000, virt_start=0x5f818000),
                                 move(PAIR_OUTPUT + 1, PAIR_OUTPUT + 1, -0x8000)), "size"),
    "no-state-table": (region(PAIR_STATE, size=0), "state table"),
    "protocol": (device(PAIR, shmem_protocol=0x4001), "shmem_protocol"),
    "protocol-unlike-roots": (device(ROOTS, shmem_protocol=1), "shmem_protocol"),
    "vectors": (device(PAIR, num_msix_vectors=3), "num_msix_vectors"),
    "vectors-unlike-roots": (device(ROOTS, num_msix_vectors=5), "num_msix_vectors"),
    "too-many-vectors": (device(PAIR, num_msix_vectors=17), "num_msix_vectors"),
    "peers": (both(device(ROOTS, shmem_peers=2, shmem_dev_id=1),
                   flags(ROOTS_OUTPUT + 1, READ | WRITE | ROOTSHARED),
                   flags(ROOTS_OUTPUT + 2, READ | ROOTSHARED)), "shmem_peers"),
    "one-peer": (device(PAIR, shmem_peers=1), "shmem_peers"),
    "other-kind": (swap_kinds, "shmem_peers"),
    "id-used-twice": (both(device(PAIR, shmem_dev_id=0), flags(PAIR_OUTPUT, READ | WRITE),
                           flags(PAIR_OUTPUT + 1, READ)), "shmem_dev_id"),
    "id-of-root": (both(device(ROOTS, shmem_dev_id=0),
                        flags(ROOTS_OUTPUT, READ | WRITE | ROOTSHARED),
                        flags(ROOTS_OUTPUT + 2, READ | ROOTSHARED)), "shmem_dev_id"),
    "id-too-large": (device(PAIR, shmem_dev_id=2), "shmem_dev_id"),
    "gap-between-regions": (move(PAIR_OUTPUT + 1, PAIR_OUTPUT + 1, 0x10000), "not consecutive"),
    "gap-in-the-cell": (region(PAIR_OUTPUT + 1, virt_start=0x60000000), "not consecutive"),
    "rootshared-missing": (flags(ROOTS_COMMON, READ | WRITE), "lack ROOTSHARED"),
    "index-out-of-range": (device(PAIR, shmem_regions_start=10), "shmem_regions_start"),
    "index-far-out-of-range": (device(PAIR, shmem_regions_start=0xffffffff),
                               "shmem_regions_start"),
    "classic-index-out-of-range": (device(PAIR_CLASSIC, shmem_region=12), "shmem_region"),
    "state-table-writable": (flags(PAIR_STATE, READ | WRITE), "read-only"),
    "output-of-the-peer-writable": (flags(PAIR_OUTPUT, READ | WRITE), "must not be writable"),
    "own-output-read-only": (flags(PAIR_OUTPUT + 1, READ), "must be writable"),
}

# The same for the classic channel of root and the first demo
FIRST_ROOTS_STATE, FIRST_CLASSIC = 0, 10

MISMATCHES_WITH_ROOT = {
    "size": (region(FIRST_CLASSIC, size=0x80000), "size"),
    "address": (move(FIRST_CLASSIC, FIRST_CLASSIC, 0x100000), "phys_start"),
    "protocol": (device(ROOTS_CLASSIC, shmem_protocol=0x0100), "shmem_protocol"),
    "vectors": (device(ROOTS_CLASSIC, num_msix_vectors=0), "num_msix_vectors"),
    "rootshared-missing": (flags(FIRST_CLASSIC, READ | WRITE), "lack ROOTSHARED"),
    "rootshared-missing-of-table": (flags(FIRST_ROOTS_STATE, READ), "lack ROOTSHARED"),
}


def check(vm, *paths):
    return vm.sh(f"jailhouse config check {SYSTEM} {' '.join(paths)}")


def find(words, output):
    """The first finding of the checker that has the words, or None."""
    return next((match.group(0) for match in FINDING.finditer(output) if words in match.group(0)),
                None)


def what_exists(vm):
    return (vm.cells(), vm.online_cpus(), vm.pool("mem_pool_used"), vm.pool("remap_pool_used"))


def create_refuses(vm, path, finding):
    """Creates a cell in vain, for the reason that the checker gave. Nothing may change by that."""
    before = what_exists(vm)
    vm.mark()
    rc, output = vm.sh(f"jailhouse cell create {path}")
    assert rc == 1, output
    if finding not in output:
        vm.wait_hv(re.escape(finding))
    assert what_exists(vm) == before


def unpack(vm, configs):
    """Puts configurations into files /tmp/NAME.cell, all at once."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, config in configs.items():
            entry = tarfile.TarInfo(f"{name}.cell")
            entry.size = len(config.bytes())
            tar.addfile(entry, io.BytesIO(config.bytes()))
    vm.put(archive.getvalue(), "/tmp/configs.tar")
    vm.run("cd /tmp && tar xf configs.tar")


def try_all(vm, names, *beside):
    """What the checker says of each configuration, and how the hypercall ends.

    The hypercall spares the driver's part, which takes a CPU offline and online each time; and all
    is one command.
    """
    vm.load_test_module()
    output = vm.run(
        f"cd {TEST_MODULE}; for name in {' '.join(names)}; do echo \"== $name\"; "
        f"(cd /root; jailhouse config check {SYSTEM} {' '.join(beside)} /tmp/$name.cell; echo \"rc $?\"); "
        f"cat /tmp/$name.cell > buffer; "
        f"echo \"hypercall 0 {HYPERCALL_CELL_CREATE} $(cat address) 0\" > command; cat command; done")
    for part in output.split("== ")[1:]:
        name, *lines, rc, result = part.splitlines()
        yield name, "\n".join(lines), rc, int(result)


def all_refuse(vm, mismatches, original, *beside, by_command=()):
    """Checker, hypervisor and (those chosen) the command refuse each, and for the same reason."""
    unpack(vm, {name: change(CellConfig(original)).set(id=FREE_ID)
                for name, (change, _) in mismatches.items()})
    before = what_exists(vm)
    vm.mark()
    results = list(try_all(vm, mismatches, *beside))
    assert len(results) == len(mismatches)
    for name, output, rc, result in results:
        print(name, result)
        finding = find(mismatches[name][1], output)
        assert finding and rc == "rc 1", (name, output)
        assert result in (-errno.EINVAL, -errno.EBUSY), name
        vm.wait_hv(re.escape(finding))
    assert what_exists(vm) == before
    for name, output, _, _ in results:
        if name in by_command:
            create_refuses(vm, f"/tmp/{name}.cell", find(mismatches[name][1], output))


@pytest.fixture
def first(root):
    """The first demo; the second does not fit, whatever it tries."""
    if NAMES[1] not in root.cells().values():
        root.cell(NAMES[1]).create()
    return root


def test_the_table_of_channels(root):
    rc, output = check(root, FIRST, SECOND)
    assert rc == 0
    rows = [line.split() for line in output[output.index("Channel"):].splitlines()[1:]]
    shown = {row[0]: " ".join(row[1:]) for row in rows}
    assert shown[ROOTS] == ("revision 2 of 3 0x5f300000 0x40000 "
                            "QEMU (0), ivshmem-demo (1), ivshmem-demo2 (2)")
    assert shown["00:12.0"] == "classic 0x5f400000 0x100000 QEMU, ivshmem-demo"
    assert shown[PAIR] == "revision 2 of 2 0x5f800000 0x30000 ivshmem-demo (0), ivshmem-demo2 (1)"
    assert shown[PAIR_CLASSIC] == "classic 0x5f900000 0x100000 ivshmem-demo, ivshmem-demo2"


def test_every_mismatch(first, count):
    soak = count(1) > 1
    all_refuse(first, MISMATCHES, NAMES[2], FIRST,
               by_command=MISMATCHES if soak else ("classic-size", "one-peer", "id-used-twice"))
    demo(first, 2)
    first.cell(NAMES[2]).destroy()


def test_every_mismatch_with_root(root):
    all_refuse(root, MISMATCHES_WITH_ROOT, NAMES[1], by_command=("rootshared-missing",))
    demo(root, 1)


def test_a_third_peer_of_a_classic_channel(first):
    """All other devices and memory are its own: only the channel is in the way."""
    second = CellConfig(NAMES[2])
    third = CellConfig("tick-demo").set(name="third").set_cpus(3)
    ram = [[third.memory(index)[field] for field in MEMORY_FIELDS]
           for index in range(third["num_memory_regions"])]
    channel = [second.memory(CLASSIC)[field] for field in MEMORY_FIELDS]
    third.set_regions([*ram, channel]).add_pci(second.pci_bytes(bdf(PAIR_CLASSIC)))
    third.set_pci(bdf(PAIR_CLASSIC), shmem_region=len(ram))
    path = third.put(first, "/tmp/third.cell")
    assert check(first, FIRST, path)[0] == 0, "a second one would do"
    first.cell(NAMES[2]).create()
    rc, output = check(first, FIRST, SECOND, path)
    finding = find("has both its ends already", output)
    assert finding and rc == 1, output
    create_refuses(first, path, finding)
    first.cell(NAMES[2]).destroy()
    first.run(f"jailhouse cell create {path}")
    first.cell("third").destroy()


def test_a_channel_elsewhere_in_the_cell(root):
    """virt_start may differ: the other end sees the same memory at other addresses."""
    config = CellConfig(NAMES[2])
    for index in range(PAIR_STATE, PAIR_OUTPUT + 2):
        config.set_memory(index, virt_start=config.memory(index)["virt_start"] + 0x20000000)
    demo(root, 1, f"period_ms=50 channel={PAIR}")
    root.cell(NAMES[2]).create(config.put(root)).load(IMAGE, f"{QUIET} channel={PAIR}").start()
    wait_demo(root, 2, f"{PAIR} peer 0 says: hello")
    wait_demo(root, 1, f"{PAIR} peer 1 says: re: hello")


def test_common_and_output_sections_may_be_missing(root):
    """Without outputs, the demo uses the common section; it says so of neither."""
    empty = {"phys_start": 0, "virt_start": 0, "size": 0, "flags": 0}
    for missing in ([PAIR_OUTPUT, PAIR_OUTPUT + 1], [PAIR_COMMON]):
        for number in (1, 2):
            config = CellConfig(NAMES[number])
            for index in missing:
                config.set_memory(index, **empty)
            if missing == [PAIR_COMMON]:
                move(PAIR_OUTPUT, PAIR_OUTPUT + 1, -0xf000)(config)
                for index in (PAIR_OUTPUT, PAIR_OUTPUT + 1):
                    config.set_memory(index, virt_start=config.memory(index)["phys_start"])
            cell = root.cell(NAMES[number]).create(config.put(root))
            cell.load(IMAGE, f"period_ms=50 channel={PAIR}").start()
        wait_demo(root, 1, f"{PAIR} peer 1 says: re: hello")
        wait_demo(root, 2, f"{PAIR} peer 0 says: re: hello")
        root.destroy_cells()
        root.mark()
