// The trend page in a browser: node trend.mjs works URL PATH… tries what it promises (PATH shows several series of the tree that
// long.sql makes) and ends with 1 when something is not so; node trend.mjs speed URL PATH prints figures.
import { LIMIT_MS, LOOKS, open, visit } from './window.mjs';

const faults = [];
const told = (what) => faults.push(what);
const expect = (what, isSo) => isSo || told(what);

const drawn = (page) => page.waitForFunction(() => performance.getEntriesByName('trend-drawn').length > 0, null, { timeout: LIMIT_MS });
const asked = (page) => Object.fromEntries(new URL(page.url()).searchParams);
// The address follows the view with a short rest.
const address = (page, what, test) => page.waitForURL((url) => test(Object.fromEntries(url.searchParams)), { timeout: LIMIT_MS })
	.catch(() => told(`${what}: ${page.url()}`));
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const span = ({ from, to }) => Number(to) - Number(from);

// Points of a series' answers that came while `act` ran, until `enough`.
async function answers(page, act, enough) {
	const came = page.waitForResponse(async (r) => r.url().includes('/trend?') && r.ok() && enough(await r.json()), { timeout: LIMIT_MS });
	await act();
	return came.then((r) => r.json()).catch(() => null);
}

async function viewWorks(page) {
	await press(page, 'Last 50');
	await address(page, 'Last 50 is in the address', (a) => span(a) === 49);
	const wanted = asked(page);
	await page.reload();
	await drawn(page);
	await address(page, 'the address brings the view back', (a) => a.from === wanted.from && a.to === wanted.to);
	const over = await page.locator('.u-over').first().boundingBox();
	await page.mouse.move(over.x + over.width * 0.4, over.y + over.height / 2);
	await page.mouse.down();
	await page.mouse.move(over.x + over.width * 0.6, over.y + over.height / 2, { steps: 4 });
	await page.mouse.up();
	await address(page, 'a drag zooms', (a) => span(a) < 20);
	await press(page, 'Reset');
	await address(page, 'Reset shows the newest', (a) => !('from' in a) && !('to' in a));
	const pressed = page.getByRole('button', { name: 'Logarithmic', exact: true });
	const was = await pressed.getAttribute('aria-pressed');
	await pressed.click();
	await address(page, 'the scale is in the address', (a) => a.scale === (was === 'true' ? 'linear' : 'log'));
	await press(page, 'One by one');
	await address(page, 'small multiples are in the address', (a) => a.view === 'each');
	expect('each series has a chart', await page.locator('#trend canvas').count() === await page.locator('#trend button.series-name').count());
	await press(page, 'By date');
	await address(page, 'dates are in the address', (a) => a.x === 'date');
	await press(page, 'By date');
	await press(page, 'One by one');
	await page.locator('button.series-name').nth(1).click();
	await address(page, 'what is brought forward is in the address', (a) => a.focus === '1');
	await page.locator('button.series-name').nth(1).click();
}

const firstRow = (page) => page.locator('#data tbody th').first().textContent();

// Stretches by date (the line has a commit each 50 minutes), the data in place, and a link that says all of it.
async function dataWorks(page) {
	const top = await page.evaluate(async (path) => (await (await fetch(path)).json()).top, await page.locator('#trend a', { hasText: 'JSON' }).getAttribute('href'));
	await press(page, 'By date');
	for (const [name, commits] of [['Week', 201], ['Month', 864], ['Year', top]]) {
		await press(page, name);
		await address(page, `${name} is in the address`, (a) => a.x === 'date' && Number(a.to) === top && Math.abs(span(a) - commits) <= commits / 50);
	}
	await press(page, 'By date');
	await press(page, 'Reset');
	await address(page, 'Reset shows the newest', (a) => !('from' in a) && !('x' in a));
	await page.getByRole('button', { name: 'Show data', exact: true }).focus();
	await page.keyboard.press('Enter');
	await address(page, 'that the data are shown is in the address', (a) => a.show === 'data');
	await page.waitForFunction(() => document.activeElement.matches('#data .scroll'), null, { timeout: LIMIT_MS }).catch(() => told('the data come without the focus'));
	const newest = await firstRow(page);
	await page.locator('#trend .plot').focus();
	await page.keyboard.press('+');
	await page.waitForFunction((was) => document.querySelector('#data tbody th')?.textContent !== was, newest, { timeout: LIMIT_MS }).catch(() => told('the data do not follow the chart'));
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await press(page, 'Copy link');
	const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
	expect(`a copied link names its ends: ${link}`, link.searchParams.has('from') && link.searchParams.has('to') && link.searchParams.get('show') === 'data');
	await press(page, 'Show data');
	await address(page, 'the data are away', (a) => !('show' in a));
	await page.locator('#data table').waitFor({ state: 'detached', timeout: LIMIT_MS }).catch(() => told('the data do not go'));
	await press(page, 'Reset');
	await address(page, 'Reset shows the newest again', (a) => !('from' in a));
}

