// From the first byte to a bound session (RFC 6120 §4 to §7), as a function of what the server says.

import { refusedBecause } from './refusal.ts';
import { ScramExchange, type SaltedPasswords } from './scram.ts';
import { attribute, iq, isElement } from './stanza.ts';

export const mechanisms = ['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'] as const;
export type Mechanism = (typeof mechanisms)[number];

export interface Identity {
  readonly domain: string;
  readonly name: string;
  readonly password: string;
  readonly resource: string;
  readonly mechanism: Mechanism;
}

export type Step =
  | { readonly kind: 'wait' }
  | { readonly kind: 'write'; readonly text: string }
  | { readonly kind: 'bound' }
  | { readonly kind: 'refused'; readonly why: string };

/** What a connection goes through before it is one of the crowd. */
export interface Opening {
  /** The first words. */
  readonly greeting: string;
  step(element: string): Step;
}

const saslNamespace = 'urn:ietf:params:xml:ns:xmpp-sasl';
const bindRequest = (resource: string) =>
  iq(
    'set',
    'bind',
    `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>${resource}</resource></bind>`,
  );
/** RFC 3921 §3; servers that follow its successor say that it is optional, or nothing. */
const sessionRequest = iq(
  'set',
  'session',
  `<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>`,
);

const wait: Step = { kind: 'wait' };
const write = (text: string): Step => ({ kind: 'write', text });
const refused = (why: string): Step => ({ kind: 'refused', why });

export class XmppOpening implements Opening {
  readonly greeting: string;
  readonly #identity: Identity;
  readonly #scram: ScramExchange | undefined;
  #authenticated = false;
  #needsSession = false;

  constructor(identity: Identity, salted: SaltedPasswords) {
    const { mechanism, name, password, domain } = identity;
    this.#identity = identity;
    this.#scram =
      mechanism === 'PLAIN' ? undefined : new ScramExchange({ mechanism, name, password }, salted);
    this.greeting =
      `<?xml version='1.0'?><stream:stream to='${domain}' version='1.0' xmlns='jabber:client' ` +
      `xmlns:stream='http://etherx.jabber.org/streams'>`;
  }

  step(element: string): Step {
    if (isElement(element, 'stream:features')) return this.#featuresCame(element);
    if (isElement(element, 'challenge'))
      return this.#scram === undefined
        ? refused('PLAIN has no challenge')
        : write(response(this.#scram.final(contentOf(element))));
    if (isElement(element, 'success')) return this.#authenticatedBy(element);
    if (isElement(element, 'failure')) return this.#refusedBy(element);
    if (isElement(element, 'stream:error') || element.startsWith('</stream'))
      return this.#refusedBy(element);
    if (isElement(element, 'iq')) return this.#answered(element);
    return wait;
  }

  #featuresCame(features: string): Step {
    const { mechanism, name, password, resource } = this.#identity;
    if (this.#authenticated) {
      this.#needsSession = /<session\b[^>]*(\/>|>(?!<optional))/.test(features);
      return write(bindRequest(resource));
    }
    if (!features.includes(`>${mechanism}<`))
      return refused(
        `the server does not offer ${mechanism} without TLS (--mechanism): ${features}`,
      );
    return write(auth(mechanism, this.#scram?.first() ?? `\0${name}\0${password}`));
  }

  #authenticatedBy(success: string): Step {
    if (this.#scram !== undefined && !this.#scram.proves(contentOf(success)))
      return refused('the server did not prove that it knows the password');
    this.#authenticated = true;
    return write(this.greeting);
  }

  #refusedBy(element: string): Step {
    return refused(refusedBecause(element, this.#identity));
  }

  #answered(element: string): Step {
    if (attribute(element, 'type') === 'error') return this.#refusedBy(element);
    const isBind = attribute(element, 'id') === 'bind';
    return isBind && this.#needsSession ? write(sessionRequest) : { kind: 'bound' };
  }
}

function auth(mechanism: Mechanism, initial: string): string {
  return `<auth xmlns='${saslNamespace}' mechanism='${mechanism}'>${toBase64(initial)}</auth>`;
}

function response(text: string): string {
  return `<response xmlns='${saslNamespace}'>${toBase64(text)}</response>`;
}

function contentOf(element: string): string {
  const from = element.indexOf('>') + 1;
  const content = element.slice(from, element.indexOf('</', from));
  return Buffer.from(content, 'base64').toString();
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
