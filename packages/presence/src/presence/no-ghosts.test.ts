// Promises 3 to 5, as far as one core can keep them: what a client sees in the end is what there is.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { ModelNetwork } from '../../test/model-network.ts';
import { alice, befriend, bob, take, walk, walks, type Step } from '../../test/random-walk.ts';
import { isSubscribedTo } from '../subscription/state.ts';
import { availableSessions, mayHear, mayShow } from './watchers.ts';

test('once everything is delivered, each session sees the resources that it may see, and no other', () => {
  // Left out: a crash, which in the model loses sessions of which a cluster would tell; and what is shown to others than
  // watchers, by directed presence or by the answer to a client's probe, which holds for the moment that it was given.
  fc.assert(
    fc.property(walks(['crash', 'directed', 'probe']), fc.boolean(), (steps, friends) => {
      const network = walk(steps, { friends });
      for (const [user, contact] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        expectTrueView(network, user, contact);
      }
    }),
    { numRuns: 800 },
  );
});

test('two who block each other while one of them unsubscribes see each other go (XEP-0016 §2.10)', () => {
  const step = (user: BareJid, action: Step['action']) =>
    ({ user, action, resource: 'r1', choice: 0 }) as const;
  const network = walk(
    [
      step(bob, 'unsubscribe'),
      step(bob, 'block'),
      step(alice, 'block'),
      step(bob, 'soft'),
      step(bob, 'unblock'),
    ],
    { friends: true },
  );
  expectTrueView(network, alice, bob);
  expectTrueView(network, bob, alice);
});

test('two who log in at the same moment are shown to each other once, whatever overtakes what', () => {
  const login = (user: BareJid) =>
    ({ user, action: 'available', resource: 'r1', choice: 0 }) as const;
  const soft = fc
    .constantFrom(alice, bob)
    .map((user) => ({ ...login(user), action: 'soft' }) as const);
  const some = fc.array(soft, { maxLength: 4 });
  fc.assert(
    fc.property(some, some, (between, after) => {
      const network = new ModelNetwork([alice, bob]);
      befriend(network);
      for (const step of [login(alice), ...between, login(bob), ...after]) take(network, step);
      network.settle();
      for (const [user, contact] of [
        [alice, bob],
        [bob, alice],
      ] as const) {
        const shown = network.shownTo(user).filter(({ from }) => from?.startsWith(contact));
        expect(shown.map(({ kind, type }) => [kind, type])).toEqual([['presence', undefined]]);
      }
    }),
  );
});

/** Each session of the user believes available what it may see of the contact. */
function expectTrueView(network: ModelNetwork, user: BareJid, contact: BareJid): void {
  for (const { ref, address } of availableSessions(network.stateOf(user))) {
    const seen = [...network.viewOf(user, ref)].filter((jid) => jid.startsWith(contact));
    expect({ address, sees: seen.sort() }).toEqual({
      address,
      sees: visibleTo(network, user, ref.id, contact),
    });
  }
}

function visibleTo(
  network: ModelNetwork,
  viewer: BareJid,
  id: number,
  contact: BareJid,
): readonly string[] {
  const mine = network.stateOf(viewer);
  const theirs = network.stateOf(contact);
  const session = availableSessions(mine).find(({ ref }) => ref.id === id);
  if (session === undefined || !isSubscribedTo(mine.roster.get(contact)?.state ?? 'None'))
    return [];
  if (!mayHear(mine, session, contact)) return [];
  const shown = availableSessions(theirs).filter((their) => mayShow(theirs, their, viewer));
  return shown.map(({ address }) => address).sort();
}
