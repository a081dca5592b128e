# SPDX-License-Identifier: GPL-2.0-only
"""iperf3 in cells: stock clients in root against a cell, a cell as client of root's stock server, two
cells with each other; clients that misbehave.

Cell "iperf3" is the server of all tests, from the first to the last: 10.0.1.2 to root (ivshm0) and
10.0.9.1 to the other cell. Cell "iperf3-peer" is the client: 10.0.2.2 to root (ivshm1), 10.0.9.2.
"""

import json
import re

import pytest

from jailhouse import FAILED, SHUT_DOWN

SERVER, SERVER6, PEER_SIDE = "10.0.1.2", "fd00:1::2", "10.0.9.1"
ROOT, ROOT6 = "10.0.2.1", "fd00:2::1"
SERVER_PARAMETERS = 'net0=10.0.1.2/24,ip6=fd00:1::2 net1=10.0.9.1/24 args="-s -V"'
IMAGE = "inmates/demos/iperf3/iperf3.bin"
FIRST_INTERVAL = r"\] +0\.00-\d+\.\d\d"
LISTENING = "Server listening on 5201"
USAGE = re.compile(r"heap: (\d+) bytes free, (\d+) blocks; pcbs: (\d+) TCP, (\d+) in TIME-WAIT, (\d+) UDP")
COOKIE = "abcdefghijklmnopqrstuvwxyz2345672345"

TEST_SECONDS = 90
SETUP_SECONDS = 10  # what the server gives a client for its parameters, and some connections
SETTLE_SECONDS = 6  # connections in TIME-WAIT are gone then
MILLION = 1000000
ON_THE_WAY = 8 * MILLION  # bytes at the end of a test, at most
WINDOW = 2 * MILLION  # bytes in the buffers of both ends, with -w 256K at most

LINKS = """
insmod ivshmem-net.ko
ip addr add 10.0.1.1/24 dev ivshm0
ip addr add 10.0.2.1/24 dev ivshm1
for n in 0 1; do
	ip link set ivshm$n up
	ip -6 addr add fd00:$((n + 1))::1/64 dev ivshm$n nodad
done
"""


@pytest.fixture
def root_with_links(vm):
    if not vm.enabled():
        vm.enable()
        vm.run(LINKS)
    return vm


@pytest.fixture
def server(root_with_links):
    """The cell that serves, which stays; so all tests together show that it loses nothing."""
    vm = root_with_links
    cell = vm.cell("iperf3")
    if not cell.exists():
        cell.launch(SERVER_PARAMETERS)
        vm.wait_inmate(LISTENING)
        vm.wait_answer(SERVER)
        vm.wait_answer(SERVER6)
    yield cell
    assert cell.state() == "running"


def run_client(vm, arguments, address=SERVER):
    """A stock client in root; returns its JSON."""
    rc, output = vm.sh(f"iperf3 -c {address} -J {arguments}", TEST_SECONDS)
    assert rc == 0, f"{arguments}: {output}"
    return json.loads(output)


def check_tcp(result, streams=1, on_the_way=ON_THE_WAY):
    """All streams have data, and both sides count the same, but for the bytes that were on the way."""
    end = result["end"]
    assert len(end["streams"]) == streams
    for stream in end["streams"]:
        assert stream["sender"]["bytes"] > 0
    for suffix in ("", "_bidir_reverse"):
        if "sum_sent" + suffix in end:
            sent = end["sum_sent" + suffix]["bytes"]
            received = end["sum_received" + suffix]["bytes"]
            print(f"{sent} bytes sent, {received} received{suffix}")
            assert received > 0 and abs(sent - received) < 0.3 * max(sent, received) + on_the_way
    return end


def check_udp(result, streams=1):
    """Datagrams are counted on both sides. A busy machine may lose some, in root."""
    end = result["end"]
    assert len(end["streams"]) == streams
    for stream in end["streams"]:
        udp = stream["udp"]
        assert udp["packets"] > 0 and 0 <= udp["lost_packets"] < udp["packets"]
        assert udp["jitter_ms"] >= 0 and "out_of_order" in udp
    assert end["sum"]["lost_percent"] < 100
    return end


TCP = {
    "time": ("-t 1", 1),
    "reverse": ("-n 8M -R -w 256K", 1),
    "bidir": ("-n 8M -b 40M -w 256K --bidir", 2),
    "parallel": ("-t 1 -P 8", 8),
    "parallel-reverse": ("-n 8M -P 8 -R -w 64K", 8),
    "blocks": ("-k 200", 1),
    "length-window": ("-n 4M -l 16K -w 64K", 1),
    "segment-rate": ("-n 1M -M 1000 -b 20M", 1),
    "interval-omit": ("-t 1 -i 0.2 -O 1 -b 40M", 1),
}


