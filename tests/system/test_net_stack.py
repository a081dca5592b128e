# SPDX-License-Identifier: GPL-2.0-only
"""The network device below other parts of Linux's stack, each with traffic.

Two ends in one kernel, as in test_net_linux.py; one pair for all tests.
"""

import pytest

from netpair import Pair

MAC = ("02:49:56:00:00:00", "02:49:56:00:00:01")


@pytest.fixture
def link(vm):
    pair = Pair(vm).up()
    pair.serve()
    yield pair
    if vm.alive():
        pair.remove()


def check(link, address):
    """Traffic both ways of all kinds with an address at the far end."""
    link.check(f"ping {address} 0 1400 200", f"echo {address} 300000 2",
               f"udp {address} 100 1400 16")


def test_vlan(link):
    """Full frames with one tag and with two, IPv4 and IPv6; the payload is as long as without."""
    for end in link.ends:
        number = end.number + 1
        end.run(f"ip link add link {end.name} name v7 mtu 16384 type vlan id 7 && "
                "ip link add link v7 name v8 mtu 16380 type vlan id 8 && "
                f"ip addr add 10.7.0.{number}/24 dev v7 && "
                f"ip -6 addr add fd07::{number}/64 dev v7 nodad && "
                f"ip addr add 10.77.0.{number}/24 dev v8 && ip link set v7 up; ip link set v8 up")
    before = link.near.statistics()
    link.check("ping 10.7.0.2 16300 16356", "ping fd07::2 16300 16336",
               "ping 10.77.0.2 16300 16352")
    for address in ("10.7.0.2", "fd07::2", "10.77.0.2"):
        check(link, address)
    gain = link.near.gained(before)
    assert gain["tx_offloaded"] > 0 and gain["tx_dropped"] == 0
    assert link.far.statistics()["rx_frame_errors"] == 0


def test_bridge(link):
    """A namespace behind a bridge at the near end, and the other way for the far end's frames."""
    link.vm.run("ip netns add inner && ip link add inside type veth peer name port && "
                "ip link set inside netns inner && ip addr flush dev ivshm0 && "
                "ip link add br0 type bridge && ip link set ivshm0 master br0 && "
                "ip link set port master br0 && ip link set port up && "
                "ip link set br0 mtu 1500 up && ip addr add 10.0.0.1/24 dev br0 && "
                "ip netns exec inner sh -c 'ip addr add 10.0.0.3/24 dev inside; "
                "ip link set inside up; sysctl -qw net.ipv4.ping_group_range=\"0 0\"'")
    link.far.set("mtu 1500")
    try:
        check(link, link.far.address)
        link.vm.run(f"ip netns exec inner sh -c 'net-check ping {link.far.address} 1372 1472 && "
                    f"net-check echo {link.far.address} 300000 2 && "
                    f"net-check udp {link.far.address} 100 1400 16'")
        assert f"{MAC[1]} dev ivshm0 master br0" in link.vm.run("bridge fdb show")
    finally:
        link.vm.run("ip link del br0; ip netns del inner")


def test_macvlan(link):
    link.vm.run("ip link add link ivshm0 name m0 type macvlan mode bridge && "
                "ip addr add 10.8.0.1/24 dev m0 && ip link set m0 up")
    link.far.run("ip addr add 10.8.0.2/24 dev ivshm1")
    check(link, "10.8.0.2")
    address = link.vm.run("cat /sys/class/net/m0/address").strip()
    assert address not in MAC and f"lladdr {address}" in link.far.run("ip neigh show 10.8.0.1")


