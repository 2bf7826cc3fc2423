import { describe, expect, test } from 'vitest';
import { presence, rosterGet, TestUser } from '../test/test-user.ts';
import { adoptRecord } from './user-state.ts';

function damaged() {
  const user = new TestUser('juliet@x', { contacts: { 'romeo@x': 'Both' } });
  user.comes('balcony');
  user.state = adoptRecord(user.state, { ok: false, problem: 'cut off' });
  return user;
}

describe('a user whose record is damaged (scenario 32)', () => {
  test('is told so, at the next request and at the next login', () => {
    const user = damaged();
    expect(user.sends('balcony', rosterGet())).toEqual([
      expect.stringMatching(/^balcony < <iq type='error'.*<internal-server-error/),
    ]);
    expect(user.bind('chamber')).toEqual(['refused internal-server-error']);
  });

  test('is not there for others, and answers nothing that could end a subscription', () => {
    const user = damaged();
    expect(user.isProbedBy('romeo@x/orchard')).toEqual([]);
    expect(user.sees('romeo@x/orchard')).toEqual([]);
  });

  test('holds up nobody else: handshakes are acknowledged and reported', () => {
    expect(damaged().hears('subscribe', 'romeo@x')).toEqual([
      'note handshake-to-degraded-user',
      'acknowledge d',
    ]);
  });

  test('never overwrites what is stored', () => {
    const user = damaged();
    user.sends('balcony', presence({ type: 'unavailable' }));
    user.ends('balcony');
    expect(user.tell({ kind: 'idle' })).toEqual([]);
    expect(user.waits(60_000)).toEqual([]);
  });

  test('can be removed, and made again from nothing', () => {
    expect(damaged().tell({ kind: 'accountRemoved' })).toEqual([
      'erase',
      'close balcony: not-authorized',
    ]);
    const user = damaged();
    expect(user.tell({ kind: 'accountCreated' })).toEqual(['erase']);
    expect(user.sends('balcony', rosterGet()).join()).toContain(`<iq type='result'`);
  });
});
