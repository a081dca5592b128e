# SPDX-License-Identifier: GPL-2.0-only
"""chat in three cells behind a bridge in root, with people in root who use nc.

The server is in the first cell; the others are members that nobody types for.
"""

import itertools
import shlex

import pytest

from jailhouse import SHUT_DOWN

SERVER, PORT = "10.0.1.2", 5555
BOTS = {"bob": ("chat2", "10.0.1.3", "cell.log"), "carol": ("chat3", "10.0.1.4", "hv.log")}
IMAGE = "inmates/demos/chat/chat.bin"
ROOM = 6
# Longer than by default: who is well may be slow where the whole machine is.
PATIENCE_MS = 8000
LINE_SIZE = 400
SERVER_PARAMETERS = f'net0={SERVER}/24 args="-p {PORT} -n {ROOM} -t {PATIENCE_MS}"'
# Far more than what the server's TCP keeps for somebody who takes nothing.
FLOOD_LINES = 20000
FLOOD = ('BEGIN { print "flood"; for (n = 1; n <= %u; n++) printf "line %%05d %s\\n", n; print "/quit" }'
         % (FLOOD_LINES, "x" * 180))

BRIDGE = """ip link add br0 type bridge
for link in ivshm0 ivshm1 ivshm2; do ip link set $link master br0 up; done
ip addr add 10.0.1.1/24 dev br0
ip link set br0 up"""


class Person:
    """Somebody in root with nc."""

    numbers = itertools.count(1)

    def __init__(self, vm, name):
        self.vm = vm
        self.base = f"/tmp/person{next(self.numbers)}"
        # Somebody always holds both ends of the pipe: nobody has to wait for nc, which may be gone.
        vm.run(f"mkfifo {self.base}.in && (exec 3<> {self.base}.in; sleep 100000 <&3 & "
               f"echo $! > {self.base}.hold; nc {SERVER} {PORT} <&3 "
               f"> {self.base}.out 2>&1 & echo $! > {self.base}.pid) > /dev/null 2>&1")
        self.say(name)

    def say(self, line):
        self.vm.run(f"echo {shlex.quote(line)} > {self.base}.in")

    def say_raw(self, text):
        self.vm.run(f"printf {shlex.quote(text)} > {self.base}.in")

    def heard(self):
        return self.vm.run(f"cat {self.base}.out").splitlines()

    def wait(self, line, seconds=120):
        """Waits until this very line was heard; looked for there, as all of it may be megabytes."""
        look = f"grep -Fqx -e {shlex.quote(line)} {self.base}.out"
        self.vm.wait(lambda: self.vm.sh(look)[0] == 0, f"{line!r} in {self.base}.out", seconds)

    def signal(self, name):
        self.vm.run(f"kill -{name} $(cat {self.base}.pid)")

    def go(self):
        self.vm.sh(f"kill -KILL $(cat {self.base}.pid) $(cat {self.base}.hold)")


def start(vm, name, parameters):
    cell = vm.cell(name)
    if not cell.exists():
        cell.create()
    return cell.load(IMAGE, parameters).start()


@pytest.fixture
def root(vm):
    """The bridge, and the server behind it; both stay for all tests of the module."""
    if not vm.enabled():
        vm.enable()
        vm.load_module("ivshmem-net")
        vm.run(f"modprobe bridge && {BRIDGE}")
    if "chat" not in vm.cells().values():
        start(vm, "chat", SERVER_PARAMETERS)
        vm.wait_inmate("chat: listening")
        vm.wait_answer(SERVER, 60)
    return vm


@pytest.fixture
def person(root):
    """person(name): joins, and goes at the end of the test."""
    present = []

    def come(name):
        somebody = Person(root, name)
        present.append((somebody, name))
        somebody.wait(f"* you are {name}")
        return somebody

    yield come
    for somebody, name in present:
        somebody.go()
    for _, name in present:
        root.wait_inmate(rf"chat: \* {name} has left")


class Bot:
    """A member in a cell of its own."""

    def __init__(self, vm, name):
        self.vm = vm
        self.name = name
        self.cell_name, address, self.log = BOTS[name]
        self.cell = start(vm, self.cell_name, f'net0={address}/24 args="-c {SERVER} {name} '
                                              f"'hello from {name}'\"")
        vm.wait_inmate(rf"chat: \* {name} has joined")

    def wait(self, text):
        self.vm.wait_log(self.log, text)


@pytest.fixture
def bots(root):
    """Both, who go at the end of the test if they are still there."""
    found = {name: Bot(root, name) for name in BOTS}
    yield found
    for bot in found.values():
        if bot.cell.exists():
            bot.cell.destroy()
    for name in BOTS:
        root.wait_inmate(rf"chat: \* {name} has left")


