// Promise 2: once everything is delivered, one half says `to` exactly when the other says `from`.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import type { ModelNetwork } from '../../test/model-network.ts';
import { alice, bob, walk, walks } from '../../test/random-walk.ts';
import { halfOf, unheardOf } from './halves.ts';
import { factsOf, isSubscribedTo, isWatchedBy, subscriptionStates } from './state.ts';

function half(network: ModelNetwork, user: BareJid, contact: BareJid) {
  return network.stateOf(user).roster.get(contact)?.state ?? 'None';
}

function expectKnownStates(network: ModelNetwork): void {
  for (const user of network.users) {
    for (const { state } of network.stateOf(user).roster.entries()) {
      expect(subscriptionStates).toContain(state);
    }
  }
}

const pairs = [
  [alice, bob],
  [bob, alice],
] as const;

describe('two halves of a subscription', () => {
  test('agree once everything is delivered, whatever the users and the faults were', () => {
    fc.assert(
      fc.property(walks(), fc.boolean(), (steps, friends) => {
        const network = walk(steps, { friends, after: expectKnownStates });
        for (const [user, contact] of pairs) {
          const [mine, theirs] = [half(network, user, contact), half(network, contact, user)];
          expect([mine, theirs, isWatchedBy(theirs)]).toEqual([mine, theirs, isSubscribedTo(mine)]);
          expect(network.stateOf(user).roster.list('unsettled')).toEqual([]);
          const halves = [
            halfOf(network.stateOf(user), contact),
            halfOf(network.stateOf(contact), user),
          ] as const;
          expect(unheardOf(...halves)).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });

  test('lose no request, and keep none that was withdrawn, where nobody is blocked', () => {
    fc.assert(
      fc.property(walks(['block']), fc.boolean(), (steps, friends) => {
        const network = walk(steps, { friends });
        for (const [user, contact] of pairs) {
          const [mine, theirs] = [half(network, user, contact), half(network, contact, user)];
          const { pendingOut } = factsOf(mine);
          expect([mine, theirs, factsOf(theirs).pendingIn]).toEqual([mine, theirs, pendingOut]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
