/** The two stanzas that may come before a session: registration (XEP-0077) and resource binding (RFC 6120 §7). */
import {
  attrOf,
  childNamed,
  NS,
  parseDomain,
  stanzaError,
  type FullJid,
  type Iq,
  type StanzaErrorCondition,
  type XmlElement,
} from '@rollcall/xmpp';
import { bindError, boundReply, readBind } from '../binding/bind-request.ts';
import { readRegistration, registrationFields } from '../service/registration-form.ts';
import type { RegistrationOutcome } from '../service/registrar.ts';
import { answer, fail, goOn } from './ending.ts';
import { mayShowCredentials } from './features.ts';
import type { StreamRules, StreamState, StreamStep } from './stream-state.ts';

/** An iq of a client that has not logged in: registration or nothing. */
export function enterUnknown(
  state: StreamState,
  element: XmlElement,
  rules: StreamRules,
): StreamStep {
  const query = childNamed(element, 'query', NS.register);
  const type = attrOf(element, 'type');
  const id = attrOf(element, 'id') ?? '';
  if (!query || id === '' || (type !== 'get' && type !== 'set') || !isForUs(state, element)) {
    return fail(state, rules, 'not-authorized', 'log in first');
  }
  const iq: Iq = { kind: 'iq', type, id, content: '' };
  if (!rules.registration || !mayShowCredentials(state.facts, rules)) {
    return refuse(state, rules, iq, 'service-unavailable', 'accounts are not made here');
  }
  if (type === 'get') {
    const form: Iq = { kind: 'iq', type: 'result', id, content: registrationFields };
    return answer(state, rules.framing.stanza(form));
  }
  const request = readRegistration(query, state.facts.domain ?? rules.domains[0]);
  if (request.kind === 'remove') {
    return refuse(state, rules, iq, 'registration-required', 'log in to remove an account');
  }
  if (request.kind === 'fault') return refuse(state, rules, iq, request.condition, request.text);
  return goOn(
    state.facts,
    { phase: 'registering', id },
    { kind: 'askRegistrar', form: request.form },
  );
}

function isForUs({ facts }: StreamState, element: XmlElement): boolean {
  const to = attrOf(element, 'to');
  if (to === undefined) return true;
  const domain = parseDomain(to);
  return domain.ok && domain.value === facts.domain;
}

function refuse(
  state: StreamState,
  { framing }: StreamRules,
  iq: Iq,
  condition: StanzaErrorCondition,
  text: string,
): StreamStep {
  const error = stanzaError(iq, condition, { text });
  return error ? answer(state, framing.stanza(error)) : { state, outputs: [] };
}

export function registrarAnswered(
  { facts, id }: StreamState & { readonly phase: 'registering' },
  outcome: RegistrationOutcome,
  rules: StreamRules,
): StreamStep {
  const back: StreamState = { phase: 'negotiating', facts };
  if (!outcome.ok) {
    const iq: Iq = { kind: 'iq', type: 'set', id, content: '' };
    return refuse(back, rules, iq, outcome.condition, outcome.text);
  }
  return answer(back, rules.framing.stanza({ kind: 'iq', type: 'result', id, content: '' }));
}

/** A stanza of a client that has logged in: binding or nothing (RFC 6120 §7.1). */
export function bind(state: StreamState, element: XmlElement, rules: StreamRules): StreamStep {
  const { facts } = state;
  const request = readBind(element);
  if (!request || facts.user === undefined) {
    return fail(state, rules, 'not-authorized', 'bind a resource first');
  }
  if (request.kind === 'malformed') {
    return bindRefused(state, request.id, 'bad-request', request.text, rules);
  }
  const { id, resource } = request;
  return goOn(
    facts,
    { phase: 'binding', id },
    { kind: 'askGate', user: facts.user, ...(resource === undefined ? {} : { resource }) },
  );
}

export function bound(
  { facts, id }: StreamState & { readonly phase: 'binding' },
  address: FullJid,
  { framing }: StreamRules,
): StreamStep {
  const text = framing.stanza(boundReply(id, address));
  return goOn(facts, { phase: 'bound', address }, { kind: 'write', text });
}

export function bindRefused(
  { facts }: StreamState,
  id: string,
  condition: StanzaErrorCondition,
  text: string,
  { framing }: StreamRules,
): StreamStep {
  const error = bindError(id, condition, text);
  const back: StreamState = { phase: 'negotiating', facts };
  return error ? answer(back, framing.stanza(error)) : { state: back, outputs: [] };
}
