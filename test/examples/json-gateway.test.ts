// The JSON gateway with its page: examples/json-gateway.

import { once } from 'node:events';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { hasBrowser, launchBrowser } from '../browser/browser.ts';
import { places, startExample, type Example } from './example.ts';

type Message = Readonly<Record<string, unknown>>;

/** A page without a browser: what the gateway's JSON says, in order. */
class JsonClient {
  readonly socket: WebSocket;
  readonly #arrived: Message[] = [];
  #look = (): void => undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.on('message', (data: Buffer) => {
      this.#arrived.push(JSON.parse(data.toString()) as Message);
      this.#look();
    });
  }

  async hears(wanted: Message): Promise<Message> {
    const fits = (message: Message) =>
      Object.entries(wanted).every(([key, value]) => message[key] === value);
    for (;;) {
      const at = this.#arrived.findIndex(fits);
      if (at >= 0) return this.#arrived.splice(0, at + 1).at(-1) ?? {};
      await new Promise<void>((resolve) => (this.#look = resolve));
    }
  }

  says(message: Message): void {
    this.socket.send(JSON.stringify(message));
  }
}

function logIn(url: string, name: string, password: string): Promise<Response> {
  return fetch(`${url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
}

async function ticketOf(url: string, name: string): Promise<string> {
  const { ticket } = (await (await logIn(url, name, 'secret')).json()) as { ticket: string };
  return ticket;
}

const liveUrl = (url: string, ticket: string) =>
  `${url.replace('http', 'ws')}/live?ticket=${ticket}`;

async function comeIn(url: string, name: string): Promise<JsonClient> {
  return new JsonClient(liveUrl(url, await ticketOf(url, name)));
}

describe.each(places)('with the engine %s', (place) => {
  let example: Example;
  let url: string;
  beforeAll(async () => {
    example = await startExample('examples/json-gateway/server.mjs', place);
    url = (await example.process.waitForLine(/http:\/\/127\.0\.0\.1:\d+/))[0];
  });
  afterAll(() => example.stop());

  test('two of its users see each other come, change and go', async () => {
    const alice = await comeIn(url, 'alice');
    expect(await alice.hears({ kind: 'welcome' })).toMatchObject({ user: 'alice@localhost' });
    const bob = await comeIn(url, 'bob');
    await bob.hears({ kind: 'welcome' });
    const isBob = (message: Message) => String(message['from']).startsWith('bob@localhost/');

    bob.says({ show: 'away', status: 'Lunch' });
    const seen = await alice.hears({ kind: 'presence', status: 'Lunch' });
    expect(seen).toMatchObject({ available: true, show: 'away' });
    expect(isBob(seen)).toBe(true);
    bob.socket.close();
    expect(isBob(await alice.hears({ kind: 'presence', available: false }))).toBe(true);
    alice.socket.close();
  });

  test('its login decides; a ticket is good once', async () => {
    expect((await logIn(url, 'alice', 'wrong')).status).toBe(401);
    expect((await logIn(url, 'mallory', 'secret')).status).toBe(401);
    const ticket = await ticketOf(url, 'carol');
    const first = new WebSocket(liveUrl(url, ticket));
    await once(first, 'open');
    for (const stale of [ticket, 'made-up']) {
      const second = new WebSocket(liveUrl(url, stale));
      const [error] = (await once(second, 'error')) as [Error];
      expect(error.message).toContain('401');
    }
    first.close();
  });

  test('what is no message of its own changes nothing', async () => {
    const carol = await comeIn(url, 'carol');
    await carol.hears({ kind: 'welcome' });
    carol.socket.send('{');
    carol.socket.send('null');
    carol.says({ show: 'nowhere' });
    carol.says({ status: 'still here' });
    await carol.hears({ kind: 'presence', available: true, status: 'still here' });
    carol.socket.close();
  });
});

describe.skipIf(!hasBrowser)('its page in Chromium', () => {
  let example: Example;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    example = await startExample('examples/json-gateway/server.mjs', 'embedded');
    url = (await example.process.waitForLine(/http:\/\/127\.0\.0\.1:\d+/))[0];
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await example.stop();
  });

  async function open(name: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByLabel('Name').fill(name);
    await page.getByLabel('Password').fill('secret');
    await page.getByRole('button', { name: 'Come in' }).click();
    await page.getByText(`You are ${name}@localhost.`).waitFor();
    return page;
  }

  const person = (page: Page, name: string, show: string) =>
    page.locator(`#person-${name}[data-show='${show}']`);

  test('shows who is there, live', async () => {
    const alice = await open('alice');
    await person(alice, 'bob', 'gone').waitFor();
    const bob = await open('bob');
    await person(alice, 'bob', 'available').waitFor();
    await person(bob, 'alice', 'available').waitFor();

    await bob.getByLabel('I am').selectOption('Do not disturb');
    await bob.getByLabel('Status').fill('In a meeting');
    await bob.getByRole('button', { name: 'Tell' }).click();
    await person(alice, 'bob', 'dnd').getByText('In a meeting').waitFor();
    const pictures = process.env['SCREENSHOTS'];
    if (pictures !== undefined) await alice.screenshot({ path: `${pictures}/json-gateway.png` });
    await bob.close();
    await person(alice, 'bob', 'gone').getByText('not there').waitFor();
    expect(await alice.locator('li').count()).toBe(3);
  });

  test('says what is wrong with a login, and that the connection is gone', async () => {
    const page = await browser.newPage();
    await page.goto(url);
    await page.getByLabel('Name').fill('alice');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Come in' }).click();
    await page.getByText('No such name and password.').waitFor();
  });
});
