# SPDX-License-Identifier: GPL-2.0-only
"""Second part of the demonstration: an Ethernet link between Linux and a cell with lwIP."""

LINK = "ivshm0"
CELL, IMAGE = "net-demo", "inmates/demos/net-demo/net-demo.bin"
ROOT, PEER = "10.0.1.1", "10.0.1.2"
COUNTERS = "packets|bytes|doorbells|full|interrupts|link"
BYTES = 4 << 20


def launch(cell, image, parameters):
    """The commands that create, load and start a cell."""
    return (f"jailhouse cell create configs/x86/{cell}.cell\n"
            f"jailhouse cell load {cell} {image} -s '{parameters}' -a 0x1000\n"
            f"jailhouse cell start {cell}")


def carrier(vm, link=LINK):
    vm.wait(lambda: "LOWER_UP" in vm.run(f"ip link show {link}"), f"{link} to be up")


def link_up(demo):
    show = f"ip -br link show {LINK}"
    demo.command("Load the network driver: channels between cells become Ethernet links",
                 "insmod ivshmem-net.ko", then="ip -br link")
    demo.command("Set the first one up; there is nobody at the other end yet",
                 f"ip addr add {ROOT}/24 dev {LINK}\nip link set {LINK} up", then=show)
    demo.command("Start a cell at the other end: bare metal, with the TCP/IP stack lwIP",
                 launch(CELL, IMAGE, f"net0={PEER}/24"), lambda: carrier(demo.vm), show)


def traffic(demo):
    demo.command("Ping it", f"ping -c 4 -i 0.2 {PEER}")
    demo.command("Send 4 MiB of random data by TCP to its echo service; what comes back is the same",
                 f"head -c {BYTES} /dev/urandom > sent\n"
                 f"socat -t 30 - TCP:{PEER}:7 < sent > received\n"
                 "cmp sent received && md5sum sent received")
    demo.command("Fetch a page from its web server: counters of memory, links and services",
                 f"curl -s http://{PEER}/counters.txt | grep -E 'uptime|heap|net0.*packets|echo'")
    demo.command("What Linux has counted", f"ip -s link show {LINK}")
    demo.command("What the driver has counted: frames, and the doorbells that it took to announce them",
                 f"ethtool -S {LINK} | grep -E '{COUNTERS}'")


def restart(demo):
    demo.command("Destroy the cell: the link goes down, nothing else happens",
                 f"jailhouse cell destroy {CELL}", then=f"ip -br link show {LINK}")
    demo.command("Start it again: the link comes up by itself",
                 launch(CELL, IMAGE, f"net0={PEER}/24"), lambda: carrier(demo.vm),
                 f"ip -br link show {LINK}; ethtool -S {LINK} | grep link_")
    demo.command("And works at once", f"ping -c 2 -i 0.2 {PEER}")
    demo.command("Destroy it", f"jailhouse cell destroy {CELL}")


def end(demo):
    demo.command("Unload the network driver", "rmmod ivshmem-net")


def show(demo):
    link_up(demo)
    traffic(demo)
    restart(demo)
