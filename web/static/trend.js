// The trend page's chart: commits in order along x, every attempt a dot, each commit's median as the line, crash reports as
// marks in a lane under the data. Scale and range stand in the address, so that any view can be pasted in a mail.
import { Chart, axis, colour, follow, load, number, tick, tipNew } from "./chart.js";

const LANE_PX = 20; // between data and labels
const NEAR_PX = 40;

const view = new URLSearchParams(location.search);

let figure = null;
let plot = null;
let readout = null;
let unit = "";
let data = null;
let chart = null;
let byCommit = []; // of each commit the indices of its dots
let isLog = false;

const name = (i) => (/^[0-9a-f]{40}/.test(data.sha[i]) ? data.sha[i].slice(0, 12) : data.subject[i]);

function remember(key, value) {
	if (value === null) {
		view.delete(key);
	} else {
		view.set(key, value);
	}
	history.replaceState(null, "", location.pathname + (view.size ? `?${view}` : "") + location.hash);
}

function dotsDraw(u) {
	const { ctx } = u;
	const ratio = devicePixelRatio;
	const [low, high] = [u.scales.x.min, u.scales.x.max];
	ctx.save();
	ctx.beginPath();
	ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
	ctx.clip();
	ctx.fillStyle = colour("dot");
	const size = Math.max(1.5, Math.min(3.5, u.bbox.width / ratio / (high - low + 1) / 3)) * ratio;
	const { x, value } = data.dots;
	ctx.beginPath();
	for (let i = 0; i < x.length; i++) {
		if (x[i] >= low && x[i] <= high && (!isLog || value[i] > 0)) {
			const [left, top] = [u.valToPos(x[i], "x", true), u.valToPos(value[i], "y", true)];
			ctx.moveTo(left + size, top);
			ctx.arc(left, top, size, 0, 2 * Math.PI);
		}
	}
	ctx.fill();
	ctx.restore();
}

// The lane is made of links, so that a mark has a title, a cursor and a middle click.
function laneDraw(u) {
	const ratio = devicePixelRatio;
	const top = (u.bbox.top + u.bbox.height) / ratio + 3;
	const marks = data.bugs.filter((bug) => bug.x >= u.scales.x.min && bug.x <= u.scales.x.max).map((bug) => {
		const mark = document.createElement("a");
		mark.className = "bug-mark";
		mark.href = bug.count > 1 ? `/bugs/${bug.bug}` : `/attempts/${bug.attempt}`;
		mark.title = `${bug.title}\n${name(bug.x)}: in ${bug.count} of ${bug.attempts} attempts`;
		mark.tabIndex = -1;
		mark.setAttribute("aria-hidden", "true");
		mark.style.left = `${u.valToPos(bug.x, "x") + u.bbox.left / ratio}px`;
		mark.style.top = `${top}px`;
		return mark;
	});
	const [ground, label] = ["lane-ground", "lane-name"].map((kind) => {
		const element = document.createElement("span");
		element.className = kind;
		element.style.top = `${kind === "lane-name" ? top + 1 : top - 2}px`;
		return element;
	});
	ground.style.left = `${u.bbox.left / ratio}px`;
	ground.style.width = `${u.bbox.width / ratio}px`;
	label.textContent = "BUG";
	label.style.left = `${u.bbox.left / ratio - 30}px`;
	u.root.querySelectorAll(".bug-mark, .lane-ground, .lane-name").forEach((mark) => mark.remove());
	u.root.append(ground, label, ...marks);
}

// The dot nearest to the cursor; for a commit whose attempts all crashed there is none.
function nearest(u, left, top) {
	const at = Math.round(u.posToVal(left, "x"));
	let best = null;
	for (let i = Math.max(0, at - 40); i <= Math.min(data.sha.length - 1, at + 40); i++) {
		const dx = u.valToPos(i, "x") - left;
		if (Math.abs(dx) > NEAR_PX) {
			continue;
		}
		for (const dot of byCommit[i]) {
			const distance = Math.hypot(dx, u.valToPos(data.dots.value[dot], "y") - top);
			if (distance <= NEAR_PX && (best === null || distance < best.distance)) {
				best = { dot, commit: i, distance };
			}
		}
	}
	return best;
}

