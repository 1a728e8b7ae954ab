// The trend page: several series over the line of commits, in one chart or in small multiples. It begins with what the address
// says, else the newest 500 commits; detail and what lies beside is fetched when the view comes near it.
import { redrawn } from "./chart.js";
import { copy } from "./live.js";
import { details, fetchTrend } from "./trend_data.js";
import { panel, place, placeOf, xOf } from "./trend_draw.js";
import { keys, pointer } from "./trend_point.js";
import { pinned, remember, view } from "./trend_view.js";

const POINTS = 1200; // of a series, at most: two for each pixel of a wide window
const FIRST_VIEW = 500;
const REST_MS = 120; // from the last movement to the address and to more data
const PATIENCE_MS = 400; // before waiting is worth a word
const SPAN_MIN = 4;
const DAY_S = 86400;
const STRETCHES = [["Week", 7], ["Month", 30], ["3 months", 91], ["Year", 365]];
const LOOKS_BACK = 6; // at most so many answers until a date is found
const HEIGHT = { large: 380, phone: 300, small: 190 };

let figure = null;
let plot = null;
let charts = [];
let timer = null;
let isBusy = false;
let isAsked = false; // the table gets the focus when it comes

const page = { data: null, details: null, readout: null, show, zoom, follow, reset };

const isNewest = () => Math.ceil(view.from) <= Math.max(0, page.data.top - FIRST_VIEW + 1) && Math.floor(view.to) >= page.data.top
	&& page.data.top - Math.ceil(view.from) < FIRST_VIEW + 1;

function settle() {
	const wasTable = new URLSearchParams(location.search).has("show");
	if (remember(isNewest()) && (view.isTable || wasTable)) {
		document.dispatchEvent(new CustomEvent("faultline:stale"));
	}
	more().catch(told);
}

const told = (error) => (page.readout.textContent = `Not all is drawn: ${error.message}`);

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

// The days before the newest commit. Only of what has been loaded the dates are known, the finer the shorter it is: older commits
// are asked for until they reach so far back.
async function lastDays(days) {
	const { top } = page.data;
	let [from, first] = [null, page.data.last === top ? page.data.first : Math.max(0, top - FIRST_VIEW)];
	for (let i = 0; i < LOOKS_BACK; i++) {
		if (page.data.first !== first || page.data.last !== top) {
			take(await ask(first, top));
		}
		const { clock } = page.data;
		from = Math.max(0, clock.place(clock.time(top) - days * DAY_S));
		if (from >= first && ((top - from) * 2 >= top - first || page.data.stride === 1)) {
			break;
		}
		first = Math.max(0, Math.floor(from - (top - from) / 5));
	}
	show(Math.ceil(from) - 0.5, top + 0.5);
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

// The data come into their place below as the page has them without scripts.
function flipTable() {
	isAsked = view.isTable = !view.isTable;
	tools();
	settle();
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
	const byDate = () => STRETCHES.map(([text, days]) => button(text, () => lastDays(days).catch(told)));
	const byCount = () => [50, 100, FIRST_VIEW, 2000].filter((n) => n <= page.data.top).map((n) => button(`Last ${n}`, newest(n)));
	const link = button("Copy link", () => copy(link, pinned()));
	const box = figure.querySelector(".tools");
	const focused = box.contains(document.activeElement) ? document.activeElement.textContent : null;
	box.replaceChildren(
		button("Logarithmic", flip("isLog"), view.isLog),
		button("By date", flip("isDate"), view.isDate),
		...(page.data.series.length > 1 ? [button("One by one", flip("isEach"), view.isEach)] : []),
		...(view.isDate ? byDate() : byCount()),
		button("All", newest(page.data.top + 1)),
		button("Reset", reset),
		button("Show data", flipTable, view.isTable),
		link,
	);
	[...box.children].find((one) => one.textContent === focused)?.focus();
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
	const patience = setTimeout(() => (page.readout.textContent = "The values are on their way…"), PATIENCE_MS);
	const data = await ask(view.from, view.to).finally(() => clearTimeout(patience));
	performance.mark("trend-data");
	page.readout.textContent = "";
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

// Scripts run, data do not come: the picture of the server stands in.
function fail(error) {
	page.readout.replaceChildren(`Only the still picture: ${error.message}. `, button("Try again", () => location.reload()));
	const picture = document.createElement("img");
	picture.src = figure.dataset.picture;
	picture.alt = "The trend; its values stand in the data, below";
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
	plot.setAttribute("aria-label", "Chart. Left and right go from commit to commit, up and down from series to series, Enter opens the attempt, b makes the commit the base of comparison, plus and minus zoom, 0 resets. The button Show data gives the same as a table.");
	page.readout = figure.querySelector(".readout");
	page.details = details(figure.dataset);
	redrawn(plot, () => charts);
	start().catch(fail);
}

begin();
document.addEventListener("faultline:exchanged", (event) => {
	if (event.detail === "table" && isAsked) {
		isAsked = false;
		document.querySelector("#data .scroll")?.focus();
	}
	begin();
});
document.addEventListener("faultline:news", () => {
	if (page.data) {
		const isFollowing = isNewest();
		page.details = details(figure.dataset);
		ask(isFollowing ? null : page.data.first, isFollowing ? null : page.data.last).then((data) => {
			const isStill = isFollowing && isNewest(); // nobody has gone elsewhere meanwhile
			take(data);
			isStill ? reset() : charts.forEach((chart) => chart.redraw(false, true));
			plan();
		}).catch(() => null);
	}
});
