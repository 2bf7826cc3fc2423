import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actions, nothing, shown, step } from './pair-model.ts';
import type { Action, Half } from './pair-model.ts';

type Halves = readonly [Half, Half];

/** By the first of the two, or by the second. */
function after(halves: Halves, actor: 0 | 1, action: Action): Halves {
  const [one, other] = halves;
  if (actor === 0) return step([one, other], action).halves;
  const [second, first] = step([other, one], action).halves;
  return [first, second];
}

const anyMove = fc.tuple(fc.constantFrom<0 | 1>(0, 1), fc.constantFrom(...actions));

describe('the model of a pair', () => {
  test('both halves always agree: one is subscribed, or has asked, exactly when the other says so', () => {
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 30 }), (moves) => {
        const [one, other] = moves.reduce<Halves>(
          (halves, [actor, action]) => after(halves, actor, action),
          [nothing, nothing],
        );
        expect([one.to, one.asked]).toEqual([other.from, other.wasAsked]);
        expect([other.to, other.asked]).toEqual([one.from, one.wasAsked]);
      }),
    );
  });

  test('nobody is subscribed and asks at once, and one who is not listed has nothing but a request', () => {
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 30 }), (moves) => {
        const halves = moves.reduce<Halves>(
          (current, [actor, action]) => after(current, actor, action),
          [nothing, nothing],
        );
        for (const half of halves) {
          expect(half.to && half.asked).toBe(false);
          expect(half.from && half.wasAsked).toBe(false);
          if (!half.listed) expect(half).toEqual({ ...nothing, wasAsked: half.wasAsked });
        }
      }),
    );
  });

  test('RFC 3921 §8.2 as it is told there', () => {
    const asked = step([nothing, nothing], 'subscribe');
    expect(asked.seen).toEqual([
      { pushes: ['none ask'], stanzas: [] },
      { pushes: [], stanzas: ['subscribe'] },
    ]);
    const [user, contact] = asked.halves;
    const approved = step([contact, user], 'subscribed');
    expect(approved.seen).toEqual([
      { pushes: ['from'], stanzas: [] },
      { pushes: ['to'], stanzas: ['subscribed'] },
    ]);
    expect(approved.halves.map(shown)).toEqual(['from', 'to']);
  });

  test('a removal of nothing is refused and changes nothing', () => {
    expect(step([nothing, nothing], 'remove')).toEqual({
      halves: [nothing, nothing],
      seen: [
        { pushes: [], stanzas: [] },
        { pushes: [], stanzas: [] },
      ],
      refused: true,
    });
  });
});
