# SPDX-License-Identifier: GPL-2.0-only
"""How the demonstration shows a step: what it is for, the command as it is typed, its result."""

import time


class Demo:
    """Steps in the root cell of one machine."""

    def __init__(self):
        self.number = 0
        self.vm = None
        self.results = []  # what was measured, and the result in words

    def step(self, what, action):
        """Announces a step, does it, and prints what action() returns as its result."""
        self.number += 1
        print(f"\n{self.number:2}. {what} ...", flush=True)
        start = time.monotonic()
        result = action() or ""
        print(f"    done in {time.monotonic() - start:.1f} s" + (":" if result else ""))
        if result:
            lines = (f"    | {line}".rstrip() for line in result.strip("\n").splitlines())
            print("\n".join(lines), flush=True)
        return result

    def command(self, what, command, until=None, then=None):
        """A step that is one command in the root cell.

        "until" is called after it, and waits for what the command began; the text that it returns,
        if any, is shown. "then" is another command that shows the effect.
        """
        def run():
            self.vm.mark()
            output = self.vm.run(f"set -e\n{command}")
            output += (until() if until else None) or ""
            return output + (self.vm.run(then) if then else "")
        lines = "".join(f"\n    # {line}" for line in command.splitlines())
        return self.step(what + lines, run)

    def log(self, name, pattern):
        """For "until": waits for a line in a log, and returns what is in there since the step."""
        def wait():
            self.vm.wait_log(name, pattern)
            return self.vm.since_mark(name)
        return wait