function lines(commit, dot) {
	const before = data.median.slice(0, commit).findLast((value) => value !== null);
	const value = dot === undefined ? data.median[commit] : data.dots.value[dot];
	const bug = data.bugs.find((b) => b.x === commit);
	return [
		value === null ? "no value" : number(value) + (unit && unit !== "ratio" ? ` ${unit}` : ""),
		...(before > 0 && value > 0 ? [`×${number(value / before)} of the commit before (${number(before)})`] : []),
		`${name(commit)} ${data.subject[commit]}`,
		...(dot === undefined ? [] : [`attempt ${data.dots.attempt[dot]} on ${data.dots.machine[dot]}`]),
		...(bug ? [`${bug.title}, ${bug.count} of ${bug.attempts} attempts`] : []),
	];
}

function options(width) {
	const high = data.sha.length - 1;
	const from = data.ordinal.findIndex((o) => o >= Number(view.get("from") ?? -1));
	const to = view.has("to") ? data.ordinal.findLastIndex((o) => o <= Number(view.get("to"))) : high;
	return {
		width,
		height: innerWidth < 640 ? 300 : 360,
		legend: { show: false },
		padding: [10, 12, 0, 0],
		cursor: { drag: { x: true, y: false }, points: { show: false }, y: false },
		scales: {
			x: { time: false, min: Math.max(0, from) - 0.5, max: Math.max(to, 0) + 0.5 },
			y: { distr: isLog ? 3 : 1, range: isLog ? undefined : (u, low, top) => Chart.rangeNum(Math.min(low, 0), top, 0.08, true) },
		},
		axes: [
			axis({ gap: LANE_PX + 2, size: 44, space: 110, grid: { show: false }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
				values: (u, splits) => splits.map((i) => (Number.isInteger(i) && data.sha[i] ? name(i).slice(0, 16) : "")) }),
			axis({ size: 64, values: (u, splits) => splits.map(tick), grid: { stroke: () => colour("line"), width: 1, filter: (u, splits) => splits.map((v) => (isLog && !/^1e/.test(v?.toExponential()) ? null : v)) } }),
		],
		series: [{}, { label: "median", scale: "y", stroke: () => colour("median"), width: 1.25, spanGaps: true, points: { show: false } }, ...["lowest", "highest"].map((label) => ({ label, scale: "y", width: 0, points: { show: false } }))],
		hooks: { draw: [dotsDraw, laneDraw], setScale: [(u, key) => key === "x" && rangeKeep(u)] },
	};
}

function rangeKeep(u) {
	const low = Math.max(0, Math.ceil(u.scales.x.min));
	const high = Math.min(data.sha.length - 1, Math.floor(u.scales.x.max));
	const isWhole = low === 0 && high === data.sha.length - 1;
	remember("from", isWhole ? null : data.ordinal[low]);
	remember("to", isWhole ? null : data.ordinal[high]);
}

// The y range must hold the dots too: lowest and highest of each commit are series that are not drawn.
function values() {
	const shown = (v) => (v === undefined || (isLog && !(v > 0)) ? null : v);
	const ends = byCommit.map((dots) => dots.map((dot) => data.dots.value[dot]).sort((a, b) => a - b));
	return [data.sha.map((_, i) => i), data.median.map((v) => shown(v ?? undefined)), ends.map((e) => shown(e[0])), ends.map((e) => shown(e.at(-1)))];
}

function draw() {
	chart?.destroy();
	chart = new Chart(options(plot.clientWidth), values(), (u, init) => {
		plot.replaceChildren(u.root);
		init();
	});
	pointer(chart, tipNew(chart.root));
	keys(chart);
}

