// Who leads a stream among NATS servers that replicate it, and how to make another one lead.

import { setTimeout as delay } from 'node:timers/promises';
import { connectNats } from '@rollcall/nats';
import { pino } from 'pino';

const attempts = 40;

/** Servers are asked to give up the stream until one that is wanted leads; `n1`, `n2`, `n3` by the order of `urls`. */
export async function letLead(
  urls: readonly string[],
  stream: string,
  isWanted: (server: string) => boolean,
): Promise<void> {
  const silent = pino({ level: 'silent' });
  const link = await connectNats({ urls: [...urls], connectionName: 'moves a leader' }, silent);
  const ask = async (what: string): Promise<unknown> =>
    (await link.connection.request(`$JS.API.STREAM.${what}.${stream}`, '')).json();
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { cluster } = (await ask('INFO')) as { readonly cluster?: { leader?: string } };
      const leader = cluster?.leader ?? '';
      if (isWanted(leader)) return;
      if (leader !== '') await ask('LEADER.STEPDOWN');
      await delay(250);
    }
  } finally {
    await link.connection.close();
  }
  throw new Error(`the stream ${stream} is not led by a server that is wanted`);
}
