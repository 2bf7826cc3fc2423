// Any two halves, however they came to disagree, are brought together by what an audit tells them.

import { describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { ModelNetwork } from '../../test/model-network.ts';
import { alice, bob, take, type Step } from '../../test/random-walk.ts';
import { askingHalf, givingHalf, halfOf, remedyFor, unheardOf } from './halves.ts';
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

function act(network: ModelNetwork, user: BareJid, action: Step['action']): void {
  take(network, { user, action, resource: 'r1', choice: 0 });
  network.settle();
}

/** What an audit does that asks for repair: the asker of each direction that disagrees is told. */
function auditBoth(network: ModelNetwork): void {
  for (const [asker, giver] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const [mine, theirs] = [stateOf(network, asker, giver), stateOf(network, giver, asker)];
    const giving = halfOf(network.stateOf(giver), asker);
    const unheard = unheardOf(halfOf(network.stateOf(asker), giver), giving);
    const remedy = remedyFor(askingHalf(mine), givingHalf(theirs));
    if (remedy === undefined && unheard === undefined) continue;
    const found = unheard === undefined ? {} : { unheard };
    const compared = { contact: giver, mine, theirs, heard: giving.heard, ...found };
    network.tell(asker, { kind: 'halvesCompared', ...compared });
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

  test.each([
    ['None + Pending Out', 'From'],
    ['None + Pending Out', 'Both'],
    ['From + Pending Out', 'Both'],
  ] as const)(
    '"%s" and "%s" agree after one audit, even if the one who has approved blocks the other (XEP-0191 §3.3)',
    (ofAlice, ofBob) => {
      const network = new ModelNetwork([alice, bob]);
      plant(network, alice, bob, ofAlice);
      plant(network, bob, alice, ofBob);
      act(network, alice, 'available');
      act(network, bob, 'available');
      act(network, bob, 'block');
      const [before, toAlice] = [stateOf(network, bob, alice), network.shownTo(alice).length];
      const toBob = network.shownTo(bob).length;
      auditBoth(network);
      const mine = stateOf(network, alice, bob);
      expect(remedyFor(askingHalf(mine), givingHalf(before))).toBeUndefined();
      expect(stateOf(network, bob, alice)).toBe(before);
      // The one is told that it is subscribed, and is shown no presence; the other hears nothing.
      const presence = network
        .shownTo(alice)
        .slice(toAlice)
        .filter(({ kind }) => kind === 'presence');
      expect(presence).toEqual([expect.objectContaining({ type: 'subscribed', from: bob })]);
      expect(network.shownTo(bob)).toHaveLength(toBob);
    },
  );

  test('a request that was blocked goes on being as if it had never come (XEP-0191 §3.3)', () => {
    const network = new ModelNetwork([alice, bob]);
    plant(network, alice, bob, 'None + Pending Out');
    act(network, bob, 'block');
    auditBoth(network);
    expect(stateOf(network, bob, alice)).toBe('None');
  });

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

describe('a request that was made again, and lost on its way', () => {
  function lost(state: 'asked' | 'subscribed'): ModelNetwork {
    const network = new ModelNetwork([alice, bob]);
    act(network, alice, 'subscribe');
    if (state === 'subscribed') act(network, bob, 'subscribed');
    take(network, { user: alice, action: 'subscribe', resource: 'r1', choice: 0 });
    network.publishOne(alice);
    network.loseQueue(bob);
    network.settle();
    return network;
  }

  test.each(['asked', 'subscribed'] as const)(
    'is heard of after an audit, so that its end is the end: %s',
    (state) => {
      const network = lost(state);
      const shown = network.shownTo(bob).length;
      auditBoth(network);
      expect(network.shownTo(bob)).toHaveLength(shown);
      if (state === 'asked') act(network, bob, 'subscribed');
      act(network, bob, 'unsubscribed');
      expect(stateOf(network, alice, bob)).toBe('None');
      expect(stateOf(network, bob, alice)).toBe('None');
    },
  );

  test('is not asked again for a user who has asked something else since', () => {
    const network = lost('asked');
    const { asked: unheard } = halfOf(network.stateOf(alice), bob);
    act(network, alice, 'unsubscribe');
    act(network, alice, 'subscribe');
    const [mine, theirs] = ['None + Pending Out', 'None + Pending In'] as const;
    const compared = { kind: 'halvesCompared', contact: bob, mine, theirs, unheard } as const;
    expect(network.tell(alice, compared)).toEqual([]);
  });
});

describe('a half whose record went back behind what the other has heard of it, by a clock that was fast', () => {
  test.each([
    ['None', 'None + Pending In', 'None'],
    ['To', 'None + Pending In', 'None'],
    ['None + Pending Out', 'From', 'From'],
  ] as const)('"%s", where the other is "%s", is heard when it mends', (ofAlice, ofBob, ends) => {
    const network = new ModelNetwork([alice, bob]);
    const number = 2 ** 52;
    const stanza = {
      kind: 'presence',
      type: 'subscribe',
      from: alice,
      to: bob,
      content: '',
    } as const;
    const handshake = { id: 'lost', number, stanza, gone: [] };
    network.tell(bob, { kind: 'handshakeArrived', delivery: 'lost', handshake });
    if (ofBob === 'From') act(network, bob, 'subscribed');
    plant(network, alice, bob, ofAlice);
    expect(stateOf(network, bob, alice)).toBe(ofBob);
    auditBoth(network);
    expect(stateOf(network, bob, alice)).toBe(ends);
    const mine = stateOf(network, alice, bob);
    expect(remedyFor(askingHalf(mine), givingHalf(ends))).toBeUndefined();
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
