// Clients that others have written, in Chromium, over WebSocket (RFC 7395): they log in, and presence goes both ways.

import type { EmbeddedSession, FrontEnd } from '@rollcall/front-end';
import { embedEngine, type Rollcall } from '@rollcall/gateway';
import { deriveVerifiers } from '@rollcall/store';
import { patienceMs } from '@rollcall/testkit';
import { parseBareJid, type BareJid } from '@rollcall/xmpp';
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasBrowser, launchBrowser } from './browser.ts';
import { openSite, type Site } from './site.ts';

const domain = 'localhost';
const password = 'secret';
const pictures = process.env['SCREENSHOTS'];

describe.skipIf(!hasBrowser)('in Chromium', () => {
  let rollcall: Rollcall;
  let frontEnd: FrontEnd;
  let service: string;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    rollcall = await embedEngine({ domains: [domain], log: pino({ level: 'silent' }) });
    frontEnd = rollcall.createFrontEnd();
    const { address } = await frontEnd.listenWebSocket({ host: '127.0.0.1', port: 0 });
    service = `ws://127.0.0.1:${address.port}/xmpp-websocket`;
    [site, browser] = await Promise.all([openSite(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([site.close(), rollcall.stop()]);
  });

  /** Two who see each other. Only the first can log in by password; the other is here as an open session. */
  async function befriended(name: string): Promise<EmbeddedSession> {
    const verifiers = await deriveVerifiers(password);
    if (!verifiers.ok) throw new Error(verifiers.problem);
    const [own, friend] = [jid(name), jid(`friend-of-${name}`)];
    const roster = (contact: BareJid) => [{ jid: contact, state: 'Both' as const, groups: [] }];
    const { value: credentials } = verifiers;
    await rollcall.admin.importUser({ jid: own, credentials, roster: roster(friend) });
    await rollcall.admin.importUser({ jid: friend, roster: roster(own) });
    return frontEnd.openSession({ user: friend, resource: 'desk' });
  }

  async function open(client: string, name: string, secret = password): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(patienceMs);
    const query = new URLSearchParams({ service, jid: jid(name), password: secret });
    await page.goto(`${site.url}/${client}.html?${query.toString()}`);
    return page;
  }

  async function sees(session: EmbeddedSession, available: boolean, show?: string): Promise<void> {
    for await (const event of session) {
      if (event.kind !== 'presence' || event.from.startsWith('friend-of-')) continue;
      if (event.available === available && event.presence.show === show) return;
    }
    throw new Error(`${session.address} has ended`);
  }

  test.each(['strophe', 'stanza'])('%s logs in and sees presence change', async (client) => {
    const friend = await befriended(client);
    friend.setPresence();
    const page = await open(client, client);
    await page.getByText(`online as ${client}@localhost/`).waitFor();
    const told = (text: string) => page.getByText(`${friend.address} ${text}`).first().waitFor();
    await told('available');
    await sees(friend, true);

    friend.setPresence({ show: 'dnd', status: 'In a meeting' });
    await told('available dnd In a meeting');
    await page.evaluate(`document.dispatchEvent(new Event('away'))`);
    await sees(friend, true, 'away');
    await friend.close();
    await told('unavailable');
    await page.close();
  });

  test('a page that is closed goes offline for its contacts', async () => {
    const friend = await befriended('leaver');
    friend.setPresence();
    const page = await open('strophe', 'leaver');
    await sees(friend, true);
    await page.close();
    await sees(friend, false);
    await friend.close();
  });

  test('Converse.js logs in, and its contact list follows', async () => {
    const friend = await befriended('converse');
    friend.setPresence();
    const page = await open('converse', 'converse');
    const shows = (status: string) =>
      contact.locator(`converse-icon[color='var(--chat-status-${status})']`).waitFor();
    const contact = page.locator('converse-roster-contact', { hasText: 'friend-of-converse' });
    await contact.waitFor();
    await sees(friend, true);
    friend.setPresence({ show: 'dnd', status: 'In a meeting' });
    await shows('busy');
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/converse.png` });
    friend.setPresence();
    await shows('online');
    await friend.close();
    await shows('offline');
    await page.close();
  });

  test.each(['strophe', 'stanza'])('a wrong password is told to %s', async (client) => {
    const friend = await befriended(`${client}-thief`);
    const page = await open(client, `${client}-thief`, 'wrong');
    await page.getByText('refused').waitFor();
    await page.close();
    await friend.close();
  });

  test('nothing is left at the front-end when all pages are gone', async () => {
    const friend = await befriended('last');
    const { sessions } = frontEnd.stats();
    const page = await open('strophe', 'last');
    await page.getByText('online as').waitFor();
    expect(frontEnd.stats().sessions).toBe(sessions + 1);
    await page.close();
    await expect.poll(() => frontEnd.stats()).toMatchObject({ sessions, connections: 0 });
    await friend.close();
  });
});

function jid(name: string): BareJid {
  const parsed = parseBareJid(`${name}@${domain}`);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}
