// What a trend is made of, as the drawing needs it: columns by place on the line, each series' noise as a band, dates between
// commits, names of commits. Subjects are asked for around the cursor only: they are most of what could be sent.

const NAMES_AROUND = 20;
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

export async function fetchTrend({ tree, metric, profiles }, { from, to, points }) {
	const ask = new URLSearchParams({ metric, profiles, points });
	for (const [key, at] of [["from", from], ["to", to]].filter(([, at]) => at !== null)) {
		ask.set(key, Math.max(0, at));
	}
	const answer = await fetch(`/api/v1/trees/${tree}/trend?${ask}`);
	if (!answer.ok) {
		throw new Error(`the data did not come: status ${answer.status}`);
	}
	const data = await answer.json();
	for (const series of data.series) {
		for (const key of ["ordinal", "n", "middle", "low", "high", "attempt", "machine"]) {
			series[key] ??= [];
		}
		band(series, data.metric);
	}
	data.clock = clock(data.commits);
	return data;
}

// Hash, subject and date of commits, fetched in small windows and kept.
export function names(tree) {
	const known = new Map();
	const asked = new Set();
	return {
		get: (place) => known.get(place),
		async want(place) {
			const window = Math.floor(place / NAMES_AROUND);
			if (asked.has(window)) {
				return false;
			}
			asked.add(window);
			const answer = await fetch(`/api/v1/trees/${tree}/commits?before=${(window + 1) * NAMES_AROUND}&limit=${NAMES_AROUND}`).catch(() => null);
			if (!answer?.ok) {
				asked.delete(window);
				return false;
			}
			(await answer.json()).commits.forEach((commit) => known.set(commit.ordinal, commit));
			return true;
		},
	};
}
