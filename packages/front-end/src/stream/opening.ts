/** The client's stream header (RFC 6120 §4.7) and the answer: our own, and the features it may negotiate. */
import { NS, parseDomain, type StreamErrorCondition, type StreamHeader } from '@rollcall/xmpp';
import { fail, goOn, openingOf, write } from './ending.ts';
import { featuresOf } from './features.ts';
import type { StreamFacts, StreamRules, StreamState, StreamStep } from './stream-state.ts';

interface HeaderFault {
  readonly condition: StreamErrorCondition;
  readonly text: string;
}

export function openStream(
  state: StreamState,
  header: StreamHeader,
  rules: StreamRules,
): StreamStep {
  const fault = namespaceFault(header, rules) ?? versionFault(header);
  if (fault) return fail(state, rules, fault.condition, fault.text);
  const domain = domainOf(header, rules, state.facts);
  if (typeof domain !== 'string') return fail(state, rules, domain.condition, domain.text);
  const { lang } = header;
  const facts: StreamFacts = {
    ...state.facts,
    domain,
    opened: true,
    ...(lang === undefined ? {} : { lang }),
  };
  const features = rules.framing.features(featuresOf(facts, rules));
  return goOn(facts, { phase: 'negotiating' }, write(openingOf(facts, rules)), write(features));
}

function namespaceFault(header: StreamHeader, { framing }: StreamRules): HeaderFault | undefined {
  if (header.ns === framing.streamNs && header.defaultNs === framing.contentNs) return undefined;
  const text =
    header.ns === NS.stream
      ? `streams here are of '${framing.contentNs}'`
      : `a stream is of '${framing.streamNs}'`;
  return { condition: 'invalid-namespace', text };
}

/** RFC 6120 §4.7.5: a missing version means the protocol before SASL, which nobody should speak any more. */
function versionFault({ version = '0.9' }: StreamHeader): HeaderFault | undefined {
  const major = /^(\d{1,9})\.\d{1,9}$/.exec(version)?.[1];
  if (major !== undefined && Number(major) >= 1) return undefined;
  return { condition: 'unsupported-version', text: 'this server speaks XMPP 1.0' };
}

function domainOf(
  header: StreamHeader,
  rules: StreamRules,
  facts: StreamFacts,
): string | HeaderFault {
  if (header.to === undefined) {
    return { condition: 'improper-addressing', text: "the stream header lacks a 'to'" };
  }
  const domain = parseDomain(header.to);
  if (!domain.ok || !rules.domains.includes(domain.value)) {
    return { condition: 'host-unknown', text: 'this domain is not served here' };
  }
  return facts.domain === undefined || facts.domain === domain.value
    ? domain.value
    : { condition: 'host-unknown', text: 'the stream was opened to another domain before' };
}
