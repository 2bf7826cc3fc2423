/**
 * A user whose stored record is damaged (scenario 32). The user's own clients are told; to others it is as if nobody
 * were there, and nothing is changed until an operator has mended the record.
 */

import { stanzaError } from '@rollcall/xmpp';
import { accountCreated, accountRemoved } from './account/account.ts';
import type { Input } from './input.ts';
import type { Turn } from './turn.ts';

const text = 'the stored data of this account cannot be read; the operator has been told';

export function actDegraded(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'sessionBound': {
      const condition = 'internal-server-error';
      return turn.emit({ kind: 'bindRefused', session: input.session, condition, text });
    }
    case 'stanzaReceived': {
      const error = stanzaError(input.stanza, 'internal-server-error', { text });
      if (error) turn.emit({ kind: 'deliver', to: [input.session], stanza: error });
      return;
    }
    case 'sessionEnded':
      if (turn.session(input.resource, input.session)) turn.removeSession(input.resource);
      return;
    case 'handshakeArrived':
      // Kept back it would hold up the whole shard. An audit finds what it would have changed.
      turn.emit({ kind: 'note', event: 'handshake-to-degraded-user' });
      return turn.emit({ kind: 'acknowledge', delivery: input.delivery });
    case 'accountCreated':
      return accountCreated(turn);
    case 'accountRemoved':
      return accountRemoved(turn);
    case 'woken':
      return turn.emit({ kind: 'note', event: 'degraded-user-woken' });
    case 'sessionRestored':
    case 'stanzaArrived':
    case 'broadcastArrived':
    case 'probeArrived':
    case 'probeAnswered':
    case 'handshakePublished':
    case 'timeCame':
    case 'sayAgain':
    case 'idle':
    case 'rosterImported':
    case 'halvesCompared':
      return;
  }
}
