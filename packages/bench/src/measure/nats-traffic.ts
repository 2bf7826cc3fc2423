// What NATS servers count of themselves, from the page `/varz` of their HTTP monitoring (`http_port`).

import { z } from 'zod';

export interface BusTraffic {
  /** Published by clients and forwarded by other servers. */
  readonly messages: number;
  readonly bytes: number;
}

const varz = z.object({ in_msgs: z.number(), in_bytes: z.number() });

/** All servers together; rejects when one does not answer. */
export async function busTraffic(monitors: readonly string[]): Promise<BusTraffic> {
  const each = await Promise.all(monitors.map(trafficOf));
  return each.reduce(
    (sum, { messages, bytes }) => ({
      messages: sum.messages + messages,
      bytes: sum.bytes + bytes,
    }),
    { messages: 0, bytes: 0 },
  );
}

async function trafficOf(monitor: string): Promise<BusTraffic> {
  const response = await fetch(new URL('/varz', monitor));
  const { in_msgs: messages, in_bytes: bytes } = varz.parse(await response.json());
  return { messages, bytes };
}
