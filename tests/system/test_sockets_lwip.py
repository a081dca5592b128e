# SPDX-License-Identifier: GPL-2.0-only
"""Socket programs in a cell: what main() is given, the program of
Documentation/writing-socket-apps.md, and socket-test, whose services stock programs in root use."""

import hashlib
import re

import pytest

import qemu
from netcells import Background

ROOT, CELL, ROOT6, CELL6 = "10.0.1.1", "10.0.1.2", "fd00:1::1", "fd00:1::2"
NETWORK = f"net0={CELL}/24,ip6={CELL6}"
PAGE = qemu.TOP / "Documentation/writing-socket-apps.md"
CONNECTIONS = 64
MILLION = 1000000
CHECKS = ("addresses", "errors", "half-close", "ip6", "late-close", "messages", "options", "reset", "select",
          "threads", "timeouts")
HELLO = qemu.TOP / "inmates/demos/hello-socket/main.c"


class Sockets:
    """Root with its end of the link, and the cell with a socket program."""

    def __init__(self, vm):
        self.vm = vm
        if not vm.loaded("ivshmem_net"):
            vm.load_module("ivshmem-net")
        vm.run(f"ip addr replace {ROOT}/24 dev ivshm0 && ip link set ivshm0 up && "
               f"ip -6 addr replace {ROOT6}/64 dev ivshm0 nodad")
        self.cell = vm.cell("net-demo")
        if not self.cell.exists():
            self.cell.create()

    def start(self, program, arguments="", ready="ready"):
        self.vm.mark()
        self.cell.load(f"inmates/demos/{program}/{program}.bin", f'{NETWORK} args="{arguments}"')
        self.cell.start()
        self.vm.wait_inmate(f"{program}: {ready}")
        for address in (CELL, CELL6):
            self.vm.wait_answer(address)

    def ask(self, command, seconds=120):
        """A command for socket-test, see there; returns the lines of the answer."""
        return self.vm.run(f"echo {command} | socat -t {seconds} - TCP:{CELL}:5000",
                           timeout=seconds + 30).splitlines()

    def state(self):
        """The counters of socket-test."""
        return {name: int(value) for name, value in (line.split() for line in self.ask("state"))}

    def wait_state(self, name, value):
        self.vm.wait(lambda: self.state()[name] == value, f"{name} to be {value}", 60)

    def check(self, *arguments):
        """Traffic whose content is checked, with the services of socket-test."""
        return self.vm.run("net-check " + " ".join(str(word) for word in arguments))

    def kernel_counter(self, name):
        """One of root's counters of TCP, by its name in /proc/net/netstat or /proc/net/snmp."""
        lines = self.vm.run("cat /proc/net/netstat /proc/net/snmp").splitlines()
        for names, values in zip(lines[::2], lines[1::2]):
            found = dict(zip(names.split(), values.split()))
            if name in found:
                return int(found[name])
        raise KeyError(name)


@pytest.fixture
def net(root):
    return Sockets(root)


@pytest.fixture
def services(net):
    """socket-test runs, and has lost nothing at the end of the test."""
    if not net.cell.exists() or net.cell.state() != "running" or \
            net.vm.sh(f"echo state | socat -t 5 - TCP:{CELL}:5000,connect-timeout=5 | "
                      "grep -q tcp_window")[0]:
        net.start("socket-test")
    before = net.state()
    yield net
    net.wait_state("clients", 0)
    after = net.state()
    assert after["threads"] == before["threads"]
    # Connections in TIME-WAIT, and what is cached for them, may be there for a while.
    assert after["heap_free"] > before["heap_free"] - 65536


def test_arguments_of_main(net):
    net.start("socket-test", "one 'two  words' -x=3 last\\ one")
    text = net.vm.since_mark("inmate.log")
    found = re.findall(r"^socket-test: argument (\d+): (.*)$", text.replace("\r", ""), re.MULTILINE)
    assert found == [("0", "socket-test"), ("1", "one"), ("2", "two  words"), ("3", "-x=3"),
                     ("4", "last one")]


