/**
 * One stream's negotiation and life, sans I/O (RFC 6120 §4.3): what happens goes in, what is to be done comes out.
 * The shell carries the outputs out in order and feeds the answers back. While `awaitsAnswer`, it keeps what the
 * client sends.
 */
import { NS, type XmlElement } from '@rollcall/xmpp';
import { beginAuthentication, continueAuthentication, follow } from './authenticating.ts';
import { closeInTurn, fail, goOn, write } from './ending.ts';
import { bind, bindRefused, bound, enterUnknown, registrarAnswered } from './entering.ts';
import { mayStartTls } from './features.ts';
import { failedXml, manage, resume } from './managing.ts';
import { openStream } from './opening.ts';
import type {
  StreamFacts,
  StreamInput,
  StreamRules,
  StreamState,
  StreamStep,
} from './stream-state.ts';

/** A stream before its first byte; what the transport or a gateway vouches for is known already. */
export function newStream(known: Pick<StreamFacts, 'tls' | 'user'> = {}): StreamState {
  return { phase: 'opening', facts: { ...known, opened: false, failedLogins: 0, misfits: 0 } };
}

/** A stream that begins with TLS; `secured` opens it. */
export function securedFirst(): StreamState {
  return { ...newStream(), phase: 'securing' };
}

export function step(state: StreamState, input: StreamInput, rules: StreamRules): StreamStep {
  if (state.phase === 'closed') return { state, outputs: [] };
  switch (input.kind) {
    case 'element':
      return state.phase === 'bound'
        ? elementOfBound(state, input.element, rules)
        : elementOfStranger(state, input.element, rules);
    case 'whitespace':
      return { state, outputs: [] };
    case 'streamOpened':
      return state.phase === 'opening'
        ? openStream(state, input.header, rules)
        : fail(state, rules, 'bad-format', 'the stream is open already');
    case 'streamClosed':
      return closeInTurn(state, rules);
    case 'violation':
      return fail(state, rules, input.condition, input.text);
    case 'ended':
      return fail(state, rules, input.condition, input.text, input.extra);
    default:
      return answered(state, input, rules);
  }
}

type Answer = Exclude<
  StreamInput,
  {
    readonly kind:
      'element' | 'whitespace' | 'streamOpened' | 'streamClosed' | 'violation' | 'ended';
  }
>;

/** An answer that nobody waits for any more changes nothing. */
function answered(state: StreamState, input: Answer, rules: StreamRules): StreamStep {
  const { facts, phase } = state;
  if (phase === 'securing' && input.kind === 'secured') {
    // RFC 6120 §5.4.3.3: what was said before TLS is forgotten.
    const { failedLogins, misfits } = facts;
    return goOn({ tls: input.tls, opened: false, failedLogins, misfits }, { phase: 'opening' });
  }
  if (phase === 'verifying' && input.kind === 'authenticatorAnswered') {
    return follow(state, input.step, state.mechanism, rules);
  }
  if (phase === 'registering' && input.kind === 'registrarAnswered') {
    return registrarAnswered(state, input.outcome, rules);
  }
  if (phase === 'binding' && input.kind === 'gateOpened') return bound(state, input.address, rules);
  if (phase === 'binding' && input.kind === 'gateRefused') {
    return bindRefused(state, state.id, input.condition, input.text, rules);
  }
  if (phase === 'resuming' && input.kind === 'resumed') {
    return goOn(facts, { phase: 'bound', address: input.address });
  }
  if (phase === 'resuming' && input.kind === 'resumptionRefused') {
    const failed = failedXml('item-not-found', input.handled);
    return goOn(facts, { phase: 'negotiating' }, write(failed));
  }
  return { state, outputs: [] };
}

function elementOfStranger(
  state: Exclude<StreamState, { readonly phase: 'bound' }>,
  element: XmlElement,
  rules: StreamRules,
): StreamStep {
  if (state.phase === 'challenged') return continueAuthentication(state, element, rules);
  if (state.facts.user !== undefined) {
    return element.ns === NS.sm3 ? resume(state, element, rules) : bind(state, element, rules);
  }
  if (element.ns === NS.tls && element.name === 'starttls') return startTls(state, rules);
  if (element.ns === NS.sasl && element.name === 'auth') {
    return beginAuthentication(state, element, rules);
  }
  if (element.ns === NS.client && element.name === 'iq') return enterUnknown(state, element, rules);
  return fail(state, rules, 'not-authorized', 'log in first');
}

function startTls(state: StreamState, rules: StreamRules): StreamStep {
  const { framing } = rules;
  if (mayStartTls(state.facts, rules)) {
    const proceed = write(`<proceed xmlns='${NS.tls}'/>`);
    return goOn(state.facts, { phase: 'securing' }, proceed, { kind: 'startTls' });
  }
  // RFC 6120 §5.4.2.2: a failure, then the end of the stream.
  const failure = write(`<failure xmlns='${NS.tls}'/>`);
  return goOn(state.facts, { phase: 'closed' }, failure, write(framing.close), { kind: 'close' });
}

const stanzaNames: ReadonlySet<string> = new Set(['presence', 'message', 'iq']);

function elementOfBound(state: StreamState, element: XmlElement, rules: StreamRules): StreamStep {
  const { name, ns } = element;
  if (ns === NS.client && stanzaNames.has(name)) {
    return { state, outputs: [{ kind: 'stanza', element }] };
  }
  if (ns === NS.csi && (name === 'active' || name === 'inactive')) {
    return { state, outputs: [{ kind: 'clientState', active: name === 'active' }] };
  }
  if (ns === NS.sm3) return manage(state, element, rules);
  return fail(state, rules, 'unsupported-stanza-type', 'not something that this server knows');
}
