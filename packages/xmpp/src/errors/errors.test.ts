import { describe, expect, test } from 'vitest';
import { parseJid, type Jid } from '../jid/jid.ts';
import { stanzaFromElement } from '../stanza/from-element.ts';
import { serializeStanza } from '../stanza/serialize.ts';
import type { Iq, Message, Presence } from '../stanza/stanza.ts';
import { parseFragment } from '../xml/fragment.ts';
import { stanzaErrorTypes } from './stanza-error-condition.ts';
import { errorReply, stanzaError } from './stanza-error.ts';
import { streamErrorXml } from './stream-error.ts';

function jid(text: string): Jid {
  const result = parseJid(text);
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}

const request: Iq = {
  kind: 'iq',
  type: 'get',
  id: '7',
  from: jid('a@b/c'),
  to: jid('d@e'),
  content: "<ping xmlns='urn:xmpp:ping'/>",
};

describe('a stanza error', () => {
  test('goes back with the id and the content of what it answers (RFC 6120 §8.3.1)', () => {
    expect(stanzaError(request, 'service-unavailable')).toEqual({
      kind: 'iq',
      type: 'error',
      id: '7',
      from: 'd@e',
      to: 'a@b/c',
      content:
        "<ping xmlns='urn:xmpp:ping'/><error type='cancel'>" +
        "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
    });
  });

  test('may say more (RFC 6120 §8.3.2)', () => {
    const error = stanzaError({ kind: 'presence', content: '' }, 'not-acceptable', {
      type: 'cancel',
      by: 'b',
      text: 'A & B',
      extra: "<blocked xmlns='urn:xmpp:blocking:errors'/>",
    });
    expect(error && serializeStanza(error)).toBe(
      "<presence type='error'><error type='cancel' by='b'>" +
        "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>A &amp; B</text>" +
        "<blocked xmlns='urn:xmpp:blocking:errors'/></error></presence>",
    );
  });

  test('answers neither errors nor results (RFC 6120 §8.3.1)', () => {
    const presence: Presence = { kind: 'presence', type: 'error', content: '' };
    const message: Message = { kind: 'message', type: 'error', content: '' };
    expect(stanzaError(presence, 'bad-request')).toBeUndefined();
    expect(stanzaError(message, 'bad-request')).toBeUndefined();
    expect(stanzaError({ ...request, type: 'error' }, 'bad-request')).toBeUndefined();
    expect(stanzaError({ ...request, type: 'result' }, 'bad-request')).toBeUndefined();
  });

  test('is of the type that RFC 6120 §8.3.3 gives for its condition', () => {
    const conditionsOf = (type: string) =>
      Object.entries(stanzaErrorTypes).flatMap(([condition, usual]) =>
        usual === type ? [condition] : [],
      );
    const byType = Object.fromEntries(
      ['auth', 'wait', 'modify', 'cancel', 'continue'].map((type) => [type, conditionsOf(type)]),
    );
    expect(byType).toEqual({
      auth: ['forbidden', 'not-authorized', 'registration-required', 'subscription-required'],
      wait: [
        'recipient-unavailable',
        'remote-server-timeout',
        'resource-constraint',
        'unexpected-request',
      ],
      modify: ['bad-request', 'jid-malformed', 'not-acceptable', 'policy-violation', 'redirect'],
      cancel: [
        'conflict',
        'feature-not-implemented',
        'gone',
        'internal-server-error',
        'item-not-found',
        'not-allowed',
        'remote-server-not-found',
        'service-unavailable',
        'undefined-condition',
      ],
      continue: [],
    });
  });
});

describe('an answer to a faulty stanza', () => {
  function reply(text: string) {
    const fragment = parseFragment(text, 'jabber:client');
    const [element] = fragment.ok ? fragment.value : [];
    const result = element && typeof element !== 'string' ? stanzaFromElement(element) : undefined;
    if (!result || result.ok) throw new Error(`not a faulty stanza: ${text}`);
    return errorReply(result);
  }

  test('says what is wrong, from where it was sent to', () => {
    expect(reply("<presence id='1' from='A@b' to='c@d'><show>here</show></presence>")).toEqual({
      kind: 'presence',
      type: 'error',
      id: '1',
      from: 'c@d',
      to: 'a@b',
      content:
        "<show>here</show><error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
        "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>&lt;show/&gt; is away, chat, dnd or xa</text></error>",
    });
  });

  test('leaves out addresses that are none (RFC 6120 §8.3.3.8)', () => {
    expect(reply("<message to='@' from='a@b'/>")).toMatchObject({ to: 'a@b' });
    expect(reply("<message to='@' from='a@b'/>")).not.toHaveProperty('from');
  });

  test('is given to an iq without an id too', () => {
    expect(reply("<iq type='get'/>")).toMatchObject({ kind: 'iq', type: 'error', id: '' });
  });

  test('is not given to errors, to results, and to what is no stanza', () => {
    expect(reply("<presence type='error' to='@'/>")).toBeUndefined();
    expect(reply("<iq type='result'/>")).toBeUndefined();
    expect(reply('<proceed/>')).toBeUndefined();
  });

  test('is given to presence that claims to be a result', () => {
    expect(reply("<presence type='result'/>")).toMatchObject({ type: 'error' });
  });
});

test('a stream error names its condition (RFC 6120 §4.9.2)', () => {
  expect(streamErrorXml('conflict')).toBe(
    "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
  );
  expect(streamErrorXml('policy-violation', 'a < b')).toBe(
    "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>" +
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>a &lt; b</text></stream:error>",
  );
});
