# SPDX-License-Identifier: GPL-2.0-only
"""http-server in a cell: its pages with curl from root, its status page in a browser on this machine.

Screenshots of the status page are left in build/tests/.
"""

import hashlib
import json
import time
import urllib.request

import pytest

import qemu
import web
from browser import Browser

pytestmark = pytest.mark.machine(extra=web.adapter())

URL = f"http://{web.CELL}"
PAGES = qemu.TOP / "inmates/demos/http-server/pages"
SCREENSHOTS = qemu.BUILD / "tests"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "application/javascript",
         ".svg": "image/svg+xml"}
LOAD_SIZE = 64 << 20
MEGABIT = 1000 * 1000
SETTLE_SECONDS = 20

# The points of a line of the chart, as numbers: [[x, y], ...]; none if there is no line yet
POINTS = ("Array.from(document.querySelector('#net0 polyline.{}')?.points ?? [])"
          ".map((p) => [p.x, p.y])")


@pytest.fixture
def server(root):
    """Root, with the server behind its link; it stays for all tests of the module."""
    if "http-server" not in root.cells().values():
        web.link_up(root)
        web.start(root)
    return root


@pytest.fixture
def root(vm):
    """Without the usual end: the cell goes on."""
    if not vm.enabled():
        vm.enable()
    return vm


@pytest.fixture
def forwarded(server):
    """The server's address on this machine."""
    if server.sh("ss -Hltn 'sport = :80' | grep -q .")[0]:
        web.forward(server)
    return f"http://127.0.0.1:{web.port(server)}"


def status(vm):
    return json.loads(vm.run(f"curl -sf -m 60 {URL}/status.json"))


def head(vm, path, *options):
    """What curl tells about a request: status, type, length and number of connections."""
    fields = "%{http_code} %{content_type} %{size_download} %{num_connects}"
    output = vm.run(f"curl -s -m 60 -o /dev/null {' '.join(options)} -w '{fields}' {URL}{path}")
    code, kind, size, connects = output.split(" ")
    return int(code), kind, int(size), int(connects)


@pytest.mark.parametrize("page", sorted(PAGES.iterdir()), ids=lambda page: page.name)
def test_page(server, page):
    """Each packed page is what the file is, and of its type."""
    code, kind, size, _ = head(server, f"/{page.name}")
    assert (code, kind) == (404 if "404" in page.name else 200, TYPES[page.suffix])
    assert size == page.stat().st_size
    assert server.raw(f"curl -s -m 60 {URL}/{page.name}") == (0, page.read_bytes())


def test_start_page(server):
    assert server.run(f"curl -sf -m 60 {URL}/") == (PAGES / "index.html").read_text()


def test_no_such_page(server):
    code, kind, size, _ = head(server, "/nothing/here.html")
    assert (code, kind) == (404, "text/html")
    assert size == (PAGES / "404.html").stat().st_size


def test_what_is_no_request(server):
    """The connection ends, and the next one is served."""
    for text in ("DELETE / HTTP/1.1", "\\001\\002\\003", "GET"):
        server.run(f"printf '{text}\\r\\n\\r\\n' | socat -t 10 - TCP:{web.CELL}:80 > /dev/null")
    assert head(server, "/")[0] == 200


def test_keep_alive(server):
    """Six pages over one connection."""
    paths = " ".join(f"-o /dev/null {URL}/{name}" for name in
                     ("", "status.html", "style.css", "status.json", "no-such-page", "logo.svg"))
    output = server.run("curl -s -m 60 -H 'Connection: keep-alive' "
                        f"-w '%{{http_code}} %{{num_connects}}\\n' {paths}")
    assert output.splitlines() == ["200 1", "200 0", "200 0", "200 0", "404 0", "200 0"]


def test_parallel_fetches(server, count):
    """Pages fetched at once arrive whole."""
    names = [page.name for page in sorted(PAGES.iterdir())]
    number = count(2) * len(names)
    fetches = "".join(f"curl -s -m 100 -o {n} {URL}/{names[n % len(names)]} & "
                      for n in range(number))
    output = server.run(f"mkdir -p /tmp/fetched && cd /tmp/fetched && {{ {fetches} wait; }} && "
                        f"for n in $(seq 0 {number - 1}); do md5sum $n; done; rm -r /tmp/fetched")
    sums = [line.split()[0] for line in output.splitlines()]
    contents = [hashlib.md5((PAGES / name).read_bytes()).hexdigest() for name in names]
    assert sums == [contents[n % len(names)] for n in range(number)]


def test_load(server):
    """64 MiB, made while they are sent, are those that they should be."""
    expected = hashlib.md5()
    for number in range(LOAD_SIZE >> 10):
        expected.update(bytes([number & 0xFF]) * 1024)
    output = server.run(f"curl -sf -m 300 {URL}/load | md5sum", timeout=320)
    assert output.split()[0] == expected.hexdigest()


