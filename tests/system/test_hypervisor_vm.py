# SPDX-License-Identifier: GPL-2.0-only
"""The virtual machine itself: what all other system tests rely on."""

import time

import pexpect
import pytest

from vm import CommandError, VmError
import qemu

RESERVED = "40000000-5fffffff : Reserved"
# Of /proc/uptime, in seconds
RESOLUTION = 0.01


def test_commands_return_output_and_code(vm):
    assert vm.sh("echo out; echo err >&2; exit 3") == (3, "out\nerr\n")
    with pytest.raises(CommandError) as error:
        vm.run("echo no; false")
    assert (error.value.rc, error.value.output) == (1, "no\n")


def test_a_command_that_takes_too_long_is_killed(vm):
    assert vm.sh("sleep 1000", timeout=1)[0] == 124
    assert vm.run("echo alive") == "alive\n"


def test_binary_files_go_both_ways(vm):
    data = bytes(range(256)) * 300
    vm.put(data, "/tmp/deep/er/file")
    assert vm.get("/tmp/deep/er/file") == data


def test_the_machine_is_as_configured(vm):
    assert RESERVED in vm.run("cat /proc/iomem")
    assert vm.run("nproc").strip() == "4"
    assert " svm " in vm.run("grep -m1 flags /proc/cpuinfo")


def test_time_is_that_of_the_host(vm):
    """Each clock is read before and after the other's two seconds, which so are no shorter."""
    look = "read -r up idle < /proc/uptime; echo $up"
    start = time.monotonic()
    before, after = map(float, vm.run(f"{look}; sleep 2; {look}").split())
    assert time.monotonic() - start >= after - before - RESOLUTION
    before, start = float(vm.run(look)), time.monotonic()
    time.sleep(2)
    elapsed = time.monotonic() - start
    assert float(vm.run(look)) - before >= elapsed - RESOLUTION


def test_the_kernel_log_is_seen(vm):
    vm.run("echo the word is swordfish > /dev/kmsg")
    assert "swordfish" in vm.kernel_log()
    vm.run("echo WARNING: CPU 0 of a test > /dev/kmsg")
    with pytest.raises(VmError, match="WARNING: CPU 0 of a test"):
        vm.check_kernel()


def test_the_packaged_kernel_image_boots(boot):
    machine = boot(boot="vmlinuz")
    assert RESERVED in machine.run("cat /proc/iomem")


def test_a_panic_is_noticed_at_once(boot):
    machine = boot()
    with pytest.raises(VmError, match="sysrq triggered crash"):
        machine.run("echo c > /proc/sysrq-trigger", timeout=600)


def test_a_dead_machine_is_noticed_at_once(boot):
    machine = boot()
    machine.process.kill()
    with pytest.raises(VmError, match="QEMU (has )?ended|console is gone"):
        machine.run("sleep 600", timeout=600)


def test_the_shell_on_the_console():
    with pexpect.spawn(str(qemu.TOP / "tests/vm/run-vm"), timeout=600) as console:
        console.expect_exact("root-cell:~# ")
        console.sendline("dmesg -n 1")  # no message comes between two letters of an answer
        console.expect_exact("root-cell:~# ")
        console.sendline("echo $((6 * 7))")
        console.expect(r"\n42[\r\n]+root-cell:~# ")
        console.sendline("poweroff")
        console.expect(pexpect.EOF)
        console.wait()
    assert console.exitstatus == 0
