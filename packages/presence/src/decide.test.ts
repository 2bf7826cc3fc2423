// What holds for every decision, whatever the state and the input.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid, FullJid, Jid, Stanza } from '@rollcall/xmpp';
import { checkContract, iq, presence, rosterGet, rosterSet } from '../test/test-user.ts';
import { decide } from './decide.ts';
import type { Input } from './input.ts';
import { memoOf, newMemo } from './session/memo.ts';
import { defaultRules } from './rules.ts';
import { subscriptionStates } from './subscription/state.ts';
import { emptyState, type UserState } from './user-state.ts';

const user = 'juliet@x' as BareJid;
const contacts = ['romeo@x', 'nurse@x', 'chat.x', user].map((jid) => jid as BareJid);
const tight = {
  ...defaultRules,
  presenceBurst: 2,
  probeBurst: 2,
  sessionsPerUser: 2,
  directedTargets: 2,
  storedRequestsPerUser: 1,
  requestsPerRequester: 1,
  outboxPerContact: 2,
  rosterItems: 2,
  tombstonesPerPage: 1,
};

const contact = fc.constantFrom(...contacts);
const address = fc.oneof(
  contact,
  contact.map((jid) => `${jid}/a` as FullJid),
) as fc.Arbitrary<Jid>;
const resource = fc.constantFrom('a', 'b');
const session = fc.record({ frontEnd: fc.constant('f'), id: fc.nat(3) });
const seq = fc.nat(6);
const content = fc.constantFrom(
  '',
  '<show>away</show>',
  '<priority>-3</priority>',
  '<status>s</status>',
);
const subscription = fc.constantFrom('subscribe', 'subscribed', 'unsubscribe', 'unsubscribed');
const presenceType = fc.constantFrom(
  undefined,
  'unavailable',
  'subscribe',
  'subscribed',
  'unsubscribe',
  'unsubscribed',
  'probe',
  'error',
);

const anyPresence = fc
  .record({
    type: presenceType,
    from: address,
    to: fc.option(address, { nil: undefined }),
    content,
  })
  .map(({ to, type, ...rest }) =>
    presence({
      ...rest,
      ...(to === undefined ? {} : { to }),
      ...(type === undefined ? {} : { type }),
    }),
  );
const payload = fc.constantFrom(
  `<query xmlns='jabber:iq:roster'/>`,
  `<query xmlns='jabber:iq:roster' ver='1'/>`,
  `<query xmlns='jabber:iq:roster'><item jid='romeo@x'><group>G</group></item></query>`,
  `<query xmlns='jabber:iq:roster'><item jid='romeo@x' subscription='remove'/></query>`,
  `<block xmlns='urn:xmpp:blocking'><item jid='romeo@x'/></block>`,
  `<unblock xmlns='urn:xmpp:blocking'/>`,
  `<blocklist xmlns='urn:xmpp:blocking'/>`,
  `<query xmlns='jabber:iq:privacy'><list name='l'><item action='deny' order='1'/></list></query>`,
  `<query xmlns='jabber:iq:privacy'><active name='l'/></query>`,
  `<query xmlns='jabber:iq:privacy'><default name='l'/></query>`,
  `<query xmlns='jabber:iq:version'/>`,
  `<broken`,
);
const anyIq = fc
  .record({
    type: fc.constantFrom('get', 'set', 'result', 'error'),
    payload,
    from: address,
    to: address,
  })
  .map(({ type, payload, from, to }) => ({ ...iq(type as 'get', payload, to), from }));
const ownIq = fc
  .record({ type: fc.constantFrom('get', 'set'), payload })
  .map(({ type, payload }) => iq(type as 'get', payload));
const anyStanza = fc.oneof(anyPresence, anyIq, ownIq) as fc.Arbitrary<Stanza>;
const stamp = fc.record({ session, seq });
const stamped = fc.record({ stanza: anyPresence, stamp });
const outcome = fc.oneof(
  fc.record({ kind: fc.constant('available'), presences: fc.array(stamped, { maxLength: 2 }) }),
  fc.record({ kind: fc.constant('unavailable'), stanza: anyPresence }),
  fc.record({ kind: fc.constant('unsubscribed') }),
);
const reason = fc.constantFrom('arrival', 'client', 'approval');
const handshake = fc.record({
  id: fc.string({ maxLength: 2 }),
  number: fc.nat(9),
  stanza: fc
    .record({ type: subscription, from: contact, content })
    .map((parts) => presence({ ...parts, to: user })),
  gone: fc.constantFrom([], ['romeo@x/a']),
});

