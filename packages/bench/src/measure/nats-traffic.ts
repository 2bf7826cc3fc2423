// What NATS servers count of themselves, from the page `/varz` of their HTTP monitoring (`http_port`).

import { z } from 'zod';

export interface BusTraffic {
  /** Published by clients and forwarded by other servers. */
  readonly messages: number;
  readonly bytes: number;
}

const varz = z.object({ in_msgs: z.number(), in_bytes: z.number() });

/** All servers together; undefined when one does not answer, as one that was killed, because then nobody knows. */
export async function busTraffic(monitors: readonly string[]): Promise<BusTraffic | undefined> {
  const each = await Promise.all(monitors.map(trafficOf));
  return each.reduce(
    (sum, one) =>
      sum === undefined || one === undefined
        ? undefined
        : { messages: sum.messages + one.messages, bytes: sum.bytes + one.bytes },
    { messages: 0, bytes: 0 },
  );
}

async function trafficOf(monitor: string): Promise<BusTraffic | undefined> {
  const response = await fetch(new URL('/varz', monitor)).catch(() => undefined);
  const page = varz.safeParse(await response?.json().catch(() => undefined));
  return page.success ? { messages: page.data.in_msgs, bytes: page.data.in_bytes } : undefined;
}
