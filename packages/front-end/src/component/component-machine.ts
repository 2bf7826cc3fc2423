/** A component's stream (XEP-0114), sans I/O: header, handshake, then stanzas of its domain. */
import { createHash, timingSafeEqual } from 'node:crypto';
import {
  domainOf,
  NS,
  parseDomain,
  stanzaFromElement,
  textOf,
  type Jid,
  type Stanza,
  type StreamErrorCondition,
  type StreamEvent,
  type StreamHeader,
  type XmlElement,
} from '@rollcall/xmpp';
import type { Framing } from '../stream/framing.ts';

export interface ComponentRules {
  readonly framing: Framing;
  /** Secrets by domain. */
  readonly components: ReadonlyMap<string, string>;
  /** Signs errors to those who named no component of ours. */
  readonly domain: string;
  readonly randomId: () => string;
}

export type ComponentState =
  | { readonly phase: 'opening' }
  | { readonly phase: 'handshaking'; readonly domain: string; readonly id: string }
  | { readonly phase: 'attaching' | 'bound'; readonly domain: string }
  | { readonly phase: 'closed' };

export type ComponentInput =
  | StreamEvent
  /** The gate's answer to `attach`. */
  | { readonly kind: 'attached'; readonly ok: boolean }
  | { readonly kind: 'ended'; readonly condition: StreamErrorCondition; readonly text?: string };

export type RoutedStanza = Stanza & { readonly from: Jid; readonly to: Jid };

export type ComponentOutput =
  | { readonly kind: 'write'; readonly text: string }
  /** Answer with `attached` before anything else. */
  | { readonly kind: 'attach'; readonly domain: string }
  | { readonly kind: 'stanza'; readonly stanza: RoutedStanza; readonly element: XmlElement }
  | { readonly kind: 'close'; readonly condition?: StreamErrorCondition };

export interface ComponentStep {
  readonly state: ComponentState;
  readonly outputs: readonly ComponentOutput[];
}

export function componentStep(
  state: ComponentState,
  input: ComponentInput,
  rules: ComponentRules,
): ComponentStep {
  if (state.phase === 'closed') return { state, outputs: [] };
  switch (input.kind) {
    case 'streamOpened':
      return open(state, input.header, rules);
    case 'element':
      return hear(state, input.element, rules);
    case 'attached':
      return attached(state, input.ok, rules);
    case 'streamClosed':
      return close(rules.framing.close);
    case 'violation':
    case 'ended':
      return fail(state, rules, input.condition, input.text);
    case 'whitespace':
      return { state, outputs: [] };
  }
}

function open(state: ComponentState, header: StreamHeader, rules: ComponentRules): ComponentStep {
  const { framing, components, randomId } = rules;
  if (header.ns !== framing.streamNs || header.defaultNs !== framing.contentNs) {
    return fail(state, rules, 'invalid-namespace', 'components speak jabber:component:accept');
  }
  const domain = parseDomain(header.to ?? '');
  if (!domain.ok || !components.has(domain.value)) {
    return fail(state, rules, 'host-unknown', 'no such component is configured here');
  }
  const id = randomId();
  return {
    state: { phase: 'handshaking', domain: domain.value, id },
    outputs: [{ kind: 'write', text: framing.open({ from: domain.value, id }) }],
  };
}

function hear(state: ComponentState, element: XmlElement, rules: ComponentRules): ComponentStep {
  if (state.phase === 'bound') return takeStanza(state, element, rules);
  const secret = state.phase === 'handshaking' ? rules.components.get(state.domain) : undefined;
  if (state.phase !== 'handshaking' || secret === undefined || element.name !== 'handshake') {
    return fail(state, rules, 'not-authorized', 'a handshake was due');
  }
  if (!matches(textOf(element).trim(), state.id, secret)) {
    return fail(state, rules, 'not-authorized', 'wrong secret');
  }
  const { domain } = state;
  return { state: { phase: 'attaching', domain }, outputs: [{ kind: 'attach', domain }] };
}

/** XEP-0114 §3: SHA-1 of the stream's id and the secret, in hexadecimal. */
export function handshakeOf(id: string, secret: string): string {
  return createHash('sha1')
    .update(id + secret, 'utf8')
    .digest('hex');
}

function matches(given: string, id: string, secret: string): boolean {
  const expected = Buffer.from(handshakeOf(id, secret));
  const actual = Buffer.from(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function attached(state: ComponentState, ok: boolean, rules: ComponentRules): ComponentStep {
  if (state.phase !== 'attaching') return { state, outputs: [] };
  if (!ok) return fail(state, rules, 'conflict', 'this component is connected already');
  const { domain } = state;
  return { state: { phase: 'bound', domain }, outputs: [{ kind: 'write', text: '<handshake/>' }] };
}

function takeStanza(
  state: ComponentState & { readonly phase: 'attaching' | 'bound' },
  element: XmlElement,
  rules: ComponentRules,
): ComponentStep {
  const read = stanzaFromElement(element);
  if (element.ns !== NS.componentAccept || (!read.ok && read.kind === 'none')) {
    return fail(state, rules, 'unsupported-stanza-type', 'not a stanza');
  }
  if (!read.ok) return fail(state, rules, 'bad-format', read.problem);
  const { from, to } = read.value;
  if (from === undefined || to === undefined) {
    return fail(state, rules, 'improper-addressing', "a component's stanza has 'from' and 'to'");
  }
  if (domainOf(from) !== state.domain) {
    return fail(state, rules, 'invalid-from', "that 'from' is not of your domain");
  }
  const stanza: RoutedStanza = { ...read.value, from, to };
  return { state, outputs: [{ kind: 'stanza', stanza, element }] };
}

/** XEP-0114 §3: errors on the header come after a header of ours. */
function fail(
  { phase }: ComponentState,
  { framing, domain, randomId }: ComponentRules,
  condition: StreamErrorCondition,
  text?: string,
): ComponentStep {
  const opening = phase === 'opening' ? framing.open({ from: domain, id: randomId() }) : '';
  return close(opening + framing.error(condition, text) + framing.close, condition);
}

function close(text: string, condition?: StreamErrorCondition): ComponentStep {
  const last = condition === undefined ? {} : { condition };
  return {
    state: { phase: 'closed' },
    outputs: [
      { kind: 'write', text },
      { kind: 'close', ...last },
    ],
  };
}
