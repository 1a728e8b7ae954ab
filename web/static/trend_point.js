// Pointing at a panel of the trend page: by mouse (what is nearest, and only that, is told; a click opens it; with Shift a drag
// moves the view) and by keys.
import { number, tipNew } from "./chart.js";
import { lower } from "./trend_data.js";
import { FLAG_PX, LANE_PX, stretch, xOf } from "./trend_draw.js";
import { view } from "./trend_view.js";

const NEAR_PX = 36;
const ZOOM_PLACES = 200; // what a click on a long stretch goes to

// Where a point stands; of a bin: where it comes nearest to y.
function height(u, series, i, y) {
	const at = (value) => (view.isLog && !(value > 0) ? u.over.clientHeight : u.valToPos(value, "y"));
	return series.attempt[i] === null ? Math.max(at(series.high[i]), Math.min(at(series.low[i]), y)) : at(series.middle[i]);
}

// The point nearest to a place in the plot, among all series of the panel.
function nearest(u, x, y) {
	let best = null;
	for (const { series, index } of u.members()) {
		const [from, to] = stretch(u, series);
		const start = Math.max(from, lower(series.x, u.posToVal(x - NEAR_PX, "x")));
		for (let i = start; i <= to; i++) {
			const dx = u.valToPos(series.x[i], "x") - x;
			if (dx > NEAR_PX) {
				break;
			}
			const distance = Math.hypot(dx, height(u, series, i, y) - y);
			if (distance <= NEAR_PX && (best === null || distance < best.distance)) {
				best = { series, index, i, distance };
			}
		}
	}
	return best;
}

// What stands in a lane near x: [element, …] of `list`, whose place `at` answers.
function near(u, data, x, count, at) {
	let best = null;
	for (let i = 0; i < count; i++) {
		const distance = Math.abs(u.valToPos(xOf(data, at(i)), "x") - x);
		if (distance < 8 && (best === null || distance < best.distance)) {
			best = { i, distance };
		}
	}
	return best?.i ?? null;
}

// On a long stretch a point stands for some commits.
function binLines(page, { series, i }) {
	const { data } = page;
	const unit = data.unit && data.unit !== "ratio" ? ` ${data.unit}` : "";
	return [`${number(series.low[i])} to ${number(series.high[i])}${unit}`, `mean ${number(series.middle[i])} of ${series.n[i]} attempts`, `${data.width} commits of ${series.profile}; click to zoom in`];
}

// A value as exactly as it is known here.
const exact = (page, series, i) => page.details.point(series, series.ordinal[i])?.middle ?? series.middle[i];

export function pointLines(page, { series, i }) {
	const { data } = page;
	if (series.attempt[i] === null) {
		return binLines(page, { series, i });
	}
	const place = series.ordinal[i];
	const [commit, told] = [page.details.commit(place), page.details.point(series, place)];
	const unit = data.unit && data.unit !== "ratio" ? ` ${data.unit}` : "";
	const [value, before] = [exact(page, series, i), data.width === 1 && i > 0 ? exact(page, series, i - 1) : null];
	const base = view.base === null ? -1 : series.ordinal.indexOf(view.base);
	const middle = base < 0 ? null : exact(page, series, base);
	return [
		number(value) + unit + (told?.n > 1 ? `, median of ${told.n} (${number(told.low)} to ${number(told.high)})` : ""),
		...(before > 0 && value > 0 ? [`×${number(value / before)} of the commit before (${number(before)})`] : []),
		...(middle > 0 ? [`×${number(value / middle)} of the base (${number(middle)})`] : []),
		commit ? `${/^[0-9a-f]{40,}$/.test(commit.sha) ? `${commit.sha.slice(0, 12)} ` : ""}${commit.subject}` : `commit ${place} of the line`,
		told ? `${series.profile}, attempt ${told.attempt} on ${told.machine}` : series.profile,
	];
}