def test_status(server):
    before = status(server)
    link, = before["links"]
    assert link["name"] == "net0" and link["up"] and link["state"] == link["peer_state"] == "RUN"
    assert link["addresses"][0] == web.CELL and link["device"] == "revision 2"
    assert 0 < before["memory"]["heap_free"] < before["memory"]["heap_size"] < 32 << 20
    server.run(f"ping -q -c 20 -i 0.01 -s 1000 {web.CELL}")
    server.run(f"curl -sf -m 60 {URL}/ > /dev/null")
    after = status(server)
    assert after["uptime_ms"] > before["uptime_ms"]
    assert after["pages"] == before["pages"] + 2
    gained = {name: value - link["counters"][name]
              for name, value in after["links"][0]["counters"].items()}
    for direction in ("rx", "tx"):
        assert gained[f"{direction}_packets"] >= 20
        assert gained[f"{direction}_bytes"] >= 20 * 1000
        assert gained[f"{direction}_ring_errors"] == gained[f"{direction}_dropped"] == 0


def test_counters_agree_with_root(server):
    """What the cell has received is what root has sent, and so on, as soon as the link is quiet."""
    names = {"rx_packets": "tx_packets", "rx_bytes": "tx_bytes", "tx_packets": "rx_packets",
             "tx_bytes": "rx_bytes"}
    counters = status(server)["links"][0]["counters"]
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        roots = {name: int(server.run(f"cat /sys/class/net/{web.LINK}/statistics/{name}"))
                 for name in names.values()}
        cells = counters
        counters = status(server)["links"][0]["counters"]
        # Each lies between what the cell said before and after.
        if all(cells[mine] <= roots[theirs] <= counters[mine] for mine, theirs in names.items()):
            return
        assert time.monotonic() < deadline, (cells, roots, counters)


def test_history(server):
    """The load shows in what the chart is drawn from, and its end does."""
    def highest():
        server.run("sleep 1")
        history = status(server)["links"][0]["history"]
        rates = history["tx_bits_per_second"]
        assert len(rates) == len(history["rx_bits_per_second"]) <= history["length"] == 120
        return max(rates[-8:], default=0)

    server.run(f"curl -sf -m 300 {URL}/load > /dev/null", timeout=320)
    server.wait(lambda: highest() > MEGABIT, "the history to show the load")
    server.wait(lambda: highest() < MEGABIT, "the history to show that it is over")


def test_no_memory_is_lost(server, count):
    """What connections took is given back; closed ones stay for 4 s."""
    def blocks():
        server.run("sleep 5")
        return status(server)["memory"]["heap_blocks"]

    before = blocks()
    pages = f" -o /dev/null {URL}/status.html" * 40
    server.run(f"for n in $(seq {count(1)}); do curl -sf -m 100 {pages}; done", timeout=1200)
    server.wait(lambda: blocks() <= before + 8, f"the heap to have some {before} blocks again")


def test_from_outside(forwarded):
    with urllib.request.urlopen(f"{forwarded}/how.html", timeout=60) as answer:
        assert answer.read() == (PAGES / "how.html").read_bytes()


def check_moves(browser):
    """The chart has points, and after some seconds others."""
    browser.wait(f"{POINTS.format('tx')}.length >= 5")
    xs = [x for x, _ in browser.evaluate(POINTS.format("tx"))]
    assert xs == sorted(xs) and len(set(xs)) == len(xs)
    browser.evaluate(f"window.before = JSON.stringify({POINTS.format('tx')})")
    browser.wait(f"JSON.stringify({POINTS.format('tx')}) !== window.before")


def test_status_page(server, forwarded):
    """The page shows the link; load makes its chart rise; it needs nothing from elsewhere."""
    browser = Browser()
    try:
        browser.size(1200, 1100)
        browser.open(f"{forwarded}/status.html")
        check_moves(browser)
        assert browser.evaluate("document.querySelector('#net0 .badge').textContent") == "up"
        browser.evaluate("document.getElementById('load').click()")
        # Without the load it is some kbit/s.
        browser.wait("/ [MG]bit/.test(document.querySelector('#net0 .key .tx b').textContent)")
        browser.screenshot(SCREENSHOTS / "status-page.png")
        assert browser.evaluate("document.getElementById('load-rate').textContent").endswith("bit/s")
        browser.evaluate("document.getElementById('load').click()")
        browser.dark(True)
        browser.screenshot(SCREENSHOTS / "status-page-dark.png")
        assert browser.complaints == []
        assert {url.rsplit("/", 1)[0] for url in browser.requests} == {forwarded}
    finally:
        browser.close()
    server.wait_answer(web.CELL, 60)


def test_status_page_without_the_cell(server, forwarded):
    """The page says that nobody answers, and goes on when the cell is back."""
    browser = Browser()
    try:
        browser.open(f"{forwarded}/status.html")
        browser.wait("document.querySelector('#net0 .badge.up')")
        cell = server.cell(web.PROGRAM).shutdown()
        browser.wait("!document.getElementById('trouble').hidden")
        server.mark()
        cell.load(parameters=f"net0={web.CELL}/24").start()
        browser.wait("document.getElementById('trouble').hidden")
        browser.wait(f"{POINTS.format('rx')}.length >= 2")
    finally:
        browser.close()
