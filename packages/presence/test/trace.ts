// Effects as lines that a person can read, so that a test can say all that happened, in order.

import { serializeStanza, type Stanza } from '@rollcall/xmpp';
import type { Effect, ProbeAnswer, SessionRef } from '../src/index.ts';

/** One line per effect. `nameOf` gives a session's resource. */
export function traceOf(
  effects: readonly Effect[],
  nameOf: (session: SessionRef) => string,
): readonly string[] {
  return effects.flatMap((effect) => lineOf(effect, nameOf) ?? []);
}

/** Undefined for what is told to the shell with every stanza and says nothing of XMPP. */
function lineOf(effect: Effect, nameOf: (session: SessionRef) => string): string | undefined {
  switch (effect.kind) {
    case 'save':
      return `save ${effect.parts.map(({ part, unsettled }) => `${part}${unsettled ? '!' : ''}`).join(' ')}`;
    case 'erase':
      return 'erase';
    case 'deliver':
      return `${effect.to.map(nameOf).join(', ')} < ${textOf(effect.stanza)}`;
    case 'broadcast':
      return [
        `broadcast ${textOf(effect.presence.stanza)}`,
        ...(effect.to.length > 0 ? [`to ${effect.to.flat().join(', ')}`] : []),
        ...(effect.except === undefined ? [] : [`without ${effect.except.join(', ')}`]),
        ...(effect.probe.length > 0 ? [`probing ${effect.probe.flat().join(', ')}`] : []),
      ].join(' ');
    case 'route':
      return `route ${textOf(effect.stanza)}`;
    case 'probe':
      return `probe ${effect.probe.to} for ${effect.probe.from} (${effect.probe.reason})`;
    case 'answerProbe':
      return `answer ${effect.answer.to} (${effect.answer.reason}): ${outcomeOf(effect.answer)}`;
    case 'publish': {
      const { stanza, gone } = effect.handshake;
      return `publish ${textOf(stanza)}${gone.length > 0 ? ` and gone: ${gone.join(', ')}` : ''}`;
    }
    case 'acknowledge':
      return `acknowledge ${effect.delivery}`;
    case 'bound':
      return `bound ${effect.resource}`;
    case 'bindRefused':
      return `refused ${effect.condition}`;
    case 'closeSession':
      return `close ${nameOf(effect.session)}: ${effect.condition}`;
    case 'offline':
      return `offline ${textOf(effect.stanza)}`;
    case 'note':
      return `note ${effect.event}`;
    case 'progress':
    case 'wakeAt':
      return undefined;
  }
}

function outcomeOf({ outcome }: ProbeAnswer): string {
  switch (outcome.kind) {
    case 'available':
      return outcome.presences.map(({ stanza }) => textOf(stanza)).join(' ');
    case 'unavailable':
      return textOf(outcome.stanza);
    case 'unsubscribed':
      return 'unsubscribed';
  }
}

function textOf(stanza: Stanza): string {
  return serializeStanza(stanza);
}
