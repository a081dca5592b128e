# SPDX-License-Identifier: GPL-2.0-only
"""Installing the network driver: modules_install, and what DKMS would do. On the host alone."""

import os
import pathlib
import subprocess

import pytest

import qemu

FOLDER = qemu.TOP / "net" / "linux"
# How dkms goes about it: the file is a shell script that is sourced.
DKMS = """set -e
kernel_source_dir=$KDIR
. ./dkms.conf
eval "${MAKE[0]}" >&2
echo "$PACKAGE_NAME $PACKAGE_VERSION"
modinfo -F version "$BUILT_MODULE_LOCATION/$BUILT_MODULE_NAME.ko"
modinfo -F vermagic "$BUILT_MODULE_LOCATION/$BUILT_MODULE_NAME.ko"
eval "$CLEAN" >&2
[ ! -e "$BUILT_MODULE_LOCATION" ]
"""


@pytest.fixture(name="kernel")
def fixture_kernel():
    """The release of the kernel in the virtual machine; modules are built for it."""
    return (qemu.IMAGES / "kernel" / "version").read_text().strip()


def run(command, kernel, cwd=None, **environment):
    """A command's output; its messages if it fails. The caller's make is none of its business."""
    inherited = {name: value for name, value in os.environ.items()
                 if not name.startswith(("MAKE", "MFLAGS"))}
    settings = {"KDIR": f"/usr/src/linux-headers-{kernel}", "O": str(qemu.BUILD)}
    done = subprocess.run(command, cwd=cwd, env=inherited | settings | environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_install(kernel, tmp_path):
    run(["make", "-C", FOLDER, "install"], kernel, INSTALL_MOD_PATH=str(tmp_path))
    found = list(pathlib.Path(tmp_path).rglob("ivshmem-net.ko*"))
    assert len(found) == 1
    assert f"lib/modules/{kernel}/" in str(found[0])
    aliases = run(["modinfo", "-F", "alias", found[0]], kernel).split()
    assert len(aliases) == 3, "by which udev loads it"


def test_dkms(kernel, tmp_path):
    run(["make", "-C", FOLDER, "dkms-source"], kernel, DESTDIR=str(tmp_path))
    folder, = (tmp_path / "usr" / "src").iterdir()
    assert folder.name.startswith("ivshmem-net-")
    package, version, magic = run(["bash", "-c", DKMS], kernel, cwd=folder).splitlines()
    assert package == f"ivshmem-net {version}" and folder.name == f"ivshmem-net-{version}"
    assert magic.startswith(f"{kernel} ")
