// The way of a command to the accounts: through the server that runs on the data, or without one.

import { existsSync } from 'node:fs';
import { pino } from 'pino';
import type { Administration } from '../administration/administration.ts';
import { answers, socketPathIn } from '../administration/control-socket.ts';
import type { Settings } from '../configuration/settings.ts';
import { readableLog } from '../log/readable-log.ts';

export type Work<T> = (administration: Administration) => Promise<T>;

/** Errors of the server or of the store reject; they have a sentence for people. */
export async function administer<T>(settings: Settings, work: Work<T>): Promise<T> {
  if (!existsSync(settings.data)) return administerAlone(settings, work);
  const socket = await socketPathIn(settings.data);
  try {
    if (!(await answers(socket.path))) return await administerAlone(settings, work);
    const { remoteAdministration } = await import('../administration/control-client.ts');
    return await work(remoteAdministration(socket.path));
  } finally {
    await socket.release();
  }
}

const stopTimeoutMs = 30_000;

async function administerAlone<T>(settings: Settings, work: Work<T>): Promise<T> {
  const { composeEngine } = await import('../compose/engine.ts');
  const { localAdministration } = await import('../administration/local-administration.ts');
  const level = settings.logLevel === 'info' ? 'warn' : settings.logLevel;
  const log = pino(
    { level },
    readableLog((text) => process.stderr.write(text)),
  );
  const engine = await composeEngine({ settings, log });
  try {
    return await work(localAdministration(engine.admin));
  } finally {
    await engine.stop({ timeoutMs: stopTimeoutMs });
    await engine.data.close();
  }
}
