/** Streams as far as the tests need them: with TLS, with a user, with a resource. */
import type { BareJid, FullJid } from '@rollcall/xmpp';
import { Conversation, openingTag, rulesWith } from './conversation.ts';

export const tls = {};
export const alice = 'alice@localhost' as BareJid;

export const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');

export const auth = (mechanism: string, message: string) =>
  `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='${mechanism}'>${message}</auth>`;

export const plain = auth('PLAIN', base64('\0alice\0secret'));

/** How SASL's failures begin. */
export const failure = (condition: string) =>
  `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><${condition}/>`;

export function secured(rules = rulesWith()) {
  const stream = new Conversation(rules, { tls });
  const features = stream.says(openingTag);
  return { stream, features };
}

export function loggedIn(rules = rulesWith()) {
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

export function bound(rules = rulesWith()) {
  const { stream } = loggedIn(rules);
  stream.says(openingTag);
  stream.says("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
  stream.hears({ kind: 'gateOpened', address: 'alice@localhost/home' as FullJid });
  return stream;
}
