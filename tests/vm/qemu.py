# SPDX-License-Identifier: GPL-2.0-only
"""One QEMU machine: its command line, its folder with logs and sockets, its monitor.

Knows nothing of what runs inside; see tests/system/vm.py for that. The environment may set
ACCEL (tcg; kvm only on the user's word), CPU (a model of QEMU), SMP, BOOT (vmlinuz: the kernel as
it is packaged, slower to start and at a random address), and O (the build folder).
"""

import contextlib
import functools
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("O") or TOP / "build").resolve()
IMAGES = BUILD / "vm"

# Memory that Linux leaves alone: the hypervisor, the cells and their channels live there.
RESERVED = "512M$0x40000000"

# What QEMU says on every start, for each feature of the CPU model that it cannot emulate.
IDLE_WARNING = "warning: TCG doesn't support requested feature"

# How long the logs of a machine stay that failed, or that a user looked at.
KEEP_SECONDS = 24 * 3600


def uses_kvm():
    return os.environ.get("ACCEL", "tcg") == "kvm"


def accelerator():
    """QEMU's arguments for the accelerator, and the default CPU model with it."""
    if uses_kvm():
        return ["-accel", "kvm", "-machine", "q35"], "host"
    return ["-accel", "tcg,thread=multi", "-machine", "q35,kernel-irqchip=off"], "EPYC"


@functools.cache
def tsc_khz():
    """The frequency of this machine's TSC, which under emulation is that of the virtual one."""
    return int(subprocess.run([IMAGES / "tsc-khz"], check=True, stdout=subprocess.PIPE).stdout)


def clock():
    """Kernel parameters: root keeps time by the TSC, whose frequency it is told.

    QEMU's TSCs agree, but its AMD models do not say so: Linux would read the HPET for every time stamp,
    on all CPUs in turn. On a busy host Linux may measure a frequency that is far too low, and its time
    would run twenty times too fast.
    """
    known = "" if uses_kvm() else f" tsc_early_khz={tsc_khz()}"
    return f"tsc=reliable{known}"


def kernel_image(boot=None):
    """The distribution's kernel: unpacked if that is there, or as it is packaged."""
    vmlinux = IMAGES / "kernel" / "vmlinux"
    if (boot or os.environ.get("BOOT")) == "vmlinuz" or not vmlinux.exists():
        return IMAGES / "kernel" / "vmlinuz"
    return vmlinux


def command_line(folder, console, append="", smp=None, cpu=None, boot=None, reserved=RESERVED,
                 extra=()):
    """The whole command line; "console" is QEMU's word for where root's console goes."""
    accel, default_cpu = accelerator()
    # Without no_timer_check, Linux may find the timer dead on a host that is busy, and panic.
    # Linux boots with one CPU, and /etc/rc brings the others online: while it boots it patches its
    # code, which is where QEMU holds machines (see stale_code.py).
    kernel = (f"console=ttyS2,115200 memmap={reserved} quiet panic=-1 oops=panic no_timer_check "
              f"{clock()} maxcpus=1 {append}")
    return [
        "qemu-system-x86_64", *accel,
        "-cpu", cpu or os.environ.get("CPU") or default_cpu,
        "-smp", str(smp or os.environ.get("SMP") or 4), "-m", "2G",
        "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot",
        "-kernel", str(kernel_image(boot)), "-initrd", str(IMAGES / "root.cpio"),
        "-append", kernel.strip(),
        "-serial", f"file:{folder}/hv.log", "-serial", f"file:{folder}/inmate.log",
        "-serial", console, "-serial", f"file:{folder}/cell.log",
        "-monitor", f"unix:{folder}/monitor.sock,server=on,wait=off",
        "-gdb", f"unix:{folder}/gdb.sock,server=on,wait=off", *extra,
    ]


def new_folder():
    """A folder of its own for each machine, so that several can run at the same time.

    Folders of machines that are long gone are removed.
    """
    if not (IMAGES / "root.cpio").exists():
        raise FileNotFoundError(f"no {IMAGES / 'root.cpio'}: run 'make vm' first")
    for folder in IMAGES.glob("run-*"):
        with contextlib.suppress(FileNotFoundError):  # whose machine removes it just now
            if time.time() - folder.stat().st_mtime > KEEP_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
    return pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=IMAGES))


def tail(path, lines=25):
    """The end of a log, without what QEMU says on every start; empty if there is no log."""
    text = path.read_text(errors="replace").replace("\0", "") if path.exists() else ""
    found = [line for line in text.splitlines() if line.strip() and IDLE_WARNING not in line]
    return "\n".join(found[-lines:])


class Machine:
    """A running QEMU. Its folder is removed at the end unless keep() was called."""

    def __init__(self, **options):
        self.folder = new_folder()
        self.kept = False
        command = command_line(self.folder, f"unix:{self.folder}/root.sock,server=on,wait=off",
                               **options)
        (self.folder / "command").write_text("\n".join(command) + "\n")
        with open(self.folder / "qemu.log", "wb") as log:
            # QEMU must not outlive the tests, however they end.
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def alive(self):
        return self.process.poll() is None

    def connect(self, name, seconds=20):
        """A connection to the socket "name" of this machine, once QEMU has made it."""
        deadline = time.monotonic() + seconds
        while True:
            link = socket.socket(socket.AF_UNIX)
            try:
                link.connect(str(self.folder / name))
                return link
            except OSError:
                link.close()
                if not self.alive() or time.monotonic() > deadline:
                    raise RuntimeError(f"QEMU does not offer {name}:\n{self.tails()}") from None
                time.sleep(0.02)

    def log(self, name):
        """All that was written to hv.log, inmate.log, cell.log, root.log or qemu.log so far."""
        path = self.folder / name
        return path.read_text(errors="replace") if path.exists() else ""

    def tails(self):
        """The ends of all logs, for a message about what went wrong."""
        parts = [f"logs are in {self.folder}"]
        for name in ("qemu.log", "root.log", "kernel.log", "hv.log", "inmate.log", "cell.log"):
            text = tail(self.folder / name)
            if text:
                parts.append(f"--- {name}\n{text}")
        return "\n".join(parts)

    def monitor(self, command, seconds=20):
        """Runs one command of QEMU's monitor and returns what it printed."""
        with self.connect("monitor.sock") as link:
            link.settimeout(seconds)
            self._read_prompt(link)
            link.sendall(command.encode() + b"\n")
            lines = self._read_prompt(link).decode(errors="replace").replace("\r", "")
        return lines.split("\n", 1)[-1].rsplit("(qemu)", 1)[0].strip()

    @staticmethod
    def _read_prompt(link):
        data = b""
        while not data.endswith(b"(qemu) "):
            piece = link.recv(65536)
            if not piece:
                break
            data += piece
        return data

    def keep(self):
        """Leave the folder with the logs for somebody to look at."""
        self.kept = True

    def stop(self):
        if self.alive():
            self.process.kill()
        self.process.wait()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)
