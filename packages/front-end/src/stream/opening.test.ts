import { describe, expect, it } from 'vitest';
import { Conversation, openingTag, rulesWith } from '../../test/conversation.ts';
import { failure, plain, secured, tls } from '../../test/stages.ts';
import { webSocketFraming } from './framing.ts';
import { awaitsAnswer } from './stream-state.ts';

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
    expect(stream.last('close')).toEqual({ kind: 'close', inTurn: true });
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
