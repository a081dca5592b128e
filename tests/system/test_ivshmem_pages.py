# SPDX-License-Identifier: GPL-2.0-only
"""What the documentation says of channels is true: its example builds, its tables are what is printed.

The fragments of Documentation/inter-cell-communication.md are put where the page says, into copies of
today's configurations, and its own commands compile and check the result. No machine is needed.
"""

import re
import subprocess

import pytest

import qemu

CONFIGS = qemu.TOP / "configs" / "x86"
PAGES = qemu.TOP / "Documentation"
PAGE = (PAGES / "inter-cell-communication.md").read_text()

SYSTEM, CELL = "mysystem", "doubler"  # as the page calls them
CELL_OF_CLASSIC = "mycell"

MACRO = re.compile(r"JAILHOUSE_IVSHMEM_\w+\([^)]*\)")
# A command of a page and the table of channels that it ends with
TABLE = re.compile(r"`jailhouse config check ([\w. -]+)` ends with:\n\n((?:    .+\n)+)")


def section(title):
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


CLASSIC, REVISION2 = (section(f"Set up a {kind} channel") for kind in ("classic", "revision 2"))


def search(pattern, text):
    match = re.search(pattern, text)
    assert match, pattern
    return match.groups()


def replace(text, old, new):
    """There has to be exactly one of what a page says is to be changed."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


def macros(*parts):
    """What the page adds: regions and devices of root, and those of the cell."""
    found = [MACRO.findall(part) for part in parts]
    assert all(len(part) == 4 for part in found), found
    return [[part[number] for part in found] for number in range(4)]


def lines(initialisers):
    return "".join(f"\t\t{initialiser},\n" for initialiser in initialisers)


def resize(source, array, old, new):
    return replace(source, f" {array}[{old}];", f" {array}[{new}];")


def add_to_system(source, *parts):
    """Root's ends, behind the channels and the devices that are there."""
    regions, devices, _, _ = macros(*parts)
    source = replace(source, "\n\t\t/* Low memory", f"{lines(regions)}\n\t\t/* Low memory")
    return replace(source, "\t},\n\n\t.pci_caps", f"{lines(devices)}\t}},\n\n\t.pci_caps")


def system_with_classic():
    source = (CONFIGS / "qemu.c").read_text()
    changes = re.findall(r" (\w+)\[(\d+)\]; +/\* was (\d+) \*/", CLASSIC)
    assert [array for array, _, _ in changes] == ["mem_regions", "pci_devices"]
    for array, new, old in changes:
        source = resize(source, array, old, new)
    new, rest, old = search(r"ROOT_MEMORY\((\w+), ([^)]+)\), +/\* was (\w+) \*/", CLASSIC)
    source = replace(source, f"ROOT_MEMORY({old}, {rest})", f"ROOT_MEMORY({new}, {rest})")
    return add_to_system(source, CLASSIC)


def system_with_both():
    """As the classic channel alone leaves it, and what revision 2 adds to that."""
    source = system_with_classic()
    regions, devices = search(r"`mem_regions` has (\d+) elements now, `pci_devices` (\d+)", REVISION2)
    for array, size in (("mem_regions", regions), ("pci_devices", devices)):
        old, = search(rf" {array}\[(\d+)\];", source)
        source = resize(source, array, old, size)
    left, = search(r"left for cells starts at (0x\w+)", REVISION2)
    old, = search(r"ROOT_MEMORY\((\w+), 0x5fffffff", source)
    source = replace(source, f"ROOT_MEMORY({old}, 0x5f", f"ROOT_MEMORY({left}, 0x5f")
    return add_to_system(source, REVISION2)


def cell(name, num_regions, *parts):
    """The demo's configuration with the page's channels in place of its own."""
    source = (CONFIGS / "ivshmem-demo.c").read_text()
    _, _, regions, devices = macros(*parts)
    ram = 2  # and communication region
    source = replace(source, '"ivshmem-demo"', f'"{name}"')
    source = resize(source, "mem_regions", "12 + DEMO_WITH_ROOT", num_regions + ram)
    source = resize(source, "pci_devices", "3 + DEMO_WITH_ROOT", len(devices))
    head, rest = source.split("\t\t/* channels */\n")
    ram_to_devices = rest[rest.index("\t\t/* RAM */"):rest.index("\t.pci_devices")]
    return (f"{head}{lines(regions)}{ram_to_devices}\t.pci_devices = {{\n{lines(devices)}\t}},\n}};\n")


