# SPDX-License-Identifier: GPL-2.0-only
"""Socket programs in inmates: iperf3 with stock iperf3 in root and with itself in another cell, and
round trips to a program that echoes datagrams.
"""

import json
import re

import counters
import network

GROUP = "Sockets in inmates"
COST = "Cost with sockets"
LINK = "ivshm0"
ROOT, PEER, PAIR_SERVER, PAIR_CLIENT = "10.0.1.1", "10.0.1.2", "10.0.2.1", "10.0.2.2"
SECONDS = 4
MTUS = (65517, 1500)  # the largest that lwIP takes, and Ethernet's
WAYS = ("root to inmate", "inmate to root", "inmate to inmate")
HEADERS = 40          # of a segment: IPv4 and TCP
RESULT = re.compile(r"([\d.]+) ([KMGT]?)Bytes +([\d.]+) ([KMGT]?)bits/sec +receiver")
FACTOR = {"": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
BINARY = {"": 1, "K": 2 ** 10, "M": 2 ** 20, "G": 2 ** 30, "T": 2 ** 40}


def column(mtu):
    return f"MTU {mtu}"


def cell_exits(cell):
    """Without those that the console costs."""
    found = cell.statistics()
    return found["total"] - found["pio"]


def root_exits(vm):
    return counters.exits(vm, (0,))[0]


def frames(vm):
    found = counters.driver_counters(vm, LINK)
    return found["tx_packets"] + found["rx_packets"]


def launch_server(bench, mtu):
    """iperf3 -s in its cell, with a link to root and one to the other cell."""
    vm = bench.vm
    bench.enable()
    vm.load_module("ivshmem-net")
    vm.run(f"ip addr replace {ROOT}/24 dev {LINK} && ip link set {LINK} mtu {mtu} up")
    cell = vm.cell("iperf3").launch(f"net0={PEER}/24,mtu={mtu} net1={PAIR_SERVER}/24,mtu={mtu} "
                                    'args="-s"')
    vm.wait_answer(PEER)
    return cell


def measure_root(bench, cell, mtu, what, option):
    """Stock iperf3 in root, with the inmate as its server."""
    vm = bench.vm
    before = cell_exits(cell), frames(vm), root_exits(vm)
    result = json.loads(vm.run(f"iperf3 -J -c {PEER} -t {SECONDS} {option}"))
    after = root_exits(vm), frames(vm), cell_exits(cell)
    bench.figures.add(GROUP, f"iperf3, {what}", result["end"]["sum_received"]["bits_per_second"] /
                      1e6, "Mbit/s", column(mtu))
    packets = after[1] - before[1]
    row = f"iperf3, {what}, {column(mtu)}"
    bench.figures.add(COST, row, (after[0] - before[2]) / packets, "per packet", "root exits")
    bench.figures.add(COST, row, (after[2] - before[0]) / packets, "per packet", "cell exits")


def measure_pair(bench, server, mtu, what):
    """Two cells; root has no part in it, so packets are counted by the data in them."""
    vm = bench.vm
    vm.mark()
    before = cell_exits(server)
    client = vm.cell("iperf3-peer").launch(f"net1={PAIR_CLIENT}/24,mtu={mtu} "
                                           f'args="-c {PAIR_SERVER} -t {SECONDS}"',
                                           image="inmates/demos/iperf3/iperf3.bin")
    found = vm.wait_log("cell.log", RESULT.pattern)
    exits = cell_exits(server) - before + cell_exits(client)
    client.destroy()
    segments = float(found[1]) * BINARY[found[2]] / (mtu - HEADERS)
    bench.figures.add(GROUP, f"iperf3, {what}", float(found[3]) * FACTOR[found[4]] / 1e6,
                      "Mbit/s", column(mtu))
    bench.figures.add(COST, f"iperf3, {what}, {column(mtu)}", exits / segments,
                      "per segment of data", "cell exits")


def measure_iperf3(bench, mtu):
    cell = launch_server(bench, mtu)
    measure_root(bench, cell, mtu, WAYS[0], "")
    measure_root(bench, cell, mtu, WAYS[1], "-R")
    measure_pair(bench, cell, mtu, WAYS[2])
    cell.destroy()


def measure_rtt(bench):
    """The datagram goes through two threads of the inmate: lwIP's and the program's."""
    vm = bench.vm
    bench.enable()
    vm.load_module("ivshmem-net")
    vm.run(f"ip addr replace {ROOT}/24 dev {LINK} && ip link set {LINK} mtu 1500 up")
    cell = vm.cell("net-demo").launch(f"net0={PEER}/24",
                                      image="inmates/demos/udp-echo/udp-echo.bin")
    vm.wait_answer(PEER)
    before = cell_exits(cell), root_exits(vm)
    result = network.net_bench(vm, f"rtt {PEER} {network.UDP_SECONDS} {network.BYTES}")
    after = root_exits(vm), cell_exits(cell)
    what = f"UDP round trip to a program, {network.BYTES} bytes"
    for name, value in (("median", result["p50_us"]), ("99th percentile", result["p99_us"])):
        bench.figures.add(GROUP, f"{what}, {name}", value, "us", column(1500))
    for name, exits in (("root", after[0] - before[1]), ("cell", after[1] - before[0])):
        bench.figures.add(COST, f"{what}, {column(1500)}", exits / result["trips"],
                          "per round trip", f"{name} exits")
    cell.destroy()


STEPS = [(f"iperf3 in inmates, MTU {mtu}", lambda bench, mtu=mtu: measure_iperf3(bench, mtu))
         for mtu in MTUS] + [("UDP round trips to a program with sockets", measure_rtt)]
