import { describe, expect, test } from 'vitest';
import type { BareJid, Jid } from '@rollcall/xmpp';
import { iq, presence, TestUser } from '../../test/test-user.ts';

const block = iq('set', `<block xmlns='urn:xmpp:blocking'><item jid='romeo@x'/></block>`);
const unblock = iq('set', `<unblock xmlns='urn:xmpp:blocking'/>`);

function juliet(): TestUser {
  const user = new TestUser('juliet@x', { contacts: { 'romeo@x': 'Both', 'nurse@x': 'Both' } });
  user.comes('balcony');
  return user;
}

/** The answer to what the session was made to ask. */
function answered(user: TestUser, from: string, resources: readonly string[]): readonly string[] {
  const presences = resources.map((resource, id) => ({
    stanza: presence({ from: `${from}/${resource}`, content: '<status>here</status>' }),
    stamp: { session: { frontEnd: 'f', id }, seq: 1 },
  }));
  const outcome = { kind: 'available', presences } as const;
  const to = user.full('balcony') as Jid;
  const answer = { to, from: from as BareJid, reason: 'arrival', outcome } as const;
  return user.tell({ kind: 'probeAnswered', answer });
}

describe('a contact that a session may no longer hear of (XEP-0016 §2.10)', () => {
  test('is shown as gone at once, and then each resource of it', () => {
    const user = juliet();
    const effects = user.sends('balcony', block);
    expect(effects).toContain(`balcony < <presence type='unavailable' from='romeo@x'/>`);
    expect(effects).toContain(`broadcast <presence from='juliet@x/balcony'/> probing romeo@x`);
    expect(answered(user, 'romeo@x', ['orchard', 'street'])).toEqual([
      `balcony < <presence type='unavailable' from='romeo@x/orchard'/>`,
      `balcony < <presence type='unavailable' from='romeo@x/street'/>`,
    ]);
  });

  test('is shown so once', () => {
    const user = juliet();
    user.sends('balcony', block);
    answered(user, 'romeo@x', ['orchard']);
    expect(answered(user, 'romeo@x', ['orchard'])).toEqual([]);
  });

  test('is shown as it is if it may be heard of again by then', () => {
    const user = juliet();
    user.sends('balcony', block);
    user.sends('balcony', unblock);
    expect(answered(user, 'romeo@x', ['orchard'])).toEqual([
      `balcony < <presence from='romeo@x/orchard'><status>here</status></presence>`,
    ]);
  });

  test('is not shown to a session that has left meanwhile, nor when it comes again', () => {
    const user = juliet();
    user.sends('balcony', block);
    user.sends('balcony', presence({ type: 'unavailable' }));
    expect(answered(user, 'romeo@x', ['orchard'])).toEqual([]);
    user.sends('balcony', presence());
    expect(answered(user, 'romeo@x', ['orchard'])).toEqual([]);
  });

  test('takes no other contact with it', () => {
    const user = juliet();
    user.sends('balcony', block);
    expect(answered(user, 'nurse@x', ['ward']).join()).toContain(`<presence from='nurse@x/ward'>`);
  });
});
