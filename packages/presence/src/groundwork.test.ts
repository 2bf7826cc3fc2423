import { describe, expect, test } from 'vitest';
import type { Stanza } from '@rollcall/xmpp';
import { iq, presence, rosterGet, rosterSet, startMs, TestUser } from '../test/test-user.ts';
import { decide, groundworkFor, type Groundwork, type Input } from './index.ts';

const contactCount = 2_000;

/** A user with that many contacts, who has bound a resource; the last of them was renamed after all others. */
function userWith(contacts: number): TestUser {
  const jids = Array.from({ length: contacts }, (_, index) => `contact${index}@x`);
  const user = new TestUser('juliet@x', {
    contacts: Object.fromEntries(jids.map((jid) => [jid, 'Both' as const])),
  });
  user.bind('balcony');
  user.nowMs += 1_000;
  user.sends('balcony', rosterSet(`<item jid='contact${contacts - 1}@x' name='&lt;3'/>`));
  return user;
}

function received(user: TestUser, stanza: Stanza): Input {
  const from = user.full('balcony');
  const session = user.ref('balcony');
  return {
    kind: 'stanzaReceived',
    session,
    resource: 'balcony',
    seq: 9,
    stanza: { ...stanza, from },
  };
}

/** How many slices the groundwork has, and what it comes to. */
function work(
  user: TestUser,
  input: Input,
): { slices: number; groundwork: Groundwork | undefined } {
  const slices = groundworkFor(user.state, input);
  for (let count = 1; slices !== undefined; count++) {
    const step = slices.next();
    if (step.done === true) return { slices: count, groundwork: step.value };
  }
  return { slices: 0, groundwork: undefined };
}

describe('the groundwork for a roster that is fetched whole (RFC 6121 §2.1.3)', () => {
  test('has a slice for each page, and the answer is the same with it and without', () => {
    const user = userWith(contactCount);
    const input = received(user, rosterGet());
    const { slices, groundwork } = work(user, input);
    expect(slices).toBe(user.state.roster.pages.length);
    expect(slices).toBeGreaterThanOrEqual(contactCount / 256);
    const [slow, fast] = [undefined, groundwork].map((known) =>
      decide(user.state, input, startMs, known),
    );
    expect(fast).toEqual(slow);
    expect(JSON.stringify(fast?.effects).match(/<item /g)).toHaveLength(contactCount);
  });

  test('is what the answer is made of', () => {
    const user = userWith(contactCount);
    const { roster } = user.state;
    const groundwork = { roster, items: `<item jid='known@x'/>` };
    const { effects } = decide(user.state, received(user, rosterGet()), startMs, groundwork);
    expect(JSON.stringify(effects)).toContain(`<item jid='known@x'/></query>`);
  });

  test('is passed over once the roster has changed', () => {
    const user = userWith(contactCount);
    const { groundwork } = work(user, received(user, rosterGet()));
    user.sends('balcony', rosterSet(`<item jid='contact7@x' subscription='remove'/>`));
    const { effects } = decide(user.state, received(user, rosterGet()), startMs, groundwork);
    expect(JSON.stringify(effects)).not.toContain('contact7@x');
  });

  test('is done for a version that is not known any more (§2.6.2)', () => {
    const user = userWith(contactCount);
    expect(work(user, received(user, rosterGet('nonsense'))).slices).toBeGreaterThan(1);
  });
});

describe('there is no groundwork', () => {
  const sent = (stanza: Stanza) => {
    const user = userWith(contactCount);
    return work(user, received(user, stanza)).slices;
  };

  test('for a small roster', () => {
    const user = userWith(200);
    expect(work(user, received(user, rosterGet())).slices).toBe(0);
  });

  test('for a client that knows most of the roster (§2.6.3)', () => {
    const user = userWith(contactCount);
    const version = String(user.state.roster.clock - 1);
    const input = received(user, rosterGet(version));
    expect(work(user, input).slices).toBe(0);
    const { effects } = decide(user.state, input, startMs);
    expect(effects.filter(({ kind }) => kind === 'deliver')).toHaveLength(2);
  });

  test.each([
    ['presence', presence()],
    ['a roster set', rosterSet(`<item jid='romeo@x'/>`)],
    ['another request', iq('get', `<query xmlns='jabber:iq:privacy'/>`)],
    ["another's roster", { ...rosterGet(), to: 'romeo@x' as never }],
  ])('for %s', (_, stanza) => {
    expect(sent(stanza)).toBe(0);
  });
});
