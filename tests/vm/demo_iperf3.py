# SPDX-License-Identifier: GPL-2.0-only
"""Third part of the demonstration: stock iperf3 in Linux and iperf3 as a bare-metal program."""

import re

from demo_network import LINK, PEER, carrier, launch

SECONDS = 3
CELL, PAIR_CELL = "iperf3", "iperf3-peer"
IMAGE = "inmates/demos/iperf3/iperf3.bin"
PAIR_SERVER, PAIR_CLIENT = "10.0.2.1", "10.0.2.2"
# The lines at the end of a test: interval, what was transferred, rate; jitter and loss with UDP.
RATE = re.compile(r"([\d.]+) ([KMG]?)bits/sec.*receiver")
LOSS = re.compile(r"bits/sec +([\d.]+) ms +\d+/\d+ \(([\d.e+-]+)%\) +receiver")


def client(options):
    return f"iperf3 -c {PEER} -t {SECONDS} {options}".strip()


def measured(demo, what, result):
    """Keeps the last line of a test for the table at the end."""
    rate, unit = RATE.findall(result)[-1]
    words = f"{rate} {unit}bit/s"
    for jitter, loss in LOSS.findall(result)[-1:]:
        words += f", {float(loss):.3g} % lost, jitter {jitter} ms"
    demo.results.append((what, words))


def with_root(demo):
    demo.command("Start iperf3 in a cell, as a server; it is linked to Linux and to another cell",
                 launch(CELL, IMAGE, f'net0={PEER}/24 net1={PAIR_SERVER}/24 args="-s"'),
                 lambda: carrier(demo.vm), f"ip -br link show {LINK}")
    for what, options, title in (
            ("Stock iperf3 in Linux sends to the cell", "", "TCP, Linux to cell"),
            ("The cell sends to Linux", "-R", "TCP, cell to Linux"),
            ("Datagrams to the cell", "-u -b 20M", "UDP at 20 Mbit/s, Linux to cell"),
            ("Datagrams from the cell", "-u -b 20M -R", "UDP at 20 Mbit/s, cell to Linux")):
        measured(demo, title, demo.command(what, client(options)))


def between_cells(demo):
    def result():
        demo.vm.wait_log("cell.log", RATE.pattern)
        return demo.vm.since_mark("cell.log").replace("\r", "")

    what = "A second cell sends to the first; Linux has no part in it"
    parameters = f'net1={PAIR_CLIENT}/24 args="-c {PAIR_SERVER} -t {SECONDS}"'
    measured(demo, "TCP, cell to cell",
             demo.command(what, launch(PAIR_CELL, IMAGE, parameters), result))
    demo.command("Destroy both", f"jailhouse cell destroy {PAIR_CELL}\n"
                 f"jailhouse cell destroy {CELL}")


def show(demo):
    with_root(demo)
    between_cells(demo)


def table(demo):
    width = max(len(what) for what, _ in demo.results)
    return "\n".join(f"{what:<{width}}  {words}" for what, words in demo.results)
