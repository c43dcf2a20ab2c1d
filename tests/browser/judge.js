// A browser (Chromium), and what is asked of every page in it: axe finds nothing (WCAG 2.0 to 2.2, A and AA) in light
// and in dark, and nothing is cut off or scrolls sideways on a window of 320 pixels, which is 1280 at 400 % zoom.

const fs = require('node:fs');
const path = require('node:path');
const { AxeBuilder } = require('@axe-core/playwright');
const { chromium } = require('playwright-core');

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 800 };

// Starts the browser that is installed on this machine.
async function start() {
  const folders = process.env.PATH.split(path.delimiter);
  const executablePath = folders.map((folder) => path.join(folder, 'chromium')).find((file) => fs.existsSync(file));
  if (!executablePath) throw new Error('chromium is missing: run tests/tools/setup');
  const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}

// Somebody's window, whose pages load nothing that fails or is blocked.
async function open(browser, base, locale) {
  const context = await browser.newContext({ baseURL: base, locale, viewport: WIDE });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('console', (message) => {
    // That a page has an error status is what some of them are for.
    const status = message.text().startsWith('Failed to load resource') && message.location().url === page.url();
    if (message.type() === 'error' && !status) page.complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) page.complaints.push(request.url());
  });
  return page;
}

class Judge {
  // Pictures of every page go into the folder, if one is given, for people to look at.
  constructor(pictures) {
    this.pictures = pictures;
    this.judged = 0;
    this.titles = new Map();
  }

  // Throws where the page that is open does not hold.
  async page(page, language, name) {
    const told = `${language} ${name} (${new URL(page.url()).pathname.split('/')[1]})`;
    const wrong = [...page.complaints];
    const [lang, title] = [await page.getAttribute('html', 'lang'), await page.title()];
    if (lang !== language) wrong.push(`it says that its language is ${lang}`);
    if (!title.endsWith(' – rights-academy')) wrong.push(`its title is ${title}`);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const found = await new AxeBuilder({ page }).withTags(TAGS).analyze();
      for (const { id, help, nodes } of found.violations) {
        wrong.push(`${colorScheme}: ${id}: ${help}`, ...nodes.map((node) => `  ${node.html}: ${node.failureSummary}`));
      }
      if (found.passes.length === 0) wrong.push(`${colorScheme}: axe looked at nothing`);
      await this.picture(page, `${language}-${name}-${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(NARROW);
    wrong.push(...(await page.evaluate(outside)));
    await this.picture(page, `${language}-${name}-narrow`);
    await page.setViewportSize(WIDE);
    if (wrong.length > 0) throw new Error(`${told}:\n${wrong.join('\n')}`);
    this.judged += 1;
    console.log(`ok ${told}`);
  }

  async picture(page, name) {
    if (this.pictures) await page.screenshot({ path: path.join(this.pictures, `${name}.png`), fullPage: true });
  }
}

// What stands outside of the window; runs in the page.
function outside() {
  const width = document.documentElement.clientWidth;
  const wrong = [];
  if (document.documentElement.scrollWidth > width) wrong.push(`narrow: it scrolls sideways`);
  for (const element of document.querySelectorAll('main *')) {
    const box = element.getBoundingClientRect();
    if (box.right > width + 1 || box.left < -1) wrong.push(`narrow: cut off: ${element.outerHTML}`);
  }
  return wrong;
}

// Presses Tab until `last` has the focus, holds each stop to be seen to have it, and gives their names.
async function tabTo(page, last) {
  const stops = [];
  while (stops.length < 50) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(() => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
      // Of a field of several lines the line comes into sight that is typed into.
      const bottom = element.tagName === 'TEXTAREA' ? box.top + parseFloat(style.lineHeight) : box.bottom;
      const inside = box.top >= 0 && bottom <= innerHeight && box.width > 0;
      return { name: element.id || element.className || element.tagName, seen: ring && inside };
    });
    stops.push(stop.name);
    if (!stop.seen) throw new Error(`the focus cannot be seen: ${stops.join(', ')}`);
    if (stop.name === last) return stops;
  }
  throw new Error(`Tab does not lead to ${last}: ${stops.join(', ')}`);
}

// What has the focus.
function focused(page) {
  return page.evaluate(() => document.activeElement.className || document.activeElement.id);
}

module.exports = { Judge, focused, open, start, tabTo };
