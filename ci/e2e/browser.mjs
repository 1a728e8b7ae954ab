// Looks at pages with a real browser: node browser.mjs CHECK URL PATH... ; ends with 1 and says what is wrong.
//   pages    at desk and phone width, light and dark: no errors, no violation of the page policy, nothing from elsewhere,
//            no sideways scrolling, nothing that axe calls serious (asked at desk width: it takes the longest)
//   plain    without scripts: the page has a heading and text
//   charts   each chart's canvas has something drawn on it
//   live     PATH TEXT: the text appears on a page that is already open, without a reload; says "open" on standard
//            output when it is ready
// SCREENS=DIR keeps a picture of each page.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.WEB, 'package.json'));
const { chromium } = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const LIMIT_MS = 20000;
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];
const LOOKS = [
	{ name: 'desk-light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
	{ name: 'desk-dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
	{ name: 'phone-light', viewport: { width: 375, height: 800 }, colorScheme: 'light' },
	{ name: 'phone-dark', viewport: { width: 375, height: 800 }, colorScheme: 'dark' },
];
const faults = [];

// Everything a page complains about while `work` runs on it.
async function watched(context, url, target, work) {
	const page = await context.newPage();
	const told = (what) => faults.push(`${target}: ${what}`);
	page.on('console', (m) => m.type() === 'error' && told(`console: ${m.text()}`));
	page.on('pageerror', (e) => told(`script: ${e.message}`));
	page.on('request', (r) => !r.url().startsWith(url) && !r.url().startsWith('data:') && told(`asks elsewhere: ${r.url()}`));
	page.on('response', (r) => r.status() >= 400 && told(`${r.status()}: ${r.url()}`));
	await page.addInitScript(() => addEventListener('securitypolicyviolation',
		(e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`)));
	await page.goto(url + target, { waitUntil: 'load', timeout: LIMIT_MS });
	await work(page, told);
	await page.close();
}

async function picture(page, look, target) {
	if (process.env.SCREENS) {
		mkdirSync(process.env.SCREENS, { recursive: true });
		const name = target.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'front';
		await page.screenshot({ path: path.join(process.env.SCREENS, `${name}-${look.name}.png`), fullPage: true });
	}
}

async function accessible(page, told) {
	await page.evaluate(AXE);
	const found = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
	for (const v of found.violations.filter((one) => ['serious', 'critical'].includes(one.impact))) {
		told(`axe ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(' | ')}`);
	}
}

async function pages(browser, url, targets) {
	for (const look of LOOKS) {
		// bypassCSP would hide what we look for; axe goes in through the debugger, which no policy stops.
		const context = await browser.newContext(look);
		for (const target of targets) {
			await watched(context, url, target, async (page, told) => {
				const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
				if (wide > 1) {
					told(`${look.name}: ${wide} pixels wider than the window`);
				}
				if (look.name.startsWith('desk')) {
					await accessible(page, (what) => told(`${look.name}: ${what}`));
				}
				await picture(page, look, target);
			});
		}
		await context.close();
	}
}

async function plain(browser, url, targets) {
	const context = await browser.newContext({ javaScriptEnabled: false });
	for (const target of targets) {
		const page = await context.newPage();
		await page.goto(url + target, { timeout: LIMIT_MS });
		const heading = await page.locator('h1').first().innerText();
		const text = await page.locator('main').innerText();
		if (!heading.trim() || text.trim().length < 20) {
			faults.push(`${target} says nothing without scripts: '${heading}', '${text}'`);
		}
		await page.close();
	}
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

async function live(browser, url, [target, text]) {
	const context = await browser.newContext(LOOKS[0]);
	await watched(context, url, target, async (page, told) => {
		await page.evaluate(() => { window.sameDocument = true; });
		console.log('open');
		await page.getByText(text).first().waitFor({ state: 'visible', timeout: LIMIT_MS }).catch(() => told(`'${text}' never appeared`));
		if (!await page.evaluate(() => window.sameDocument)) {
			told('the page was loaded again');
		}
	});
}

const CHECKS = { pages, plain, charts, live };
const [check, url, ...targets] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });
try {
	await CHECKS[check](browser, url, targets);
} finally {
	await browser.close();
}
console.error(faults.slice(0, 20).join('\n'));
process.exit(faults.length ? 1 : 0);
