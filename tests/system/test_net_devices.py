# SPDX-License-Identifier: GPL-2.0-only
"""The Linux driver and the devices that the hypervisor makes for the root cell."""

import re

import pytest

from cellconfig import SystemConfig

REVISION2, SECOND, CLASSIC = LINKS = ("00:0e.0", "00:0f.0", "00:10.0")
DRIVER = "/sys/bus/pci/drivers/ivshmem_net"
CLASSIC_BDF = 0x0080
SECTIONS = {REVISION2: 0x7f000, SECOND: 0x7f000, CLASSIC: 0x80000}


@pytest.fixture
def bare(vm):
    """The hypervisor is off, and the driver is not loaded."""
    if vm.enabled():
        vm.disable()
    vm.sh("rmmod ivshmem-net")
    vm.load_module()
    yield vm
    if vm.alive() and vm.enabled():
        vm.disable()


def names(vm):
    """Network devices by PCI address."""
    output = vm.run(f"cd {DRIVER} && for d in 0000:*; do echo ${{d#0000:}} $(ls $d/net); done")
    return dict(line.split() for line in output.splitlines())


def addresses(vm):
    return {link: vm.run(f"cat /sys/class/net/{name}/address").strip()
            for link, name in names(vm).items()}


def check_links(vm):
    """One network device per link, each with what its kind of device has."""
    found = names(vm)
    assert set(found) == set(LINKS) and set(found.values()) == {"ivshm0", "ivshm1", "ivshm2"}
    interrupts = vm.run("cat /proc/interrupts")
    for link, name in found.items():
        kind, vectors = ("classic", 1) if link == CLASSIC else ("revision 2", 2)
        info = vm.run(f"ethtool -i {name}")
        assert f"firmware-version: {kind}" in info and f"bus-info: 0000:{link}" in info
        assert interrupts.count(f"ivshmem_net-0000:{link}-") == vectors
        words = vm.run(f"ethtool -d {name} raw on | od -An -v -tu4").split()
        assert words[10] == str(SECTIONS[link])
        text = vm.run(f"ip link set {name} up && ip -d link show {name}")
        assert "mtu 16384" in text and "NO-CARRIER" in text, "nobody is at the other end"


def test_binds_at_enable(bare):
    """Without a rescan, both revisions, protocols 0001 and 0100; and unbinds at disable."""
    bare.load_module("ivshmem-net")
    bare.enable()
    check_links(bare)
    first = addresses(bare)
    assert first[REVISION2] == "02:49:56:00:70:00" and len(set(first.values())) == len(LINKS)
    bare.disable()
    assert "ivshm" not in bare.run("ls /sys/class/net")
    config = SystemConfig("qemu").set_pci(CLASSIC_BDF, shmem_protocol=0x0100)
    bare.enable(config.put(bare))
    check_links(bare)
    assert re.search(r"^00:10\.0 ff01: ", bare.run("lspci -n"), re.MULTILINE)
    assert addresses(bare) == first, "stable"


def test_module_comes_and_goes_while_enabled(bare, count):
    bare.enable()
    for _ in range(count(3)):
        bare.load_module("ivshmem-net")
        check_links(bare)
        bare.run("rmmod ivshmem-net")
        assert "ivshm" not in bare.run("ls /sys/class/net")
        assert "ivshmem_net" not in bare.run("cat /proc/interrupts; cat /proc/iomem")
