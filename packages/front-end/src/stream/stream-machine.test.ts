import type { BareJid, FullJid } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { Conversation, openingTag, rulesWith } from '../../test/conversation.ts';
import { scramClient, verifierOf } from '../../test/scram-client.ts';
import type { SaslMechanism } from '../sasl/mechanism.ts';
import { awaitsAnswer } from './stream-state.ts';
import { webSocketFraming } from './framing.ts';

const tls = {};
const channelBinding = { type: 'tls-exporter', data: Buffer.from('x') } as const;
const alice = 'alice@localhost' as BareJid;
const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
const auth = (mechanism: string, message: string) =>
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='${mechanism}'>${message}</auth>`;
const plain = auth('PLAIN', base64('\0alice\0secret'));
const failure = (condition: string) =>
  `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><${condition}/>`;

function secured(rules = rulesWith()) {
  const stream = new Conversation(rules, { tls });
  const features = stream.says(openingTag);
  return { stream, features };
}

function loggedIn(rules = rulesWith()) {
  const { stream } = secured(rules);
  stream.says(plain);
  const { question } = stream.last('askAuthenticator');
  if (question.kind !== 'verdictWanted') throw new Error(question.kind);
  const success = stream.hears({
    kind: 'authenticatorAnswered',
    step: question.next({ ok: true, user: alice }),
  });
  return { stream, success };
}

function bound(rules = rulesWith()) {
  const { stream } = loggedIn(rules);
  stream.says(openingTag);
  stream.says("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  stream.hears({ kind: 'gateOpened', address: 'alice@localhost/home' as FullJid });
  return stream;
}

describe('opening a stream (RFC 6120 §4.7)', () => {
  it('answers with its own header, unpredictable id included, and features', () => {
    const stream = new Conversation(rulesWith());
    expect(stream.says(openingTag)).toBe(
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' " +
        "from='localhost' id='id1' version='1.0' xml:lang='en'>" +
        "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
    );
  });

  it.each([
    [
      'an unserved domain (§4.9.3.6)',
      openingTag.replace("to='localhost'", "to='elsewhere'"),
      'host-unknown',
    ],
    ['no domain', openingTag.replace(" to='localhost'", ''), 'improper-addressing'],
    ['a domain that is none', openingTag.replace("to='localhost'", "to='a b'"), 'host-unknown'],
    [
      'another content namespace (§4.9.3.10)',
      openingTag.replace('jabber:client', 'jabber:server'),
      'invalid-namespace',
    ],
    ['no version (§4.7.5)', openingTag.replace(" version='1.0'>", '>'), 'unsupported-version'],
    [
      'an old version (§4.9.3.25)',
      openingTag.replace("n='1.0'>", "n='0.9'>"),
      'unsupported-version',
    ],
  ])('refuses %s with an error after its own header', (_, header, condition) => {
    const stream = new Conversation(rulesWith());
    const said = stream.says(header);
    expect(said).toMatch(/^<\?xml version='1.0'\?><stream:stream [^>]*from='localhost' id='id1'/);
    expect(said).toContain(`<stream:error><${condition} xmlns=`);
    expect(said).toMatch(/<\/stream:error><\/stream:stream>$/);
    expect(stream.last('close')).toEqual({ kind: 'close', condition });
  });

  it('takes a newer minor version and a domain in other letters', () => {
    const stream = new Conversation(rulesWith());
    const header = openingTag.replace("n='1.0'>", "n='1.7'>").replace('localhost', 'LocalHost');
    expect(stream.says(header)).toContain('<stream:features>');
  });

  it('answers what is no XML with the defined error, and nothing after that', () => {
    const stream = new Conversation(rulesWith());
    stream.says(openingTag);
    const violation = { kind: 'violation', condition: 'not-well-formed', text: 'odd' } as const;
    expect(stream.hears(violation)).toContain('<not-well-formed xmlns=');
    expect(stream.hears({ kind: 'streamClosed' })).toBe('');
    expect(stream.state.phase).toBe('closed');
  });

  it('closes in turn when the client closes (§4.4)', () => {
    const { stream } = secured();
    expect(stream.says('</stream:stream>')).toBe('</stream:stream>');
    expect(stream.last('close')).toEqual({ kind: 'close' });
  });
});

describe('STARTTLS (RFC 6120 §5)', () => {
  it('is required before credentials, then the stream begins anew', () => {
    const stream = new Conversation(rulesWith());
    stream.says(openingTag);
    expect(stream.says(plain)).toContain(failure('encryption-required'));
    expect(stream.says("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")).toBe(
      "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    );
    expect(stream.last('startTls')).toBeDefined();
    expect(awaitsAnswer(stream.state)).toBe(true);
    expect(stream.hears({ kind: 'secured', tls })).toBe('');
    const features = stream.says(openingTag);
    expect(features).toContain('<mechanism>PLAIN</mechanism>');
    expect(features).not.toContain('starttls');
  });

  it('is offered, not required, where cleartext is allowed', () => {
    const stream = new Conversation(rulesWith({ cleartextAuth: true }));
    const features = stream.says(openingTag);
    expect(features).toContain("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'></starttls>");
    expect(features).toContain('<mechanism>SCRAM-SHA-256</mechanism>');
  });

  it('fails and closes where it cannot be had (§5.4.2.2)', () => {
    const { stream } = secured();
    expect(stream.says("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")).toBe(
      "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>",
    );
    expect(stream.last('close')).toEqual({ kind: 'close' });
  });
});

describe('logging in (RFC 6120 §6)', () => {
  it('goes through SCRAM and opens a new stream', () => {
    const { stream } = secured();
    const client = scramClient({ name: 'alice', password: 'pw', hash: 'sha256' });
    stream.says(auth('SCRAM-SHA-256', base64(client.first)));
    const { question } = stream.last('askAuthenticator');
    if (question.kind !== 'verifierWanted') throw new Error(question.kind);
    const challenge = stream.hears({
      kind: 'authenticatorAnswered',
      step: question.next(verifierOf('pw', 'sha256')),
    });
    const data = Buffer.from(/>([^<]*)</.exec(challenge)?.[1] ?? '', 'base64').toString();
    const end = stream.says(
      `<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${base64(client.final(data))}</response>`,
    );
    expect(end).toContain(`>${base64(client.expected(data))}</success>`);
    expect(stream.last('loggedIn')).toEqual({
      kind: 'loggedIn',
      user: alice,
      mechanism: 'SCRAM-SHA-256',
    });
    const features = stream.says(openingTag);
    expect(features).toContain("to='alice@localhost'");
    expect(features).toContain("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    expect(features).not.toContain('mechanism');
  });

  it('believes a client that was offered no -PLUS, also where the channel could be bound (RFC 5802 §6)', () => {
    const withBinding = (...mechanisms: readonly SaslMechanism[]) => {
      const stream = new Conversation(rulesWith({ mechanisms }), {
        tls: { channelBindings: [channelBinding] },
      });
      stream.says(openingTag);
      return stream.says(auth('SCRAM-SHA-256', base64('y,,n=alice,r=nonce')));
    };
    expect(withBinding('SCRAM-SHA-256')).toBe('');
    expect(withBinding('SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256')).toContain(
      failure('malformed-request'),
    );
  });

  it('offers -PLUS only where the channel can be bound', () => {
    const rules = rulesWith({ mechanisms: ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'] });
    expect(secured(rules).features).not.toContain('PLUS');
    const stream = new Conversation(rules, { tls: { channelBindings: [channelBinding] } });
    const features = stream.says(openingTag);
    expect(features).toContain('<mechanism>SCRAM-SHA-256-PLUS</mechanism>');
    expect(features).toContain("<channel-binding type='tls-exporter'/>");
  });

  it('asks for the first message where the client sent none (§6.4.2)', () => {
    const { stream } = secured();
    expect(stream.says(auth('PLAIN', ''))).toBe(
      "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</challenge>",
    );
    stream.says(
      `<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${base64('\0alice\0secret')}</response>`,
    );
    expect(stream.last('askAuthenticator').question).toMatchObject({
      credentials: { user: alice, password: 'secret' },
    });
  });

  it.each([
    ['an unknown mechanism (§6.5.7)', auth('DIGEST-MD5', '='), 'invalid-mechanism'],
    ['bad base64 (§6.5.5)', auth('PLAIN', 'a*b'), 'incorrect-encoding'],
    ['a message that is none (§6.5.8)', auth('PLAIN', base64('alice')), 'malformed-request'],
  ])('refuses %s and lets the client try again', (_, text, condition) => {
    const { stream } = secured();
    expect(stream.says(text)).toContain(failure(condition));
    stream.says(plain);
    expect(stream.state.phase).toBe('verifying');
  });

  it('lets the client abort (§6.4.4)', () => {
    const { stream } = secured();
    stream.says(auth('PLAIN', ''));
    expect(stream.says("<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")).toContain(
      failure('aborted'),
    );
    expect(stream.state.phase).toBe('negotiating');
  });

  it('closes the stream after a few failures (§6.4.5)', () => {
    const { stream } = secured();
    const answers = [1, 2, 3].map(() => stream.says(auth('X', '=')));
    expect(answers[1]).not.toContain('stream:error');
    expect(answers[2]).toContain(failure('invalid-mechanism'));
    expect(answers[2]).toContain('<policy-violation xmlns=');
    expect(stream.last('close')).toBeDefined();
  });

  it('does not take a user of another domain from the authenticator', () => {
    const { stream } = secured();
    stream.says(plain);
    const { question } = stream.last('askAuthenticator');
    if (question.kind !== 'verdictWanted') throw new Error(question.kind);
    const user = 'alice@elsewhere' as BareJid;
    const step = question.next({ ok: true, user });
    expect(stream.hears({ kind: 'authenticatorAnswered', step })).toContain(
      failure('invalid-authzid'),
    );
  });

  it('closes with not-authorized on stanzas that come before (§4.9.3.12)', () => {
    for (const stanza of [
      '<presence/>',
      '<message/>',
      "<iq type='get' id='1'><x xmlns='y'/></iq>",
    ]) {
      const { stream } = secured();
      expect(stream.says(stanza)).toContain('<stream:error><not-authorized xmlns=');
    }
  });

  it('believes a gateway that vouches for the user', () => {
    const stream = new Conversation(rulesWith(), { tls, user: alice });
    expect(stream.says(openingTag)).toContain('<bind xmlns=');
  });
});

describe('in-band registration (XEP-0077)', () => {
  const query = (inner: string) =>
    `<iq type='set' id='r1'><query xmlns='jabber:iq:register'>${inner}</query></iq>`;
  const filled = query('<username>Carol</username><password>secret</password>');
  const open = rulesWith({ registration: true });

  it('is offered only where it is opened, and never in cleartext', () => {
    expect(secured().features).not.toContain('iq-register');
    expect(secured(open).features).toContain(
      "<register xmlns='http://jabber.org/features/iq-register'/>",
    );
    expect(new Conversation(open).says(openingTag)).not.toContain('iq-register');
    expect(secured().stream.says(filled)).toContain('<service-unavailable xmlns=');
  });

  it('names the fields, then makes the account', () => {
    const { stream } = secured(open);
    const fields = stream.says("<iq type='get' id='r0'><query xmlns='jabber:iq:register'/></iq>");
    expect(fields).toMatch(/<iq type='result' id='r0'>.*<username\/><password\/>/);
    stream.says(filled);
    expect(stream.last('askRegistrar').form).toEqual({
      user: 'carol@localhost',
      password: 'secret',
    });
    const done = stream.hears({ kind: 'registrarAnswered', outcome: { ok: true } });
    expect(done).toBe("<iq type='result' id='r1'/>");
    stream.says(plain);
    expect(stream.state.phase).toBe('verifying');
  });

  it('passes on that a name is taken (§3.1.2)', () => {
    const { stream } = secured(open);
    stream.says(filled);
    const outcome = { ok: false, condition: 'conflict', text: 'the name is taken' } as const;
    expect(stream.hears({ kind: 'registrarAnswered', outcome })).toMatch(
      /<iq type='error' id='r1'>.*<conflict xmlns=/,
    );
  });

  it.each([
    ['no name', '<password>x</password>', 'bad-request'],
    ['no password', '<username>carol</username>', 'bad-request'],
    ['a name that is none', '<username>a b</username><password>x</password>', 'jid-malformed'],
    [
      'a password without end',
      `<username>c</username><password>${'x'.repeat(1024)}</password>`,
      'not-acceptable',
    ],
    ['a removal by nobody', '<remove/>', 'registration-required'],
  ])('refuses %s', (_, inner, condition) => {
    expect(secured(open).stream.says(query(inner))).toContain(`<${condition} xmlns=`);
  });
});

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

describe('over WebSocket (RFC 7395)', () => {
  it('opens, offers and closes by elements of its own', () => {
    const stream = new Conversation(rulesWith({ framing: webSocketFraming }), { tls });
    const header = {
      ns: 'urn:ietf:params:xml:ns:xmpp-framing',
      defaultNs: 'urn:ietf:params:xml:ns:xmpp-framing',
      to: 'localhost',
      version: '1.0',
      prefixes: {},
    };
    const opened = stream.hears({ kind: 'streamOpened', header });
    expect(opened).toContain("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='localhost'");
    expect(opened).toContain("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>");
    expect(stream.hears({ kind: 'ended', condition: 'system-shutdown' })).toContain(
      "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><system-shutdown",
    );
  });
});
