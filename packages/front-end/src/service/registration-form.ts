/** What XEP-0077's `<query/>` asks for. The fields are always the same two; forms (XEP-0004) are not spoken. */
import {
  childNamed,
  NS,
  prepareLocalpart,
  textOf,
  type BareJid,
  type XmlElement,
} from '@rollcall/xmpp';
import type { RegistrationForm } from './registrar.ts';

export type RegistrationRequest =
  | { readonly kind: 'remove' }
  | { readonly kind: 'form'; readonly form: RegistrationForm }
  | {
      readonly kind: 'fault';
      readonly condition: 'bad-request' | 'jid-malformed' | 'not-acceptable';
      readonly text: string;
    };

/** Passwords that SCRAM could never check, for their length, are not taken. */
const maxPasswordBytes = 1023;

export const registrationFields =
  `<query xmlns='${NS.register}'><instructions>Choose a name and a password.</instructions>` +
  '<username/><password/></query>';

/** The fields of a user who has an account (XEP-0077 §3.1.1). */
export function registeredFields(name: string): string {
  return `<query xmlns='${NS.register}'><registered/><username>${name}</username><password/></query>`;
}

/** Reads an iq of type `set`. */
export function readRegistration(query: XmlElement, domain: string): RegistrationRequest {
  if (childNamed(query, 'remove')) return { kind: 'remove' };
  const name = textOfChild(query, 'username');
  const password = textOfChild(query, 'password');
  if (name === '' || password === '') {
    return { kind: 'fault', condition: 'bad-request', text: 'a name and a password are needed' };
  }
  const local = prepareLocalpart(name);
  if (!local.ok) return { kind: 'fault', condition: 'jid-malformed', text: local.problem };
  if (Buffer.byteLength(password) > maxPasswordBytes) {
    return { kind: 'fault', condition: 'not-acceptable', text: 'the password is too long' };
  }
  const user = `${local.value}@${domain}` as BareJid;
  return { kind: 'form', form: { user, password } };
}

function textOfChild(query: XmlElement, name: string): string {
  const child = childNamed(query, name);
  return child ? textOf(child) : '';
}
