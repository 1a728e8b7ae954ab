// The attempt page's chart: migrations per second, succeeded above failed (they differ by orders of magnitude, so each has
// its own axis), over the guest's uptime, with phases and crash reports marked.
import { Chart, axis, colour, load, number, redrawn, tick } from "./chart.js";

const REST_MS = 2000; // between two looks while samples come in

let plot = null;
let readout = null;
let charts = [];
let timer = null;
let data = null;

function mark(u, t, text, paint, isDashed) {
	if (t < u.scales.x.min || t > u.scales.x.max) {
		return;
	}
	const { ctx } = u;
	const ratio = devicePixelRatio;
	const left = Math.round(u.valToPos(t, "x", true));
	ctx.save();
	ctx.strokeStyle = ctx.fillStyle = colour(paint);
	ctx.lineWidth = (isDashed ? 1 : 2) * ratio;
	ctx.setLineDash(isDashed ? [4 * ratio, 4 * ratio] : []);
	ctx.beginPath();
	ctx.moveTo(left, u.bbox.top);
	ctx.lineTo(left, u.bbox.top + u.bbox.height);
	ctx.stroke();
	if (text) {
		const isRight = left > u.bbox.left + u.bbox.width * 0.7;
		ctx.font = `${12 * ratio}px system-ui, sans-serif`;
		ctx.textAlign = isRight ? "right" : "left";
		ctx.fillText(text, left + (isRight ? -4 : 4) * ratio, u.bbox.top - 4 * ratio);
	}
	ctx.restore();
}

// A phase is named where its name ends before the next phase begins.
function hasRoom(u, i) {
	const next = data.phases[i + 1];
	return next === undefined || (u.valToPos(next.t, "x") - u.valToPos(data.phases[i].t, "x")) > 8 * data.phases[i].name.length;
}

function options(label, paint, isTop) {
	const times = [...data.t, ...data.phases.map((p) => p.t), ...data.reports.map((r) => r.t)];
	return {
		width: plot.clientWidth,
		height: isTop ? 180 : 160,
		legend: { show: false },
		padding: [isTop ? 18 : 6, 12, 0, 0],
		cursor: { sync: { key: "samples" }, drag: { x: true, y: false } },
		scales: { x: { time: false, range: (u, low, high) => (u.data[0].length > 0 && low === data.t[0] && high === data.t.at(-1) ? [Math.min(...times), Math.max(...times)] : [low, high]) },
			y: { range: (u, low, high) => [0, high > 0 ? high * 1.08 : 1] } },
		axes: [axis({ values: (u, splits) => splits.map((s) => (isTop ? "" : `${tick(s)} s`)), size: isTop ? 8 : 28, ticks: { show: false } }), axis({ size: 64, label, labelSize: 18, labelFont: "12px system-ui, sans-serif", values: (u, splits) => splits.map(tick), space: 28 })],
		series: [{}, { stroke: () => colour(paint), width: 1.5, points: { show: false } }],
		hooks: {
			draw: [(u) => {
				data.phases.forEach((p, i) => mark(u, p.t, isTop && hasRoom(u, i) ? p.name : "", "quiet", true));
				data.reports.forEach((r) => mark(u, r.t, isTop ? "BUG" : "", "bad", false));
			}],
			setCursor: [(u) => {
				const i = u.cursor.idx;
				readout.textContent = i === null || i === undefined ? "" : `${data.t[i].toFixed(2)} s after boot: ${number(data.success[i])} succeeded per s, ${number(data.fail[i])} failed per s`;
			}],
		},
	};
}

async function start() {
	timer = null;
	data = await load();
	for (const key of ["t", "success", "fail", "phases", "reports"]) {
		data[key] ??= [];
	}
	if (data.t.length < 2) {
		return;
	}
	charts.forEach((chart) => chart.destroy());
	const root = document.createElement("div");
	plot.replaceChildren(root);
	charts = [new Chart(options("succeeded/s", "dot", true), [data.t, data.success], root), new Chart(options("failed/s", "failed", false), [data.t, data.fail], root)];
}

function begin() {
	const figure = document.getElementById("samples");
	if (figure && plot === null) {
		plot = figure.querySelector(".plot");
		readout = figure.querySelector(".readout");
		redrawn(plot, () => charts);
		start().catch((error) => (readout.textContent = `Only the still picture: ${error.message}`));
	}
}

begin();
document.addEventListener("faultline:exchanged", begin);
document.addEventListener("faultline:stream", (event) => {
	if (plot && event.detail.name === "samples") {
		timer ??= setTimeout(() => start().catch(() => null), REST_MS);
	}
});
