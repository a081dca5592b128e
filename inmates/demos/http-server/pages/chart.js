// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
// A chart of two rates over the last minutes, as SVG: lines, axes, and values under the pointer.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const NAMES = { rx: "to the cell", tx: "from the cell" };
const CHART = { width: 960, height: 240, left: 84, right: 8, top: 12, bottom: 24 };
const X_TICKS = 4;
const X_TICKS_NARROW = 2;
const NARROW = 500;
const Y_TICKS = 4;

function element(name, attributes = {}, text = "", space = "") {
	const made = space ? document.createElementNS(space, name) : document.createElement(name);

	for (const [key, value] of Object.entries(attributes))
		made.setAttribute(key, value);
	made.textContent = text;
	return made;
}

const shape = (name, attributes, text) => element(name, attributes, text, SVG);

function formatRate(bits) {
	const units = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"];
	let unit = 0;

	for (; bits >= 1000 && unit < units.length - 1; unit++)
		bits /= 1000;
	return `${bits < 10 && unit ? bits.toFixed(2) : bits < 100 && unit ? bits.toFixed(1) :
		Math.round(bits)} ${units[unit]}`;
}

// The least of 1, 2, 4, 8, 10 times a power of ten that is not below the value: a quarter of it is a
// number that looks well, too.
function niceMaximum(value) {
	const power = 10 ** Math.floor(Math.log10(Math.max(value, 1000)));

	return power * [1, 2, 4, 8, 10].find((factor) => value <= factor * power);
}

class Chart {
	constructor(parent, title) {
		this.key = element("div", { class: "key" });
		this.svg = shape("svg", { role: "img", "aria-label": title });
		parent.append(this.key, this.svg);
		this.values = {};
		for (const name of Object.keys(NAMES)) {
			const entry = element("span", { class: name });

			this.values[name] = element("b");
			entry.append(element("i"), `${NAMES[name]} `, this.values[name]);
			this.key.append(entry);
		}
		this.when = element("span", { class: "when" });
		this.key.append(this.when);
		this.pointer = null;
		this.svg.addEventListener("pointermove", (event) => this.point(event.offsetX));
		this.svg.addEventListener("pointerleave", () => this.point(null));
		window.addEventListener("resize", () => this.draw());
	}

	// "history" is as it comes from the cell.
	show(history) {
		this.length = history.length;
		this.interval = history.interval_ms / 1000;
		this.samples = { rx: history.rx_bits_per_second, tx: history.tx_bits_per_second };
		this.draw();
	}

	point(x) {
		this.pointer = x;
		this.draw();
	}

	// The newest sample is at the right edge, whatever their number.
	x(age) {
		return this.width - CHART.right -
			age * (this.width - CHART.left - CHART.right) / (this.length - 1);
	}

	y(rate) {
		return CHART.height - CHART.bottom -
			rate / this.maximum * (CHART.height - CHART.bottom - CHART.top);
	}

	draw() {
		if (!this.samples)
			return;
		// Drawn in pixels of the page, so that text and lines keep their proportions.
		this.width = this.svg.clientWidth || CHART.width;
		this.svg.setAttribute("viewBox", `0 0 ${this.width} ${CHART.height}`);
		this.maximum = niceMaximum(Math.max(...this.samples.rx, ...this.samples.tx, 0));
		this.svg.replaceChildren(...this.axes(), ...this.lines("rx"), ...this.lines("tx"),
			...this.cursor());
	}

	axes() {
		const ticks = this.width < NARROW ? X_TICKS_NARROW : X_TICKS;
		const parts = [];

		for (let n = 0; n <= Y_TICKS; n++) {
			const rate = this.maximum * n / Y_TICKS, y = this.y(rate);

			parts.push(shape("line", { class: "grid", x1: CHART.left, y1: y,
				x2: this.width - CHART.right, y2: y }));
			parts.push(shape("text", { x: CHART.left - 8, y: y + 4, "text-anchor": "end" },
				n ? formatRate(rate).replace(/\.0+ /, " ") : "0"));
		}
		for (let n = 0; n <= ticks; n++) {
			const age = (this.length - 1) * n / ticks;
			const seconds = Math.round(this.length * this.interval * n / ticks);

			parts.push(shape("text", { x: this.x(age), y: CHART.height - 6,
				"text-anchor": n === 0 ? "end" : n === ticks ? "start" : "middle" },
				n ? `${seconds} s ago` : "now"));
		}
		return parts;
	}

	lines(name) {
		const rates = this.samples[name], last = rates.length - 1, base = this.y(0);
		const points = rates.map((rate, n) =>
			`${this.x(last - n).toFixed(1)},${this.y(rate).toFixed(1)}`);

		if (last < 0)
			return [];
		return [
			shape("polygon", { class: `area ${name}`,
				points: `${this.x(last)},${base} ${points.join(" ")} ${this.x(0)},${base}` }),
			shape("polyline", { class: `line ${name}`, points: points.join(" ") }),
		];
	}

	// Sets the values in the key, too: those under the pointer, or the last ones.
	cursor() {
		const last = this.samples.rx.length - 1;
		const step = (this.width - CHART.left - CHART.right) / (this.length - 1);
		const age = this.pointer === null ? 0 :
			Math.round((this.width - CHART.right - this.pointer) / step);
		const inside = age >= 0 && age <= last;
		const parts = [];

		for (const name of Object.keys(NAMES)) {
			const rate = this.samples[name][last - age];

			this.values[name].textContent = inside ? formatRate(rate) : "–";
			if (inside)
				parts.push(shape("circle", { class: `dot ${name}`, r: 3.5,
					cx: this.x(age), cy: this.y(rate) }));
		}
		this.when.textContent = this.pointer === null ? "mean of the last second" :
			`${Math.max(0, Math.round(age * this.interval))} s ago`;
		if (this.pointer !== null && inside)
			parts.unshift(shape("line", { class: "cursor", x1: this.x(age), x2: this.x(age),
				y1: CHART.top, y2: CHART.height - CHART.bottom }));
		return parts;
	}
}
