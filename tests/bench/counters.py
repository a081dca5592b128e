# SPDX-License-Identifier: GPL-2.0-only
"""Counters of a link and of its two cells: what happened between two looks at them."""

import json

DRIVER_DOORBELLS = ("tx_doorbells", "rx_doorbells")
DRIVER_INTERRUPTS = ("frame_interrupts", "state_interrupts")
INMATE_DOORBELLS = ("net0.tx_doorbells", "net0.rx_doorbells")
INMATE_INTERRUPTS = ("net0.interrupts",)


def exits(vm, cells):
    """All exits of these cells so far."""
    return {cell: json.loads(vm.run(f"jailhouse cell stats --json {cell}"))
            ["statistics"]["vmexits_total"] for cell in cells}


def driver_counters(vm, link):
    pairs = (line.split(":") for line in vm.run(f"ethtool -S {link}").splitlines()[1:])
    return {name.strip(): int(value) for name, value in pairs}


def inmate_counters(vm, address):
    """The page of counters that net-demo has for programs."""
    lines = vm.run(f"curl -sS --max-time 30 http://{address}/counters.txt").splitlines()
    return {name: int(value) for name, value in (line.split() for line in lines)}


class Watch:
    """Counts from its creation to stop(). Fetching the page costs some packets: left out."""

    def __init__(self, vm, link, cell, address):
        self.vm, self.link, self.cell, self.address = vm, link, cell, address
        self.inmate = inmate_counters(vm, address)
        self.driver = driver_counters(vm, link)
        self.exits = exits(vm, (0, cell))

    def stop(self):
        """Packets both ways, exits of both cells, doorbells and interrupts of both sides."""
        more_exits = exits(self.vm, (0, self.cell))
        driver = driver_counters(self.vm, self.link)
        inmate = inmate_counters(self.vm, self.address)

        def grown(new, old, names):
            return sum(new[name] - old[name] for name in names)

        fetched = grown(inmate, self.inmate, ("net0.rx_packets", "net0.tx_packets"))
        packets = grown(driver, self.driver, ("tx_packets", "rx_packets"))
        share = packets / fetched if fetched else 1
        return {
            "packets": packets,
            "root exits": more_exits[0] - self.exits[0],
            "cell exits": more_exits[self.cell] - self.exits[self.cell],
            "doorbells": grown(driver, self.driver, DRIVER_DOORBELLS) +
            share * grown(inmate, self.inmate, INMATE_DOORBELLS),
            "interrupts": grown(driver, self.driver, DRIVER_INTERRUPTS) +
            share * grown(inmate, self.inmate, INMATE_INTERRUPTS),
            "discarded": inmate["discard.datagrams"] - self.inmate["discard.datagrams"],
        }
