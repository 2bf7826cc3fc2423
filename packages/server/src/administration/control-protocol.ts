// What is said on the control socket: HTTP, users as lines of JSON in the format of import.

import { z } from 'zod';

export const routes = {
  users: '/v1/users',
  import: '/v1/import',
  export: '/v1/export',
  status: '/v1/status',
} as const;

/** One user a line (`parseUserLine`), never with a password. */
export const linesType = 'application/x-ndjson';

/** A roster of 100,000 items in one line has some ten megabytes. */
export const maxBodyBytes = 128 * 1024 * 1024;

/** Of every answer that is not a success. */
export const refusal = z.object({ code: z.string(), message: z.string() });

/** For each user of the request why nothing of them was changed, null where all was. */
export const importAnswer = z.object({ problems: z.array(z.string().nullable()) });

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