@pytest.mark.parametrize("name", TCP)
def test_tcp(server, name):
    arguments, streams = TCP[name]
    windows = streams * WINDOW if "-w" in arguments else ON_THE_WAY
    end = check_tcp(run_client(server.vm, arguments), streams, min(windows, ON_THE_WAY))
    if name == "bidir":
        assert {"sum_sent_bidir_reverse", "sum_received_bidir_reverse"} <= set(end)


@pytest.mark.parametrize("arguments,size", (("-n 10M", 10 << 20), ("-k 200", 200 * (128 << 10)),
                                            ("-n 4M -l 16K", 4 << 20)))
def test_bytes_are_exact(server, arguments, size):
    """
    Without a rate, stock writes up to ten blocks at a time and does not ask before the tenth whether it
    has sent enough.
    """
    end = check_tcp(run_client(server.vm, f"{arguments} -b 10G"))
    assert end["sum_sent"]["bytes"] == end["sum_received"]["bytes"] == size


def test_the_server_keeps_a_rate(server):
    """With -R it is the cell that has to; nothing else limits it to a fraction of what it can do."""
    end = check_tcp(run_client(server.vm, "-R -t 3 -b 8M"))
    assert end["sum_received"]["bits_per_second"] > 4e6
    assert end["sum_sent"]["bits_per_second"] < 10e6, "by the server's clock"


def test_the_server_takes_the_segment_size(server):
    """With -R, packets that reach root are no larger than -M says."""
    vm = server.vm
    vm.run("ethtool -K ivshm0 gro off && ethtool --set-priv-flags ivshm0 base-protocol on")
    vm.wait_answer(SERVER)

    def received():
        text = vm.run("ethtool -S ivshm0")
        return [int(re.search(rf"{name}: (\d+)", text).group(1)) for name in ("rx_bytes", "rx_packets")]

    before = received()
    check_tcp(run_client(vm, "-R -n 1M -M 1000"))
    size, packets = (after - start for after, start in zip(received(), before))
    vm.run("ethtool -K ivshm0 gro on && ethtool --set-priv-flags ivshm0 base-protocol off")
    vm.wait_answer(SERVER)
    assert packets >= (1 << 20) / 1000 and size / packets < 1100


def test_intervals(server):
    result = run_client(server.vm, "-t 1 -i 0.2 -O 1")
    for omitted in (True, False):
        kind = [interval["sum"] for interval in result["intervals"]
                if interval["sum"]["omitted"] == omitted]
        # One that is late is longer, by those that would have come meanwhile.
        assert kind and (len(kind) >= 2 or kind[0]["seconds"] > 0.6)


UDP = {
    "default": ("-u -t 1", 1),
    "rate-length": ("-u -t 1 -b 4M -l 1000", 1),
    "reverse": ("-u -k 500 -b 4M -l 1000 -R", 1),
    "pacing-timer": ("-u -k 50 -b 4M --pacing-timer 10000", 1),
    "bidir": ("-u -k 400 -b 2M -l 1400 --bidir", 2),
    "parallel-64bit-omit": ("-u -t 1 -b 1M -l 1400 -P 4 -O 1 --udp-counters-64bit", 4),
}


@pytest.mark.parametrize("name", UDP)
def test_udp(server, name):
    arguments, streams = UDP[name]
    check_udp(run_client(server.vm, arguments), streams)


def drop_datagrams(vm, length, percent):
    """Root loses some of the datagrams of this length on ivshm0: not those that begin or end a test."""
    packet = length + 28  # with the headers of IPv4 and UDP
    vm.run("tc qdisc replace dev ivshm0 root handle 1: prio priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 && "
           f"tc qdisc add dev ivshm0 parent 1:3 handle 30: netem loss {percent}% && "
           "tc filter add dev ivshm0 protocol ip parent 1: prio 1 u32 match ip protocol 17 0xff "
           f"match u16 {packet} 0xffff at 2 flowid 1:3")


def test_losses_are_told(server):
    """Root drops datagrams on their way out; the cell counts them, but for those behind the last one."""
    vm = server.vm
    drop_datagrams(vm, 1000, 20)
    try:
        end = check_udp(run_client(vm, "-u -k 300 -b 8M -l 1000"))
        netem = json.loads(vm.run("tc -s -j qdisc show dev ivshm0 handle 30:"))[0]
    finally:
        vm.run("tc qdisc del dev ivshm0 root")
    print(f"{netem['drops']} dropped, {end['sum']['lost_packets']} lost of {end['sum']['packets']}")
    assert netem["drops"] > 10
    assert netem["drops"] - 10 <= end["sum"]["lost_packets"] < 300
    assert end["sum_sent"]["packets"] >= 300


