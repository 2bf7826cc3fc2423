import { describe, expect, test } from 'vitest';
import { presence, TestUser } from '../../test/test-user.ts';

const rules = {
  arrivalWindowMs: 10_000,
  writeBehindMs: 500,
  presenceBurst: 1,
  presencesPerSecond: 1,
};

function wakings({ effects }: TestUser): readonly number[] {
  return effects.flatMap((effect) => (effect.kind === 'wakeAt' ? [effect.atMs] : []));
}

describe('the actor asks to be woken', () => {
  test('for what comes first, and not again while that stands', () => {
    const user = new TestUser('juliet@x', { rules });
    user.comes('balcony');
    expect(wakings(user)).toEqual([user.nowMs + 10_000]);
    user.sends('balcony', presence());
    expect(wakings(user)).toEqual([user.nowMs + 1_000]);
    user.sends('balcony', presence());
    expect(wakings(user)).toEqual([]);
  });

  test('again, when it was woken for something that is no more', () => {
    const user = new TestUser('juliet@x', { rules });
    user.comes('chamber');
    user.nowMs += 5_000;
    user.comes('balcony');
    user.ends('chamber');
    expect(wakings(user)).toEqual([]);
    expect(user.waits(5_000)).toEqual([]);
    expect(wakings(user)).toEqual([user.nowMs + 5_000]);
  });

  test('for nothing, when there is nothing to come', () => {
    const user = new TestUser('juliet@x', { rules });
    user.comes('balcony');
    user.waits(10_000);
    expect(wakings(user)).toEqual([]);
    user.sends('balcony', presence({ type: 'probe', to: 'romeo@x' }));
    expect(wakings(user)).toEqual([]);
  });
});
