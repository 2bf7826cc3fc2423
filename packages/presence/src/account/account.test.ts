import { describe, expect, test } from 'vitest';
import { reread } from '../../test/records.ts';
import { presence, TestUser } from '../../test/test-user.ts';
import { emptyRecord } from '../record/record.ts';
import { adoptRecord, emptyState } from '../user-state.ts';

function juliet() {
  const user = new TestUser('juliet@x', {
    contacts: { 'romeo@x': 'Both', 'nurse@x': 'From', 'paris@x': 'None' },
  });
  user.comes('balcony');
  return user;
}

describe('an account that is removed (scenario 30)', () => {
  test('cancels every subscription both ways, closes the sessions, and stores that first', () => {
    const user = juliet();
    user.sends('balcony', presence({ to: 'room@chat.x' }));
    expect(user.tell({ kind: 'accountRemoved' })).toEqual([
      'save head!',
      `route <presence type='unavailable' from='juliet@x/balcony' to='room@chat.x'/>`,
      'close balcony: not-authorized',
      `publish <presence type='unsubscribe' from='juliet@x' to='romeo@x'/>`,
      `publish <presence type='unsubscribed' from='juliet@x' to='nurse@x'/> and gone: juliet@x/balcony`,
    ]);
    expect(user.bind('balcony')).toEqual(['refused not-allowed']);
  });

  test('leaves nothing but how far it has counted when the durable queue has all of it', () => {
    const user = juliet();
    user.tell({ kind: 'accountRemoved' });
    user.isPublished('nurse@x');
    expect(user.isPublished('romeo@x').join()).toContain(`type='unsubscribed'`);
    const counted = user.state.roster.clock;
    expect(user.isPublished('romeo@x')).toEqual(['save head']);
    const { jid, rules } = user.state;
    const left = adoptRecord(emptyState({ jid, exists: false, rules }), reread(user.state));
    expect(left).toMatchObject({ ...emptyRecord, roster: expect.anything() as unknown });
    expect([...left.roster.entries()]).toEqual([]);
    expect(left.roster.clock).toBeGreaterThan(counted);
  });

  test('has the versions of its roster forgotten by one that is made again (RFC 6121 §2.6)', () => {
    const user = juliet();
    user.tell({ kind: 'accountRemoved' });
    const known = user.state.roster.clock;
    for (const contact of ['nurse@x', 'romeo@x', 'romeo@x']) user.isPublished(contact);
    expect(user.state.roster.since(known)).toBeUndefined();
  });

  test('without contacts is erased at once', () => {
    expect(new TestUser('juliet@x').tell({ kind: 'accountRemoved' })).toEqual(['erase']);
  });

  test('may be removed again, as by an operator whose first order was not answered: nobody is told twice', () => {
    const user = juliet();
    user.tell({ kind: 'accountRemoved' });
    const once = user.state.roster;
    expect(user.tell({ kind: 'accountRemoved' })).toHaveLength(3);
    expect([...user.state.roster.entries()]).toEqual([...once.entries()]);
    for (const contact of ['nurse@x', 'romeo@x', 'romeo@x']) user.isPublished(contact);
    const counted = user.state.roster.clock;
    expect(user.tell({ kind: 'accountRemoved' })).toEqual(['save head']);
    expect(user.state.leaving).toBe(false);
    expect(user.state.roster.clock).toBeGreaterThanOrEqual(counted);
  });

  test('goes on with that after a crash', () => {
    const user = juliet();
    user.tell({ kind: 'accountRemoved' });
    const { jid, rules } = user.state;
    user.state = adoptRecord(emptyState({ jid, exists: false, rules }), reread(user.state));
    expect(user.tell({ kind: 'woken' })).toHaveLength(2);
    for (const contact of ['nurse@x', 'romeo@x', 'romeo@x']) user.isPublished(contact);
    expect([...user.state.roster.entries()]).toEqual([]);
    expect(user.state.leaving).toBe(false);
  });

  test('does not take the record of one that was made again before the actor woke', () => {
    const user = juliet();
    user.tell({ kind: 'accountRemoved' });
    const { jid, rules } = user.state;
    user.state = adoptRecord(emptyState({ jid, exists: true, rules }), reread(user.state));
    expect(user.tell({ kind: 'woken' })[0]).toBe('save head!');
    for (const contact of ['nurse@x', 'romeo@x', 'romeo@x']) user.isPublished(contact);
    expect(user.comes('balcony').join()).not.toContain('refused');
  });

  test('leaves nothing to one that is made again meanwhile', () => {
    const user = juliet();
    user.tell({ kind: 'accountRemoved' });
    expect(user.tell({ kind: 'accountCreated' })).toEqual(['save head!']);
    expect(user.comes('balcony').join()).not.toContain('broadcast');
    expect(user.isProbedBy('romeo@x/orchard')).toEqual([
      'answer romeo@x/orchard (client): unsubscribed',
    ]);
    for (const contact of ['nurse@x', 'romeo@x', 'romeo@x']) user.isPublished(contact);
    expect(user.tell({ kind: 'idle' })).toEqual(['save head']);
  });
});
