// What is said on the control socket: HTTP, users as lines of JSON in the format of import.

import type { AuditEvent } from '@rollcall/cluster';
import { parseBareJid, type BareJid } from '@rollcall/xmpp';
import { z } from 'zod';

export const routes = {
  users: '/v1/users',
  import: '/v1/import',
  export: '/v1/export',
  status: '/v1/status',
  audit: '/v1/audit',
} as const;

/** One user a line (`parseUserLine`), never with a password. */
export const linesType = 'application/x-ndjson';

/** A roster of 100,000 items in one line has some ten megabytes. */
export const maxBodyBytes = 128 * 1024 * 1024;

/** Of every answer that is not a success. */
export const refusal = z.object({ code: z.string(), message: z.string() });

/** For each user of the request why nothing of them was changed, null where all was. */
export const importAnswer = z.object({ problems: z.array(z.string().nullable()) });

const count = z.number();
const bareJid = z.string().transform((text, context): BareJid => {
  const jid = parseBareJid(text);
  if (jid.ok) return jid.value;
  context.addIssue(jid.problem);
  return z.NEVER;
});

/** Lines of an audit's answer. */
export const auditEvent: z.ZodType<AuditEvent> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: count, total: count }),
  z.object({ kind: z.literal('unreadable'), user: bareJid }),
  z.object({
    kind: z.literal('disagreement'),
    disagreement: z.object({
      asker: bareJid,
      giver: bareJid,
      asking: z.enum(['subscribed', 'asked', 'nothing', 'no-account']),
      giving: z.enum(['approved', 'requested', 'nothing', 'no-account', 'unheard']),
    }),
    outcome: z.enum(['found', 'mended', 'left']),
  }),
  z.object({
    kind: z.literal('done'),
    summary: z.object({
      users: count,
      contacts: count,
      elsewhere: count,
      unreadable: count,
      disagreements: count,
      mended: count,
    }),
  }),
]);

/** How the server is. */
export const statusAnswer = z.object({
  ready: z.boolean(),
  version: z.string(),
  startedAt: z.string(),
  sessions: z.number(),
  actorsResident: z.number(),
  mailboxDepth: z.number(),
  queueDepth: z.number(),
});

export type ServerStatus = z.output<typeof statusAnswer>;
