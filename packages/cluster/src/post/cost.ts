import type { ToOwner } from '../envelope/envelope.ts';

/** What an envelope weighs against the budget of a turn: how many actors it is for. */
export function costOf(envelope: ToOwner): number {
  switch (envelope.kind) {
    case 'broadcast':
      return 1 + envelope.to.length + envelope.probe.length;
    case 'answers':
      return envelope.answers.length;
    case 'ask':
      return envelope.users.length;
    default:
      return 1;
  }
}
