import { describe, expect, it } from 'vitest';
import { XmppOpening, type Mechanism, type Step } from './negotiation.ts';

const saslFeatures = (...offered: readonly string[]) =>
  `<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>` +
  offered.map((name) => `<mechanism>${name}</mechanism>`).join('') +
  `</mechanisms></stream:features>`;
const bindFeatures = `<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>`;
const sessionFeatures = (content: string) =>
  `<stream:features><bind xmlns='b'/><session xmlns='urn:ietf:params:xml:ns:xmpp-session'>${content}</session></stream:features>`;
const success = `<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`;
const bound = `<iq id='bind' type='result'><bind><jid>u1@localhost/bench</jid></bind></iq>`;

function open(mechanism: Mechanism = 'PLAIN'): XmppOpening {
  const identity = { domain: 'localhost', name: 'u1', password: 'secret', resource: 'bench' };
  return new XmppOpening({ ...identity, mechanism }, new Map());
}

function converse(answers: readonly string[]): Step {
  const opening = open();
  let last: Step = { kind: 'wait' };
  for (const answer of answers) last = opening.step(answer);
  return last;
}

const written = (step: Step) => (step.kind === 'write' ? step.text : step.kind);

describe('opening a stream', () => {
  it('authenticates with PLAIN (RFC 4616)', () => {
    const text = written(open().step(saslFeatures('SCRAM-SHA-1', 'PLAIN')));
    const initial = Buffer.from('\0u1\0secret').toString('base64');
    expect(text).toContain(`mechanism='PLAIN'>${initial}</auth>`);
  });

  it('opens the stream anew after authentication, then binds its resource', () => {
    const opening = open();
    opening.step(saslFeatures('PLAIN'));
    expect(written(opening.step(success))).toBe(opening.greeting);
    expect(written(opening.step(bindFeatures))).toContain('<resource>bench</resource>');
    expect(opening.step(bound)).toEqual({ kind: 'bound' });
  });

  it('asks for a session where the server wants it (RFC 3921 §3)', () => {
    const before = [saslFeatures('PLAIN'), success];
    expect(written(converse([...before, sessionFeatures(''), bound]))).toContain('<session ');
    expect(converse([...before, sessionFeatures('<optional/>'), bound])).toEqual({ kind: 'bound' });
  });

  it('waits through what is no answer', () => {
    expect(converse([`<?xml version='1.0'?>`, `<stream:stream id='1'>`])).toEqual({ kind: 'wait' });
  });

  it.each([
    ['a mechanism that is not offered', [saslFeatures('SCRAM-SHA-1')], /does not offer PLAIN/],
    [
      'a wrong password',
      [saslFeatures('PLAIN'), `<failure><not-authorized/></failure>`],
      /--password/,
    ],
    ['a stream error', [`<stream:error><host-unknown/></stream:error>`], /--domain/],
    [
      'a resource that is not given',
      [saslFeatures('PLAIN'), success, bindFeatures, `<iq type='error' id='bind'/>`],
      /the server said/,
    ],
  ])('gives up at %s, and says why', (_what, answers, why) => {
    expect(converse(answers)).toEqual({
      kind: 'refused',
      why: expect.stringMatching(why) as string,
    });
  });

  it('does not believe a server that proves nothing (RFC 5802 §3)', () => {
    const opening = open('SCRAM-SHA-256');
    const begun = written(opening.step(saslFeatures('SCRAM-SHA-256')));
    expect(begun).toContain(`mechanism='SCRAM-SHA-256'`);
    expect(opening.step(success)).toMatchObject({ kind: 'refused' });
  });
});
