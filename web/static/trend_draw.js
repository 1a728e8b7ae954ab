// Draws one panel of the trend page: uPlot gives axes, scales and selection; lines, bands and marks are drawn here out of each
// series' own columns, of which only what is in view is touched: so a stretch of ten thousand commits pans without a stutter.
import { Chart, axis, colour, tick } from "./chart.js";
import { lower } from "./trend_data.js";
import { view } from "./trend_view.js";

export const LANE_PX = 20; // crash reports, between data and labels
export const FLAG_PX = 20; // changes and other machines, above the data
const BANDS_MAX = 3; // more lie over each other
const MARKER_ROOM_PX = 5;
const DASH_ROOM_PX = 3; // nearer together dashes cannot be seen, and take long; so does a line wider than a hair
const NAME_PX = 110;
const EDGE_PX = 30; // a name nearer to the right edge would be cut

export const tone = (index) => `s${1 + (index % 6)}`;
const dash = (index) => (index < 6 ? [] : [7, 3]);

export const xOf = (data, place) => (view.isDate ? data.clock.time(place) : place);
export const placeOf = (data, x) => (view.isDate ? data.clock.place(x) : x);

export function place(data) {
	for (const series of data.series) {
		series.x = view.isDate ? series.ordinal.map(data.clock.time) : series.ordinal;
	}
}

// The stretch of a series that is in view, with one neighbour on each side.
export function stretch(u, series) {
	return [Math.max(0, lower(series.x, u.scales.x.min) - 1), Math.min(series.x.length - 1, lower(series.x, u.scales.x.max))];
}

// Out of `view`: while uPlot asks for it, its scales are still those of before.
function yRange(members, unit) {
	const capped = ([from, to]) => [from, unit === "ratio" ? Math.min(to, 1) : to]; // a share is no more
	let [low, high] = [Infinity, -Infinity];
	for (const { series } of members) {
		const end = lower(series.ordinal, view.to + 1e-6);
		for (let i = lower(series.ordinal, view.from); i < end; i++) {
			const isBin = series.attempt[i] === null;
			const [least, most] = [isBin ? series.low[i] : series.middle[i], isBin ? series.high[i] : series.middle[i]];
			low = view.isLog && least <= 0 ? low : Math.min(low, least);
			high = Math.max(high, most);
		}
	}
	if (low > high) {
		return view.isLog ? [0.1, 1] : [0, 1];
	}
	return capped(view.isLog ? Chart.rangeLog(low / 1.2, high * 1.2, 10, false) : Chart.rangeNum(Math.min(low, 0), high, 0.08, true));
}

// Pixels on the canvas; what a logarithmic scale cannot show lies at its foot.
const left = (u, x) => u.valToPos(x, "x", true);
const top = (u, value) => (view.isLog && !(value > 0) ? u.bbox.top + u.bbox.height : u.valToPos(value, "y", true));

// What lies between two lines of a stretch.
function between(u, series, [from, to], high, low) {
	const { ctx } = u;
	ctx.beginPath();
	for (let i = from; i <= to; i++) {
		ctx.lineTo(left(u, series.x[i]), top(u, high[i]));
	}
	for (let i = to; i >= from; i--) {
		ctx.lineTo(left(u, series.x[i]), top(u, low[i]));
	}
}

function bandDraw(u, { series, index }) {
	const [from, to] = stretch(u, series);
	if (series.noise === null || to < from || series.attempt[from] === null) {
		return;
	}
	const { ctx } = u;
	between(u, series, [from, to], series.bandHigh, series.bandLow);
	ctx.globalAlpha = 0.14;
	ctx.fillStyle = colour(tone(index));
	ctx.fill();
	ctx.globalAlpha = 1;
}

const shapes = [
	(ctx, x, y, r) => ctx.arc(x, y, r, 0, 2 * Math.PI),
	(ctx, x, y, r) => ctx.rect(x - r, y - r, 2 * r, 2 * r),
	(ctx, x, y, r) => { ctx.lineTo(x, y - 1.3 * r); ctx.lineTo(x + 1.2 * r, y + r); ctx.lineTo(x - 1.2 * r, y + r); ctx.closePath(); },
	(ctx, x, y, r) => { ctx.lineTo(x, y - 1.4 * r); ctx.lineTo(x + 1.4 * r, y); ctx.lineTo(x, y + 1.4 * r); ctx.lineTo(x - 1.4 * r, y); ctx.closePath(); },
];

