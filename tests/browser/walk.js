// Walks through every page of accounts in a real browser, in both languages, and has each judged:
//
//   node-with-playwright tests/browser/walk.js ADDRESS INVITATION MAILS [PICTURES]
//
// ADDRESS is where a fresh installation serves, INVITATION the path of its first invitation, MAILS the folder that its
// mails are written into. PICTURES is a folder for pictures of the pages.

const assert = require('node:assert/strict');
const { Judge, focused, open, start, tabTo } = require('./judge.js');
const { FOUNDER, Town } = require('./town.js');

const [base, invitation, mails, pictures] = process.argv.slice(2);
const judge = new Judge(pictures);
const town = new Town(base, mails);
const LOCALES = { en: 'en-GB', sq: 'sq-AL' };

async function main() {
  const browser = await start();
  try {
    await awake(browser);
    await found(browser);
    const walk = async (language) => {
      await invited(browser, language);
      await refused(browser, language);
    };
    await Promise.all(Object.keys(LOCALES).map(walk));
  } finally {
    await browser.close();
  }
  assert.equal(judge.judged, 2 * 20 + 1, 'each page was judged');
  console.log(`${judge.judged} pages judged`);
}

// The judge sees what it is there for.
async function awake(browser) {
  const page = await open(browser, base, LOCALES.en);
  await page.setContent(`<html lang="en"><title>Bad – rights-academy</title><style>:focus { outline: none }</style>
    <main><h1>Bad</h1><img src="data:,"><p style="width: 500px; color: #999">Faint</p><button id="lost">Lost</button></main>`);
  const strict = new Judge();
  await assert.rejects(strict.page(page, 'en', 'bad'), ({ message }) =>
    ['image-alt', 'color-contrast', 'scrolls sideways', 'cut off'].every((fault) => message.includes(fault)));
  await assert.rejects(tabTo(page, 'lost'), /the focus cannot be seen/);
}

// The first invitation: everything wrong in one language and then the other, and then right.
async function found(browser) {
  let page;
  for (const language of ['sq', 'en']) {
    page = await open(browser, base, LOCALES[language]);
    await page.goto(invitation);
    await judge.page(page, language, 'founding');
    await page.locator('#password').press('Enter');
    await judge.page(page, language, 'founding-wrong');
  }
  assert.equal(await focused(page), 'summary', 'the summary has the focus');
  await town.found(page);
  await judge.page(page, 'en', 'founder');
}

// Somebody who is invited: by keyboard alone.
async function invited(browser, language) {
  const email = `zana.${language}@tirana.example`;
  const founder = await town.signedIn();
  const invite = { email, roles: ['trainer', 'hr'], names: true, language };
  await founder('/organisations/TIRANA/invitations', invite);
  const link = await town.mailed(email, '/invitations/');
  const page = await open(browser, base, LOCALES[language]);
  await page.goto(link);
  await judge.page(page, language, 'invitation');
  assert.deepEqual(await tabTo(page, 'name'), ['skip', 'brand', 'email', 'name']);
  await page.keyboard.type('Zana Dervishi');
  assert.deepEqual(await tabTo(page, 'password'), ['password']);
  await page.keyboard.type('short');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  await judge.page(page, language, 'invitation-wrong');
  assert.equal(await page.inputValue('#name'), 'Zana Dervishi', 'what was typed stays');
  assert.equal(await page.inputValue('#password'), '', 'but for the password');
  assert.equal(await focused(page), 'summary', 'the summary has the focus');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => location.hash), '#password', 'the summary leads to the field');
  await page.keyboard.type('nine grey geese over Durrës');
  await page.keyboard.press('Enter');
  await page.waitForURL('/account');
  await judge.page(page, language, 'account');

  // The account as others see it that are signed in, too.
  const other = await open(browser, base, LOCALES[language]);
  await signIn(other, language, email);
  await judge.page(other, language, 'account-twice');
  await other.locator('#current').press('Enter');
  await other.waitForSelector('[role=alert]');
  await judge.page(other, language, 'account-wrong');
  await other.goto('/account');
  await other.locator('section form button.quiet').last().press('Enter');
  await other.waitForURL('/account?done=ended-others');
  await judge.page(other, language, 'account-ended');
  await page.reload();
  assert.equal(new URL(page.url()).pathname, '/sign-in', 'an ended sign-in is felt at once');
  await other.locator('header button').press('Enter');
  await other.waitForURL('/sign-in?done=signed-out');
  await judge.page(other, language, 'signed-out');

  await page.goto(link);
  await judge.page(page, language, 'invitation-used');
  const administrator = { email, language };
  await founder('/organisations', { code: `C${language.toUpperCase()}`, name: 'City of Vlora', administrator });
  await page.goto(await town.mailed(email, '/invitations/', link));
  await judge.page(page, language, 'invitation-known');
  await reset(page, language, email);
}

// A forgotten password.
async function reset(page, language, email) {
  await page.goto('/password-reset');
  await judge.page(page, language, 'reset');
  await page.fill('#email', email);
  await page.locator('#email').press('Enter');
  await page.waitForURL('/password-reset?done=asked');
  await judge.page(page, language, 'reset-asked');
  const link = await town.mailed(email, '/password-resets/');
  await page.goto(link);
  await judge.page(page, language, 'reset-choose');
  await page.fill('#password', 'a new moon over Vlora');
  await page.locator('#password').press('Enter');
  await page.waitForURL('/sign-in?done=password');
  await judge.page(page, language, 'reset-done');
  await page.goto(link);
  await judge.page(page, language, 'reset-used');
}

// Signs in by keyboard alone, at the second try.
async function signIn(page, language, email) {
  await page.goto('/sign-in');
  await judge.page(page, language, 'sign-in');
  assert.deepEqual(await tabTo(page, 'email'), ['skip', 'brand', 'email']);
  await page.keyboard.type(email);
  assert.deepEqual(await tabTo(page, 'password'), ['password']);
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  await judge.page(page, language, 'sign-in-wrong');
  await tabTo(page, 'password');
  await page.keyboard.type('nine grey geese over Durrës');
  await page.keyboard.press('Enter');
  await page.waitForURL('/account');
}

// The pages of errors.
async function refused(browser, language) {
  const page = await open(browser, base, LOCALES[language]);
  // A form of another site: this page is of none.
  await page.goto('about:blank');
  await page.setContent(`<form method="post" action="${base}/sign-in"><button>Win</button></form>`);
  await page.evaluate(() => document.forms[0].submit());
  await page.waitForURL('/sign-in');
  page.complaints.length = 0;
  await judge.page(page, language, 'cross-origin');
  await page.goto('/sign-in');
  for (let tries = 0; (await page.locator('#email').count()) > 0; tries += 1) {
    assert.ok(tries < 20, 'tries are limited');
    await page.fill('#email', `nobody.${language}@tirana.example`);
    await page.locator('#email').press('Enter');
    await page.waitForLoadState();
  }
  await judge.page(page, language, 'too-many');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
