/** How a stream ends, and how a step that goes on is written. */
import type { StreamErrorCondition } from '@rollcall/xmpp';
import type {
  StreamFacts,
  StreamOutput,
  StreamPhase,
  StreamRules,
  StreamState,
  StreamStep,
} from './stream-state.ts';

export function goOn(
  facts: StreamFacts,
  phase: StreamPhase,
  ...outputs: StreamOutput[]
): StreamStep {
  return { state: { ...phase, facts }, outputs };
}

/** An answer that changes nothing. */
export function answer(state: StreamState, text: string): StreamStep {
  return { state, outputs: [write(text)] };
}

/** One element, or the start or the end of the stream. */
export function write(text: string): StreamOutput {
  return { kind: 'write', text };
}

/** A stream error closes the stream (RFC 6120 §4.9.1.1); before it there must be a stream header (§4.9.1.2). */
export function fail(
  { facts }: StreamState,
  rules: StreamRules,
  condition: StreamErrorCondition,
  text?: string,
  extra?: string,
): StreamStep {
  const { framing } = rules;
  return goOn(
    facts,
    { phase: 'closed' },
    ...(facts.opened ? [] : [write(openingOf(facts, rules))]),
    write(framing.error(condition, text, extra)),
    write(framing.close),
    { kind: 'close', condition },
  );
}

/** The answer to the client's own closing tag (RFC 6120 §4.4). */
export function closeInTurn({ facts }: StreamState, { framing }: StreamRules): StreamStep {
  return {
    state: { phase: 'closed', facts },
    outputs: [write(framing.close), { kind: 'close', inTurn: true }],
  };
}

export function openingOf(facts: StreamFacts, { framing, domains, randomId }: StreamRules): string {
  const { domain = domains[0], user } = facts;
  return framing.open({
    from: domain,
    id: randomId(),
    ...(user === undefined ? {} : { to: user }),
  });
}
