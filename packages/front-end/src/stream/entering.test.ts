import type { FullJid } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { openingTag, rulesWith } from '../../test/conversation.ts';
import { alice, bound, loggedIn } from '../../test/stages.ts';
import { awaitsAnswer } from './stream-state.ts';

describe('binding a resource (RFC 6120 §7)', () => {
  const bindAs = (resource: string) =>
    `<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind></iq>`;

  it('asks the gate and tells the client its address', () => {
    const { stream } = loggedIn();
    stream.says(openingTag);
    stream.says(bindAs('balcony'));
    expect(stream.last('askGate')).toEqual({ kind: 'askGate', user: alice, resource: 'balcony' });
    expect(awaitsAnswer(stream.state)).toBe(true);
    const address = 'alice@localhost/balcony' as FullJid;
    expect(stream.hears({ kind: 'gateOpened', address })).toBe(
      "<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>alice@localhost/balcony</jid></bind></iq>",
    );
  });

  it('lets the gate make up a resource', () => {
    const { stream } = loggedIn();
    stream.says(openingTag);
    stream.says("<iq type='set' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    expect(stream.last('askGate')).toEqual({ kind: 'askGate', user: alice });
  });

  it('lets the client try again after a refusal (§7.6.2.1) or a bad resource (§7.7.2.1)', () => {
    const { stream } = loggedIn();
    stream.says(openingTag);
    stream.says(bindAs('x'));
    const refusal = {
      kind: 'gateRefused',
      condition: 'resource-constraint',
      text: 'full',
    } as const;
    expect(stream.hears(refusal)).toMatch(/<iq type='error' id='b1'>.*<resource-constraint/);
    expect(stream.says(bindAs('\u0000').replace('\u0000', '&#x7f;'))).toContain('<bad-request');
    stream.says(bindAs('y'));
    expect(stream.state.phase).toBe('binding');
  });

  it('closes with not-authorized on any other stanza before it (§7.1)', () => {
    const { stream } = loggedIn();
    stream.says(openingTag);
    expect(stream.says('<presence/>')).toContain('<not-authorized');
  });
});

describe('a bound stream', () => {
  it('passes stanzas on, in order', () => {
    const stream = bound();
    stream.says("<presence/><message to='bob@localhost'><body>hi</body></message>");
    const names = stream.wanted.flatMap((o) => (o.kind === 'stanza' ? [o.element.name] : []));
    expect(names).toEqual(['presence', 'message']);
  });

  it('tells when the client turns inactive and active (XEP-0352)', () => {
    const stream = bound();
    stream.says("<inactive xmlns='urn:xmpp:csi:0'/>");
    expect(stream.last('clientState')).toEqual({ kind: 'clientState', active: false });
    stream.says("<active xmlns='urn:xmpp:csi:0'/>");
    expect(stream.last('clientState')).toEqual({ kind: 'clientState', active: true });
  });

  it('ends on what is no stanza (RFC 6120 §4.9.3.24)', () => {
    expect(bound().says("<foo xmlns='bar'/>")).toContain('<unsupported-stanza-type');
    expect(bound().says("<presence xmlns='jabber:server'/>")).toContain('<unsupported-stanza-type');
  });

  it('ends with the reason that the cluster or the server gives', () => {
    const stream = bound();
    expect(stream.hears({ kind: 'ended', condition: 'conflict', text: 'newer session' })).toMatch(
      /^<stream:error><conflict xmlns='[^']*'\/><text [^>]*>newer session<\/text><\/stream:error><\/stream:stream>$/,
    );
    expect(stream.last('close')).toEqual({ kind: 'close', condition: 'conflict' });
  });
});

describe('stream management (XEP-0198), as far as the stream reads it', () => {
  const managed = rulesWith({ sessionFeatures: "<sm xmlns='urn:xmpp:sm:3'/>" });
  const sm = (text: string) => text.replace(/^<(\w+)/, "<$1 xmlns='urn:xmpp:sm:3'");

  it('reads requests on a bound stream', () => {
    const stream = bound(managed);
    stream.says(sm("<enable resume='true' max='60'/>"));
    expect(stream.last('management').request).toEqual({
      kind: 'enable',
      resume: true,
      maxSeconds: 60,
    });
    stream.says(sm('<r/>'));
    expect(stream.last('management').request).toEqual({ kind: 'request' });
    stream.says(sm("<a h='4294967295'/>"));
    expect(stream.last('management').request).toEqual({
      kind: 'acknowledge',
      handled: 4294967295,
    });
  });

  it('refuses to be enabled before a resource is bound (§3)', () => {
    const { stream } = loggedIn(managed);
    stream.says(openingTag);
    expect(stream.says(sm('<enable/>'))).toContain('<failed xmlns=');
  });

  it('resumes instead of binding (§5)', () => {
    const { stream } = loggedIn(managed);
    stream.says(openingTag);
    stream.says(sm("<resume previd='old' h='7'/>"));
    expect(stream.last('askResumption')).toEqual({
      kind: 'askResumption',
      user: alice,
      id: 'old',
      handled: 7,
    });
    stream.hears({ kind: 'resumed', address: 'alice@localhost/home' as FullJid });
    expect(stream.state.phase).toBe('bound');
  });

  it('lets the client bind when it cannot resume', () => {
    const { stream } = loggedIn(managed);
    stream.says(openingTag);
    stream.says(sm("<resume previd='old' h='7'/>"));
    expect(stream.hears({ kind: 'resumptionRefused', handled: 3 })).toBe(
      "<failed xmlns='urn:xmpp:sm:3' h='3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>",
    );
    stream.says("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
    expect(stream.state.phase).toBe('binding');
  });

  it('ends the stream over an acknowledgement that is none', () => {
    expect(bound(managed).says(sm("<a h='-1'/>"))).toContain('<policy-violation');
  });
});
