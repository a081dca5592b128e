# SPDX-License-Identifier: GPL-2.0-only
"""First part of the demonstration: Linux becomes the root cell, and a bare-metal cell speaks."""

import re

from jailhouse import JailhouseVm

CELL = "tick-demo"
REPORTS = 3
CPUS = "echo Linux has the CPUs $(cat /sys/devices/system/cpu/online)"


def boot(demo):
    demo.vm = JailhouseVm(boot="vmlinuz")
    return demo.vm.run(f"uname -a; {CPUS}; grep '^40000000' /proc/iomem")


def reports(vm):
    """Waits for the cell to report some times; returns the lines."""
    vm.wait(lambda: vm.since_mark("inmate.log").count("\n") >= REPORTS,
            f"{REPORTS} lines of the cell")
    lines = re.sub(r"\r", "", vm.since_mark("inmate.log")).splitlines()
    return "\n".join(lines[-2 * REPORTS:])


def begin(demo):
    demo.step("Boot a stock Debian kernel in QEMU, 512 MiB of memory set aside",
              lambda: boot(demo))
    demo.command("Load the driver", "insmod jailhouse.ko")
    demo.command("Put the hypervisor under the running Linux, which becomes the root cell",
                 f"jailhouse enable {demo.vm.SYSTEM}", demo.log("hv.log", "root cell is running"))


def show(demo):
    demo.command("Create a cell: it takes a CPU and memory from Linux",
                 f"jailhouse cell create configs/x86/{CELL}.cell", then=CPUS)
    demo.command("Load a bare-metal program, with a parameter",
                 f'jailhouse cell load {CELL} inmates/demos/{CELL}/{CELL}.bin'
                 ' -s "period_us=1000" -a 0x1000')
    demo.command("Start it", f"jailhouse cell start {CELL}")
    demo.step("The cell speaks on its own serial port", lambda: reports(demo.vm))
    demo.command("What runs where", "jailhouse cell list")
    demo.command("Why the cell's CPU left it for the hypervisor", f"jailhouse cell stats {CELL}")
    demo.command("Stop the cell and give everything back to Linux",
                 f"jailhouse cell shutdown {CELL} && jailhouse cell destroy {CELL}", then=CPUS)


def end(demo):
    demo.command("Take the hypervisor away again", "jailhouse disable && rmmod jailhouse",
                 demo.log("hv.log", "disabled"))