// On a long stretch: from the lowest to the highest value of each bin. As a line, up and down at every pixel, it would take twenty
// times as long to paint.
function extentDraw(u, series, stretchOf) {
	const { ctx } = u;
	between(u, series, stretchOf, series.high, series.low);
	ctx.globalAlpha *= 0.3;
	ctx.fill();
	ctx.globalAlpha /= 0.3;
}

function lineDraw(u, { series, index }, isAlone) {
	const { ctx } = u;
	const ratio = devicePixelRatio;
	const [from, to] = stretch(u, series);
	const room = u.bbox.width / ratio / Math.max(1, to - from);
	const hasRoom = room > MARKER_ROOM_PX;
	const line = new Path2D();
	const markers = new Path2D();
	const shape = shapes[index % shapes.length];
	for (let i = from; i <= to; i++) {
		const [x, y] = [left(u, series.x[i]), top(u, series.middle[i])];
		line.lineTo(x, y);
		if (hasRoom || to - from < 3) {
			markers.moveTo(x, y);
			shape(markers, x, y, (isAlone ? 2.5 : 2) * ratio);
		}
	}
	ctx.strokeStyle = ctx.fillStyle = colour(tone(index));
	ctx.globalAlpha = view.focus === null || view.focus === index ? 1 : 0.25;
	ctx.lineWidth = view.focus === index ? 2.25 * ratio : room > DASH_ROOM_PX ? 1.25 * ratio : 1;
	ctx.lineJoin = "bevel";
	ctx.setLineDash(room > DASH_ROOM_PX ? dash(index).map((n) => n * ratio) : []);
	if (series.attempt[from] === null) {
		extentDraw(u, series, [from, to]);
	}
	ctx.stroke(line);
	ctx.setLineDash([]);
	ctx.fill(markers);
	ctx.globalAlpha = 1;
}

function upright(u, x, paint, dashes, width = 1) {
	if (x < u.scales.x.min || x > u.scales.x.max) {
		return;
	}
	const { ctx } = u;
	ctx.strokeStyle = colour(paint);
	ctx.lineWidth = width * devicePixelRatio;
	ctx.setLineDash(dashes.map((n) => n * devicePixelRatio));
	ctx.beginPath();
	ctx.moveTo(left(u, x), u.bbox.top);
	ctx.lineTo(left(u, x), u.bbox.top + u.bbox.height);
	ctx.stroke();
	ctx.setLineDash([]);
}

function flag(u, x, letter, paint) {
	const { ctx } = u;
	const ratio = devicePixelRatio;
	if (x < u.scales.x.min || x > u.scales.x.max) {
		return;
	}
	const [at, y] = [left(u, x), u.bbox.top - FLAG_PX * ratio + ratio];
	ctx.fillStyle = colour(paint);
	ctx.beginPath();
	ctx.moveTo(at - 9 * ratio, y);
	ctx.lineTo(at + 9 * ratio, y);
	ctx.lineTo(at, y + 17 * ratio);
	ctx.fill();
	ctx.font = `600 ${9 * ratio}px system-ui, sans-serif`;
	ctx.textAlign = "center";
	ctx.textBaseline = "top";
	ctx.fillStyle = colour("ground");
	ctx.fillText(letter, at, y);
}

// Between last good and first bad the level moved: nobody knows where.
function changesDraw(u, data, members) {
	const { ctx } = u;
	for (const change of data.changes.filter((c) => members.some((m) => m.index === c.series))) {
		const [good, bad] = [xOf(data, change.good), xOf(data, change.bad)];
		ctx.globalAlpha = 0.12;
		ctx.fillStyle = colour("warn");
		ctx.fillRect(left(u, good), u.bbox.top, left(u, bad) - left(u, good), u.bbox.height);
		ctx.globalAlpha = 1;
		upright(u, bad, "warn", [5, 4], 1.5);
	}
}

function flagsDraw(u, data, members) {
	for (const mark of data.marks.filter((m) => members.some((member) => member.index === m.series))) {
		flag(u, xOf(data, mark.ordinal), mark.what[0].toUpperCase(), "quiet");
	}
	for (const change of data.changes.filter((c) => members.some((m) => m.index === c.series))) {
		flag(u, xOf(data, change.bad), change.after > change.before ? "↑" : "↓", "warn");
	}
}

