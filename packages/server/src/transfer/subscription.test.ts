import { describe, expect, test } from 'vitest';
import { subscriptionStates } from '@rollcall/presence';
import { asks, stateOf, subscriptions, wordsOf } from './subscription.ts';

describe('the nine states of RFC 3921 §9.1', () => {
  test.each(subscriptionStates)('%s comes back from its words', (state) => {
    const { subscription, ask } = wordsOf(state);
    expect(stateOf(subscription, ask)).toBe(state);
  });

  test('are what any pair of words means', () => {
    for (const subscription of subscriptions)
      for (const ask of [...asks, undefined])
        expect(subscriptionStates).toContain(stateOf(subscription, ask));
  });

  test('have no request for a subscription that is there: such an ask says nothing', () => {
    expect(stateOf('both', 'subscribe')).toBe('Both');
    expect(stateOf('to', 'subscribe')).toBe('To');
    expect(stateOf('from', 'in')).toBe('From');
    expect(stateOf('to', 'both')).toBe('To + Pending In');
    expect(stateOf('from', 'both')).toBe('From + Pending Out');
  });
});
