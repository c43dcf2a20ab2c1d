// Somebody enrols by the link in a mail, in a real browser by keyboard alone, in both languages, and does on the pages of the
// training what can be done there; each page is judged:
//
//   node-with-playwright tests/browser/enrol.js ADDRESS INVITATION MAILS [PICTURES]
//
// as for walk.js.

const assert = require('node:assert/strict');
const { Judge, focused, open, start, tabTo } = require('./judge.js');
const { FOUNDER, Town } = require('./town.js');

const [base, invitation, mails, pictures] = process.argv.slice(2);
const judge = new Judge(pictures);
const town = new Town(base, mails);
const PEOPLE = [
  { language: 'en', locale: 'en-GB', employee_id: '00001', name: 'Zana Dervishi' },
  { language: 'sq', locale: 'sq-AL', employee_id: '00002', name: 'Bora Çela' },
].map((person) => ({ ...person, email: `p${person.employee_id}@tirana.example` }));
const PASSWORD = 'nine grey geese over Durrës';
const SAYS = { en: 'You are enrolled.', sq: 'Jeni regjistruar.' };

async function main() {
  const browser = await start();
  try {
    const founder = await open(browser, base, 'en-GB');
    await founder.goto(invitation);
    await town.found(founder);
    const cohort = await opened();
    await Promise.all(PEOPLE.map((person) => enrols(browser, person, cohort)));
    await elsewhere(founder);
  } finally {
    await browser.close();
  }
  assert.equal(judge.judged, 2 * 12 + 1, 'each page was judged');
  console.log(`${judge.judged} pages judged`);
}

// A cohort that is open, and the roster of the organisation; its path in the API.
async function opened() {
  const founder = await town.signedIn();
  const planned = async (name) => {
    const new_cohort = { programme: 'digital-human-rights', name, locale: 'en' };
    const { id } = await founder('/organisations/TIRANA/cohorts', new_cohort);
    return `/organisations/TIRANA/cohorts/${id}`;
  };
  const earlier = await planned('Winter');
  await founder(`${earlier}/state`, { state: 'open' });
  const rows = PEOPLE.map(({ employee_id, name, email }) => `${employee_id},${name},${email},Legal Affairs`);
  const roster = new FormData();
  roster.append('file', new Blob([['employee_id,name,email,department', ...rows].join('\n')]), 'roster.csv');
  await founder(`${earlier}/roster`, roster, 'PUT');

  const cohort = await planned('Spring');
  const terms = { opens: null, closes: '2037-12-31T23:00:00Z', eligible: { who: 'by-invitation' }, capacity: 30 };
  const freed_seat = { how: 'offer', hours: 48 };
  await founder(`${cohort}/terms`, { ...terms, approval: 'none', freed_seat }, 'PUT');
  const hybrid = { zone: 'Europe/Tirane', mode: 'hybrid', place: 'Bashkia Tiranë, Sheshi Skënderbej 2', room: '2.14' };
  for (const [module, day, places] of [['introduction', 17, {}], ['transparency', 24, { capacity: 9, online_capacity: 1 }]]) {
    const times = { starts: `2037-03-${day}T10:00`, ends: `2037-03-${day}T12:00` };
    const words = { language: 'sq', interpretation: ['en', 'sqk'], accessibility: 'Step-free from the square.' };
    const session = { module, ...hybrid, ...times, ...places, ...words, link: 'https://meet.example/a/very/long/room?with=a-name' };
    const { id } = await founder(`${cohort}/sessions`, session);
    const material = { kind: 'slides', title: 'Slides', url: 'https://files.example/slides.pdf', language: 'sq' };
    await founder(`${cohort}/sessions/${id}/materials`, { ...material, available: 'before' });
  }
  await founder(`${cohort}/state`, { state: 'open' });
  return cohort;
}

