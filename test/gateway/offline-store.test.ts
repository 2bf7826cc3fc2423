// A gateway that has a place of its own for messages to those who are not there, and hands them over when they come.

import { embedEngine, type Rollcall } from '@rollcall/gateway';
import type { FrontEnd } from '@rollcall/front-end';
import { XmppClient } from '@rollcall/testkit';
import { delayXml, type BareJid, type Stanza } from '@rollcall/xmpp';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';

const domain = 'localhost';
const host = '127.0.0.1';
const nowMs = Date.parse('2026-01-02T03:04:05Z');

/** As small as such a store can be: in memory, without a bound. */
class Shelf {
  readonly #kept = new Map<BareJid, Stanza[]>();

  take(user: BareJid, stanza: Stanza): boolean {
    const kept = this.#kept.get(user) ?? [];
    this.#kept.set(user, [...kept, stanza]);
    return true;
  }

  emptyFor(user: BareJid): readonly Stanza[] {
    const kept = this.#kept.get(user) ?? [];
    this.#kept.delete(user);
    return kept;
  }
}

let shelf: Shelf;
let rollcall: Rollcall;
let frontEnd: FrontEnd;
let port: number;

beforeEach(async () => {
  shelf = new Shelf();
  rollcall = await embedEngine({
    domains: [domain],
    log: pino({ level: 'silent' }),
    offline: { take: (user, stanza) => shelf.take(user, stanza) },
  });
  for (const name of ['alice', 'bob']) await rollcall.ensureUser(`${name}@${domain}`);
  frontEnd = rollcall.createFrontEnd({
    cleartextAuth: true,
    authenticator: { checkPassword: (user) => Promise.resolve({ ok: true, user }) },
  });
  ({
    address: { port },
  } = await frontEnd.listenTcp({ host, port: 0 }));
});
afterEach(() => rollcall.stop());

const login = (name: string) => XmppClient.login({ host, port, domain, name, password: 'any' });

test('a message to one who is offline waits there, and comes with the time of its sending (XEP-0203)', async () => {
  const alice = await login('alice');
  alice.send(`<message type='chat' to='bob@localhost'><body>call me</body></message>`);
  await alice.ping();

  const bob = await login('bob');
  bob.send('<presence/>');
  await bob.ping();
  for (const stanza of shelf.emptyFor('bob@localhost' as BareJid)) {
    const content = stanza.content + delayXml({ from: domain, at: nowMs });
    rollcall.route({ ...stanza, content });
  }
  await bob.expect(
    `<message type='chat' from='${alice.jid}'><body>call me</body>` +
      `<delay xmlns='urn:xmpp:delay' from='${domain}' stamp='2026-01-02T03:04:05Z'/></message>`,
  );
  await alice.ping();
  expect(alice.connection.unread()).toEqual([]);
});
