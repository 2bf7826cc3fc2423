// What the clients of a cluster were shown, for assertions on order and count.

import type { XmppClient } from '@rollcall/testkit';
import { childText } from '@rollcall/testkit';

export interface Sight {
  readonly from: string;
  readonly type: string | undefined;
  readonly status: string | undefined;
}

/** All presence that a client was shown, in order; takes what has arrived so far. */
export function sightsOf(client: XmppClient): Sight[] {
  return client.connection
    .takeUnread()
    .filter(({ name }) => name === 'presence')
    .map((stanza) => ({
      from: stanza.attrs['from'] ?? '',
      type: stanza.attrs['type'],
      status: childText(stanza, 'status'),
    }));
}

/** The numbers of the numbered statuses (`n1`, `n2`, …) that one contact was shown with. */
export function numbersFrom(sights: readonly Sight[], contact: string): number[] {
  return sights
    .filter(({ from }) => from.startsWith(`${contact}@`))
    .map(({ status }) => Number(/^n(\d+)$/.exec(status ?? '')?.[1] ?? Number.NaN))
    .filter((number) => !Number.isNaN(number));
}