async function detailWorks(page) {
	const whole = await answers(page, () => press(page, 'All'), (data) => data.packed && data.first === 0 && data.last === data.top);
	expect('the whole line comes in few points', whole && whole.width > 1 && whole.packed.low.length <= 2 * 1210 * whole.series.length);
	expect('changes are kept', whole?.changes.length >= 2);
	expect('crash reports are kept', whole?.bugs.ordinal.length > 0 && whole.bugs.ordinal.every((o) => o % 97 === 3));
	const near = await answers(page, () => press(page, 'Last 100'), (data) => data.packed && data.width === 1);
	expect('detail is fetched on zoom', near?.packed.middle.length >= 2 * 90 * near.series.length);
	const bad = await page.evaluate(async () => {
		const { fetchTrend } = await import(document.querySelector('script[src$="/trend.js"]').src.replace(/trend\.js$/, 'trend_data.js'));
		const data = await fetchTrend(document.getElementById('trend').dataset, { from: null, to: null, points: 1200 });
		return data.series.filter((s) => s.ordinal.length !== s.middle.length || !s.middle.every(Number.isFinite)).length;
	});
	expect('commits without a value leave numbers to the others', bad === 0);
}

// Moves over the plot until something is told; answers the words.
async function pointed(page, at, heights) {
	const over = await page.locator('.u-over').first().boundingBox();
	const tip = page.locator('.tip:not([hidden])');
	for (let step = 0; step < 60; step++) {
		await page.mouse.move(over.x + over.width * at + (step % 3) * 2, over.y + heights(step, over.height));
		if (await tip.count() > 0) {
			return { text: await tip.first().innerText(), count: await tip.count() };
		}
	}
	return { text: '', count: 0 };
}

// What stands around the cursor is asked for when it comes there.
const tells = (box, words, fault) => box.filter({ hasText: words }).first().waitFor({ timeout: LIMIT_MS }).catch(() => told(fault));

async function pointingWorks(page, path) {
	const seen = await pointed(page, 0.5, (step, height) => height * step / 60);
	expect(`one tooltip tells of one point: ${seen.text}`, seen.count === 1 && /commit/.test(seen.text));
	await tells(page.locator('.tip:not([hidden])'), /attempt \d+ on \S+/, 'the attempt is never told');
	await page.getByText(/mm: commit \d+ of the long line/).first().waitFor({ timeout: LIMIT_MS }).catch(() => told('the subject is never told'));
	const { top } = await page.evaluate(async (p) => (await fetch(p)).json(), path.json);
	await page.goto(`${path.page}&from=${Math.floor((top + 1) / 4) - 20}&to=${Math.floor((top + 1) / 4) + 20}`);
	await drawn(page);
	const flag = await pointed(page, 0.5, (step) => -8 - step % 3);
	expect(`the flag tells of the change: ${flag.text}`, /^Change \d+/.test(flag.text) && /last good \w+, first bad \w+/.test(flag.text));
	await page.locator('#trend .plot').focus();
	await page.keyboard.press('End');
	await page.keyboard.press('ArrowLeft');
	await tells(page.locator('#trend .readout'), /attempt \d+/, 'keys tell of no attempt');
	await page.keyboard.press('b');
	await address(page, 'cursor and base are in the address', (a) => a.at === a.base && a.at !== undefined);
	await page.keyboard.press('ArrowLeft');
	expect('the base is compared with', /of the base/.test(await page.locator('#trend .readout').textContent()));
	await address(page, 'the cursor is in the address', (a) => a.at !== a.base);
	await page.reload();
	await drawn(page);
	await page.waitForFunction(() => /of the base/.test(document.querySelector('#trend .readout').textContent), null, { timeout: LIMIT_MS }).catch(() => told('a link does not bring cursor and comparison back'));
	await page.locator('#trend .plot').focus();
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/attempts\/\d+$/, { timeout: LIMIT_MS }).catch(() => told('Enter opens no attempt'));
	await page.goBack();
	await drawn(page);
	await pointed(page, 0.5, (step, height) => height * step / 60);
	const over = await page.locator('.u-over').first().boundingBox();
	await page.mouse.down();
	await page.mouse.up();
	await page.waitForURL(/\/attempts\/\d+$/, { timeout: LIMIT_MS }).catch(() => told(`a click opens no attempt (${JSON.stringify(over)})`));
}

const FIRST_BYTES = 100000;
const AGAIN_BYTES = 15000;

