# SPDX-License-Identifier: GPL-2.0-only
"""Threads of inmates on a real CPU: each test of thread-demo, stacks that overflow, the end of a
cell whose threads are busy. The tests of thread-demo are read from its own table."""

import re

import pytest

from jailhouse import FAILED, RUNNING, SHUT_DOWN
import qemu

ENTRY = re.compile(r'\{ "([a-z-]+)", test_\w+, (false|true) \}')
TESTS = dict(ENTRY.findall((qemu.TOP / "inmates/demos/thread-demo/main.c").read_text()))
HARMLESS = [name for name, fatal in TESTS.items() if fatal == "false"]
LATENCY = r"latency, CPU (\w+), (.+): min (\d+) p50 (\d+) p99 (\d+) max (\d+) ns"
LIMIT = 300


@pytest.fixture
def demo(root):
    return root.cell("thread-demo").create()


def start(demo, parameters):
    demo.load(parameters=parameters).start()


def check_passed(demo, name):
    text = demo.vm.wait_inmate(r"(.*\n)*thread-demo: done, \d+ passed, \d+ failed", LIMIT).group()
    print(text)
    assert f"thread-demo: {name}: passed" in text
    assert "thread-demo: done, 1 passed, 0 failed" in text
    assert demo.state() == RUNNING


def test_the_table_is_read():
    assert {"latency", "create", "timers", "inheritance"} <= set(HARMLESS)
    assert TESTS["overflow"] == "true"


@pytest.mark.parametrize("name", HARMLESS)
def test_thread_demo(demo, name):
    start(demo, f"test={name}")
    check_passed(demo, name)


def test_latency_is_told(demo):
    """Four lines of figures that are in order; how large they are is the benchmark's business."""
    start(demo, "test=latency samples=200 period_us=2000")
    check_passed(demo, "latency")
    lines = re.findall(LATENCY, demo.vm.since_mark("inmate.log"))
    assert [line[0] for line in lines] == ["idle", "idle", "busy", "busy"]
    for line in lines:
        figures = [int(figure) for figure in line[2:]]
        assert figures == sorted(figures)
    assert re.search(r"switch of threads: mean \d+ ns", demo.vm.since_mark("inmate.log"))


@pytest.mark.parametrize("test, thread", [
    ("overflow", "too deep"), ("overflow-array", "too large"), ("overflow-main", "main")])
def test_an_overflow_names_the_thread(demo, test, thread):
    start(demo, f"test={test}")
    demo.vm.wait_inmate(rf'exception 14 .*\n(.*\n)*.*stack overflow of thread "{thread}"')
    demo.wait_state(FAILED)
    assert demo.failed_cpus() == []


def test_a_busy_cell_shuts_down_and_starts_again(demo):
    start(demo, "test=latency samples=1000000 period_us=100")
    demo.vm.wait(lambda: demo.statistics()["total"] > 1000, "threads at work")
    demo.shutdown()
    demo.vm.wait_inmate("thread-demo: shutting down")
    assert demo.state() == SHUT_DOWN
    demo.vm.mark()
    demo.load(parameters="test=priorities").start()
    check_passed(demo, "priorities")


def test_an_idle_cell_does_not_exit(demo):
    """Nothing ticks: two exits for each time that main looks for messages (every 20 ms)."""
    start(demo, "test=priorities")
    check_passed(demo, "priorities")
    start_time, before = demo.vm.run("cat /proc/uptime"), demo.statistics()["total"]
    demo.vm.run("sleep 2")
    exits = demo.statistics()["total"] - before
    seconds = float(demo.vm.run("cat /proc/uptime").split()[0]) - float(start_time.split()[0])
    print(f"{exits} exits in {seconds:.1f} s")
    assert exits < 2 * seconds * 50 * 1.5 + 20
