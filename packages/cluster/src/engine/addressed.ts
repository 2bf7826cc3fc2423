/** What an envelope for one user tells the user's actor. */
import type { Input } from '@rollcall/presence';
import { bareOf, type BareJid } from '@rollcall/xmpp';
import type { ToOwner } from '../envelope/envelope.ts';

export interface Addressed {
  readonly user: BareJid;
  readonly input: Input;
  readonly again: boolean;
}

export function inputOf(
  envelope: Extract<ToOwner, { kind: 'bind' | 'stanza' | 'route' | 'probe' }>,
): Addressed {
  switch (envelope.kind) {
    case 'bind': {
      const { user, session, resource, askedMs } = envelope;
      const bound = { kind: 'sessionBound', session, resource } as const;
      return { user, input: askedMs === undefined ? bound : { ...bound, askedMs }, again: false };
    }
    case 'stanza': {
      const { user, session, resource, seq, stanza, again = false } = envelope;
      return { user, input: { kind: 'stanzaReceived', session, resource, seq, stanza }, again };
    }
    case 'route': {
      const { stanza, stamp, again = false } = envelope;
      const input: Input = { kind: 'stanzaArrived', stanza, ...(stamp && { stamp }) };
      return { user: bareOf(stanza.to), input, again };
    }
    case 'probe': {
      const { probe, again = false } = envelope;
      return { user: bareOf(probe.to), input: { kind: 'probeArrived', probe }, again };
    }
  }
}
