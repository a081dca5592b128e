# SPDX-License-Identifier: GPL-2.0-only
"""On the host, natively: the ring between two processes, next to memcpy of the same bytes."""

import json
import subprocess

GROUP = "Ring between two processes of the host"
MEGABYTE = 1e6


def measure_ring(bench):
    """The columns of ring-bench, which documents them."""
    program = bench.build / "bench" / "ring-bench"
    output = subprocess.run([program, "--json", "-"], check=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL).stdout
    for result in json.loads(output)["results"]:
        packets, copies = result["packets_per_second"], result["memcpy_packets_per_second"]
        for value, unit, column in (
                (packets, "1/s", "frames"),
                (result["bytes_per_second"] / MEGABYTE, "MB/s", "ring"),
                (result["memcpy_bytes_per_second"] / MEGABYTE, "MB/s", "memcpy"),
                (packets / copies, "", "ring / memcpy"),
                (1000 * result["doorbells_per_packet"], "per 1000", "doorbells")):
            bench.figures.add(GROUP, f"{result['bytes']} bytes", value, unit, column)


STEPS = [("ring between two processes", measure_ring)]
