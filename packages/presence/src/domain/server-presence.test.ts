import { describe, expect, test } from 'vitest';
import type { BareJid } from '@rollcall/xmpp';
import { startMs, startStamp, TestUser } from '../../test/test-user.ts';
import { adoptRecord, decodeRecord, emptyState, encodePart } from '../index.ts';

const delay = `<delay xmlns='urn:xmpp:delay' from='x' stamp='${startStamp}'/>`;
const presence = `<presence from='x'>${delay}</presence>`;

function domain(rules: TestUser['state']['rules'] | object = {}): TestUser {
  return new TestUser('x', { exists: false, upSinceMs: startMs, rules });
}

describe('a probe of a domain (XEP-0318 §3.2)', () => {
  test.each(['client', 'arrival', 'approval'] as const)(
    'is answered with the time it came up, whoever asks for whatever reason: %s',
    (reason) => {
      expect(domain().isProbedBy('romeo@x/home', reason)).toEqual([
        `answer romeo@x/home (${reason}): ${presence}`,
      ]);
    },
  );

  test('tells the time it came up, not the time it is', () => {
    const server = domain();
    server.nowMs += 60_000;
    expect(server.isProbedBy('romeo@x/home').join()).toContain(startStamp);
  });

  test('for a resource finds none, and does not say that the asker is not subscribed', () => {
    expect(domain().isProbedBy('romeo@x/home', 'client', 'x/resource')).toEqual([
      `answer romeo@x/home (client): <presence type='unavailable' from='x/resource'/>`,
    ]);
  });
});

describe('a subscription to a domain (XEP-0267 §1)', () => {
  test('is approved, durably; the domain does not ask people in return', () => {
    const server = domain();
    expect(server.hears('subscribe', 'romeo@x')).toEqual([
      'save head!',
      `publish <presence type='subscribed' from='x' to='romeo@x'/>`,
      'acknowledge d',
    ]);
    expect(server.halfOf('romeo@x')).toBe('From');
  });

  test('of another domain is returned', () => {
    const server = domain();
    expect(server.hears('subscribe', 'chat.y')).toEqual([
      'save head!',
      `publish <presence type='subscribed' from='x' to='chat.y'/>`,
      'acknowledge d',
    ]);
    expect(server.isPublished('chat.y')).toEqual([
      `publish <presence type='subscribe' from='x' to='chat.y'/>`,
    ]);
    server.hears('subscribed', 'chat.y', { number: startMs + 1 });
    expect(server.halfOf('chat.y')).toBe('Both');
  });

  test('is denied where the roster is full, but not to those who have one', () => {
    const server = domain({ rosterItems: 1 });
    server.hears('subscribe', 'romeo@x');
    expect(server.hears('subscribe', 'juliet@x')).toEqual([
      `publish <presence type='unsubscribed' from='x' to='juliet@x'/>`,
    ]);
    expect(server.hears('subscribe', 'romeo@x', { number: startMs + 1 })).toContain(
      `acknowledge d`,
    );
    expect(server.halfOf('romeo@x')).toBe('From');
  });

  test('may end', () => {
    const server = domain();
    server.hears('subscribe', 'romeo@x');
    server.isPublished('romeo@x');
    expect(server.hears('unsubscribe', 'romeo@x', { number: startMs + 1 })).toEqual([
      'save head!',
      `publish <presence type='unsubscribed' from='x' to='romeo@x'/>`,
      'acknowledge d',
    ]);
    expect(server.halfOf('romeo@x')).toBe('None');
  });

  test('outlives a restart, after which the new time is told', () => {
    const server = domain();
    server.hears('subscribe', 'romeo@x');
    const head = encodePart(server.state, 'head');
    const jid = 'x' as BareJid;
    const { rules } = server.state;
    const fresh = emptyState({ jid, exists: false, rules, upSinceMs: startMs + 60_000 });
    server.state = adoptRecord(fresh, decodeRecord(jid, head, new Map()));
    expect(server.halfOf('romeo@x')).toBe('From');
    expect(server.isProbedBy('romeo@x/home').join()).toContain('2026-01-01T12:01:00Z');
  });
});

describe('a domain', () => {
  test('lets nobody log in', () => {
    expect(domain().bind('r')).toEqual(['refused not-allowed']);
  });

  test.each(['unavailable', 'error', undefined] as const)(
    'takes no notice of presence that is sent to it: %s',
    (type) => {
      const stanza = {
        kind: 'presence',
        ...(type && { type }),
        from: 'romeo@x/home' as BareJid,
        to: 'x' as BareJid,
        content: '',
      } as const;
      expect(domain().tell({ kind: 'stanzaArrived', stanza })).toEqual([]);
    },
  );
});
