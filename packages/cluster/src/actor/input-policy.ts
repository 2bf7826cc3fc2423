/**
 * What becomes of an input that cannot be dealt with now: because the mailbox is full, or because the store fails.
 */
import type { Input } from '@rollcall/presence';
import type { Stanza } from '@rollcall/xmpp';

export interface InputPolicy {
  /**
   * `take`: bounded by what causes it, always taken. `newest`: presence and what asks for it, of which only the newest of
   * each sender waits: nobody would say it again.
   * `refuse`: its sender is told, and may try again.
   */
  readonly whenFull: 'take' | 'newest' | 'refuse';
  /** `persist`: tried for as long as it takes. `giveUp`: for a while, then its sender is told. */
  readonly whenStoreFails: 'persist' | 'giveUp';
}

const mustHappen: InputPolicy = { whenFull: 'take', whenStoreFails: 'persist' };
const mayBeRefused: InputPolicy = { whenFull: 'refuse', whenStoreFails: 'giveUp' };
const presenceOfContact: InputPolicy = { whenFull: 'newest', whenStoreFails: 'persist' };
/** Will be told again by whoever told it. */
const recurring: InputPolicy = { whenFull: 'take', whenStoreFails: 'giveUp' };

const inputPolicies = {
  sessionBound: mayBeRefused,
  sessionRestored: mustHappen,
  sessionEnded: mustHappen,
  stanzaReceived: mayBeRefused,
  stanzaArrived: mayBeRefused,
  broadcastArrived: presenceOfContact,
  probeArrived: mayBeRefused,
  probeAnswered: presenceOfContact,
  handshakeArrived: mayBeRefused,
  handshakePublished: mustHappen,
  woken: mustHappen,
  timeCame: mustHappen,
  sayAgain: mustHappen,
  idle: recurring,
  accountCreated: mayBeRefused,
  accountRemoved: mayBeRefused,
  rosterImported: mayBeRefused,
  halvesCompared: mayBeRefused,
} as const satisfies Record<Input['kind'], InputPolicy>;

export function policyOf(input: Input): InputPolicy {
  return contactIn(input) === undefined ? inputPolicies[input.kind] : presenceOfContact;
}

/**
 * Whose presence it is, and for whom, or who asks for presence of ours; undefined for everything else. An answer to a
 * probe holds the presence of all the contact's sessions, for the one that asked. A client that asks is told when it
 * has to ask again.
 */
export function contactIn(input: Input): string | undefined {
  switch (input.kind) {
    case 'broadcastArrived':
      return input.presence.stanza.from ?? '';
    case 'probeAnswered':
      return `${input.answer.from} ${input.answer.to} ${input.answer.id ?? ''}`;
    case 'probeArrived':
      return input.probe.reason === 'client' ? undefined : `${input.probe.from} asks`;
    case 'stanzaArrived':
      return isPresence(input.stanza) ? `${input.stanza.from} directed` : undefined;
    default:
      return undefined;
  }
}

function isPresence({ kind, type }: Stanza): boolean {
  return kind === 'presence' && (type === undefined || type === 'unavailable');
}
