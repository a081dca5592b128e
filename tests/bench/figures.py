# SPDX-License-Identifier: GPL-2.0-only
"""What was measured: figures in groups, each at a row and a column; as a table and as JSON."""

import json

COLUMN_MIN = 10
LABEL_MIN = 34


class Figures:
    """In the order in which they came; a figure is a dict of group, row, column, value, unit."""

    def __init__(self):
        self.all = []

    def add(self, group, row, value, unit, column=""):
        self.all.append({"group": group, "row": row, "column": column, "value": value,
                         "unit": unit})

    def groups(self):
        return unique(figure["group"] for figure in self.all)

    def of_group(self, group):
        return [figure for figure in self.all if figure["group"] == group]

    def value(self, group, row, column=""):
        """None if it was not measured."""
        for figure in self.of_group(group):
            if (figure["row"], figure["column"]) == (row, column):
                return figure["value"]
        return None

    def json(self, about):
        """All as text; "about" is a dict that goes before them."""
        return json.dumps({**about, "figures": self.all}, indent=1) + "\n"

    def table(self):
        return "\n".join(group_table(group, self.of_group(group)) for group in self.groups())


def unique(items):
    return list(dict.fromkeys(items))


def with_unit(name, unit):
    return f"{name}, {unit}" if unit else name


def number(value):
    """Three digits that count, and no exponent."""
    if value is None:
        return "-"
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.{2 if abs(value) < 1 else 1}f}" if value else "0"


def group_table(group, figures):
    """Units stand beside the row where it has one of its own, else above the columns."""
    rows = unique(figure["row"] for figure in figures)
    columns = unique(figure["column"] for figure in figures)
    cells = {(figure["row"], figure["column"]): figure for figure in figures}
    by_row = all(len({f["unit"] for f in figures if f["row"] == row}) == 1 for row in rows)

    def unit(kind, name):
        return next(figure["unit"] for figure in figures if figure[kind] == name)

    labels = [with_unit(row, unit("row", row)) if by_row else row for row in rows]
    heads = [c if by_row else with_unit(c, unit("column", c)) for c in columns]
    width = max([LABEL_MIN, *map(len, labels)])
    widths = [max(COLUMN_MIN, len(head)) for head in heads]
    lines = [f"{group:<{width}}  " + "  ".join(f"{h:>{w}}" for h, w in zip(heads, widths))]
    for row, label in zip(rows, labels):
        values = (cells.get((row, column), {}).get("value") for column in columns)
        lines.append(f"  {label:<{width}}" +
                     "  ".join(f"{number(v):>{w}}" for v, w in zip(values, widths)))
    return "\n".join(line.rstrip() for line in lines) + "\n"
