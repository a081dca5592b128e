# SPDX-License-Identifier: GPL-2.0-only
"""In the virtual machine: what the hypervisor and bare-metal cells cost and take."""

import re
import statistics
import time

GROUP = "Hypervisor and cells"
ROUNDS = 10
TIMER_CELL = "tick-demo"
TIMER_SECONDS = 10
LATE = re.compile(r"late by min (\d+) mean (\d+) max (\d+) ns")
LATENCY = re.compile(r"latency, CPU (\w+), (.+): min \d+ p50 (\d+) p99 (\d+) max \d+ ns")
SWITCH = re.compile(r"switch of threads: mean (\d+) ns")


def timed(action):
    start = time.monotonic()
    action()
    return (time.monotonic() - start) * 1000


def measure_life_cycle(bench):
    """Both with the start of the tool."""
    bench.vm.load_module()
    enable, disable = [], []
    for _ in range(ROUNDS):
        enable.append(timed(bench.vm.enable))
        disable.append(timed(bench.vm.disable))
    bench.figures.add(GROUP, "enable, median of 10", statistics.median(enable), "ms")
    bench.figures.add(GROUP, "disable, median of 10", statistics.median(disable), "ms")


def measure_exits(bench):
    bare = int(bench.vm.run("exit-cost"))
    bench.vm.enable()
    root = int(bench.vm.run("exit-cost"))
    bench.figures.add(GROUP, "CPUID without the hypervisor", bare, "ns")
    bench.figures.add(GROUP, "CPUID in the root cell: one exit", root, "ns")


def measure_timer(bench):
    """How late the timer interrupts of a bare-metal cell are, and what they cost in exits."""
    bench.enable()
    cell = bench.vm.cell(TIMER_CELL).launch("period_us=1000")
    bench.vm.wait_inmate(LATE.pattern)
    before = cell.statistics()["total"]
    start = time.monotonic()
    bench.vm.wait(lambda: time.monotonic() - start >= TIMER_SECONDS, "the cell to run")
    exits = (cell.statistics()["total"] - before) / (time.monotonic() - start)
    lines = LATE.findall(bench.vm.since_mark("inmate.log"))
    bench.figures.add(GROUP, "timer interrupt of a cell late by, least",
                      min(int(minimum) for minimum, _, _ in lines), "ns")
    bench.figures.add(GROUP, "timer interrupt of a cell late by, median of means",
                      statistics.median(int(mean) for _, mean, _ in lines), "ns")
    bench.figures.add(GROUP, "exits of that cell, two for each of 1000 ticks", exits, "1/s")
    cell.destroy()


def measure_threads(bench):
    """From an interrupt to the thread that it wakes, and between threads."""
    bench.enable()
    bench.vm.mark()
    cell = bench.vm.cell("thread-demo").launch("test=latency")
    bench.vm.wait_inmate("thread-demo: done")
    text = bench.vm.since_mark("inmate.log")
    for load, what, p50, p99 in LATENCY.findall(text):
        bench.figures.add(GROUP, f"{what}, CPU {load}, median", int(p50), "ns")
        bench.figures.add(GROUP, f"{what}, CPU {load}, 99th percentile", int(p99), "ns")
    bench.figures.add(GROUP, "post, wait and switch between threads",
                      int(SWITCH.search(text)[1]), "ns")
    cell.destroy()


STEPS = [
    ("enable and disable", measure_life_cycle),
    ("cost of an exit", measure_exits),
    ("timer of a cell", measure_timer),
    ("threads of a cell", measure_threads),
]
