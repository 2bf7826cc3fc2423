import type { ProgressOutput } from '../report/progress.ts';

/** What a command talks to. */
export interface BenchIo {
  /** Reports. */
  readonly out: { write(text: string): unknown };
  /** Progress and complaints. */
  readonly err: ProgressOutput;
  /** Ends a run early; without it, SIGINT and SIGTERM do. */
  readonly signal?: AbortSignal;
}

export const standardIo: BenchIo = { out: process.stdout, err: process.stderr };

export const exitCodes = {
  done: 0,
  /** It could not be measured, or what was measured was wrong. */
  failed: 1,
  misused: 2,
  interrupted: 130,
} as const;

/** Somebody wants the run to end. */
export class Interruption extends Error {
  constructor() {
    super('Interrupted.');
    this.name = 'Interruption';
  }
}

/** Does the work with a signal that is raised when somebody wants it to end. */
export async function interruptibly<Value>(
  io: BenchIo,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  if (io.signal !== undefined) return work(io.signal);
  const controller = new AbortController();
  const stop = () => controller.abort(new Interruption());
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await work(controller.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