def test_page_and_program_are_the_same():
    """The program that the page leads to, the first one, is the one that is built."""
    programs = re.findall(r"^```c\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    whole = [program for program in programs if "int main(" in program]
    assert whole[0] == HELLO.read_text()
    assert HELLO.read_text().count("\n") <= 40


def test_the_program_of_the_page_runs(net):
    """As the page shows it, and by IPv6, too; one client after the other."""
    net.start("hello-socket", "7001", "listening at port 7001")
    talk = "(echo one; sleep 1; echo two) | socat -t 20 - TCP{}:7001"
    for address in (f":{CELL}", f"6:[{CELL6}]"):
        assert net.vm.run(talk.format(address)) == "Hello from the cell!\none\ntwo\n"
    net.vm.wait_inmate("hello-socket: a client has left")


@pytest.mark.parametrize("check", CHECKS)
def test_sockets_of_one_host(services, check):
    """Each of the checks that socket-test makes with itself: SO_RCVTIMEO, getaddrinfo and others."""
    assert services.ask(f"check {check}") == ["passed"], services.vm.since_mark("inmate.log")


def test_all_checks_are_made(services):
    assert sorted(services.ask("list")) == sorted(CHECKS)


@pytest.mark.parametrize("address", (CELL, CELL6))
def test_many_connections_through_select(services, address, count):
    """
    All are there at once: the service accepts one at a time, and each of them takes more turns than
    there are connections. In the end each has got back what it had sent, after a half-close.
    """
    net = services
    output = net.check("echo", address, 400000 * count(1), CONNECTIONS)
    assert f"by each of {CONNECTIONS} streams" in output
    assert net.state()["most_clients"] >= CONNECTIONS


def test_half_close(services):
    """Root has said all it has to say, and waits: what the cell had not sent back still comes."""
    net = services
    net.ask("pause 2000")  # as soon as there is a client
    output = net.vm.run(f"printf 'the question' | socat -t 30 - TCP:{CELL}:7")
    assert output == "the question"


def test_reset(services):
    """A client that resets its connection is noticed, and disturbs nobody else."""
    net = services
    before = net.state()["resets"]
    other = Background(net.vm, f"net-check echo {CELL} {2 * MILLION} 4")
    for _ in range(5):
        net.vm.run(f"(sleep 1000 | socat - TCP:{CELL}:7,so-linger=0 > /dev/null 2>&1) & "
                   f"until ss -Htnp state established dst {CELL}:7 | grep -q socat; do sleep 0.1; done; "
                   "killall -KILL socat; killall -q sleep; true")
    net.vm.wait(lambda: net.state()["resets"] == before + 5, "resets to be noticed", 60)
    other.wait()


def test_the_cell_closes_its_window(services):
    """The program does not read: no more is sent than the window; then all of it arrives."""
    net = services
    before = net.kernel_counter("TCPWinProbe")
    net.ask("pause 3000")  # as soon as there is a client
    net.check("echo", CELL, 100 * MILLION)
    state = net.state()
    assert state["tcp_window"] - 65536 <= state["most_waiting"] <= state["tcp_window"]
    assert net.kernel_counter("TCPWinProbe") > before, "root was to ask for room"


def chargen(size):
    """What RFC 864's service sends, in the form that is common."""
    text = "".join("".join(chr(32 + (line + place) % 95) for place in range(72)) + "\r\n"
                   for line in range(95)).encode()
    return (text * (size // len(text) + 1))[:size]


def test_root_closes_its_window(services):
    """Nobody reads in root for a while; lwIP waits, asks for room, and goes on."""
    net = services
    closed = net.kernel_counter("TCPToZeroWindowAdv")
    size = 8 * MILLION
    output = net.vm.run(f"socat -u TCP:{CELL}:19,rcvbuf=65536 - | (sleep 4; head -c {size} | md5sum)")
    assert output.split()[0] == hashlib.md5(chargen(size)).hexdigest()
    assert net.kernel_counter("TCPToZeroWindowAdv") > closed


def test_datagrams(services):
    """In pieces, by sendmsg() and recvmsg(), to the largest; in sequence."""
    for address in (CELL, CELL6):
        for size in (0, 1, 999, 1000, 1001, 1400, 60000):
            services.check("udp", address, 40, size, 4)


def test_names(services):
    """getaddrinfo() asks the name server that the link was told of, for both families."""
    net = services
    net.vm.run("dnsmasq --conf-file=/dev/null --user=root --interface=ivshm0 --bind-interfaces --no-resolv "
               "--no-hosts --pid-file=/tmp/dns.pid --address=/server.test/10.0.1.77 "
               "--host-record=six.test,fd00:1::77")
    try:
        assert net.ask("name 10.0.1.9") == ["10.0.1.9"]
        net.vm.mark()
        net.cell.load("inmates/demos/socket-test/socket-test.bin", f"{NETWORK},dns={ROOT}").start()
        net.vm.wait_inmate("socket-test: ready")
        net.vm.wait_answer(CELL)
        assert net.ask("name server.test") == ["10.0.1.77"]
        assert [line.lower() for line in net.ask("name6 six.test")] == ["fd00:1::77"]
        assert "10." not in net.ask("name nobody.invalid")[0]
    finally:
        net.vm.run("kill $(cat /tmp/dns.pid)")


NETEM = {
    "loss": "loss 2%",
    "reordering": "delay 4ms reorder 70% 25%",
    "delay": "delay 15ms 5ms",
    "all": "delay 3ms 2ms loss 1% duplicate 1% reorder 90%",
}


@pytest.fixture
def bad_network(services):
    """bad_network(netem): both directions of the link become as bad as it says, on root's side."""
    vm = services.vm

    def make(netem):
        vm.run("modprobe ifb numifbs=0; ip link add ifb0 type ifb && ip link set ifb0 up && "
               "tc qdisc add dev ivshm0 ingress && "
               "tc filter add dev ivshm0 parent ffff: protocol all u32 match u32 0 0 "
               "action mirred egress redirect dev ifb0 && "
               f"tc qdisc add dev ifb0 root netem {netem} && "
               f"tc qdisc add dev ivshm0 root netem {netem}")
        # Without gso_max_segs, root's TCP would give netem many segments in one packet.
        vm.run("ip link set ivshm0 mtu 1500 gso_max_segs 1 && "
               "ethtool -K ivshm0 tso off gso off gro off")

    yield make
    if vm.alive():
        vm.run("tc qdisc del dev ivshm0 root; tc qdisc del dev ivshm0 ingress; ip link del ifb0; "
               "ethtool -K ivshm0 tso on gso on gro on; "
               "ip link set ivshm0 mtu 16384 gso_max_segs 65535")


@pytest.mark.parametrize("kind", NETEM)
def test_content_survives_a_bad_network(services, bad_network, kind, count):
    """TCP's content is right however bad the network is: lwIP sends again over our interface."""
    net = services
    before = net.kernel_counter("RetransSegs")
    bad_network(NETEM[kind])
    net.check("echo", CELL, 300000 * count(1), 2)
    net.check("chargen", CELL, MILLION * count(1))
    net.check("discard", CELL6, MILLION * count(1))
    dropped = [int(number) for device in ("ifb0", "ivshm0") for number in
               re.findall(r"dropped (\d+)", net.vm.run(f"tc -s qdisc show dev {device} root"))]
    print(dropped, net.kernel_counter("RetransSegs") - before)
    if "loss" in NETEM[kind]:
        assert all(number > 0 for number in dropped)
        assert net.kernel_counter("RetransSegs") > before
