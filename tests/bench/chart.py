# SPDX-License-Identifier: GPL-2.0-only
"""Draws the figures: one SVG with a panel of bars for each question, by gnuplot."""

import subprocess
from dataclasses import dataclass

import host
import network
import sockets
from figures import unique

COLUMNS = 2
PANEL_WIDTH, PANEL_HEIGHT = 620, 360
ABOVE, BELOW, BETWEEN = 45, 60, 105  # for titles and labels
COLOURS = ("#2a6f97", "#f4a259", "#8cb369", "#bc4b51")

STYLE = """
set encoding utf8
set style data histograms
set style histogram clustered gap 1
set style fill solid 1.0 noborder
set boxwidth 0.9
set border 3 linecolor rgb "#888888"
set grid ytics linetype 1 linewidth 0.5 linecolor rgb "#dddddd"
set tics nomirror textcolor rgb "#333333"
set xtics scale 0
set format y '%g'
set key top left horizontal Left reverse samplen 1 spacing 1.2 textcolor rgb "#333333"
set offset 0, 0, graph 0.28, 0
set lmargin 9
set rmargin 3
"""


@dataclass
class Panel:
    """Bars of some figures of a group: a cluster for each of one kind, a colour for the other."""

    title: str
    unit: str
    group: str
    series: dict              # words in the figure's row or column: what the key says
    clusters: str = "column"  # "row": the series are columns
    of_unit: str = ""         # only figures of this unit
    divide: float = 1
    log: bool = False

    def table(self, figures):
        """A line for each cluster: its name, and a value for each of the series."""
        other = "row" if self.clusters == "column" else "column"
        found = [figure for figure in figures.of_group(self.group)
                 if figure[other] in self.series and self.of_unit in ("", figure["unit"])]
        lines = []
        for name in unique(figure[self.clusters] for figure in found):
            values = {figure[other]: figure["value"] / self.divide for figure in found
                      if figure[self.clusters] == name}
            lines.append((name, [values.get(series) for series in self.series]))
        return lines


UDP = f"UDP to the peer, {network.BYTES} bytes"
TRIP = f"UDP round trip, {network.BYTES} bytes"
COSTS = {"root exits": "exits, root", "cell exits": "exits, cell", "doorbells": "doorbells",
         "interrupts": "interrupts"}
PANELS = [
    Panel("TCP throughput", "Mbit/s", network.GROUP,
          {"TCP to the peer": "to the peer", "TCP from the peer": "from the peer"}),
    Panel(f"UDP packets of {network.BYTES} bytes", "1000 packets/s", network.GROUP,
          {f"{UDP}, sent": "sent", f"{UDP}, received": "received"}, divide=1000),
    Panel(f"{TRIP} (logarithmic)", "ms", network.GROUP,
          {f"{TRIP}, median": "median", f"{TRIP}, 99th percentile": "99th percentile"},
          divide=1000, log=True),
    Panel("What a packet on the link costs, by MTU", "per packet", network.COST, COSTS, "row",
          of_unit="per packet"),
    Panel("What a round trip on the link costs, by MTU", "per round trip", network.COST, COSTS,
          "row", of_unit="per round trip"),
    Panel("TCP by iperf3, with inmates", "Mbit/s", sockets.GROUP,
          {f"iperf3, {what}": what for what in sockets.WAYS}),
    Panel("What a packet costs with iperf3, by MTU", "per packet", sockets.COST, COSTS, "row",
          of_unit="per packet"),
    Panel("Ring between two processes of the host, natively", "GB/s", host.GROUP,
          {"ring": "ring: two copies", "memcpy": "memcpy: one copy"}, "row", divide=1000),
]


def quoted(text):
    return '"' + text.replace('"', "'") + '"'


def label(name):
    """Short enough to stand below bars, in two lines; as gnuplot writes a line's end."""
    name = name.replace(" the peer", "").replace(f", {network.BYTES} bytes", "")
    name = name.replace("iperf3, ", "")
    return name.replace(", MTU ", "\\n")


def panel_commands(number, panel, lines):
    data = "\n".join(" ".join([quoted(label(name)),
                               *("NaN" if v is None else f"{v:.6g}" for v in values)])
                     for name, values in lines)
    drawn = [n for n in range(len(panel.series)) if any(v[n] is not None for _, v in lines)]
    titles = list(panel.series.values())
    bars = ", ".join(
        f"$data{number} using {n + 2}:xtic(1) title {quoted(titles[n])} linecolor rgb "
        f"{quoted(COLOURS[n])}" for n in drawn)
    limits = "set logscale y\nset yrange [*:*]" if panel.log else \
        "unset logscale y\nset yrange [0:*]"
    return (f"$data{number} << EOD\n{data}\nEOD\n{limits}\n"
            f"set title {quoted(panel.title)} font ',15' textcolor rgb '#222222'\n"
            f"set ylabel {quoted(panel.unit)} textcolor rgb '#333333'\nplot {bars}\n")


def script(figures, path):
    drawn = [(panel, panel.table(figures)) for panel in PANELS]
    drawn = [(panel, lines) for panel, lines in drawn if lines]
    rows = -(-len(drawn) // COLUMNS)
    height = rows * PANEL_HEIGHT
    size = f"{COLUMNS * PANEL_WIDTH},{height}"
    commands = [f"set terminal svg size {size} dynamic font 'sans-serif,12' background '#ffffff'",
                f"set output {quoted(str(path))}", STYLE,
                f"set multiplot layout {rows},{COLUMNS} margins 0.08,0.98,"
                f"{BELOW / height},{1 - ABOVE / height} spacing 0.1,{BETWEEN / height}"]
    commands += [panel_commands(n, panel, lines) for n, (panel, lines) in enumerate(drawn)]
    return "\n".join(commands + ["unset multiplot", ""]) if drawn else ""


def draw(figures, path):
    """Writes an SVG file, if there is anything to be drawn."""
    text = script(figures, path)
    if text:
        subprocess.run(["gnuplot", "-"], input=text.encode(), check=True)