function pointer(u, tip) {
	let found = null;
	u.over.addEventListener("mousemove", (event) => {
		found = nearest(u, event.offsetX, event.offsetY);
		u.over.classList.toggle("drawing", found !== null);
		if (found) {
			const ratio = devicePixelRatio;
			tip.show(u.valToPos(found.commit, "x") + u.bbox.left / ratio, u.valToPos(data.dots.value[found.dot], "y") + u.bbox.top / ratio, lines(found.commit, found.dot));
		} else {
			tip.hide();
		}
	});
	u.over.addEventListener("mouseleave", () => tip.hide());
	let down = 0;
	u.over.addEventListener("mousedown", (event) => (down = event.clientX));
	u.over.addEventListener("click", (event) => {
		if (found && Math.abs(event.clientX - down) < 4) {
			location.assign(`/attempts/${data.dots.attempt[found.dot]}`);
		}
	});
}

function keys(u) {
	let at = data.sha.length - 1;
	u.root.tabIndex = 0;
	u.root.setAttribute("role", "application");
	u.root.setAttribute("aria-label", "Chart. Left and right go from commit to commit, Enter opens the attempt. The same data stand in the table below.");
	u.root.addEventListener("keydown", (event) => {
		const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: data.sha.length - 1, PageUp: at - 20, PageDown: at + 20 }[event.key];
		if (event.key === "Enter" && byCommit[at].length > 0) {
			location.assign(`/attempts/${data.dots.attempt[byCommit[at].at(-1)]}`);
		}
		if (to === undefined) {
			return;
		}
		event.preventDefault();
		at = Math.max(0, Math.min(data.sha.length - 1, to));
		u.setCursor({ left: u.valToPos(at, "x"), top: data.median[at] === null ? 0 : u.valToPos(data.median[at], "y") });
		readout.textContent = lines(at, byCommit[at].length === 1 ? byCommit[at][0] : undefined).join(" · ");
	});
}

function button(text, act) {
	const element = document.createElement("button");
	element.type = "button";
	element.textContent = text;
	element.addEventListener("click", act);
	return element;
}

function tools() {
	const scale = button("", () => {
		isLog = !isLog;
		remember("scale", isLog ? "log" : "linear");
		label();
		draw();
	});
	const label = () => (scale.textContent = isLog ? "Linear scale" : "Logarithmic scale");
	label();
	const show = (n) => chart.setScale("x", { min: Math.max(0, data.sha.length - n) - 0.5, max: data.sha.length - 0.5 });
	const box = figure.querySelector(".tools");
	box.replaceChildren(scale, ...[50, 100, 200].filter((n) => n < data.sha.length).map((n) => button(`Last ${n}`, () => show(n))), button("All", () => show(data.sha.length)));
	box.hidden = false;
}

async function start() {
	data = await load();
	for (const key of ["ordinal", "sha", "subject", "median", "bugs"]) {
		data[key] ??= [];
	}
	for (const key of ["x", "value", "attempt", "machine"]) {
		data.dots[key] ??= [];
	}
	byCommit = data.sha.map(() => []);
	data.dots.x.forEach((x, i) => byCommit[x].push(i));
	isLog = view.has("scale") ? view.get("scale") === "log" : "log" in figure.dataset;
	tools();
	draw();
}

function begin() {
	if (figure === null && document.getElementById("trend")) {
		figure = document.getElementById("trend");
		plot = figure.querySelector(".plot");
		readout = figure.querySelector(".readout");
		unit = figure.dataset.unit;
		follow(plot, () => (chart ? [chart] : []));
		start().catch((error) => (readout.textContent = `Only the still picture: ${error.message}`));
	}
}

begin();
document.addEventListener("faultline:exchanged", (event) => {
	if (figure && event.detail === "table") {
		start().catch(() => null);
	}
	begin();
});
