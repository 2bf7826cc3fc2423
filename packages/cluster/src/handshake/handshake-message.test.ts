import type { Handshake } from '@rollcall/presence';
import type { FullJid } from '@rollcall/xmpp';
import { describe, expect, test } from 'vitest';
import { jid } from '../testing/test-client.ts';
import { decodeQueueBody, encodeQueueBody } from './handshake-message.ts';

const alice = jid('alice@localhost');
const bob = jid('bob@localhost');

const handshake: Required<Handshake> = {
  id: 'alice@localhost/bob@localhost/7',
  number: 7,
  answers: 6,
  heard: 6,
  mends: true,
  stanza: {
    kind: 'presence',
    type: 'unsubscribed',
    from: alice,
    to: bob,
    id: 'no',
    lang: 'de',
    content: '<status>nein</status>',
  },
  gone: ['alice@localhost/garden' as FullJid],
};

function decoded(json: unknown) {
  return decodeQueueBody(new TextEncoder().encode(JSON.stringify(json)));
}

describe('the body of a queue message', () => {
  test('says all that the handshake said', () => {
    const bytes = encodeQueueBody({ kind: 'handshake', handshake });
    expect(decodeQueueBody(bytes)).toEqual({ kind: 'handshake', handshake, v: 1 });
  });

  test('leaves out what the handshake left out', () => {
    const { answers: _answers, heard: _heard, mends: _mends, ...first } = handshake;
    const bytes = encodeQueueBody({ kind: 'handshake', handshake: first });
    expect(decodeQueueBody(bytes)).toEqual({ kind: 'handshake', handshake: first, v: 1 });
  });

  test.each([
    ['of no version', { kind: 'accountRemoved', user: alice }],
    ['of a newer version', { v: 2, kind: 'accountRemoved', user: alice }],
    ['for a full JID', { v: 1, kind: 'accountRemoved', user: `${alice}/garden` }],
    ['of an unknown kind', { v: 1, kind: 'rumour', user: alice }],
    [
      'of presence that is no subscription stanza',
      {
        v: 1,
        kind: 'handshake',
        handshake: { ...handshake, stanza: { ...handshake.stanza, type: 'probe' } },
      },
    ],
    ...Object.entries({
      id: '',
      number: '7',
      stanza: { ...handshake.stanza, to: 'bob@localhost/garden' },
      gone: [alice],
      answers: '6',
      heard: null,
      mends: false,
    }).map(([field, value]): [string, object] => [
      `whose ${field} is not what it should be`,
      { v: 1, kind: 'handshake', handshake: { ...handshake, [field]: value } },
    ]),
  ])('%s is not read', (_what, json) => {
    expect(decoded(json)).toBeUndefined();
  });

  test('that is no JSON is not read', () => {
    expect(decodeQueueBody(new TextEncoder().encode('{"v":1,'))).toBeUndefined();
  });
});
