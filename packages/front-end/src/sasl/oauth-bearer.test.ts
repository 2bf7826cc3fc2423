import type { BareJid } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { startOauthBearer } from './oauth-bearer.ts';

const message = (gs2: string, token = 'abc.def') => `${gs2}\x01auth=Bearer ${token}\x01\x01`;

describe('OAUTHBEARER (RFC 7628)', () => {
  it('shows the token to the authenticator, and lets in whom it names', () => {
    const step = startOauthBearer(message('n,,'), 'localhost');
    if (step.kind !== 'verdictWanted') throw new Error(step.kind);
    expect(step.credentials).toEqual({ kind: 'token', token: 'abc.def', domain: 'localhost' });
    const user = 'alice@localhost' as BareJid;
    expect(step.next({ ok: true, user })).toEqual({ kind: 'success', user });
  });

  it('lets nobody act for another', () => {
    const step = startOauthBearer(message('n,a=alice@localhost,'), 'localhost');
    if (step.kind !== 'verdictWanted') throw new Error(step.kind);
    expect(step.credentials).toMatchObject({ user: 'alice@localhost' });
    expect(step.next({ ok: true, user: 'bob@localhost' as BareJid })).toMatchObject({
      condition: 'invalid-authzid',
    });
  });

  it('gives the reason in a challenge before it fails (§3.2.3)', () => {
    const step = startOauthBearer(message('n,,'), 'localhost');
    if (step.kind !== 'verdictWanted') throw new Error(step.kind);
    const refused = step.next({ ok: false, condition: 'not-authorized' });
    if (refused.kind !== 'challenge') throw new Error(refused.kind);
    expect(JSON.parse(refused.data)).toEqual({ status: 'invalid_token' });
    expect(refused.next('\x01')).toEqual({ kind: 'failure', condition: 'not-authorized' });
  });

  it.each(['', 'n,,', message('p=x,,'), message('n,,', 'a b'), 'n,,\x01auth=Basic abc\x01\x01'])(
    'refuses the message %j',
    (text) => {
      expect(startOauthBearer(text, 'localhost')).toMatchObject({ condition: 'malformed-request' });
    },
  );
});