def test_ipv6(server):
    check_tcp(run_client(server.vm, "-6 -n 4M", SERVER6))
    check_udp(run_client(server.vm, "-6 -u -k 50 -b 4M -R", SERVER6))


def test_output_of_the_server(server):
    text = run_client(server.vm, "-n 4M --get-server-output")["server_output_text"]
    assert "Accepted connection from 10.0.1.1" in text
    assert re.search(r"\[ *\d+\] +0.00-\d.* MBytes .* [MG]bits/sec +receiver", text)


def test_console_looks_like_stock(server):
    vm = server.vm
    output = vm.run(f"iperf3 -c {SERVER} -t 1 -P 2")
    assert re.search(r"\[SUM\] .*receiver", output) and "iperf Done." in output
    vm.wait_inmate(r"\[ ID\] Interval +Transfer +Bitrate[\s\S]*\[SUM\].*receiver")


# The cell as client

def start_peer(vm, arguments, parameters=""):
    """Lets the cell be a client; returns the cell."""
    cell = vm.cell("iperf3-peer")
    if cell.exists():
        cell.destroy()
    vm.mark()
    return cell.launch(f'net0=10.0.2.2/24,ip6=fd00:2::2 net1=10.0.9.2/24 {parameters} args="{arguments}"',
                       image=IMAGE)


def run_peer(vm, arguments, parameters=""):
    """The same; returns what it printed until it ended."""
    start_peer(vm, arguments, parameters).wait_state(SHUT_DOWN, TEST_SECONDS)
    return vm.since_mark("cell.log").replace("\r", "")


def peer_fails(vm, cell, error):
    """The client prints the error, and its cell ends as one that has failed."""
    vm.wait_log("cell.log", f"iperf3: error - .*{error}", TEST_SECONDS)
    cell.wait_state(FAILED)


def start_stock_server(vm):
    """For one test; its JSON can be had from stock_report()."""
    vm.run("rm -f /tmp/server.json; (iperf3 -s -1 -J > /tmp/server.part 2>&1; "
           "mv /tmp/server.part /tmp/server.json) > /dev/null 2>&1 & "
           "until ss -ltn | grep -q ':5201 '; do sleep 0.1; done")


def stock_report(vm):
    vm.wait(lambda: vm.sh("test -e /tmp/server.json")[0] == 0, "the stock server to end")
    return json.loads(vm.run("cat /tmp/server.json"))


CLIENT = {
    "tcp": (f"-c {ROOT} -t 1", "sender"),
    "reverse": (f"-c {ROOT} -t 1 -R", "receiver"),
    "bidir-parallel": (f"-c {ROOT} -t 1 --bidir -P 2", "RX-C"),
    "udp": (f"-c {ROOT} -u -t 1 -b 4M -l 1000", "Lost/Total Datagrams"),
    "udp-reverse": (f"-c {ROOT} -u -t 1 -b 4M -R --get-server-output", "Server JSON output:"),
    "ipv6": (f"-6 -c {ROOT6} -n 4M -l 64K -w 128K -M 1200 -i 0.5", "sender"),
}


@pytest.mark.parametrize("name", CLIENT)
def test_client(root_with_links, name):
    vm = root_with_links
    arguments, expected = CLIENT[name]
    start_stock_server(vm)
    text = run_peer(vm, arguments)
    print(text)
    assert "iperf Done." in text and expected in text
    report = stock_report(vm)
    assert "error" not in report
    assert report["end"]["sum_received" if "-R" not in arguments else "sum_sent"]["bytes"] > 0


def test_client_prints_json(root_with_links):
    """Both sides tell the same about the same test."""
    vm = root_with_links
    start_stock_server(vm)
    text = run_peer(vm, f"-c {ROOT} -t 1 -J -R")
    own = json.loads(text[text.index("{"):text.rindex("}") + 1])
    there = stock_report(vm)
    assert own["end"]["sum_sent"]["bytes"] == there["end"]["sum_sent"]["bytes"]
    assert own["start"]["cookie"] == there["start"]["cookie"]
    assert own["end"]["cpu_utilization_percent"]["host_total"] > 0


@pytest.mark.parametrize("arguments", ("-n 4M", "-n 4M -R", "-n 4M --bidir -P 2"))
def test_client_with_little_memory(root_with_links, arguments):
    """8 of the cell's 64 MiB: windows and buffers are smaller, and everything arrives."""
    vm = root_with_links
    start_stock_server(vm)
    text = run_peer(vm, f"-c {ROOT} {arguments}", "mem=8M")
    print(text)
    assert "iperf Done." in text
    assert "error" not in stock_report(vm)


