// Looks at pages with a real browser: node browser.mjs CHECK URL PATH... ; ends with 1 and says what is wrong.
//   charts   each chart's canvas has something drawn on it
//   live     PATH TEXT: the text appears on a page that is already open, without a reload, in the second of two tabs that
//            share a stream; says "open" on standard output when it is ready
// What holds for every page is looked at on the seeded database: ../browser/pages.mjs.
import { LIMIT_MS, LOOKS, open, visit } from '../browser/window.mjs';

const faults = [];

// Everything a page complains about while `work` runs on it.
async function watched(context, url, target, work) {
	const told = (what) => faults.push(`${target}: ${what}`);
	const page = await visit(context, url, target, told);
	await work(page, told);
	await page.close();
}

async function charts(browser, url, targets) {
	const context = await browser.newContext(LOOKS[0]);
	for (const target of targets) {
		await watched(context, url, target, async (page, told) => {
			await page.waitForSelector('canvas', { timeout: LIMIT_MS });
			const drawn = await page.evaluate(() => [...document.querySelectorAll('canvas')].map((c) => {
				const data = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
				const colours = new Set();
				for (let i = 0; i < data.length; i += 4) {
					if (data[i + 3] > 0) {
						colours.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
					}
				}
				return colours.size;
			}));
			if (!drawn.length || drawn.some((colours) => colours < 3)) {
				told(`charts without anything on them: ${JSON.stringify(drawn)}`);
			}
		});
	}
}

// Two tabs share one event stream; the one that holds it goes, and the other inherits it.
async function live(browser, url, [target, text]) {
	const context = await browser.newContext(LOOKS[0]);
	let streams = 0;
	context.on('request', (request) => (streams += request.url().endsWith('/api/v1/events')));
	const first = await context.newPage();
	const opened = first.waitForRequest((request) => request.url().endsWith('/api/v1/events'), { timeout: LIMIT_MS });
	await first.goto(`${url}/queue`);
	await opened;
	await watched(context, url, target, async (page, told) => {
		if (streams !== 1) {
			told(`${streams} event streams for two tabs`);
		}
		const inherited = page.waitForRequest((request) => request.url().endsWith('/api/v1/events'), { timeout: LIMIT_MS });
		await first.close();
		await inherited.catch(() => told('nobody listens when the first tab is closed'));
		await page.evaluate(() => { window.sameDocument = true; });
		console.log('open');
		await page.getByText(text).first().waitFor({ state: 'visible', timeout: LIMIT_MS }).catch(() => told(`'${text}' never appeared`));
		if (!await page.evaluate(() => window.sameDocument)) {
			told('the page was loaded again');
		}
	});
}

const CHECKS = { charts, live };
const [check, url, ...targets] = process.argv.slice(2);
const browser = await open();
try {
	await CHECKS[check](browser, url, targets);
} finally {
	await browser.close();
}
console.error(faults.slice(0, 20).join('\n'));
process.exit(faults.length ? 1 : 0);
