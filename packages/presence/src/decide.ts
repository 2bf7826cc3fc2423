/**
 * The presence core: what one user's actor does about one fact. No clock, no randomness, no I/O, no exceptions for
 * what a peer did wrong (ARCHITECTURE.md, "The core decides, the shell acts").
 */

import { accountCreated, accountRemoved, emptyIfDone } from './account/account.ts';
import { actDegraded } from './decide-degraded.ts';
import { handshakePublished, publishAgain } from './handshake/outbox.ts';
import type { Groundwork } from './groundwork.ts';
import type { Input } from './input.ts';
import { broadcastArrived } from './presence/receivers.ts';
import { sayAgain } from './presence/say-again.ts';
import { probeAnswered } from './probe/probe-answered.ts';
import { probeArrived } from './probe/probe-arrived.ts';
import { rosterImported } from './roster/import.ts';
import { stanzaArrived } from './session/arriving-stanza.ts';
import { sessionBound, sessionEnded, sessionRestored } from './session/binding.ts';
import { stanzaReceived } from './session/client-stanza.ts';
import { timeCame } from './session/passing-time.ts';
import { halvesCompared } from './subscription/halves.ts';
import { handshakeArrived } from './subscription/inbound.ts';
import { Turn, type Decision } from './turn.ts';
import type { UserState } from './user-state.ts';

/** `nowMs` is the time, epoch milliseconds. `groundwork` changes nothing but how long it takes. */
export function decide(
  state: UserState,
  input: Input,
  nowMs: number,
  groundwork?: Groundwork,
): Decision {
  const turn = new Turn(state, nowMs, groundwork);
  if (state.degraded === undefined) act(turn, input);
  else actDegraded(turn, input);
  return turn.decision(awaited(input));
}

function act(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'sessionBound':
      return sessionBound(turn, input);
    case 'sessionRestored':
      return sessionRestored(turn, input);
    case 'sessionEnded':
      return sessionEnded(turn, input);
    case 'stanzaReceived':
      return stanzaReceived(turn, input);
    case 'stanzaArrived':
      return stanzaArrived(turn, input);
    case 'broadcastArrived':
      return broadcastArrived(turn, input);
    case 'probeArrived':
      return probeArrived(turn, input.probe);
    case 'probeAnswered':
      return probeAnswered(turn, input.answer);
    case 'handshakeArrived':
      return handshakeArrived(turn, input.delivery, input.handshake);
    case 'handshakePublished':
      handshakePublished(turn, input.contact, input.id);
      return emptyIfDone(turn);
    case 'woken':
      // The account was made again while nobody here was awake to hear of it.
      if (turn.state.exists && turn.state.leaving) accountCreated(turn);
      publishAgain(turn);
      return emptyIfDone(turn);
    case 'timeCame':
      return timeCame(turn);
    case 'sayAgain':
      return sayAgain(turn);
    case 'idle':
      return turn.mustSave();
    case 'accountCreated':
      return accountCreated(turn);
    case 'accountRemoved':
      return accountRemoved(turn);
    case 'rosterImported':
      return rosterImported(turn, input.items);
    case 'halvesCompared':
      return halvesCompared(turn, input);
  }
}

/** What a front-end waits to hear of. That a session's end is dealt with the shell tells it, and the session is no more. */
function awaited(input: Input) {
  return input.kind === 'stanzaReceived' ? { session: input.session, seq: input.seq } : undefined;
}
