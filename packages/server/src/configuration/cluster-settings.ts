// The settings of a node that is part of a cluster.

import { z } from 'zod';
import { nodeNamePattern } from '@rollcall/cluster';
import { optionalPath, settingFacts, wholeNumber } from './setting.ts';

const text = (summary: string, isSecret = false) =>
  z.string().min(1).optional().register(settingFacts, { summary, allowed: 'text', isSecret });

/** Where the cluster's NATS servers are; as text with commas between. */
export const natsUrls = z
  .preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((url) => url.trim()) : value),
    z.array(z.string().regex(/^(nats|tls|ws|wss):\/\/[^\s/]+$/)).min(1),
  )
  .optional()
  .register(settingFacts, {
    option: '--nats <URL[,URL]>',
    summary: 'NATS servers of the cluster to be part of; without it, all runs in this process',
    allowed: 'URLs such as nats://127.0.0.1:4222, with commas between',
  });

export const nodeName = z.string().regex(nodeNamePattern).optional().register(settingFacts, {
  option: '--node-name <NAME>',
  summary: 'Names this node in the cluster, over restarts; the name of the host unless given',
  allowed: 'up to 63 letters, digits, - and _',
});

export const natsConnection = z.strictObject({
  prefix: z
    .string()
    .regex(/^[a-z][a-z0-9_-]{0,31}$/)
    .prefault('rollcall')
    .register(settingFacts, {
      summary: 'Begins all names in NATS, so that several clusters can share it',
      allowed: 'a lower-case word of a-z, 0-9, - and _',
    }),
  replicas: z
    .preprocess(
      (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
      z.union([z.literal(1), z.literal(3), z.literal(5)]),
    )
    .prefault(1)
    .register(settingFacts, {
      summary:
        'Copies that NATS keeps of everything durable; set when the cluster is first started',
      allowed: '1, 3 or 5',
    }),
  leaseTtlMs: wholeNumber(
    4_000,
    { from: 1_000, to: 60_000 },
    { summary: 'How long a silent node counts as alive; set when the cluster is first started' },
  ),
  credentialsFile: optionalPath({
    summary: 'NATS credentials file (.creds)',
    allowed: 'a path',
  }),
  user: text('NATS user'),
  password: text('NATS password', true),
  token: text('NATS token', true),
  inboxPrefix: z
    .string()
    .regex(/^[-_a-zA-Z0-9]+(\.[-_a-zA-Z0-9]+)*$/)
    .prefault('_INBOX')
    .register(settingFacts, {
      summary: 'Begins the subjects on which NATS answers; one for each user keeps them apart',
      allowed: 'words of letters, digits, - and _, with dots between',
    }),
  caFile: optionalPath({
    summary: 'PEM file of the CA that NATS is checked by',
    allowed: 'a path',
  }),
  certFile: optionalPath({ summary: 'PEM file of the client certificate', allowed: 'a path' }),
  keyFile: optionalPath({ summary: 'PEM file of its private key', allowed: 'a path' }),
});
