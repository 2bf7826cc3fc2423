// How a process reaches NATS. Validated here, reused by the server's configuration.

import { z } from 'zod';

export const natsOptionsSchema = z.strictObject({
  /** `nats://host:port`, `tls://host:port` or `ws://…`; several are tried in turn. */
  urls: z.array(z.string().min(1)).min(1),
  /** Shown in NATS's own monitoring. */
  connectionName: z.string().min(1).default('rollcall'),
  /** Path of a `.creds` file (JWT and seed). */
  credentialsFile: z.string().optional(),
  user: z.string().optional(),
  password: z.string().optional(),
  token: z.string().optional(),
  tls: z
    .strictObject({
      caFile: z.string().optional(),
      certFile: z.string().optional(),
      keyFile: z.string().optional(),
    })
    .optional(),
  /** Copies of everything durable: 1 for a single server, 3 for a cluster that may lose one. */
  replicas: z.union([z.literal(1), z.literal(3), z.literal(5)]).default(1),
  /** Names streams, buckets and subjects, so that several Rollcall clusters can share one NATS. */
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,31}$/, 'a lower-case word of a-z, 0-9, - and _')
    .default('rollcall'),
  /** Begins the subjects that answers come on; one for each user lets permissions keep them from each other. */
  inboxPrefix: z
    .string()
    .regex(
      /^[-_a-zA-Z0-9]+(\.[-_a-zA-Z0-9]+)*$/,
      'words of letters, digits, - and _, with dots between',
    )
    .default('_INBOX'),
  /** How long one server may take to greet. */
  connectTimeoutMs: z.number().int().min(100).max(60_000).default(5_000),
  /** How long one request to JetStream may take. */
  requestTimeoutMs: z.number().int().min(100).max(60_000).default(5_000),
});

export type NatsOptions = z.infer<typeof natsOptionsSchema>;
export type NatsOptionsInput = z.input<typeof natsOptionsSchema>;
