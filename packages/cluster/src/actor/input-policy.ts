/**
 * What becomes of an input that cannot be dealt with now: because the mailbox is full, or because the store fails.
 */
import type { Input } from '@rollcall/presence';

export interface InputPolicy {
  /**
   * `take`: bounded by what causes it, always taken. `newest`: presence, only the newest of each sender waits.
   * `refuse`: its sender is told, and may try again.
   */
  readonly whenFull: 'take' | 'newest' | 'refuse';
  /** `persist`: tried for as long as it takes. `giveUp`: for a while, then its sender is told. */
  readonly whenStoreFails: 'persist' | 'giveUp';
}

const mustHappen: InputPolicy = { whenFull: 'take', whenStoreFails: 'persist' };
const mayBeRefused: InputPolicy = { whenFull: 'refuse', whenStoreFails: 'giveUp' };
const presenceOfContact: InputPolicy = { whenFull: 'newest', whenStoreFails: 'giveUp' };
/** Will be told again by whoever told it: the sweep, the publisher. */
const recurring: InputPolicy = { whenFull: 'take', whenStoreFails: 'giveUp' };

export const inputPolicies = {
  sessionBound: mayBeRefused,
  sessionRestored: mustHappen,
  sessionEnded: mustHappen,
  stanzaReceived: mayBeRefused,
  stanzaArrived: mayBeRefused,
  broadcastArrived: presenceOfContact,
  probeArrived: mayBeRefused,
  probeAnswered: presenceOfContact,
  handshakeArrived: mayBeRefused,
  handshakePublished: recurring,
  woken: mustHappen,
  timeCame: mustHappen,
  sayAgain: mustHappen,
  idle: recurring,
  accountCreated: mayBeRefused,
  accountRemoved: mayBeRefused,
  rosterImported: mayBeRefused,
  halvesCompared: mayBeRefused,
} as const satisfies Record<Input['kind'], InputPolicy>;