function bugLines(page, i) {
	const { bugs, titles, series } = page.data;
	const commit = page.details.commit(bugs.ordinal[i]);
	return [titles[bugs.bug[i]], `in ${bugs.count[i]} of ${bugs.tried[i]} attempts, ${series[bugs.series[i]].profile}`,
		commit ? `${commit.sha.slice(0, 12)} ${commit.subject}` : `commit ${bugs.ordinal[i]} of the line`];
}

const WORDS = { machine: "first on the machine", config: "another kernel config:", run: "from here run:" };

function flagFound(page, u, x) {
	const { data } = page;
	const isHere = (list) => list.filter((entry) => u.members().some((m) => m.index === entry.series));
	const changes = isHere(data.changes);
	const change = near(u, data, x, changes.length, (i) => changes[i].bad);
	if (change !== null) {
		const { id, word, good, bad, before, after, series } = changes[change];
		return { place: bad, href: `/changes/${id}`, lines: [`Change ${id}, ${word}`, ...(before === null ? [] : [`${number(before)} → ${number(after)} near this commit`]),
			`last good ${page.details.commit(good)?.sha.slice(0, 12) ?? good}, first bad ${page.details.commit(bad)?.sha.slice(0, 12) ?? bad}`, data.series[series].profile] };
	}
	const marks = isHere(data.marks);
	const mark = near(u, data, x, marks.length, (i) => marks[i].ordinal);
	return mark === null ? null : { place: marks[mark].ordinal, lines: [`${WORDS[marks[mark].what]} ${marks[mark].value}`, data.series[marks[mark].series].profile] };
}

function find(page, u, x, y) {
	const { data } = page;
	if (y < 0) {
		return flagFound(page, u, x);
	}
	if (y > u.over.clientHeight) {
		const isHere = new Set(u.members().map((m) => m.index));
		const bug = near(u, data, x, data.bugs.ordinal.length, (i) => (isHere.has(data.bugs.series[i]) ? data.bugs.ordinal[i] : NaN));
		return bug === null ? null : { place: data.bugs.ordinal[bug], href: `/bugs/${data.bugs.bug[bug]}`, lines: bugLines(page, bug) };
	}
	const point = nearest(u, x, y);
	return point && { place: point.series.ordinal[point.i], point, lines: pointLines(page, point) };
}

async function pointOpen(page, { series, i }) {
	const place = series.ordinal[i];
	if (series.attempt[i] === null) {
		page.show(place - ZOOM_PLACES / 2, place + ZOOM_PLACES / 2);
		return;
	}
	await page.details.want(place);
	const told = page.details.point(series, place);
	if (told) {
		location.assign(`/attempts/${told.attempt}`);
	}
}

function open(page, { href, point }) {
	if (point) {
		pointOpen(page, point);
	} else if (href) {
		location.assign(href);
	}
}

