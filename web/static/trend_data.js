// What a trend is made of, as the drawing needs it: columns by place on the line, each series' noise as a band, dates between
// commits. Values come in steps of a percent, which is what a picture shows; exact ones, attempts, machines and subjects are asked for
// around the cursor only: they are most of what could be sent.

const AROUND = 20;
const Z = 1.96;

// First index whose value is not below `value`.
export function lower(sorted, value) {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if (sorted[middle] < value) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

// Shares differ by odds, counts by factors: as change_scale() in db/migrations/0022_changes.sql.
const scales = {
	share: { to: (v) => Math.log((v * 1e6 + 0.5) / ((1 - v) * 1e6 + 0.5)), from: (y) => 1 / (1 + Math.exp(-y)) },
	count: { to: (v) => Math.log(1 + Math.max(v, 0)), from: (y) => Math.exp(y) - 1 },
};

function band(series, metric) {
	const scale = metric.startsWith("fail_ratio") ? scales.share : scales.count;
	const ends = series.middle.map((value, i) => {
		const y = scale.to(value);
		const half = (Z * series.noise) / Math.sqrt(series.n[i]);
		return [scale.from(y - half), scale.from(y + half)];
	});
	series.bandLow = ends.map((end) => Math.max(0, end[0]));
	series.bandHigh = ends.map((end) => end[1]);
}

// Time at a place and back, between the commits whose times came along. Committers' clocks go back at times: the line never does.
function clock(commits) {
	const times = [];
	commits.time.forEach((time, i) => times.push(i > 0 ? Math.max(time, times[i - 1] + 1) : time));
	const between = (from, to, value) => {
		const i = Math.max(1, Math.min(from.length - 1, lower(from, value)));
		return from.length < 2 ? (to[0] ?? 0) : to[i - 1] + ((value - from[i - 1]) / (from[i] - from[i - 1])) * (to[i] - to[i - 1]);
	};
	return { time: (place) => between(commits.ordinal, times, place), place: (time) => between(times, commits.ordinal, time) };
}

// As db/queries/api_trend.sql packs them: the high digits of all numbers, then the low ones.
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function numbers(letters = "") {
	const half = letters.length / 2;
	const digit = (i) => DIGITS.indexOf(letters[i]);
	return Array.from({ length: half }, (_, i) => 64 * digit(i) + digit(half + i));
}

// Each series' own columns out of those of all. A bin has no attempt (null), a commit's is not told yet (undefined).
function unpack({ packed, series: all, first, last, width }) {
	const [counts, middle, low, high] = ["n", "middle", "low", "high"].map((key) => numbers(packed[key]));
	const bins = Math.floor((last - first) / width) + 1;
	let at = 0;
	all.forEach((series, place) => {
		const value = (step) => (step === 0 ? 0 : Math.exp(series.base + (step - 1) / series.per));
		const n = counts.slice(place * bins, (place + 1) * bins);
		series.ordinal = n.map((_, bin) => first + bin * width + Math.floor(width / 2)).filter((_, bin) => n[bin] > 0);
		series.n = n.filter((count) => count > 0);
		const mine = (column) => column.slice(at, at + series.n.length).map(value);
		[series.middle, series.low, series.high] = [mine(middle), mine(low), mine(high)];
		series.attempt = series.n.map(() => (width > 1 ? null : undefined));
		at += series.n.length;
	});
}

const TOLD = ["n", "middle", "low", "high", "attempt", "machine"];

async function ask(tree, what) {
	const answer = await fetch(`/api/v1/trees/${tree}/trend?${new URLSearchParams(what)}`);
	if (!answer.ok) {
		throw new Error(`the data did not come: status ${answer.status}`);
	}
	return answer.json();
}

export async function fetchTrend({ tree, metric, profiles }, { from, to, points }) {
	const stretch = [["from", from], ["to", to]].filter(([, at]) => at !== null).map(([key, at]) => [key, Math.max(0, at)]);
	const data = await ask(tree, { metric, profiles, points, values: "packed", ...Object.fromEntries(stretch) });
	unpack(data);
	data.series.forEach((series) => band(series, data.metric));
	data.clock = clock(data.commits);
	return data;
}

// What commits are called and what was measured on them, fetched in small windows and kept.
export function details({ tree, metric, profiles }) {
	const commits = new Map();
	const points = new Map();
	const asked = new Map();
	const here = new Set();
	const take = (window) => Promise.all([
		fetch(`/api/v1/trees/${tree}/commits?before=${(window + 1) * AROUND}&limit=${AROUND}`).then((answer) => answer.json()),
		ask(tree, { metric, profiles, from: window * AROUND, to: (window + 1) * AROUND - 1 }),
	]).then(([named, told]) => {
		named.commits.forEach((commit) => commits.set(commit.ordinal, commit));
		told.series.forEach((series) => (series.ordinal ?? []).forEach((place, i) => points.set(`${series.profile} ${place}`,
			Object.fromEntries(TOLD.map((key) => [key, series[key][i]])))));
	});
	return {
		commit: (place) => commits.get(place),
		// What a series gave on a commit, exactly; undefined: it is not here yet.
		point: ({ profile }, place) => points.get(`${profile} ${place}`),
		// Answers when what there is around the place is here; true: it was not before.
		async want(place) {
			const window = Math.floor(place / AROUND);
			const wasHere = here.has(window);
			if (!asked.has(window)) {
				asked.set(window, take(window).then(() => here.add(window)).catch(() => asked.delete(window)));
			}
			await asked.get(window);
			return !wasHere && here.has(window);
		},
	};
}
