import type { BareJid } from '@rollcall/xmpp';
import { describe, expect, it } from 'vitest';
import { Conversation, openingTag, rulesWith } from '../../test/conversation.ts';
import { scramClient, verifierOf } from '../../test/scram-client.ts';
import { alice, auth, base64, failure, plain, secured, tls } from '../../test/stages.ts';
import type { SaslMechanism } from '../sasl/mechanism.ts';

const channelBinding = { type: 'tls-exporter', data: Buffer.from('x') } as const;

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