export function pointer(page, u) {
	const tip = tipNew(u.root);
	let found = null;
	let drag = null;
	const local = (event) => {
		const box = u.over.getBoundingClientRect();
		return [event.clientX - box.left, event.clientY - box.top];
	};
	const tell = (x, y) => {
		found = find(page, u, x, y);
		u.root.classList.toggle("drawing", found?.href !== undefined || found?.point !== undefined);
		if (!found) {
			tip.hide();
			return;
		}
		const at = found.point ? u.valToPos(found.point.series.middle[found.point.i], "y") : y;
		tip.show(u.valToPos(xOf(page.data, found.place), "x") + u.over.offsetLeft, Math.max(0, at) + u.over.offsetTop, found.lines);
	};
	u.root.addEventListener("pointermove", (event) => {
		const [x, y] = local(event);
		if (drag) {
			page.show(drag.from + (drag.x - x) * drag.perPixel, drag.to + (drag.x - x) * drag.perPixel);
		} else if (x < -4 || x > u.over.clientWidth + 4 || y < -FLAG_PX || y > u.over.clientHeight + LANE_PX) {
			found = null;
			tip.hide();
		} else {
			tell(x, y);
			if (found) {
				page.details.want(found.place).then((isNew) => isNew && found && tell(x, y));
			}
		}
	});
	u.root.addEventListener("pointerleave", () => tip.hide());
	let down = [0, 0];
	u.root.addEventListener("pointerdown", (event) => {
		down = [event.clientX, event.clientY];
		if (event.shiftKey && event.button === 0) {
			drag = { x: local(event)[0], from: view.from, to: view.to, perPixel: (view.to - view.from) / u.over.clientWidth };
			u.root.setPointerCapture(event.pointerId);
			event.stopPropagation();
		}
	}, true);
	u.root.addEventListener("mousedown", (event) => event.shiftKey && event.stopPropagation(), true);
	u.root.addEventListener("pointerup", () => (drag = null));
	u.root.addEventListener("click", (event) => {
		if (found && Math.hypot(event.clientX - down[0], event.clientY - down[1]) < 4) {
			open(page, found);
		}
	});
	u.root.addEventListener("wheel", (event) => {
		const by = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
		if (Math.abs(by) > 0) {
			event.preventDefault();
			const step = (by / u.over.clientWidth) * (view.to - view.from);
			page.show(view.from + step, view.to + step);
		}
	}, { passive: false });
}

// The cursor of the keys: a commit of a series. What it stands on is told in words.
export function keys(page, root) {
	let at = null;
	const stand = (index, i) => {
		const series = page.data.series[index];
		at = { index, i: Math.max(0, Math.min(series.ordinal.length - 1, i)) };
		view.at = series.ordinal[at.i];
		page.follow(view.at);
		const tell = () => (page.readout.textContent = pointLines(page, { series, i: at.i }).join(" · "));
		tell();
		const told = view.at;
		page.details.want(told).then((isNew) => isNew && view.at === told && tell());
	};
	const first = () => {
		const index = Math.max(0, page.data.series.findIndex((series, i) => i === (view.focus ?? 0) && series.ordinal.length));
		const { ordinal } = page.data.series[index];
		return { index, i: Math.max(0, lower(ordinal, (view.at ?? Math.floor(view.to)) + 1) - 1) };
	};
	const toOther = (by) => {
		const count = page.data.series.length;
		const index = (at.index + by + count) % count;
		stand(index, lower(page.data.series[index].ordinal, view.at));
	};
	const acts = {
		ArrowLeft: () => stand(at.index, at.i - 1),
		ArrowRight: () => stand(at.index, at.i + 1),
		PageUp: () => stand(at.index, at.i - 20),
		PageDown: () => stand(at.index, at.i + 20),
		Home: () => stand(at.index, 0),
		End: () => stand(at.index, Infinity),
		ArrowUp: () => toOther(-1),
		ArrowDown: () => toOther(1),
		Enter: () => pointOpen(page, { series: page.data.series[at.index], i: at.i }),
		b: () => { view.base = view.at; stand(at.index, at.i); },
		"+": () => page.zoom(0.5),
		"-": () => page.zoom(2),
		0: () => page.reset(),
		Escape: () => { view.at = view.base = null; at = null; page.readout.textContent = ""; page.follow(null); },
	};
	if (view.at !== null && page.data.series.some((s) => s.ordinal.length)) {
		const { index, i } = first();
		stand(index, i);
	}
	root.addEventListener("keydown", (event) => {
		const act = acts[event.key];
		if (!act || event.ctrlKey || event.altKey || event.metaKey || !page.data?.series.some((s) => s.ordinal.length)) {
			return;
		}
		event.preventDefault();
		if (at === null || page.data.series[at.index].ordinal.length === 0) {
			at = first();
		}
		at.i = Math.min(page.data.series[at.index].ordinal.length - 1, lower(page.data.series[at.index].ordinal, view.at ?? Infinity));
		act();
	});
}
