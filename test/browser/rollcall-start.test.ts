// The same clients at the WebSocket listener of `rollcall start`, from a page that its settings let connect; the friends
// whom they watch come in by TCP.

import { patienceMs, reservePort, type ReservedPort, type XmppClient } from '@rollcall/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { password, TestServer } from '../server/test-server.ts';
import { hasBrowser, launchBrowser } from './browser.ts';
import { openSite, type Site } from './site.ts';

const host = '127.0.0.1';
const clients = ['strophe', 'stanza', 'converse'];
const pictures = process.env['SCREENSHOTS'];

describe.skipIf(!hasBrowser)('rollcall start --listen-websocket', () => {
  let server: TestServer;
  let webSocket: ReservedPort;
  let service: string;
  let site: Site;
  let elsewhere: Site;
  let browser: Browser;

  beforeAll(async () => {
    [server, webSocket] = await Promise.all([TestServer.prepare(), reservePort()]);
    [site, elsewhere, browser] = await Promise.all([openSite(), openSite(), launchBrowser()]);
    await server.addAccounts(clients.flatMap((name) => [name, `friend-of-${name}`]));
    await server.befriend(clients.map((name) => [name, `friend-of-${name}`]));
    await server.start({
      args: ['--listen-websocket', `${host}:${webSocket.port}`],
      env: { ROLLCALL_WEBSOCKET_ORIGINS: site.url },
    });
    service = `ws://${host}:${webSocket.port}/xmpp-websocket`;
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([site.close(), elsewhere.close(), server.remove()]);
    await webSocket.release();
  });

  async function open(client: string, from = site): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(patienceMs);
    const query = new URLSearchParams({ service, jid: `${client}@localhost`, password });
    await page.goto(`${from.url}/${client}.html?${query.toString()}`);
    return page;
  }

  async function friendOf(client: string): Promise<XmppClient> {
    const friend = await server.login(`friend-of-${client}`);
    friend.send('<presence/>');
    await friend.ping();
    return friend;
  }

  const isFrom = (client: string) => (from: string | undefined) =>
    from?.startsWith(`${client}@localhost/`) === true;

  test.each(['strophe', 'stanza'])('%s logs in and sees presence change', async (client) => {
    const friend = await friendOf(client);
    const page = await open(client);
    await page.getByText(`online as ${client}@localhost/`).waitFor();
    const told = (text: string) => page.getByText(`${friend.jid} ${text}`).first().waitFor();
    await told('available');
    friend.send('<presence><show>dnd</show><status>In a meeting</status></presence>');
    await told('available dnd In a meeting');
    await page.evaluate(`document.dispatchEvent(new Event('away'))`);
    await friend.expect(
      ({ attrs, children }) =>
        isFrom(client)(attrs['from']) && JSON.stringify(children).includes('away'),
    );
    await friend.close();
    await told('unavailable');
    await page.close();
  });

  test('Converse.js logs in, and its contact list follows', async () => {
    const friend = await friendOf('converse');
    const page = await open('converse');
    const contact = page.locator('converse-roster-contact', { hasText: 'friend-of-converse' });
    const shows = (status: string) =>
      contact.locator(`converse-icon[color='var(--chat-status-${status})']`).waitFor();
    await shows('online');
    await friend.expect(({ attrs }) => isFrom('converse')(attrs['from']));
    friend.send('<presence><show>dnd</show></presence>');
    await shows('busy');
    if (pictures !== undefined) await page.screenshot({ path: `${pictures}/converse-start.png` });
    await friend.close();
    await shows('offline');
    await page.close();
  });

  test('a page of another origin is not let in', async () => {
    const page = await open('strophe', elsewhere);
    const refused = page.waitForEvent('console', (message) => message.text().includes('403'));
    await page.reload();
    await refused;
    expect(await page.locator('#state').textContent()).toBe('');
    await page.close();
  });
});