def shell(command, folder):
    """Runs a command of a page."""
    run = subprocess.run(command, shell=True, cwd=folder, text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, check=False)
    print(run.stdout)
    assert run.returncode == 0, command
    return run.stdout


@pytest.fixture
def folder(tmp_path):
    """A folder where the page's commands work."""
    (tmp_path / "include").symlink_to(qemu.TOP / "include")
    return tmp_path


def compiler(name, start="gcc"):
    """A command of the page, which has the system's configuration."""
    command, = search(rf"\n +({start} .+)\n", CLASSIC)
    return command.replace(SYSTEM, name)


def compile_config(folder, name, source):
    """What does not fit into an array is no more than a warning: there may be none."""
    (folder / f"{name}.c").write_text(source)
    for start in ("gcc", "objcopy"):
        assert not shell(compiler(name, start), folder)


def config_check(folder, files):
    return shell(f"{qemu.BUILD}/tools/jailhouse config check {files}", folder)


def table(output):
    return [line.split() for line in output[output.index("Channel "):].splitlines()]


def printed(files, text):
    """The table that a page shows for a command."""
    found = [shown for command, shown in TABLE.findall(text) if command == files]
    assert len(found) == 1, files
    return table(found[0])


def test_a_classic_channel_step_by_step(folder):
    compile_config(folder, SYSTEM, system_with_classic())
    compile_config(folder, CELL_OF_CLASSIC, cell(CELL_OF_CLASSIC, 1, CLASSIC))
    command, = search(r"\n +jailhouse config check (.+)\n", CLASSIC)
    rows = table(config_check(folder, command))
    assert rows[-1] == ["00:15.0", "classic", "0x5f500000", "0x100000", "QEMU,", CELL_OF_CLASSIC]


def test_both_channels_step_by_step(folder):
    compile_config(folder, SYSTEM, system_with_both())
    compile_config(folder, CELL, cell(CELL, 1 + 4, CLASSIC, REVISION2))
    files = f"{SYSTEM}.cell {CELL}.cell"
    assert table(config_check(folder, files)) == printed(files, REVISION2)


@pytest.mark.parametrize("array", ["mem_regions", "pci_devices"])
@pytest.mark.parametrize("system", [system_with_classic, system_with_both])
def test_arrays_of_the_system_are_full(folder, system, array):
    """The compiler accepts an array that is too large; one that is smaller by one must not do."""
    source = system()
    size, = search(rf" {array}\[(\d+)\];", source)
    (folder / f"{SYSTEM}.c").write_text(resize(source, array, size, int(size) - 1))
    assert "excess elements" in shell(compiler(SYSTEM), folder)


def test_tables_of_shipped_configurations():
    """Those that pages show for files of configs/x86, at least one."""
    shown = 0
    for page in sorted(PAGES.glob("*.md")):
        for files, _ in TABLE.findall(page.read_text()):
            if SYSTEM in files:
                continue
            print(page.name, files)
            output = config_check(qemu.BUILD / "configs" / "x86", files)
            assert table(output) == printed(files, page.read_text())
            shown += 1
    assert shown


def test_the_programs_of_the_page_compile(folder):
    """The inmate as inmates/Makefile compiles it, the program by the command of the page."""
    inmate, program = re.findall(r"```c\n(.*?)```", section("A protocol of one's own"), re.DOTALL)
    (folder / "main.c").write_text(inmate)
    (folder / "double.c").write_text(program)
    command, = search(r"built with `(gcc [^`]+)`", PAGE)
    shell(command.replace("gcc", "gcc -Wall -Wextra -Werror"), folder)
    shell("gcc -std=gnu11 -O2 -ffreestanding -mgeneral-regs-only -Wall -Wextra -Werror -fsyntax-only "
          f"-I {qemu.TOP}/inmates/lib/include -I {qemu.TOP} -I include main.c", folder)