def test_client_without_a_server(root_with_links):
    """An error, and the cell ends as one that has failed."""
    vm = root_with_links
    peer_fails(vm, start_peer(vm, f"-c {ROOT} -p 9"), "unable to connect to server")


@pytest.mark.parametrize("arguments", ("", "-R"))
def test_the_server_of_a_cell_terminates(root_with_links, arguments):
    """In the middle of a test. What it says on its way out reaches the client beside the data."""
    vm = root_with_links
    vm.run("iperf3 -s > /dev/null 2>&1 & echo $! > /tmp/iperf3.pid; "
           "until ss -ltn | grep -q ':5201 '; do sleep 0.1; done")
    cell = start_peer(vm, f"-c {ROOT} -t 0 {arguments}")
    vm.wait_log("cell.log", FIRST_INTERVAL, TEST_SECONDS)
    vm.run("kill -TERM $(cat /tmp/iperf3.pid)")
    peer_fails(vm, cell, "the server has terminated")
    vm.run("while kill -0 $(cat /tmp/iperf3.pid) 2> /dev/null; do sleep 0.1; done")


@pytest.mark.parametrize("arguments", ("-t 1", "-t 1 -R -P 2", "-u -t 1 -b 4M --bidir -l 1400"))
def test_cell_to_cell(server, arguments):
    text = run_peer(server.vm, f"-c {PEER_SIDE} {arguments}")
    print(text)
    assert "iperf Done." in text
    rates = re.findall(r"([\d.]+) [KMG]bits/sec.*(?:sender|receiver)$", text, re.MULTILINE)
    assert len(rates) >= 2 and all(float(rate) > 0 for rate in rates)


# What is left, and clients that misbehave

def usage(vm):
    """Heap and connections, as the server prints them when it is ready for the next test."""
    vm.run(f"sleep {SETTLE_SECONDS}")
    vm.mark()
    run_client(vm, "-n 1M -P 2")
    vm.wait_inmate(LISTENING)
    free, blocks, active, waiting, udp = map(int, USAGE.findall(vm.since_mark("inmate.log"))[-1])
    print(f"{free} bytes free, {blocks} blocks, {active} + {waiting} connections, {udp} UDP")
    # A closing connection takes three blocks: its control block, and a segment, which is two. One in
    # TIME-WAIT takes the control block only.
    return free, blocks - 3 * active - waiting, active + waiting, udp


def test_ten_in_a_row_leave_nothing(server, count):
    vm = server.vm
    before = usage(vm)
    kinds = ("-n 2M", "-n 2M -R", "-u -k 20 -b 4M", "-n 1M -P 4", "-n 1M --bidir")
    for number in range(count(10)):
        run_client(vm, kinds[number % len(kinds)])

    def settled():
        """Connections of the test that asks may still be there, of ten tests they would be more."""
        after = usage(vm)
        return (after[0] > before[0] - 32768 and after[1] <= before[1] + 6
                and after[2] <= before[2] + 3 and after[3] == before[3])

    assert any(settled() for _ in range(3))


@pytest.mark.parametrize("arguments", ("-P 2", "-R", "-u -b 4M -R"))
def test_a_client_that_is_killed(server, arguments):
    vm = server.vm
    vm.mark()
    vm.run(f"iperf3 -c {SERVER} -t 60 {arguments} > /dev/null 2>&1 & echo $! > /tmp/iperf3.pid")
    vm.wait_inmate(FIRST_INTERVAL)
    vm.run("kill -9 $(cat /tmp/iperf3.pid)")
    vm.wait_inmate(r"iperf3: error[\s\S]*" + LISTENING)
    check_tcp(run_client(vm, "-n 1M"))


def test_the_second_client_is_told(server):
    vm = server.vm
    vm.mark()
    vm.run(f"iperf3 -c {SERVER} -t 8 -J > /tmp/first.json & echo $! > /tmp/iperf3.pid")
    vm.wait_inmate("Bitrate")
    rc, output = vm.sh(f"iperf3 -c {SERVER} -t 1")
    assert rc == 1 and "the server is busy running a test. try again later" in output
    vm.run("while kill -0 $(cat /tmp/iperf3.pid) 2> /dev/null; do sleep 0.1; done")
    check_tcp(json.loads(vm.run("cat /tmp/first.json")))


