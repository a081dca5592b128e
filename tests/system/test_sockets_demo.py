# SPDX-License-Identifier: GPL-2.0-only
"""The demonstration, as "make demo" runs it: each step succeeds and shows what it is for."""

import re
import subprocess

import pytest

import qemu

SECONDS = 900  # a limit for what hangs; it takes one minute or two


@pytest.fixture(scope="module")
def output():
    result = subprocess.run([qemu.TOP / "tests/vm/demo"], capture_output=True, text=True,
                            timeout=SECONDS, check=False)
    print(result.stdout + result.stderr)
    assert result.returncode == 0
    return result.stdout


def test_every_step_is_announced_and_done(output):
    numbers = [int(number) for number in re.findall(r"^ ?(\d+)\. ", output, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 20
    assert len(re.findall(r"^    done in [\d.]+ s", output, re.MULTILINE)) == len(numbers)


def test_it_shows_cells_and_a_link(output):
    for words in ("root cell is running", "tick-demo: last", " 0% packet loss", "Hypervisor disabled",
                  "UP             02:49:56", "DOWN           02:49:56", "rx_packets", "iperf Done."):
        assert words in output, words


def test_it_ends_with_what_was_measured(output):
    """Every line of the table has a rate, and both directions of datagrams what was lost."""
    table = output[output.index("What was measured"):output.index("What to try next")]
    rates = re.findall(r"^    (\S.*?)  +([\d.]+) [KMG]?bit/s(.*)$", table, re.MULTILINE)
    assert len(rates) == 5 and all(float(rate) > 0 for _, rate, _ in rates)
    assert sum("% lost, jitter" in rest for _, _, rest in rates) == 2
