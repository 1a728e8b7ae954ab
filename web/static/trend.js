// The trend page: several series over the line of commits, in one chart or in small multiples. It begins with what the address
// says, else the newest 500 commits; detail and what lies beside is fetched when the view comes near it.
import { details, fetchTrend } from "./trend_data.js";
import { panel, place, placeOf, xOf } from "./trend_draw.js";
import { keys, pointer } from "./trend_point.js";
import { remember, view } from "./trend_view.js";

const POINTS = 1200; // of a series, at most: two for each pixel of a wide window
const FIRST_VIEW = 500;
const REST_MS = 120; // from the last movement to the address and to more data
const SPAN_MIN = 4;
const HEIGHT = { large: 380, phone: 300, small: 190 };

let figure = null;
let plot = null;
let charts = [];
let timer = null;
let isBusy = false;

const page = { data: null, details: null, readout: null, show, zoom, follow, reset };

const isNewest = () => Math.ceil(view.from) <= Math.max(0, page.data.top - FIRST_VIEW + 1) && Math.floor(view.to) >= page.data.top
	&& page.data.top - Math.ceil(view.from) < FIRST_VIEW + 1;

function settle() {
	remember(isNewest());
	more().catch((error) => (page.readout.textContent = `Not all is drawn: ${error.message}`));
}

function plan() {
	clearTimeout(timer);
	timer = setTimeout(settle, REST_MS);
}

// Keeps the view on the line.
function show(from, to) {
	const span = Math.max(SPAN_MIN, Math.min(to - from, page.data.top + 1));
	view.from = Math.max(-0.5, Math.min(from, page.data.top + 0.5 - span));
	view.to = view.from + span;
	const [min, max] = [xOf(page.data, view.from), xOf(page.data, view.to)];
	charts.forEach((chart) => chart.setScale("x", { min, max }));
	plan();
}

function zoom(by) {
	const [middle, half] = [(view.from + view.to) / 2, ((view.to - view.from) * by) / 2];
	show(middle - half, middle + half);
}

function reset() {
	show(page.data.top - FIRST_VIEW + 0.5, page.data.top + 0.5);
}

// The keys' cursor stays in view.
function follow(at) {
	if (at !== null && (at < view.from || at > view.to)) {
		const half = (view.to - view.from) / 2;
		show(at - half, at + half);
	} else {
		charts.forEach((chart) => chart.redraw(false, false));
		plan();
	}
}

function moved(chart) {
	const [min, max] = [xOf(page.data, view.from), xOf(page.data, view.to)];
	if (Math.abs(chart.scales.x.min - min) + Math.abs(chart.scales.x.max - max) > (max - min) * 1e-9) {
		show(placeOf(page.data, chart.scales.x.min), placeOf(page.data, chart.scales.x.max));
	}
}

const ask = (from, to) => fetchTrend(figure.dataset, { from, to, points: POINTS });

// Half a view on each side comes along, so that panning meets data.
async function more() {
	const { first, last, top, width, stride } = page.data;
	const half = (view.to - view.from) / 2;
	const [from, to] = [Math.max(0, Math.floor(view.from - half)), Math.min(top, Math.ceil(view.to + half))];
	const isCovered = first <= Math.max(0, Math.ceil(view.from)) && last >= Math.min(top, Math.floor(view.to));
	const isFine = width === 1 || (to - from) * 2 > (last - first);
	if (isBusy || (isCovered && isFine && stride * 25 <= Math.max(25, to - from + 1) * 2)) {
		return;
	}
	isBusy = true;
	try {
		take(await ask(from, to));
		charts.forEach((chart) => chart.redraw(false, true));
		plan(); // the view may have gone on
	} finally {
		isBusy = false;
	}
}

function take(data) {
	page.data = data;
	place(data);
}

function suits(data) {
	let [low, high] = [Infinity, 0];
	data.series.forEach((series) => series.middle.forEach((value) => ([low, high] = [Math.min(low, value), Math.max(high, value)])));
	return low > 0 && high > 30 * low;
}