// What a visit brings over the wire, headers and all.
async function weight(context, url, target) {
	const page = await context.newPage();
	const session = await context.newCDPSession(page);
	let bytes = 0;
	await session.send('Network.enable');
	session.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
	await page.goto(url + target);
	await drawn(page);
	const paint = await page.evaluate(() => new Promise((resolve) => new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime)).observe({ type: 'largest-contentful-paint', buffered: true })));
	await page.close();
	return { bytes, paint };
}

async function weightWorks(browser, url, target) {
	const context = await browser.newContext(LOOKS[0]);
	const first = await weight(context, url, target);
	const again = await weight(context, url, target);
	expect(`a first visit brings ${first.bytes} bytes, ${FIRST_BYTES} were asked`, first.bytes <= FIRST_BYTES);
	expect(`one more visit brings ${again.bytes} bytes, ${AGAIN_BYTES} were asked`, again.bytes <= AGAIN_BYTES);
	await context.close();
}

async function works(browser, url, target) {
	const context = await browser.newContext(LOOKS[0]);
	const page = await visit(context, url, target, told);
	await drawn(page);
	const json = await page.locator('#trend a', { hasText: 'JSON' }).getAttribute('href');
	for (const name of ['CSV', 'JSON', 'picture']) {
		const answer = await page.request.get(url + await page.locator('#trend a', { hasText: name }).getAttribute('href'));
		expect(`${name} comes`, answer.ok() && (await answer.body()).length > 500);
	}
	await viewWorks(page);
	await dataWorks(page);
	await detailWorks(page);
	await pointingWorks(page, { page: url + target, json });
	await page.close();
	await weightWorks(browser, url, target);
}

const middle = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];

// How long the frames of a second's panning took, or of as long a rest: what the browser takes here at the least.
const frames = (page, isPanning) => page.evaluate((isMoving) => new Promise((resolve) => {
	const over = document.querySelector('.u-over');
	const taken = [];
	const worked = [];
	let before = performance.now();
	const step = (now) => {
		taken.push(now - before);
		before = now;
		const begun = performance.now();
		over.dispatchEvent(new WheelEvent('wheel', { deltaX: !isMoving ? 0 : taken.length % 40 < 20 ? -12 : 12, bubbles: true, cancelable: true }));
		// The drawing is in a microtask of its own.
		Promise.resolve().then(() => Promise.resolve()).then(() => worked.push(performance.now() - begun));
		taken.length < 90 ? requestAnimationFrame(step) : resolve({ taken: taken.slice(10), worked: worked.slice(10) });
	};
	requestAnimationFrame(step);
}), isPanning);

async function speed(browser, url, target) {
	const context = await browser.newContext(LOOKS[0]);
	for (const [name, path] of [['12 series', target], ['one series', target.split('?')[0]]]) {
		const fresh = await browser.newContext(LOOKS[0]);
		const first = await weight(fresh, url, path);
		const again = await weight(fresh, url, path);
		console.log(`trend page, ${name}: ${(first.bytes / 1000).toFixed(1)} kB on the first visit, ${(again.bytes / 1000).toFixed(1)} kB after (asked: 100, 15); largest paint after ${first.paint.toFixed(0)} and ${again.paint.toFixed(0)} ms (asked: 500)`);
		await fresh.close();
	}
	for (const [name, more] of [['newest 500 commits', ''], ['10,000 commits', '&from=0&to=9999'], ['10,000 commits, small multiples', '&from=0&to=9999&view=each']]) {
		const took = [];
		let page = null;
		for (let i = 0; i < 5; i++) {
			await page?.close();
			page = await visit(context, url, target + more, told);
			await drawn(page);
			took.push(await page.evaluate(() => performance.getEntriesByName('trend-drawn')[0].startTime - performance.getEntriesByName('trend-data')[0].startTime));
		}
		const rest = middle((await frames(page, false)).taken);
		const { taken, worked } = await frames(page, true);
		const pan = taken.sort((a, b) => a - b);
		console.log(`trend page, ${name} x 12 series: drawn in ${middle(took).toFixed(0)} ms (asked: < 200); panning: a frame each ${middle(pan).toFixed(1)} ms, p95 ${pan[Math.floor(pan.length * 0.95)].toFixed(1)} ms (asked: 16.7), of which scripts ${middle(worked).toFixed(1)} ms; at rest ${rest.toFixed(1)} ms`);
		await page.close();
	}
}

const [what, url, target] = process.argv.slice(2);
const browser = await open();
try {
	await { works, speed }[what](browser, url, target);
} catch (error) {
	told(error.message);
} finally {
	await browser.close();
}
console.error(faults.slice(0, 20).join('\n'));
process.exit(faults.length ? 1 : 0);
