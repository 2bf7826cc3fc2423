// Any two halves, however they came to disagree, are brought together by what an audit tells them.

import { describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { ModelNetwork } from '../../test/model-network.ts';
import { alice, bob } from '../../test/random-walk.ts';
import { askingHalf, givingHalf, halfOf, remedyFor } from './halves.ts';
import { isWatchedBy, subscriptionStates, type SubscriptionState } from './state.ts';

const nobody = 'nobody@x' as BareJid;

function plant(network: ModelNetwork, user: BareJid, contact: BareJid, state: SubscriptionState) {
  network.tell(user, {
    kind: 'rosterImported',
    items: [{ jid: contact, state, groups: [] }],
  });
  network.settle();
}

function stateOf(network: ModelNetwork, user: BareJid, contact: BareJid): SubscriptionState {
  return halfOf(network.stateOf(user), contact).state;
}

/** What an audit does that asks for repair: the asker of each direction that disagrees is told. */
function auditBoth(network: ModelNetwork): void {
  for (const [asker, giver] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const [mine, theirs] = [stateOf(network, asker, giver), stateOf(network, giver, asker)];
    if (remedyFor(askingHalf(mine), givingHalf(theirs)) === undefined) continue;
    network.tell(asker, { kind: 'halvesCompared', contact: giver, mine, theirs });
    network.settle();
  }
}

const pairs = subscriptionStates.flatMap((ofAlice) =>
  subscriptionStates.map((ofBob) => [ofAlice, ofBob] as const),
);

describe('two halves that were planted as they are', () => {
  test.each(pairs)(
    '"%s" and "%s" agree after one audit, and nobody sees more',
    (ofAlice, ofBob) => {
      const network = new ModelNetwork([alice, bob]);
      plant(network, alice, bob, ofAlice);
      plant(network, bob, alice, ofBob);
      auditBoth(network);
      const [mine, theirs] = [stateOf(network, alice, bob), stateOf(network, bob, alice)];
      expect(remedyFor(askingHalf(mine), givingHalf(theirs))).toBeUndefined();
      expect(remedyFor(askingHalf(theirs), givingHalf(mine))).toBeUndefined();
      // Promise 4: who may be seen is decided by the one who is seen.
      if (!isWatchedBy(ofAlice)) expect(isWatchedBy(mine)).toBe(false);
      if (!isWatchedBy(ofBob)) expect(isWatchedBy(theirs)).toBe(false);
    },
  );

  test('are left alone where they agree, whatever an audit thought of them', () => {
    const network = new ModelNetwork([alice, bob]);
    plant(network, alice, bob, 'Both');
    plant(network, bob, alice, 'Both');
    const effects = network.tell(alice, {
      kind: 'halvesCompared',
      contact: bob,
      mine: 'To',
      theirs: 'None',
    });
    expect(effects).toEqual([]);
    expect(stateOf(network, alice, bob)).toBe('Both');
  });
});

describe('a half whose other half was an account that is gone', () => {
  test.each([
    ['To', 'None'],
    ['From', 'None'],
    ['Both', 'None'],
    ['None + Pending In', 'None'],
    ['To + Pending In', 'None'],
    ['From + Pending Out', 'None + Pending Out'],
    // RFC 6121 §8.5.1: a request to nobody is never answered, which tells no one apart.
    ['None + Pending Out', 'None + Pending Out'],
  ] as const)('"%s" becomes "%s"', (before, after) => {
    const network = new ModelNetwork([alice, bob]);
    plant(network, alice, nobody, before);
    network.tell(alice, {
      kind: 'halvesCompared',
      contact: nobody,
      mine: before,
      theirs: 'no-account',
    });
    expect(stateOf(network, alice, nobody)).toBe(after);
  });
});
