// Promise 2: once everything is delivered, one half says `to` exactly when the other says `from`.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withResource, type BareJid } from '@rollcall/xmpp';
import { ModelNetwork } from '../../test/model-network.ts';
import { iq, presence, rosterSet } from '../../test/test-user.ts';
import { factsOf, isSubscribedTo, isWatchedBy, subscriptionStates } from './state.ts';

const users = ['alice@x' as BareJid, 'bob@x' as BareJid] as const;
const resources = ['r1', 'r2'] as const;

const who = fc.nat({ max: 1 });
const clientStanzas = [
  presence(),
  presence({ type: 'unavailable' }),
  ...(['subscribe', 'subscribed', 'unsubscribe', 'unsubscribed', 'probe'] as const).map((type) =>
    presence({ type, to: 'them@x' }),
  ),
  presence({ to: 'them@x' }),
  rosterSet(`<item jid='them@x' name='Them'/>`),
  rosterSet(`<item jid='them@x' subscription='remove'/>`),
  iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='them@x'/></block>`),
  iq('set', `<unblock xmlns='urn:xmpp:blocking'><item jid='them@x'/></unblock>`),
] as const;

const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('bind', 'end'), who, resource: who }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send'),
      who,
      resource: who,
      stanza: fc.nat({ max: clientStanzas.length - 1 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom('publish', 'deliver', 'soft'), who }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('redeliver'), who, choice: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash'), who }) },
);

interface Step {
  readonly do: string;
  readonly who: number;
  readonly resource?: number;
  readonly stanza?: number;
  readonly choice?: number;
}

function take(network: ModelNetwork, step: Step): void {
  const user = users[step.who]!;
  switch (step.do) {
    case 'bind':
      return bind(network, user, resources[step.resource ?? 0]!);
    case 'end':
      return end(network, user, resources[step.resource ?? 0]!);
    case 'send':
      return send(network, user, resources[step.resource ?? 0]!, step.stanza ?? 0);
    case 'publish':
      return network.publishOne(user);
    case 'deliver':
      return network.deliverOne(user);
    case 'soft':
      return network.deliverSoft(user);
    case 'redeliver':
      return network.redeliver(user, step.choice ?? 0);
    default:
      return network.crash(user);
  }
}

function bind(network: ModelNetwork, user: BareJid, resource: string): void {
  network.tell(user, { kind: 'sessionBound', session: network.nextSession(user), resource });
}

function end(network: ModelNetwork, user: BareJid, resource: string): void {
  const session = network.stateOf(user).sessions.get(resource);
  if (session === undefined) return;
  network.tell(user, {
    kind: 'sessionEnded',
    session: session.ref,
    resource,
    seq: session.seq + 1,
  });
}

function send(network: ModelNetwork, user: BareJid, resource: string, choice: number): void {
  if (!network.stateOf(user).sessions.has(resource)) bind(network, user, resource);
  const session = network.stateOf(user).sessions.get(resource)!;
  const other = users.find((jid) => jid !== user)!;
  const template = clientStanzas[choice]!;
  const stanza = {
    ...template,
    from: withResource(user, resource),
    ...(template.to === undefined ? {} : { to: other }),
    content: template.content.replaceAll('them@x', other),
  };
  const seq = session.seq + 1;
  network.tell(user, { kind: 'stanzaReceived', session: session.ref, resource, seq, stanza });
}

function half(network: ModelNetwork, user: BareJid, contact: BareJid) {
  return network.stateOf(user).roster.get(contact)?.state ?? 'None';
}

function walk(steps: readonly Step[]): ModelNetwork {
  const network = new ModelNetwork(users);
  for (const one of steps) {
    take(network, one);
    for (const user of users) {
      for (const { state } of network.stateOf(user).roster.entries()) {
        expect(subscriptionStates).toContain(state);
      }
    }
  }
  network.settle();
  return network;
}

describe('two halves of a subscription', () => {
  test('agree once everything is delivered, whatever the users and the faults were', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const network = walk(steps);
        for (const [user, contact] of [users, users.toReversed()]) {
          const [mine, theirs] = [half(network, user, contact), half(network, contact, user)];
          expect([mine, theirs, isWatchedBy(theirs)]).toEqual([mine, theirs, isSubscribedTo(mine)]);
          expect(network.stateOf(user).roster.list('unsettled')).toEqual([]);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('agree on what is pending, too, where nothing crashes and nobody is blocked', () => {
    const calm = step.filter(
      (one: Step) => one.do !== 'crash' && (one.stanza ?? 0) < clientStanzas.length - 2,
    );
    fc.assert(
      fc.property(fc.array(calm, { maxLength: 60 }), (steps) => {
        const network = walk(steps);
        for (const [user, contact] of [users, users.toReversed()]) {
          const [mine, theirs] = [half(network, user, contact), half(network, contact, user)];
          expect([mine, theirs, factsOf(theirs).pendingIn]).toEqual([
            mine,
            theirs,
            factsOf(mine).pendingOut,
          ]);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