function laneDraw(u, data, members) {
	const { ctx } = u;
	const ratio = devicePixelRatio;
	const y = u.bbox.top + u.bbox.height + 2 * ratio;
	ctx.fillStyle = colour("panel");
	ctx.fillRect(u.bbox.left, y, u.bbox.width, (LANE_PX - 2) * ratio);
	ctx.fillStyle = colour("bad");
	ctx.font = `600 ${11 * ratio}px system-ui, sans-serif`;
	ctx.textAlign = "right";
	ctx.textBaseline = "middle";
	ctx.fillText("BUG", u.bbox.left - 6 * ratio, y + 9 * ratio);
	const { series, ordinal } = data.bugs;
	const isHere = new Set(members.map((m) => m.index));
	let before = -Infinity;
	for (let i = 0; i < ordinal.length; i++) {
		const x = xOf(data, ordinal[i]);
		const at = Math.round(left(u, x));
		if (isHere.has(series[i]) && x >= u.scales.x.min && x <= u.scales.x.max && at !== before) {
			ctx.fillRect(at - 2 * ratio, y + 2 * ratio, 4 * ratio, (LANE_PX - 6) * ratio);
			before = at;
		}
	}
}

function draw(u, data, members) {
	const { ctx } = u;
	ctx.save();
	laneDraw(u, data, members);
	flagsDraw(u, data, members);
	ctx.beginPath();
	ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
	ctx.clip();
	changesDraw(u, data, members);
	for (const mark of data.marks.filter((m) => members.some((member) => member.index === m.series))) {
		upright(u, xOf(data, mark.ordinal), "quiet", [2, 3]);
	}
	members.filter((m) => members.length <= BANDS_MAX || m.index === view.focus).forEach((m) => bandDraw(u, m));
	members.forEach((m) => lineDraw(u, m, members.length === 1));
	[["base", "quiet"], ["at", "focus"]].filter(([key]) => view[key] !== null).forEach(([key, paint]) => upright(u, xOf(data, view[key]), paint, [], 1.5));
	ctx.restore();
}

// Of a logarithmic scale over more than two decades only these have lines.
function decades(u, splits) {
	const isMany = view.isLog && u.scales.y.max > 100 * u.scales.y.min;
	return splits.map((value) => (isMany && !/^1e/.test(value?.toExponential()) ? null : value));
}

// Labels of the x axis: tags when there are some in view, else commits.
function labels(page) {
	return (u, index, min, max) => {
		const { tags, commits } = page.data;
		const edge = max - ((max - min) * EDGE_PX) / (u.bbox.width / devicePixelRatio || 1);
		const seen = (list) => list.filter((c) => c.place >= min && c.place <= edge);
		const tagged = seen(tags.map(({ ordinal, name }) => ({ place: ordinal, name })));
		const list = tagged.length > 2 ? tagged : seen(commits.ordinal.map((place, i) => ({ place, name: commits.name[i] })));
		const step = Math.max(1, Math.ceil(list.length / Math.max(1, Math.floor(u.bbox.width / devicePixelRatio / NAME_PX))));
		u.names = new Map(list.filter((_, i) => i % step === 0).map((c) => [c.place, c.name]));
		return [...u.names.keys()];
	};
}

function xAxis(page) {
	const shared = { gap: LANE_PX + 2, size: LANE_PX + 24, space: NAME_PX, grid: { show: false } };
	return view.isDate ? axis(shared) : axis({ ...shared, splits: labels(page), values: (u, places) => places.map((p) => (u.names.get(p) ?? "").slice(0, 14)) });
}

// A panel in `box` of the series with these indexes of page.data, which may be exchanged: then it is drawn again. `moved` hears of
// another range of x.
export function panel(box, height, page, indexes, moved) {
	const members = () => indexes.map((index) => ({ series: page.data.series[index], index }));
	const range = () => [xOf(page.data, view.from), xOf(page.data, view.to)];
	const [min, max] = range();
	const chart = new Chart({
		width: box.clientWidth,
		height,
		legend: { show: false },
		padding: [FLAG_PX, 20, 0, 0],
		cursor: { drag: { x: true, y: false }, points: { show: false }, y: false, sync: { key: "trend", scales: ["x", null] } },
		scales: {
			x: { time: view.isDate, min, max, range: (u, low, high) => (low === null ? range() : [low, high]) },
			y: { distr: view.isLog ? 3 : 1, range: () => yRange(members(), page.data.unit) },
		},
		axes: [xAxis(page), axis({ size: 64, values: (u, splits) => splits.map(tick), grid: { stroke: () => colour("line"), width: 1, filter: decades } })],
		series: [{}, { scale: "y", paths: () => null, points: { show: false } }],
		hooks: { draw: [(u) => draw(u, page.data, members())], setScale: [(u, key) => key === "x" && moved(u)] },
	}, [[min, max], [null, null]], box);
	chart.members = members;
	return chart;
}
