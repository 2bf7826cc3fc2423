import { describe, expect, test } from 'vitest';
import { presence, rosterSet, TestUser } from '../../test/test-user.ts';

const fiveMinutesMs = 5 * 60_000;

function setBack(): TestUser {
  const user = new TestUser('juliet@x', { contacts: { 'romeo@x': 'Both' } });
  user.comes('balcony');
  user.sends('balcony', rosterSet(`<item jid='nurse@x'/>`));
  user.sends('balcony', presence({ type: 'subscribe', to: 'paris@x' }));
  user.nowMs -= fiveMinutesMs;
  return user;
}

/** The number of the handshake that is on its way to that contact. */
function lastNumber(user: TestUser, contact: string): number {
  const published = user.effects.flatMap((effect) =>
    effect.kind === 'publish' && effect.contact === contact ? [effect.handshake.number] : [],
  );
  return published.at(-1) ?? Number.NaN;
}

describe('a clock that is set back by five minutes (scenario 29)', () => {
  test('leaves roster versions growing, so that no change is missed', () => {
    const user = setBack();
    const before = user.state.roster.clock;
    user.sends('balcony', rosterSet(`<item jid='nurse@x' name='Nurse'/>`));
    expect(user.state.roster.clock).toBeGreaterThan(before);
    expect(user.state.roster.since(before)).toMatchObject([{ entry: { jid: 'nurse@x' } }]);
  });

  test('leaves the numbers of handshakes growing, so that none is taken for an old one', () => {
    const user = new TestUser('juliet@x');
    user.comes('balcony');
    user.sends('balcony', presence({ type: 'subscribe', to: 'paris@x' }));
    const before = lastNumber(user, 'paris@x');
    user.tell({
      kind: 'handshakePublished',
      contact: 'paris@x' as never,
      id: user.state.roster.get('paris@x' as never)?.outbox[0]?.id ?? '',
    });
    user.nowMs -= fiveMinutesMs;
    user.sends('balcony', presence({ type: 'unsubscribe', to: 'paris@x' }));
    expect(lastNumber(user, 'paris@x')).toBeGreaterThan(before);
  });

  test('leaves the newer of two sessions of one resource the newer, for whoever owns the user next', () => {
    const user = setBack();
    const older = user.state.sessions.get('balcony')?.boundAtMs ?? Number.NaN;
    user.bind('balcony');
    expect(user.state.sessions.get('balcony')?.boundAtMs).toBeGreaterThan(older);
  });

  test('holds back no presence, and tells the last of a client that flaps', () => {
    const user = setBack();
    expect(user.sends('balcony', presence({ content: '<show>away</show>' })).join()).toContain(
      'broadcast',
    );
    for (let count = 0; count < 50; count += 1)
      user.sends('balcony', presence({ content: `<status>${count}</status>` }));
    user.nowMs += 60_000;
    expect(user.tell({ kind: 'timeCame' }).join()).toContain('<status>49</status>');
  });

  test('says of the last presence the time that the clock shows, in UTC (XEP-0203 §3, XEP-0082)', () => {
    const user = setBack();
    user.sends('balcony', presence({ type: 'unavailable' }));
    expect(user.isProbedBy('romeo@x/orchard').join()).toContain(`stamp='2026-01-01T11:55:00Z'`);
  });
});
