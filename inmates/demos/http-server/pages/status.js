// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
// Asks the cell for its status again and again, and shows it: figures, and for each link a chart and
// a table of counters.
"use strict";

const INTERVAL_MS = 1000;
const TIMEOUT_MS = 5000;
const TROUBLE = /errors|dropped|too_long|timeouts|resets/;
const links = new Map();
let previous = null;

const find = (id) => document.getElementById(id);
const count = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");

function formatBytes(bytes) {
	const units = ["B", "KiB", "MiB", "GiB", "TiB"];
	let unit = 0;

	for (; bytes >= 1024 && unit < units.length - 1; unit++)
		bytes /= 1024;
	return `${unit && bytes < 100 ? bytes.toFixed(1) : Math.round(bytes)} ${units[unit]}`;
}

function formatTime(ms) {
	const seconds = Math.floor(ms / 1000), minutes = Math.floor(seconds / 60);
	const hours = Math.floor(minutes / 60);

	return hours ? `${hours} h ${minutes % 60} min` :
		minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

// Pairs of a name and a text, in place of what the list showed before.
function showFigures(list, figures) {
	list.replaceChildren(...Object.entries(figures).map(([name, text]) => {
		const figure = element("div");

		figure.append(element("dt", {}, name), element("dd", {}, text));
		return figure;
	}));
}

const ratio = (one, other) => other ? (one / other).toFixed(1) : "–";

// A card with all that belongs to one link.
class Link {
	constructor(name) {
		const head = element("div", { class: "link-head" });
		const place = element("div", { class: "chart" });
		const details = element("details", { open: "" });

		this.card = element("section", { class: "card", id: name });
		this.badge = element("span", { class: "badge" });
		this.about = element("span", { class: "about" });
		this.figures = element("dl", { class: "figures" });
		this.tables = element("div", { class: "tables" });
		head.append(element("h2", {}, name), this.badge, this.about);
		details.append(element("summary", {}, "All counters"), this.tables);
		this.card.append(head, this.figures, place, details);
		find("links").append(this.card);
		this.chart = new Chart(place, `What ${name} carries`);
	}

	// "seconds" have passed since the counters "before" (null at first).
	show(link, before, seconds) {
		const counters = link.counters;
		const gained = (name) => before ? counters[name] - before[name] : 0;
		const packets = gained("rx_packets") + gained("tx_packets");

		this.badge.textContent = link.up ? "up" : `down (${link.state}, peer ${link.peer_state})`;
		this.badge.classList.toggle("up", link.up);
		this.about.textContent = [...link.addresses, link.mac, `MTU ${link.mtu}`,
			`device ${link.device}`].join(" · ");
		showFigures(this.figures, {
			"Received": formatBytes(counters.rx_bytes),
			"Sent": formatBytes(counters.tx_bytes),
			"Packets per second": before ? count(Math.round(packets / seconds)) : "–",
			"Packets per interrupt": ratio(packets, gained("interrupts")),
			"Packets per doorbell": ratio(packets,
				gained("tx_doorbells") + gained("rx_doorbells")),
		});
		this.chart.show(link.history);
		this.showTables(counters, before, seconds);
	}

	showTables(counters, before, seconds) {
		const names = Object.keys(counters), tx = (name) => name.startsWith("tx_");
		const rows = (chosen) => chosen.map((name) => {
			const row = element("tr");
			const rate = before ? (counters[name] - before[name]) / seconds : 0;

			if (TROUBLE.test(name) && counters[name])
				row.className = "trouble";
			row.append(element("td", {}, name.replaceAll("_", " ")),
				element("td", {}, count(counters[name])),
				element("td", {}, rate ? count(Math.round(rate)) : ""));
			return row;
		});

		this.tables.replaceChildren(...[names.filter(tx), names.filter((name) => !tx(name))]
			.map((chosen) => {
				const table = element("table"), head = element("tr");

				for (const text of ["Counter", "total", "per second"])
					head.append(element("th", {}, text));
				table.append(head, ...rows(chosen));
				return table;
			}));
	}
}

function show(status) {
	const restarted = previous && status.uptime_ms < previous.uptime_ms;
	const before = restarted ? null : previous;
	const seconds = before ? Math.max(status.uptime_ms - before.uptime_ms, 1) / 1000 : 0;
	const memory = status.memory;

	showFigures(find("figures"), {
		"Running for": formatTime(status.uptime_ms),
		"Pages served": count(status.pages),
		"Memory in use": formatBytes(memory.heap_size - memory.heap_free),
		"Memory of the cell": formatBytes(memory.heap_size),
	});
	status.links.forEach((link, n) => {
		if (!links.has(link.name))
			links.set(link.name, new Link(link.name));
		links.get(link.name).show(link, before && before.links[n].counters, seconds);
	});
	previous = status;
}

function complain(text) {
	find("trouble").textContent = text;
	find("trouble").hidden = !text;
	document.body.classList.toggle("stale", Boolean(text));
}

async function poll() {
	try {
		const answer = await fetch("/status.json", { cache: "no-store",
			signal: AbortSignal.timeout(TIMEOUT_MS) });

		show(await answer.json());
		complain("");
	} catch (error) {
		complain(`The cell does not answer (${error.message}). Trying again …`);
	}
	setTimeout(poll, INTERVAL_MS);
}

// Load: the browser fetches what it throws away, until the button is pressed again.
const loader = {
	controller: null,

	async run(signal) {
		const start = performance.now();
		let bytes = 0;

		while (!signal.aborted) {
			const answer = await fetch("/load", { cache: "no-store", signal });

			for (const reader = answer.body.getReader();;) {
				const { done, value } = await reader.read();

				if (done)
					break;
				bytes += value.length;
				find("load-rate").textContent = `this browser gets ${formatRate(
					8000 * bytes / (performance.now() - start))}`;
			}
		}
	},

	stop() {
		this.controller.abort();
		this.controller = null;
		find("load-rate").textContent = "";
		this.label(false);
	},

	start() {
		const controller = this.controller = new AbortController();

		this.label(true);
		this.run(controller.signal).catch(() => {
			if (this.controller === controller)
				this.stop();
		});
	},

	label(on) {
		find("load").setAttribute("aria-pressed", on);
		find("load").textContent = on ? "Stop the load" : "Put load on the link";
	},
};

find("load").addEventListener("click", () =>
	loader.controller ? loader.stop() : loader.start());
poll();
