// What a NATS server says of itself to whoever connects, before TLS and credentials.

import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const greetingSchema = z.object({
  /** Whether it wants a certificate of the client. */
  tls_verify: z.boolean().default(false),
});

type Greeting = z.output<typeof greetingSchema>;

const waitMs = 1_000;

/** Undefined where nobody greets as NATS does. */
export async function greetingOf(url: string): Promise<Greeting | undefined> {
  const { hostname, port } = new URL(url.includes('://') ? url : `nats://${url}`);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = createConnection({ host, port: Number(port || 4222), timeout: waitMs });
  socket.on('timeout', () => socket.destroy());
  try {
    for await (const line of createInterface({ input: socket })) {
      const info = /^INFO (\{.*\})/.exec(line)?.[1];
      return info === undefined ? undefined : greetingSchema.safeParse(JSON.parse(info)).data;
    }
  } catch {
    // Nobody there, or somebody else.
  } finally {
    socket.destroy();
  }
  return undefined;
}
