// What the charts share: colours of the page's scheme, number words, tooltip, redraw on resize and scheme. uPlot is loaded
// before as a plain script. Its canvas is for eyes and mouse only: the same data stand in the page as a table.

/* global uPlot */
export const Chart = uPlot;

export function colour(name) {
	return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

// As page_number() in db/migrations/0002_page.sql says it.
export function number(value) {
	if (value === null || value === undefined) {
		return "–";
	}
	const size = Math.abs(value);
	if (size === 0) {
		return "0";
	}
	for (const [unit, from] of [["G", 1e9], ["M", 1e6], ["k", 1e3]]) {
		if (size >= from * 0.9995 && size >= 99999.5) {
			return `${(value / from).toPrecision(3)} ${unit}`;
		}
	}
	if (size >= 99.95) {
		return Math.round(value).toLocaleString("en");
	}
	return size >= 0.000995 ? value.toPrecision(3).replace(/e.*/, "") : value.toExponential(1);
}

// Ticks: the same without needless zeros.
export const tick = (value) => (value === null ? "" : number(value).replace(/(\.\d*?)0+(?=e|\s|$)/, "$1").replace(/\.(?=e|\s|$)/, ""));

export async function load() {
	const url = new URL(location.href);
	url.searchParams.set("format", "json");
	const answer = await fetch(url);
	if (!answer.ok) {
		throw new Error(`the data did not come: status ${answer.status}`);
	}
	return (await answer.json()).chart;
}

export function axis(extra) {
	return {
		stroke: () => colour("quiet"),
		grid: { stroke: () => colour("line"), width: 1 },
		ticks: { stroke: () => colour("line"), width: 1, size: 4 },
		font: "12px system-ui, sans-serif",
		...extra,
	};
}

// Lines of text in a box near the cursor, within the plot.
export function tipNew(parent) {
	const box = document.createElement("div");
	box.className = "tip";
	box.hidden = true;
	parent.append(box);
	return {
		hide: () => (box.hidden = true),
		show(left, top, lines) {
			box.replaceChildren(...lines.map((line) => {
				const row = document.createElement("div");
				row.textContent = line;
				return row;
			}));
			box.hidden = false;
			const room = parent.clientWidth - box.offsetWidth - 4;
			const side = left + 14 > room ? left - box.offsetWidth - 14 : left + 14;
			box.style.left = `${Math.max(0, Math.min(side, room))}px`;
			box.style.top = `${Math.max(0, top - box.offsetHeight - 10)}px`;
		},
	};
}

// Redraws when the box or the colour scheme changes, and for paper, which is light; `charts` answers those of the moment.
export function redrawn(box, charts) {
	new ResizeObserver(() => charts().forEach((chart) => {
		const width = chart.root.parentElement.clientWidth;
		if (width > 0 && chart.width !== width) {
			chart.setSize({ width, height: chart.height });
		}
	})).observe(box);
	const repaint = () => charts().forEach((chart) => chart.redraw(false, true));
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
	for (const [kind, isPaper] of [["beforeprint", true], ["afterprint", false]]) {
		addEventListener(kind, () => {
			document.documentElement.classList.toggle("paper", isPaper);
			repaint();
		});
	}
}