def test_everybody_hears_the_others(bots, person):
    """Root, a cell with a revision 2 link and one with a classic link."""
    bots["bob"].wait(r"chat: <carol> hello from carol")
    alice = person("alice")
    alice.wait("* here: bob carol alice")
    for bot in bots.values():
        bot.wait(r"chat: \* alice has joined")
    alice.say("good morning")
    for bot in bots.values():
        bot.wait(r"chat: <alice> good morning\r?$")
    alice.say("carol: how are you?")
    alice.wait("<carol> I heard you, alice: how are you?")
    bots["bob"].wait(r"chat: <carol> I heard you, alice: how are you\?")
    dora = person("dora")
    alice.wait("* dora has joined")
    dora.say("and me")
    alice.wait("<dora> and me")
    assert not any("<alice>" in line for line in alice.heard())
    alice.say("bob: bye")
    dora.wait("* bob has left")
    bots["bob"].cell.wait_state(SHUT_DOWN)


def test_who_vanishes_is_missed(bots, person):
    """A link that is cut says nothing; the others chat on meanwhile, and then are told."""
    alice = person("alice")
    root = alice.vm
    root.run("ip link set ivshm1 down")
    alice.say("is bob there?")
    bots["carol"].wait(r"<alice> is bob there\?[\s\S]*chat: \* bob has left \(connection lost\)")
    alice.wait("* bob has left (connection lost)")
    alice.say("/who")
    alice.wait("* here: alice carol")
    root.run("ip link set ivshm1 up")


def test_whose_cell_is_destroyed_is_missed(bots, person):
    """
    It is told to end, and gives up its connections. The one who is told has a serial line of its own,
    in which no line of the hypervisor's breaks the others.
    """
    alice = person("alice")
    bots["carol"].cell.destroy()
    alice.wait("* carol has left (connection lost)")
    bots["bob"].wait(r"chat: \* carol has left \(connection lost\)")
    alice.say("/who")
    alice.wait("* here: bob alice")


def test_who_is_killed_is_missed(person, root):
    alice, dora = person("alice"), person("dora")
    dora.signal("KILL")
    alice.wait("* dora has left")


def test_names(person, root):
    alice = person("alice")
    other = Person(root, "alice")
    other.wait("* alice is here already. Your name?")
    other.say("two words")
    other.wait("* A name has 1 to 16 letters, digits, - or _. Your name?")
    other.say("x" * 17)
    other.say("not-heard_yet")
    other.wait("* you are not-heard_yet")
    alice.wait("* not-heard_yet has joined")
    assert not any(line.startswith("<") for line in alice.heard())
    other.say("/quit")
    alice.wait("* not-heard_yet has left")
    other.go()


def test_commands(person):
    alice = person("alice")
    alice.say("/who")
    alice.wait("* here: alice")
    alice.say("/dance")
    alice.wait("* there are: /who /quit")
    assert not any("dance" in line for line in alice.heard())


def test_lines(person):
    """Pieces become lines; what is no text is left out; long lines are cut; empty ones are none."""
    alice, dora = person("alice"), person("dora")
    for piece in ("in ", "three ", "pieces\\n"):
        alice.say_raw(piece)
    dora.wait("<alice> in three pieces")
    alice.say_raw("a\\tb\\r\\n\\n\\033[2Jc\\177\\001\\n")
    dora.wait("<alice> a b")
    dora.wait("<alice> [2Jc")
    alice.say("y" * (2 * LINE_SIZE + 5))
    dora.wait("<alice> " + "y" * 5)
    said = [line for line in dora.heard() if line.startswith("<alice>")]
    assert said == ["<alice> in three pieces", "<alice> a b", "<alice> [2Jc",
                    *["<alice> " + "y" * LINE_SIZE] * 2, "<alice> " + "y" * 5]


def test_the_room_is_full(person, root):
    people = [person(f"p{number}") for number in range(ROOM)]
    late = Person(root, "late")
    late.wait("* There is no room, come again later.")
    late.go()
    people[0].say("/quit")
    people[1].wait("* p0 has left")
    person("late2")


def test_the_slow_do_not_hold_up_the_others(person, root):
    """One has stopped reading; another gets all of a flood, unchanged, and the slow one is sent off."""
    dora = person("dora")
    slow = Person(root, "slow")
    dora.wait("* slow has joined")
    slow.signal("STOP")
    root.run(f"awk '{FLOOD}' > /tmp/flood")
    root.run(f"nc {SERVER} {PORT} < /tmp/flood > /dev/null", timeout=300)
    dora.wait("* flood has left", 120)
    dora.wait("* slow has left (too slow)")
    root.run(f"grep '^<flood> ' {dora.base}.out | sed 's/^<flood> //' > /tmp/got; "
             "sed '1d;$d' /tmp/flood > /tmp/sent; "
             f"[ $(wc -l < /tmp/got) = {FLOOD_LINES} ] && cmp /tmp/sent /tmp/got")
    slow.signal("KILL")
    slow.go()


def test_members_come_back_when_the_server_does(bots, root):
    """The server's cell starts again without a word to anybody."""
    root.cell("chat").shutdown()
    root.mark()
    start(root, "chat", SERVER_PARAMETERS)
    for name in BOTS:
        root.wait_inmate(rf"chat: \* {name} has joined", 180)
