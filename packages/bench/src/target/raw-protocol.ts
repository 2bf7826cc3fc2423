// How a connection to the raw process begins, which has no other protocol.

import type { Opening } from '../client/negotiation.ts';

/** The first line of a connection. */
export const rawGreetings = { sender: 'S\n', receiver: 'R\n' } as const;

/** Says that the connection is one of those written to, or read from. */
export const rawWelcome = '<ready/>';

export function rawOpening(role: keyof typeof rawGreetings): Opening {
  return {
    greeting: rawGreetings[role],
    step: (element) => (element === rawWelcome ? { kind: 'bound' } : { kind: 'wait' }),
  };
}
