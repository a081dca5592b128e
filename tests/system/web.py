# SPDX-License-Identifier: GPL-2.0-only
"""http-server in a cell, and the way to it from the machine that runs all this: a port of 127.0.0.1,
QEMU's user network, an e1000 of root, a forward in root, the link.
"""

import re

LINK = "ivshm0"
ROOT, CELL = "10.0.1.1", "10.0.1.2"
OUTSIDE = "10.0.2.15"  # where QEMU expects the machine
PROGRAM = "http-server"


def adapter(port=0):
    """Arguments for QEMU; it listens at this port, or at a free one (see port()).

    The place on the bus is that of configs/x86/qemu.c. Nothing gets out of the machine.
    """
    return ["-netdev", f"user,id=web,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:80",
            "-device", "e1000,netdev=web,addr=02.0,romfile="]


def port(vm):
    """The port that leads to root's port 80."""
    found = re.search(r"HOST_FORWARD\] +\d+ +127\.0\.0\.1 +(\d+)", vm.monitor("info usernet"))
    return int(found.group(1))


def link_up(vm):
    """Root's end of the link to the cell."""
    if not vm.loaded("ivshmem_net"):
        vm.load_module("ivshmem-net")
    vm.run(f"ip addr replace {ROOT}/24 dev {LINK} && ip link set {LINK} up")


def start(vm):
    """Starts the server, and waits until it answers."""
    cell = vm.cell(PROGRAM).launch(f"net0={CELL}/24")
    vm.wait_inmate("http-server: .* ready")
    vm.wait_answer(CELL, 60)
    return cell


def forward(vm):
    """Passes connections to root's port 80 on to the cell."""
    vm.run("modprobe e1000; while ! test -e /sys/class/net/eth0; do sleep 0.1; done; "
           f"ip addr replace {OUTSIDE}/24 dev eth0 && ip link set eth0 up")
    vm.run(f"(socat TCP-LISTEN:80,fork,reuseaddr TCP:{CELL}:80 > /dev/null 2>&1 &) ; "
           "until ss -Hltn 'sport = :80' | grep -q .; do sleep 0.1; done")