function build() {
	charts.forEach((chart) => chart.destroy());
	const all = page.data.series.map((_, i) => i);
	const isEach = view.isEach && all.length > 1;
	plot.classList.toggle("each", isEach);
	const boxes = (isEach ? all : [null]).map((i) => {
		const box = document.createElement("div");
		if (i !== null) {
			const title = document.createElement("h2");
			title.textContent = page.data.series[i].profile;
			box.append(title);
		}
		return box;
	});
	plot.replaceChildren(...boxes);
	const height = isEach ? HEIGHT.small : innerWidth < 640 ? HEIGHT.phone : HEIGHT.large;
	charts = boxes.map((box, i) => panel(box, height, page, isEach ? [i] : all, moved));
	charts.forEach((chart) => pointer(page, chart));
}

function button(text, act, isPressed) {
	const element = document.createElement("button");
	element.type = "button";
	element.textContent = text;
	if (isPressed !== undefined) {
		element.setAttribute("aria-pressed", isPressed);
	}
	element.addEventListener("click", act);
	return element;
}

function tools() {
	const flip = (key) => () => {
		view[key] = !view[key];
		view.isFree &&= key !== "isLog";
		place(page.data);
		build();
		tools();
		settle();
	};
	const newest = (n) => () => show(page.data.top - n + 0.5, page.data.top + 0.5);
	figure.querySelector(".tools").replaceChildren(
		button("Logarithmic", flip("isLog"), view.isLog),
		button("By date", flip("isDate"), view.isDate),
		...(page.data.series.length > 1 ? [button("One by one", flip("isEach"), view.isEach)] : []),
		...[50, 100, FIRST_VIEW, 2000].filter((n) => n <= page.data.top).map((n) => button(`Last ${n}`, newest(n))),
		button("All", newest(page.data.top + 1)),
		button("Reset", reset),
	);
}

// The legend's names become buttons that bring their series forward.
function legend() {
	for (const name of figure.querySelectorAll(".series-name")) {
		const index = Number(name.dataset.series);
		const bring = button("", () => {
			view.focus = view.focus === index ? null : index;
			legendTell();
			follow(null);
		}, view.focus === index);
		bring.className = "series-name";
		bring.dataset.series = index;
		bring.append(...name.childNodes);
		name.replaceWith(bring);
	}
}

const legendTell = () => figure.querySelectorAll("button.series-name").forEach((name) => name.setAttribute("aria-pressed", view.focus === Number(name.dataset.series)));

async function start() {
	const data = await ask(view.from, view.to);
	performance.mark("trend-data");
	take(data);
	[view.from, view.to] = [data.first - 0.5, data.last + 0.5];
	if (view.isFree) {
		view.isLog = suits(data);
	}
	build();
	tools();
	legend();
	queueMicrotask(() => performance.mark("trend-drawn"));
	keys(page, plot);
	plan();
}

// Another width or colour scheme draws anew.
function heed() {
	new ResizeObserver(() => charts.forEach((chart) => {
		const width = chart.root.parentElement.clientWidth;
		if (width > 0 && chart.width !== width) {
			chart.setSize({ width, height: chart.height });
		}
	})).observe(plot);
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((chart) => chart.redraw(false, true)));
}

// Scripts run, data do not come: the picture of the server stands in.
function fail(error) {
	page.readout.textContent = `Only the still picture: ${error.message}`;
	const picture = document.createElement("img");
	picture.src = figure.dataset.picture;
	picture.alt = "";
	plot.replaceChildren(picture);
}

function begin() {
	if (figure !== null || !document.getElementById("trend")) {
		return;
	}
	figure = document.getElementById("trend");
	plot = figure.querySelector(".plot");
	plot.tabIndex = 0;
	plot.setAttribute("role", "application");
	plot.setAttribute("aria-label", "Chart. Left and right go from commit to commit, up and down from series to series, Enter opens the attempt, b makes the commit the base of comparison, plus and minus zoom, 0 resets. The same data stand in the table below.");
	page.readout = figure.querySelector(".readout");
	page.details = details(figure.dataset);
	heed();
	start().catch(fail);
}

begin();
document.addEventListener("faultline:exchanged", (event) => {
	if (page.data && event.detail === "table") {
		const isFollowing = isNewest();
		page.details = details(figure.dataset);
		ask(isFollowing ? null : page.data.first, isFollowing ? null : page.data.last).then((data) => {
			take(data);
			isFollowing ? reset() : charts.forEach((chart) => chart.redraw(false, true));
		}).catch(() => null);
	}
	begin();
});
