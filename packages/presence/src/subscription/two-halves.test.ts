// Promise 2: once everything is delivered, one half says `to` exactly when the other says `from`.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { ModelNetwork } from '../../test/model-network.ts';
import { alice, bob, take, walk, walks, type Step } from '../../test/random-walk.ts';
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

/** A queue in memory gives nothing again that was acknowledged: it has forgotten it. */
const placements = [
  { where: 'over a durable queue', together: false, impossible: [] },
  { where: 'within one process', together: true, impossible: ['redeliver'] },
] as const;

describe('two halves of a subscription', () => {
  test('agree though a request came again, alone, to one who had forgotten its withdrawal', () => {
    const network = new ModelNetwork([alice, bob]);
    const bind = (user: BareJid) =>
      take(network, { user, action: 'bind', resource: 'r1', choice: 0 });
    const does = (user: BareJid, action: Step['action']) =>
      take(network, { user, action, resource: 'r1', choice: 0 });
    bind(alice);
    does(alice, 'available');
    for (const action of ['subscribe', 'unsubscribe'] as const) {
      does(alice, action);
      network.settle();
    }
    network.pass(60_000);
    network.tell(bob, { kind: 'idle' });
    does(bob, 'crash');
    does(bob, 'redeliver');
    bind(bob);
    does(bob, 'available');
    does(bob, 'subscribed');
    network.settle();
    expect([half(network, alice, bob), half(network, bob, alice)]).toEqual(['None', 'None']);
  });

  test('agree though the one was removed and made again, and its new owner has a slower clock', () => {
    const network = new ModelNetwork([alice, bob]);
    const asks = () => {
      for (const action of ['bind', 'available', 'subscribe'] as const)
        take(network, { user: alice, action, resource: 'r1', choice: 0 });
      network.settle();
      return [half(network, alice, bob), half(network, bob, alice)];
    };
    expect(asks()).toEqual(['None + Pending Out', 'None + Pending In']);
    network.tell(alice, { kind: 'accountRemoved' });
    network.settle();
    expect(half(network, bob, alice)).toBe('None');
    network.crash(alice);
    network.pass(-600_000);
    network.tell(alice, { kind: 'accountCreated' });
    expect(asks()).toEqual(['None + Pending Out', 'None + Pending In']);
  });

  test.each(placements)(
    'agree once everything is delivered, $where, whatever the faults were',
    ({ together, impossible }) => {
      fc.assert(
        fc.property(walks(impossible), fc.boolean(), (steps, friends) => {
          const network = walk(steps, { friends, together, after: expectKnownStates });
          for (const [user, contact] of pairs) {
            const [mine, theirs] = [half(network, user, contact), half(network, contact, user)];
            expect([mine, theirs, isWatchedBy(theirs)]).toEqual([
              mine,
              theirs,
              isSubscribedTo(mine),
            ]);
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
    },
  );

  test.each(placements)(
    'lose no request, and keep none that was withdrawn, $where, where nobody is blocked',
    ({ together, impossible }) => {
      fc.assert(
        fc.property(walks(['block', ...impossible]), fc.boolean(), (steps, friends) => {
          const network = walk(steps, { friends, together });
          for (const [user, contact] of pairs) {
            const [mine, theirs] = [half(network, user, contact), half(network, contact, user)];
            const { pendingOut } = factsOf(mine);
            expect([mine, theirs, factsOf(theirs).pendingIn]).toEqual([mine, theirs, pendingOut]);
          }
        }),
        { numRuns: 500 },
      );
    },
  );
});
