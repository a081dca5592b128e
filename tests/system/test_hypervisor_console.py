# SPDX-License-Identifier: GPL-2.0-only
"""The hypervisor's console as root reads it: who may, when there is nothing, and what is lost."""

import errno
import re

from cellconfig import SystemConfig

CONTENT_SIZE = 16384  # of the ring in which the hypervisor keeps the text
EARLY_SIZE = 16
MISSED = re.compile(r"<missed (\d+) bytes of console log>\n")
READER = (f"exec 3< /dev/jailhouse; dd bs={EARLY_SIZE} count=1 <&3 > /tmp/early; touch /tmp/reading; "
          "while ! test -e /tmp/go; do sleep 0.02; done; "
          "dd bs=4096 count=1 <&3 > /tmp/late; touch /tmp/read")


def last_read(vm):
    """What the last of several reads without waiting gave: 0, or an error."""
    return int(vm.run("console-read"))


def exists(vm, path):
    return vm.sh(f"test -e {path}")[0] == 0


def fill(vm):
    """Lets a cell write more than the ring holds; returns when it is silent again."""
    vm.mark()
    cell = vm.cell("fault-demo").launch("rule=storm-console")
    vm.wait(lambda: len(vm.since_mark("hv.log")) > 2 * CONTENT_SIZE, "more text than the ring holds")
    cell.shutdown()


def test_reads_without_waiting(root):
    assert last_read(root) == 0
    root.disable()
    assert last_read(root) == -errno.EAGAIN


def test_the_console_needs_permission(vm):
    """The system configuration gives it; root is told which flag is missing."""
    vm.load_module()
    if vm.enabled():
        vm.disable()
    vm.enable(SystemConfig("qemu").set_system_flags(0).put(vm))
    assert last_read(vm) == -errno.EPERM
    rc, output = vm.sh("jailhouse console")
    assert rc and "JAILHOUSE_SYS_VIRTUAL_DEBUG_CONSOLE" in output
    vm.disable()


def test_a_reader_that_falls_behind(root):
    """It is told how much it has missed, and so is one that comes too late for the beginning."""
    root.run(f"rm -f /tmp/go /tmp/reading /tmp/read; ({READER}) > /dev/null 2>&1 &")
    root.wait(lambda: exists(root, "/tmp/reading"), "the reader to begin")
    fill(root)
    newest = root.run("jailhouse console")
    missed = MISSED.match(newest)
    assert missed and len(newest) - len(missed.group(0)) == CONTENT_SIZE
    root.run("touch /tmp/go")
    root.wait(lambda: exists(root, "/tmp/read"), "the reader to go on")
    assert len(root.get("/tmp/early")) == EARLY_SIZE
    late = MISSED.fullmatch(root.get("/tmp/late").decode())
    assert late and int(late.group(1)) == int(missed.group(1)) - EARLY_SIZE
