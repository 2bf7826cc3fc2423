/** SASL within the stream (RFC 6120 §6): the elements around the exchanges of `sasl/`. */
import {
  attrOf,
  childElements,
  domainOf,
  escapeText,
  NS,
  textOf,
  type XmlElement,
} from '@rollcall/xmpp';
import { saslMechanisms, startExchange, type SaslMechanism } from '../sasl/mechanism.ts';
import { decodeSasl, encodeSasl } from '../sasl/sasl-encoding.ts';
import { saslFailure, type SaslFailure, type SaslStep } from '../sasl/sasl-step.ts';
import { fail, goOn } from './ending.ts';
import { mayShowCredentials, offeredMechanisms, offersBinding } from './features.ts';
import type {
  StreamFacts,
  StreamOutput,
  StreamRules,
  StreamState,
  StreamStep,
} from './stream-state.ts';

/** `<auth/>` */
export function beginAuthentication(
  state: StreamState,
  element: XmlElement,
  rules: StreamRules,
): StreamStep {
  const { facts } = state;
  const name = attrOf(element, 'mechanism') ?? '';
  const mechanism = saslMechanisms.find((known) => known === name);
  if (!mayShowCredentials(facts, rules)) {
    return refuse(state, rules, saslFailure('encryption-required', 'use STARTTLS first'));
  }
  if (mechanism === undefined || !offeredMechanisms(facts, rules).includes(mechanism)) {
    return refuse(state, rules, saslFailure('invalid-mechanism'));
  }
  const start = (message: string) =>
    startExchange(mechanism, message, exchangeOptions(facts, rules));
  // RFC 6120 §6.4.2: without an initial response, the client is asked for it.
  const step: SaslStep =
    element.content === ''
      ? { kind: 'challenge', data: '', next: start }
      : withMessage(element, start);
  return follow(state, step, mechanism, rules);
}

function exchangeOptions(facts: StreamFacts, rules: StreamRules) {
  const { domain, tls } = facts;
  const bindings = offersBinding(offeredMechanisms(facts, rules))
    ? tls?.channelBindings
    : undefined;
  return {
    domain: domain ?? rules.domains[0],
    nonce: rules.randomId(),
    ...(bindings === undefined ? {} : { channelBindings: bindings }),
  };
}

/** `<response/>` and `<abort/>`, the only elements that may follow a challenge. */
export function continueAuthentication(
  state: StreamState & { readonly phase: 'challenged' },
  element: XmlElement,
  rules: StreamRules,
): StreamStep {
  const { mechanism, next } = state;
  const { name } = element;
  if (element.ns !== NS.sasl || (name !== 'response' && name !== 'abort')) {
    return refuse(state, rules, saslFailure('malformed-request', 'a response was due'), mechanism);
  }
  if (name === 'abort') return refuse(state, rules, saslFailure('aborted'), mechanism);
  return follow(state, withMessage(element, next), mechanism, rules);
}

function withMessage(element: XmlElement, next: (message: string) => SaslStep): SaslStep {
  const message =
    childElements(element).length > 0 ? undefined : decodeSasl(textOf(element).trim());
  return message === undefined ? saslFailure('incorrect-encoding') : next(message);
}

export function follow(
  state: StreamState,
  step: SaslStep,
  mechanism: SaslMechanism,
  rules: StreamRules,
): StreamStep {
  const { facts } = state;
  switch (step.kind) {
    case 'challenge': {
      const text = `<challenge xmlns='${NS.sasl}'>${encodeSasl(step.data)}</challenge>`;
      return goOn(
        facts,
        { phase: 'challenged', mechanism, next: step.next },
        { kind: 'write', text },
      );
    }
    case 'verifierWanted':
    case 'verdictWanted':
      return goOn(
        facts,
        { phase: 'verifying', mechanism },
        { kind: 'askAuthenticator', question: step },
      );
    case 'success':
      return succeed(state, step, mechanism, rules);
    case 'failure':
      return refuse(state, rules, step, mechanism);
  }
}

function succeed(
  state: StreamState,
  { user, data }: Extract<SaslStep, { readonly kind: 'success' }>,
  mechanism: SaslMechanism,
  rules: StreamRules,
): StreamStep {
  const { facts } = state;
  // An authenticator may name another user, but not one of a domain that this stream is not for.
  if (domainOf(user) !== facts.domain) {
    return refuse(state, rules, saslFailure('invalid-authzid'), mechanism);
  }
  const content = data === undefined ? '' : encodeSasl(data);
  return goOn(
    { ...facts, user, opened: false },
    { phase: 'opening' },
    { kind: 'write', text: `<success xmlns='${NS.sasl}'>${content}</success>` },
    { kind: 'loggedIn', user, mechanism },
    { kind: 'restart' },
  );
}

/**
 * The client may try again a few times (RFC 6120 §6.4.5). Misfits are no guesses, and each mechanism may be one.
 *
 * COMPAT(slixmpp up to 1.8.4): takes any offer of -PLUS for one of `tls-unique`, and once that is refused claims in the
 * others that there was no such offer, until it comes to PLAIN. To believe that claim of one who has tried -PLUS before
 * would let a man in the middle try it on the client's behalf.
 */
function refuse(
  state: StreamState,
  rules: StreamRules,
  { condition, text, misfit = false }: SaslFailure,
  mechanism?: SaslMechanism,
): StreamStep {
  const { failedLogins, misfits } = state.facts;
  const facts = misfit
    ? { ...state.facts, misfits: misfits + 1 }
    : { ...state.facts, failedLogins: failedLogins + 1 };
  const textXml = text === undefined ? '' : `<text xml:lang='en'>${escapeText(text)}</text>`;
  const failure = `<failure xmlns='${NS.sasl}'><${condition}/>${textXml}</failure>`;
  const told: readonly StreamOutput[] = [
    { kind: 'write', text: failure },
    { kind: 'loginFailed', condition, misfit, ...(mechanism === undefined ? {} : { mechanism }) },
  ];
  if (facts.failedLogins < rules.saslAttempts && facts.misfits < saslMechanisms.length) {
    return goOn(facts, { phase: 'negotiating' }, ...told);
  }
  const end = fail({ ...state, facts }, rules, 'policy-violation', 'too many failed logins');
  return { state: end.state, outputs: [...told, ...end.outputs] };
}
