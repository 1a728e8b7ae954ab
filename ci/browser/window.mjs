// A browser for tests: Chromium with no services of its own, the looks that pages are seen in, and a page of which everything
// is told that is wrong with it. ../e2e/browser.mjs and pages.mjs drive it. WEB is the folder of package.json.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(path.join(process.env.WEB ?? path.join(here, '../../web'), 'package.json'));
const { chromium } = require('playwright-core');
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync'];

export const LIMIT_MS = 60000;
const LAID_MS = 10000;
const PHONE = { width: 375, height: 800 };
const TABLET = { width: 768, height: 1024 };
const DESK = { width: 1280, height: 900 };
export const LOOKS = [
	{ name: 'desk-light', viewport: DESK, colorScheme: 'light' },
	{ name: 'desk-dark', viewport: DESK, colorScheme: 'dark' },
	{ name: 'tablet-light', viewport: TABLET, colorScheme: 'light' },
	{ name: 'phone-light', viewport: PHONE, colorScheme: 'light' },
	{ name: 'phone-dark', viewport: PHONE, colorScheme: 'dark' },
];

export const open = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGS });

// Opens a page whose errors, policy violations and requests elsewhere are told as they happen; answers page and response.
// `status`: what the page itself is to answer.
export async function visit(context, url, target, told, status = 200) {
	const page = await context.newPage();
	page.on('console', (m) => m.type() === 'error' && !(status >= 400 && m.text().includes(status)) && told(`console: ${m.text()}`));
	page.on('pageerror', (e) => told(`script: ${e.message}`));
	page.on('request', (r) => !r.url().startsWith(url) && !r.url().startsWith('data:') && told(`asks elsewhere: ${r.url()}`));
	page.on('requestfailed', (r) => r.failure()?.errorText !== 'net::ERR_ABORTED' && told(`${r.url()}: ${r.failure()?.errorText}`));
	page.on('response', (r) => r.status() >= 400 && r.status() !== status && told(`${r.status()}: ${r.url()}`));
	await page.addInitScript(() => addEventListener('securitypolicyviolation',
		(e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`)));
	await page.addInitScript(() => {
		window.layoutShift = 0;
		new PerformanceObserver((list) => list.getEntries().forEach((e) => { window.layoutShift += e.value; })).observe({ type: 'layout-shift', buffered: true });
	});
	const response = await page.goto(url + target, { waitUntil: 'load', timeout: LIMIT_MS });
	if (response.status() !== status) {
		told(`status ${response.status()}`);
	}
	return page;
}

// Pixels by which a page stays wider than its window: what scripts draw follows a new width a moment later.
export async function overhang(page) {
	const wide = () => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth);
	await page.waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth, null, { timeout: LAID_MS }).catch(() => null);
	return page.evaluate(wide);
}

// How much of the window has moved since the page was asked for: Chromium's layout shift.
export const shift = (page) => page.evaluate(() => window.layoutShift);

// Gives an open page another look.
export async function turn(page, { viewport, colorScheme }) {
	await page.setViewportSize(viewport);
	await page.emulateMedia({ colorScheme });
}

// What axe finds. bypassCSP would hide what tests look for; axe goes in through the debugger, which no policy stops.
export async function inaccessible(page, options) {
	if (!await page.evaluate(() => 'axe' in window)) {
		await page.evaluate(AXE);
	}
	const { violations } = await page.evaluate((given) => axe.run(document, given), { resultTypes: ['violations'], ...options });
	return violations.map((v) => ({ impact: v.impact,
		text: `axe ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 120)).join(' | ')}` }));
}