// The way of one person: the link in the mail, signing in, the seat; then what can be done with it.
async function enrols(browser, { email, language, locale, employee_id, name }, cohort) {
  const founder = await town.signedIn();
  await founder('/organisations/TIRANA/invitations', { email, roles: ['learner'], employee_id, language });
  const joining = await open(browser, base, locale);
  await joining.goto(await town.mailed(email, '/invitations/'));
  await joining.fill('#name', name);
  await joining.fill('#password', PASSWORD);
  await joining.locator('#password').press('Enter');
  await joining.waitForURL('/account');

  await founder(`${cohort}/invitations`, { employee_ids: [employee_id] });
  const link = await town.mailed(email, '/enrol/');
  const page = await open(browser, base, locale);
  await page.goto(link);
  await judge.page(page, language, 'enrol');
  assert.deepEqual(await tabTo(page, 'BUTTON'), ['skip', 'brand', 'BUTTON'], 'one button, and it is near');
  await page.keyboard.press('Enter');
  await page.waitForURL(/[/]sign-in[?]to=/);
  await tabTo(page, 'email');
  await page.keyboard.type(email);
  await tabTo(page, 'password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForURL(link);
  await judge.page(page, language, 'enrol-signed-in');
  await tabTo(page, 'BUTTON');
  await page.keyboard.press('Enter');
  await page.waitForURL(/[/]o[/]TIRANA[/]training[/]/);
  const training = page.url();
  assert.equal(await page.textContent('.standing'), SAYS[language]);
  assert.ok((await page.content()).includes('https://meet.example/'), 'it says where to meet');
  await judge.page(page, language, 'training');

  // Of a module's places one is online; with the arrow the other one is chosen, of which there is one for everybody.
  const [online, room] = await page.locator('input[type=radio]').evaluateAll((radios) => radios.map(({ id }) => id));
  await tabTo(page, online);
  await page.keyboard.press('ArrowDown');
  await tabTo(page, 'BUTTON');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${training}?done=booked`);
  assert.equal(await page.isChecked(`#${room}`), true);
  await judge.page(page, language, 'training-booked');
  await tabTo(page, 'needs');
  await page.keyboard.type('Slides in advance');
  await tabTo(page, 'BUTTON');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${training}?done=needs`);
  assert.equal(await page.inputValue('#needs'), 'Slides in advance');

  await page.goto('/account');
  await judge.page(page, language, 'account-on-the-roster');
  await page.locator('main a[href$="/training"]').press('Enter');
  await page.waitForURL('/o/TIRANA/training');
  await judge.page(page, language, 'trainings');
  await page.locator('main button').press('Enter');
  await page.waitForURL('/o/TIRANA/calendar');
  assert.ok((await page.inputValue('#address')).includes('/calendar/rk_'));
  await judge.page(page, language, 'calendar');
  await page.goto('/o/TIRANA/training');
  await judge.page(page, language, 'trainings-with-calendar');

  // Leaving, in two windows: the second finds that it is done.
  const second = await page.context().newPage();
  second.complaints = [];
  for (const window of [page, second]) {
    await window.goto(training);
    await window.locator('main a[href$="/withdrawal"]').press('Enter');
    await window.waitForURL(`${training}/withdrawal`);
  }
  await judge.page(page, language, 'withdrawal');
  await tabTo(page, 'BUTTON');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${training}?done=withdrawn`);
  await judge.page(page, language, 'training-left');
  await second.locator('main button').press('Enter');
  await second.waitForSelector('[role=alert]');
  assert.equal(await focused(second), 'summary', 'what is refused has the focus');
  await judge.page(second, language, 'training-refused');
  await page.goto('/enrol/re_nothing');
  await judge.page(page, language, 'link-gone');
}

// Somebody who is signed in and on no roster: the founder.
async function elsewhere(page) {
  await page.goto(await town.mailed(PEOPLE[0].email, '/enrol/'));
  assert.ok((await page.textContent('main')).includes(FOUNDER.email), 'it says as whom');
  assert.equal(await page.locator('main button').count(), 0);
  await judge.page(page, 'en', 'enrol-elsewhere');
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
