import { describe, expect, test } from 'vitest';
import { transcribedInbound, transcribedOutbound } from '../../test/subscription-rows.ts';
import { factsOf, subscriptionStates, type SubscriptionState } from './state.ts';
import { inboundRow, inboundTables, outboundRow, outboundTables } from './tables.ts';
import type { SubscriptionType } from './subscription-type.ts';

const types = Object.keys(outboundTables) as readonly SubscriptionType[];

describe.each(types)('outbound %s (RFC 3921 §9.2)', (type) => {
  test.each(transcribedOutbound[type])('in $state', ({ state, passes, next }) => {
    const row = outboundRow(type, state as SubscriptionState);
    expect({ route: row.route, next: row.next }).toEqual({ route: passes, next });
  });

  test('has a row for each of the nine states', () => {
    expect(transcribedOutbound[type].map(({ state }) => state)).toEqual(subscriptionStates);
  });

  test.each(subscriptionStates)('pushes the item exactly if it looks different: %s', (state) => {
    const { next, push } = outboundRow(type, state);
    expect(push).toBe(looksDifferent(state, next));
  });
});

describe.each(types)('inbound %s (RFC 3921 §9.3)', (type) => {
  test.each(transcribedInbound[type])('in $state', ({ state, passes, next, reply }) => {
    const row = inboundRow(type, state as SubscriptionState, false);
    expect({ deliver: row.deliver, next: row.next, reply: row.autoReply }).toEqual({
      deliver: passes,
      next,
      reply,
    });
  });

  test('has a row for each of the nine states', () => {
    expect(transcribedInbound[type].map(({ state }) => state)).toEqual(subscriptionStates);
  });

  test.each(subscriptionStates)('pushes the item exactly if it looks different: %s', (state) => {
    for (const isPreApproved of [false, true]) {
      const { next, push } = inboundRow(type, state, isPreApproved);
      expect(push).toBe(looksDifferent(state, next));
    }
  });
});

describe('pre-approval (RFC 6121 §3.4.2)', () => {
  test('is noted where there is nothing to answer, and nowhere else', () => {
    const noted = subscriptionStates.filter((state) => outboundRow('subscribed', state).preApprove);
    expect(noted).toEqual(['None', 'None + Pending Out', 'To']);
  });

  test.each(['None', 'None + Pending Out', 'To'] as const)(
    'answers a request in %s as if the user had',
    (state) => {
      const asked = inboundRow('subscribe', state, false);
      const answered = outboundRow('subscribed', asked.next);
      const row = inboundRow('subscribe', state, true);
      expect(row).toMatchObject({ deliver: false, autoReply: 'subscribed', next: answered.next });
    },
  );

  test('changes nothing else', () => {
    for (const type of types) {
      for (const state of subscriptionStates) {
        if (type === 'subscribe' && outboundRow('subscribed', state).preApprove) continue;
        expect(inboundRow(type, state, true)).toBe(inboundTables[type].rows[state]);
      }
    }
  });
});

function looksDifferent(before: SubscriptionState, after: SubscriptionState): boolean {
  const [was, is] = [factsOf(before), factsOf(after)];
  return was.subscription !== is.subscription || was.pendingOut !== is.pendingOut;
}
