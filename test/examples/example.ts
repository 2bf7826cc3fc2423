// An example as its reader runs it: one command, with the engine in its own process or with a cluster's NATS.

import { fileURLToPath } from 'node:url';
import { RollcallCluster, RunningProcess } from '@rollcall/testkit';

const root = fileURLToPath(new URL('../../', import.meta.url));

export type Place = 'embedded' | 'cluster';
export const places: readonly Place[] = ['embedded', 'cluster'];

export interface Example {
  readonly process: RunningProcess;
  stop(): Promise<void>;
}

/** Resolves when the example says that it serves; a cluster of one engine is started for it where that is the place. */
export async function startExample(
  path: string,
  place: Place,
  env: Readonly<Record<string, string>> = {},
): Promise<Example> {
  const cluster =
    place === 'cluster' ? await RollcallCluster.start({ engines: 1, frontEnds: 0 }) : undefined;
  const [natsUrl] = cluster?.nats.urls ?? [];
  const running = await RunningProcess.start(process.execPath, [path], {
    cwd: root,
    env: { PORT: '0', LOG_LEVEL: 'info', NATS_URL: natsUrl ?? '', ...env },
  });
  const stop = async (): Promise<void> => {
    await running.stop();
    await cluster?.stop();
  };
  try {
    await running.waitForLine(/127\.0\.0\.1:\d+/);
    return { process: running, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
