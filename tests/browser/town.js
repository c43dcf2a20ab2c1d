// An installation in use: its founder, what programs do there, and the mails that it sends.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout } = require('node:timers/promises');

const FOUNDER = { email: 'founder@academy.example', password: 'a long night at the office' };

class Town {
  // `mails` is the folder that the mails are written into.
  constructor(base, mails) {
    this.base = base;
    this.mails = mails;
  }

  // Fills the form of the first invitation, which is open on the page, and sends it.
  async found(page) {
    await page.fill('#email', FOUNDER.email);
    await page.fill('#name', 'Olta Founder');
    await page.fill('#password', FOUNDER.password);
    await page.fill('#organisation', 'Municipality of Tirana');
    await page.fill('#code', 'TIRANA');
    await page.locator('#code').press('Enter');
    await page.waitForURL('/account');
  }

  // The founder as a program: sends JSON, or a form with a file, and gives what comes back.
  async signedIn() {
    const send = async (path, token, body, method = 'POST') => {
      const isForm = body instanceof FormData;
      const headers = {
        ...(!isForm && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(method === 'PUT' && { 'if-match': '*' }),
      };
      const sent = { method, headers, body: isForm ? body : JSON.stringify(body) };
      const answer = await fetch(`${this.base}/api/v1${path}`, sent);
      assert.ok([200, 201].includes(answer.status), `${path}: ${answer.status} ${await answer.clone().text()}`);
      return answer.json();
    };
    const { access_token } = await send('/sign-ins', null, FOUNDER);
    return (path, body, method) => send(path, access_token, body, method);
  }

  // The link in a mail to an address, once there is one that is none of these.
  async mailed(email, kind, ...known) {
    for (let tries = 0; tries < 300; tries += 1) {
      const names = fs.existsSync(this.mails) ? fs.readdirSync(this.mails).filter((name) => name.endsWith('.eml')) : [];
      for (const name of names) {
        const mail = fs.readFileSync(path.join(this.mails, name), 'utf8').replaceAll('=\r\n', '');
        const link = mail.match(new RegExp(`${kind}[\\w-]+`))?.[0];
        if (link && mail.match(new RegExp(`^To: .*${email}`, 'm')) && !known.includes(link)) return link;
      }
      await setTimeout(100);
    }
    throw new Error(`no mail to ${email} with a link to ${kind}`);
  }
}

module.exports = { FOUNDER, Town };