const input = fc.oneof(
  fc.record({ kind: fc.constant('sessionBound'), session, resource }),
  fc.record({ kind: fc.constant('sessionEnded'), session, resource, seq }),
  fc.record({
    kind: fc.constant('sessionRestored'),
    session,
    resource,
    seq,
    memo: fc.nat(3).map(newMemo),
  }),
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('stanzaReceived'),
      session,
      resource,
      seq,
      stanza: anyStanza,
    }),
  },
  fc.record({ kind: fc.constant('stanzaArrived'), stanza: anyStanza }),
  fc.record({ kind: fc.constant('broadcastArrived'), presence: stamped }),
  fc.record({
    kind: fc.constant('probeArrived'),
    probe: fc.record({ from: address, to: fc.constantFrom(user, `${user}/a`), reason }),
  }),
  fc.record({
    kind: fc.constant('probeAnswered'),
    answer: fc.record({ to: address, from: contact, reason, outcome }),
  }),
  fc.record({ kind: fc.constant('handshakeArrived'), delivery: fc.constant('d'), handshake }),
  fc.record({ kind: fc.constant('handshakePublished'), contact, id: fc.string({ maxLength: 2 }) }),
  fc.constantFrom(
    { kind: 'woken' },
    { kind: 'timeCame' },
    { kind: 'idle' },
    { kind: 'accountCreated' },
    { kind: 'accountRemoved' },
  ),
  fc.record({
    kind: fc.constant('rosterImported'),
    items: fc.array(
      fc.record({
        jid: contact,
        state: fc.constantFrom(...subscriptionStates),
        groups: fc.constant([]),
      }),
      { maxLength: 3 },
    ),
  }),
) as fc.Arbitrary<Input>;

const steps = fc.array(fc.record({ input, waitMs: fc.nat(2_000) }), { maxLength: 30 });

describe('every decision', () => {
  test('saves first and once, answers each client stanza with progress, never throws', () => {
    fc.assert(
      fc.property(steps, (walk) => {
        for (const { input, decision } of run(walk)) checkContract(input, decision.effects);
      }),
      { numRuns: 500 },
    );
  });

  test('is the same for the same state, input and time, and leaves the state as it was', () => {
    fc.assert(
      fc.property(steps, (walk) => {
        for (const { before, input, nowMs, decision } of run(walk)) {
          expect(decide(before, input, nowMs)).toEqual(decision);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('leaves state that is within the bounds', () => {
    fc.assert(
      fc.property(steps, (walk) => {
        for (const { decision } of run(walk)) expectBounded(decision.state);
      }),
      { numRuns: 500 },
    );
  });

  test('delivers to sessions that are bound, or that asked', () => {
    fc.assert(
      fc.property(steps, (walk) => {
        for (const { before, decision, input } of run(walk)) {
          const known = [...before.sessions.values(), ...decision.state.sessions.values()];
          const refs = known.map(({ ref }) => ref);
          const asking = 'session' in input ? [...refs, input.session] : refs;
          for (const effect of decision.effects) {
            if (effect.kind !== 'deliver') continue;
            expect(effect.to.length).toBeGreaterThan(0);
            for (const ref of effect.to) expect(asking).toContainEqual(ref);
          }
        }
      }),
      { numRuns: 150 },
    );
  });

  test('hands on memos that are plain JSON', () => {
    fc.assert(
      fc.property(steps, (walk) => {
        for (const { decision } of run(walk)) {
          for (const one of decision.state.sessions.values()) {
            expect(JSON.parse(JSON.stringify(memoOf(one)))).toEqual(memoOf(one));
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

function* run(walk: readonly { readonly input: Input; readonly waitMs: number }[]) {
  let state: UserState = emptyState({ jid: user, exists: true, rules: tight });
  let nowMs = 1_000_000;
  for (const { input, waitMs } of walk) {
    nowMs += waitMs;
    const before = state;
    const decision = decide(before, input, nowMs);
    ({ state } = decision);
    yield { before, input, nowMs, decision };
  }
}

/** Promise 6. Imports and contacts' automatic traffic may go beyond what a client may. */
function expectBounded({ sessions, roster, heard }: UserState): void {
  expect(sessions.size).toBeLessThanOrEqual(tight.sessionsPerUser);
  expect(heard.size).toBeLessThanOrEqual(64);
  for (const { directedTo, silenced } of sessions.values()) {
    expect(directedTo.size).toBeLessThanOrEqual(tight.directedTargets);
    expect(silenced.size).toBeLessThanOrEqual(contacts.length);
  }
  for (const { tombstones } of roster.pages) {
    expect(tombstones.length).toBeLessThanOrEqual(tight.tombstonesPerPage);
  }
  for (const entry of roster.entries()) {
    expect(entry.outbox.length).toBeLessThanOrEqual(tight.outboxPerContact + 3);
    expect(entry.notices.length).toBeLessThanOrEqual(2);
  }
}

test('what is only in memory is written when idle, and then there is nothing more to write', () => {
  let state = emptyState({ jid: user, exists: true, rules: defaultRules });
  const session = { frontEnd: 'f', id: 1 };
  const from = 'juliet@x/a' as FullJid;
  const stanzas = [
    rosterSet(`<item jid='romeo@x'/>`),
    rosterGet(),
    presence(),
    presence({ type: 'unavailable' }),
  ];
  const inputs: readonly Input[] = [
    { kind: 'sessionBound', session, resource: 'a' },
    ...stanzas.map((stanza, index) => ({
      kind: 'stanzaReceived' as const,
      session,
      resource: 'a',
      seq: index + 1,
      stanza: { ...stanza, from },
    })),
  ];
  for (const one of inputs) ({ state } = decide(state, one, 1_000));
  const idle = decide(state, { kind: 'idle' }, 1_000);
  expect(idle.effects).toEqual([{ kind: 'save', parts: [{ part: 'head', unsettled: false }] }]);
  expect(decide(idle.state, { kind: 'idle' }, 1_000).effects).toEqual([]);
});
