// The way of a command to the accounts: through the server that runs on the data, or without one.

import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Administration } from '../administration/administration.ts';
import { remoteAdministration } from '../administration/control-client.ts';
import { localAdministration } from '../administration/local-administration.ts';
import { answers, socketPathIn } from '../administration/control-socket.ts';
import type { ComposedEngine } from '../compose/engine.ts';
import type { Settings } from '../configuration/settings.ts';
import { commandLog } from './command-log.ts';
import { CommandFailure } from './exit.ts';

export type Work<T> = (administration: Administration) => Promise<T>;

/** Errors of the server or of the store reject; they have a sentence for people. */
export async function administer<T>(settings: Settings, work: Work<T>): Promise<T> {
  if (settings.nats !== undefined || !existsSync(settings.data))
    return administerAlone(settings, work);
  const socket = await socketPathIn(settings.data);
  try {
    if (!(await answers(socket.path))) return await administerAlone(settings, work);
    return await work(remoteAdministration(socket.path));
  } finally {
    await socket.release();
  }
}

/** What was asked for is durable; this is how long what follows from it may take before it is left to a server. */
const settleTimeoutMs = 30_000;
const lookEveryMs = 10;

async function administerAlone<T>(settings: Settings, work: Work<T>): Promise<T> {
  const { composeEngine } = await import('../compose/engine.ts');
  const engine = await composeEngine({ settings, log: commandLog(settings) });
  try {
    return await work(aloneWith(engine, settings));
  } finally {
    await engine.stop({ timeoutMs: settleTimeoutMs });
    await engine.data.close();
  }
}

function aloneWith(engine: ComposedEngine, { nats }: Settings): Administration {
  const administration = localAdministration(engine.admin);
  return {
    ...administration,
    async removeUser(jid) {
      const removed = await administration.removeUser(jid);
      // In a cluster, the owner of the user's shard takes them from the queue.
      if (removed && nats === undefined) await tellContacts(engine);
      return removed;
    },
    async *audit({ repair }) {
      if (repair && nats !== undefined && !engine.data.ownedElsewhere) throw nobodyMends();
      // What mends it goes from one half to the other through the queue.
      if (repair && nats === undefined) await engine.start();
      yield* administration.audit({ repair });
    },
  };
}

function nobodyMends(): CommandFailure {
  return new CommandFailure(
    'No engine of the cluster runs, so nothing can be mended; start one, or leave --repair out.',
  );
}

/** The cancellations of a removed user wait in the durable queue, for a server or for us. */
async function tellContacts({ start, admin }: ComposedEngine): Promise<void> {
  await start();
  const deadline = AbortSignal.timeout(settleTimeoutMs);
  while ((await admin.stats()).queueDepth > 0 && !deadline.aborted) await delay(lookEveryMs);
}
