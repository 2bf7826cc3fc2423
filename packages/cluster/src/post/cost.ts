import type { Envelope } from '../envelope/envelope.ts';

/** What an envelope weighs against the budget of a turn: how many actors it is for. */
export function costOf(envelope: Envelope): number {
  switch (envelope.kind) {
    case 'broadcast':
      return 1 + envelope.to.length + envelope.probe.length;
    case 'answers':
      return envelope.answers.length;
    case 'ask':
      return envelope.users.length;
    case 'audit':
      return envelope.sessions.length;
    default:
      return 1;
  }
}
