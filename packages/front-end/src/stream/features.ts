/** What is offered at each point (RFC 6120 §4.3.2): only what would be granted if it were asked for. */
import { NS } from '@rollcall/xmpp';
import type { SaslMechanism } from '../sasl/mechanism.ts';
import type { StreamFacts, StreamRules } from './stream-state.ts';

export function featuresOf(facts: StreamFacts, rules: StreamRules): string {
  return facts.user === undefined ? loginFeatures(facts, rules) : userFeatures(rules);
}

/** The mechanisms that may be used now, strongest first. */
export function offeredMechanisms(
  facts: StreamFacts,
  rules: StreamRules,
): readonly SaslMechanism[] {
  if (!mayShowCredentials(facts, rules)) return [];
  const binds = facts.tls?.channelBindings !== undefined;
  return rules.mechanisms.filter((mechanism) => binds || !mechanism.endsWith('-PLUS'));
}

export function offersBinding(mechanisms: readonly SaslMechanism[]): boolean {
  return mechanisms.some((mechanism) => mechanism.endsWith('-PLUS'));
}

export function mayShowCredentials({ tls }: StreamFacts, { cleartextAuth }: StreamRules): boolean {
  return tls !== undefined || cleartextAuth;
}

export function mayStartTls({ tls, user }: StreamFacts, { tlsAvailable }: StreamRules): boolean {
  return tlsAvailable && tls === undefined && user === undefined;
}

function loginFeatures(facts: StreamFacts, rules: StreamRules): string {
  const mechanisms = offeredMechanisms(facts, rules);
  let features = '';
  if (mayStartTls(facts, rules)) {
    const required = mayShowCredentials(facts, rules) ? '' : '<required/>';
    features += `<starttls xmlns='${NS.tls}'>${required}</starttls>`;
  }
  if (mechanisms.length > 0) {
    const list = mechanisms.map((mechanism) => `<mechanism>${mechanism}</mechanism>`).join('');
    features += `<mechanisms xmlns='${NS.sasl}'>${list}</mechanisms>`;
  }
  if (offersBinding(mechanisms)) features += bindingTypes(facts);
  if (rules.registration && mayShowCredentials(facts, rules)) {
    features += `<register xmlns='${NS.registerFeature}'/>`;
  }
  return features;
}

/** XEP-0440: so that a client does not have to guess the type. */
function bindingTypes({ tls }: StreamFacts): string {
  const types = tls?.channelBindings?.map(({ type }) => `<channel-binding type='${type}'/>`) ?? [];
  return `<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>${types.join('')}</sasl-channel-binding>`;
}

/** RFC 3921 §3: establishing a session is still asked for by some; `<optional/>` spares the others the round trip. */
function userFeatures({ sessionFeatures }: StreamRules): string {
  return `<bind xmlns='${NS.bind}'/><session xmlns='${NS.session}'><optional/></session>${sessionFeatures}`;
}