def test_traffic_control(link):
    """A rate limit holds, an ingress filter drops, and traffic goes on when they are gone."""
    link.near.run("tc qdisc replace dev ivshm0 root tbf rate 8mbit burst 32k latency 2s")
    clock = "cut -d ' ' -f 1 /proc/uptime"
    seconds = link.near.run(f"{clock}; net-check echo {link.far.address} 1000000 1 > /dev/null; "
                            f"{clock}").split()
    assert float(seconds[1]) - float(seconds[0]) > 0.8, "a megabyte at a megabyte per second"
    sent = link.near.run("tc -s qdisc show dev ivshm0")
    assert "qdisc tbf" in sent and "Sent 0 bytes" not in sent
    link.near.run("tc qdisc replace dev ivshm0 root fq")
    check(link, link.far.address)
    link.far.run("tc qdisc add dev ivshm1 ingress && tc filter add dev ivshm1 parent ffff: "
                 "protocol ip u32 match ip protocol 1 0xff action drop")
    assert link.near.ping(f"-c 2 -i 0.2 -W 1 {link.far.address}") == 0
    link.far.run("tc qdisc del dev ivshm1 ingress")
    link.near.run("tc qdisc del dev ivshm0 root")
    check(link, link.far.address)


@pytest.mark.parametrize("base", (False, True), ids=("extended", "base"))
def test_capture(link, base):
    """tcpdump sees well-formed frames at both ends; without extensions, with good checksums."""
    link.far.base_protocol(base)
    link.wait_carrier()
    link.set_mtu(1500)
    for end in link.ends:
        if base:
            end.run(f"ethtool -K {end.name} gro off")  # would make partial checksums of good ones
        end.run(f"(tcpdump -Z root -i {end.name} -U -s 0 -w /tmp/capture{end.number} "
                f"'ip and not igmp' > /tmp/tcpdump{end.number} 2>&1) & "
                f"n=0; until grep -q listening /tmp/tcpdump{end.number} || "
                "[ $((n += 1)) -gt 300 ]; do sleep 0.1; done")
    link.check(f"ping {link.far.address} 0 1472 736", f"udp {link.far.address} 20 1000 16",
               f"echo {link.far.address} 50000 1")
    texts = []
    for end in link.ends:
        link.vm.wait(lambda end=end: link.vm.run(
            f"tcpdump -Z root -r /tmp/capture{end.number} -n tcp 2> /dev/null | "
            "grep 'Flags .F' | cut -d ' ' -f 3 | sort -u | wc -l"
            ).strip() == "2", "both ends of the connection in the capture")
        texts.append(link.vm.run(f"tcpdump -Z root -r /tmp/capture{end.number} -vn 2> /dev/null"))
    link.vm.run("killall tcpdump")
    for number, text in enumerate(texts):
        assert text.count("ICMP echo request") == 3 and text.count("ICMP echo reply") == 3
        assert text.count("UDP, length 1000") == 40
        assert "truncated" not in text and "bad-len" not in text and "malformed" not in text
        assert "bad-cksum" not in text
        # What a sender captures has its checksum still to be filled in, here or by the peer.
        received = [part for part in text.replace("\n    ", " ").split("\n")
                    if f" 10.0.0.{2 - number}." in part.split(" > ")[0]]
        assert len(received) > 20
        if base:
            assert not [part for part in received if "incorrect" in part]


def test_xdp_sockets_in_copy_mode(link):
    """Frames go from the ring to AF_XDP and back; all others still go to the stack."""
    link.far.run("rm -f /tmp/xdp; (xdp-echo serve ivshm1 > /tmp/xdp 2>&1) & "
                 "until [ -s /tmp/xdp ]; do sleep 0.1; done; cat /tmp/xdp; grep -q ready /tmp/xdp")
    assert "xdpgeneric" in link.far.run("ip link show ivshm1")
    for size in (60, 1514, 3000):
        assert f"200 frames of {size} bytes" in link.near.run(f"xdp-echo check ivshm0 200 {size}")
    check(link, link.far.address)
    link.vm.run("killall xdp-echo")
    link.vm.wait(lambda: "xdpgeneric" not in link.far.run("ip link show ivshm1"), "its end")
    check(link, link.far.address)
