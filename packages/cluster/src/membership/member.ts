/** What a process says of itself in its lease. */
import { z } from 'zod';
import { parseProcessId, type ProcessId } from '../process/process-id.ts';

export interface Member {
  readonly process: ProcessId;
  readonly engine: boolean;
  readonly frontEnd: boolean;
  /** Gives up its shards and takes no new ones. */
  readonly draining: boolean;
  /** Epoch of the shard map that it follows. */
  readonly epoch: number;
  /** Shards that are on their way to it or from it. */
  readonly moving: number;
  readonly shards: number;
  readonly sessions: number;
  /** Frames that others should have acknowledged to it by now. */
  readonly lag: number;
  readonly startedAtMs: number;
  /** Of the software. */
  readonly version: string;
}

const processId = z.custom<ProcessId>(
  (value) => typeof value === 'string' && parseProcessId(value) !== undefined,
);

const member = z.object({
  v: z.literal(1),
  process: processId,
  engine: z.boolean(),
  frontEnd: z.boolean(),
  draining: z.boolean(),
  epoch: z.number(),
  moving: z.number(),
  shards: z.number(),
  sessions: z.number(),
  lag: z.number(),
  startedAtMs: z.number(),
  version: z.string(),
});

export function encodeMember(value: Member): string {
  return JSON.stringify({ v: 1, ...value });
}

export function decodeMember(text: string): Member | undefined {
  try {
    return member.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