def test_a_second_client_in_a_cell_is_told(server):
    vm = server.vm
    vm.mark()
    vm.run(f"iperf3 -c {SERVER} -t 600 > /dev/null 2>&1 & echo $! > /tmp/iperf3.pid")
    vm.wait_inmate("Bitrate")
    peer_fails(vm, start_peer(vm, f"-c {PEER_SIDE} -t 1"), "the server is busy running a test")
    vm.mark()
    vm.run("kill -TERM $(cat /tmp/iperf3.pid)")
    vm.wait_inmate(LISTENING)
    assert "iperf Done." in run_peer(vm, f"-c {PEER_SIDE} -n 1M")


def test_garbage(server):
    """Before, in place of and within the parameters; answered by SERVER_ERROR (fe), IERECVPARAMS."""
    vm = server.vm
    talk = (f"timeout 20 socat -t 5 - TCP:{SERVER}:5201 < /tmp/garbage | od -A n -t x1 | "
            "tr -d ' \\n'")
    vm.run("head -c 100000 /dev/urandom > /tmp/garbage")
    vm.sh(talk)
    vm.run(f"printf '{COOKIE}\\0\\0\\0\\0\\4nope' > /tmp/garbage")
    assert vm.run(talk).startswith("09fe00000072")
    vm.run("printf 'GET / HTTP/1.1\\r\\nHost: iperf3\\r\\nAccept: nothing\\r\\n\\r\\n' > /tmp/garbage")
    assert vm.run(talk).startswith("09fe00000072")
    check_tcp(run_client(vm, "-n 1M"))


def test_slow_loris(server):
    """Connections without a cookie disturb nobody; one without parameters does for its time only."""
    vm = server.vm
    for _ in range(20):
        vm.run(f"(sleep 30 | socat - TCP:{SERVER}:5201) > /dev/null 2>&1 &")
    check_tcp(run_client(vm, "-n 1M"))
    vm.mark()
    vm.run(f"((printf '{COOKIE}\\0\\0\\0\\0\\177'; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do printf ' '; "
           f"sleep 2; done) | socat - TCP:{SERVER}:5201) > /dev/null 2>&1 &")
    vm.wait_inmate("Accepted connection")
    rc, output = vm.sh(f"iperf3 -c {SERVER} -n 1M")
    assert rc == 1 and "busy" in output
    vm.wait_inmate("the client took too long", 6 * SETUP_SECONDS)
    check_tcp(run_client(vm, "-n 1M"))


@pytest.mark.parametrize("arguments", ("", "-R"))
def test_the_peer_cell_is_destroyed(server, arguments):
    """In the middle of a test between cells; the server notices, and is ready for the next."""
    vm = server.vm
    peer = start_peer(vm, f"-c {PEER_SIDE} -t 0 {arguments}")
    vm.wait_inmate(FIRST_INTERVAL)
    peer.destroy()
    vm.wait_inmate(r"iperf3: error[\s\S]*" + LISTENING)
    check_tcp(run_client(vm, "-n 1M"))
    assert "iperf Done." in run_peer(vm, f"-c {PEER_SIDE} -n 1M")


@pytest.mark.parametrize("arguments", ("", "-R"))
def test_the_cell_of_the_server_is_destroyed(server, arguments):
    """In the middle of a test between cells; the client's cell notices, and works with the next."""
    vm = server.vm
    peer = start_peer(vm, f"-c {PEER_SIDE} -t 0 {arguments} --rcv-timeout 30000")
    vm.wait_log("cell.log", FIRST_INTERVAL, TEST_SECONDS)
    server.destroy()
    peer_fails(vm, peer, "")
    vm.mark()
    server.launch(SERVER_PARAMETERS)
    vm.wait_inmate(LISTENING)
    vm.wait_answer(SERVER)
    assert "iperf Done." in run_peer(vm, f"-c {PEER_SIDE} -n 1M")


def test_shutdown(server):
    """At the end: a cell with a test in the middle shuts down, and root's client notices."""
    vm = server.vm
    vm.mark()
    vm.run(f"(iperf3 -c {SERVER} -t 600 > /tmp/client.part 2>&1; mv /tmp/client.part /tmp/client) "
           "> /dev/null 2>&1 &")
    vm.wait_inmate("Bitrate")
    server.shutdown()
    assert server.state() == SHUT_DOWN
    vm.wait(lambda: vm.sh("test -e /tmp/client")[0] == 0, "the client to notice")
    assert "iperf3: error" in vm.run("cat /tmp/client")
    server.destroy()
    server.launch(SERVER_PARAMETERS)
    vm.wait_inmate(r"shutting down[\s\S]*Server listening on 5201")
    vm.wait_answer(SERVER)
    check_tcp(run_client(vm, "-n 1M"))
