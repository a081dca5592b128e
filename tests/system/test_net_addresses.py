# SPDX-License-Identifier: GPL-2.0-only
"""Where a cell's addresses come from: its command line, DHCP, itself; IPv6 from a router, and names."""

import re

import pytest

from netcells import BDF, POLLED, REVISION2, THREADS, Net

ADDRESS = r"net0: address ({})\s"
DHCP_RANGE = "10.0.0.50,10.0.0.50"
PREFIX6 = "fd00:77::"


@pytest.fixture
def net(root):
    made = Net(root)
    yield made
    root.sh("killall -q dnsmasq; ip -4 addr flush dev ivshm0; ip -6 addr flush dev ivshm0 scope global")


def serve(net, options):
    """A server for DHCP, routers and names on the first link; it answers from now on."""
    net.vm.run("dnsmasq --conf-file=/dev/null --user=root --interface=ivshm0 --bind-interfaces "
               f"--pid-file= --dhcp-leasefile=/tmp/leases --no-resolv --no-hosts {options}")


def mac_suffix(number, peer=1):
    """The interface identifier that goes with the address of the cell's end (RFC 4291, app. A)."""
    return f"49:56ff:fe00:{BDF[number]:x}{peer:02x}"


def own_address(net, pattern):
    return net.wait_demo(1, ADDRESS.format(pattern)).group(1)


@pytest.mark.parametrize("image", (POLLED, THREADS))
def test_dhcp(net, image):
    """
    Address, router and lease; the link comes up before there is a server. Who shuts down gives the
    address back.
    """
    link = net.links[REVISION2]
    net.start(1, image, text="net0=dhcp net1=none")
    link.wait_carrier()
    serve(net, f"--dhcp-range={DHCP_RANGE},255.255.255.0 --port=0")
    assert own_address(net, r"10\.0\.\d+\.\d+") == "10.0.0.50"
    link.wait_answer("10.0.0.50")
    assert "10.0.0.50" in net.vm.run("cat /tmp/leases")
    # By the router that it was told of, it answers to another network.
    net.vm.run("ip addr add 10.0.99.1/24 dev lo")
    assert link.ping("-c 2 -W 10 -I 10.0.99.1 10.0.0.50") == 2
    net.vm.run("ip addr del 10.0.99.1/24 dev lo")
    net.cell(1).shutdown()
    net.vm.wait(lambda: "10.0.0.50" not in net.vm.run("cat /tmp/leases"), "the lease to be given back")


@pytest.mark.parametrize("image", (POLLED, THREADS))
def test_link_local(net, image):
    """RFC 3927: by itself, and never one that somebody has."""
    link = net.links[REVISION2]
    net.vm.run("ip addr add 169.254.0.1/16 dev ivshm0")
    net.start(1, image, text="net0=auto net1=none")
    first = own_address(net, r"169\.254\.\d+\.\d+")
    link.wait_answer(first)
    net.vm.run(f"ip addr add {first}/16 dev ivshm0")
    net.start(1, image, text="net0=auto net1=none")
    second = own_address(net, r"169\.254\.\d+\.\d+")
    assert second != first
    link.wait_answer(second)


def test_without_an_ip4_address(net):
    net.start(1, text="net0=none net1=none")
    suffix = mac_suffix(REVISION2)
    own_address(net, rf"(?i:fe80::{suffix})")
    assert not re.search(ADDRESS.format(r"\d+\.\d+\.\d+\.\d+"), net.vm.since_mark("inmate.log"))
    net.links[REVISION2].wait_answer(f"fe80::{suffix}%ivshm0")


@pytest.mark.parametrize("image", (POLLED, THREADS))
def test_ip6_from_a_router(net, image):
    """RFC 4862: the prefix is the router's, the rest the cell's own."""
    link = net.links[REVISION2]
    net.vm.run(f"ip -6 addr add {PREFIX6}1/64 dev ivshm0 nodad")
    serve(net, f"--enable-ra --dhcp-range={PREFIX6},ra-only --port=0")
    net.start(1, image, text="net0=none net1=none")
    expected = f"{PREFIX6[:-1]}{mac_suffix(REVISION2)}".replace("::", ":")
    address = own_address(net, rf"(?i:{PREFIX6[:-2]}:[0-9a-f:]+)")
    assert address.lower().endswith(mac_suffix(REVISION2)), expected
    link.wait_answer(address)


def test_a_wrong_setting_is_told(net):
    """The cell says which word it does not understand, and where."""
    net.start(1, text="net0=10.0.0.2/33 net1=none")
    net.wait_demo(1, r"net0.*10\.0\.0\.2/33|10\.0\.0\.2/33.*net0")
