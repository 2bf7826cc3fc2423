// Which of the NATS servers leads JetStream: it alone makes and removes streams and consumers, and places them.

import { patienceMs, type NatsServer, type NatsUnderTest } from '@rollcall/testkit';
import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when all servers name the same one. */
export async function metaLeader({ servers, monitorUrls }: NatsUnderTest): Promise<NatsServer> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const [name = '', ...others] = new Set(await Promise.all(monitorUrls.map(leaderBy)));
    const server = servers[Number(/^n(\d)$/.exec(name)?.[1] ?? 0) - 1];
    if (others.length === 0 && server !== undefined) return server;
    await delay(100);
  }
  throw new Error(`the NATS servers do not agree who leads JetStream`);
}

async function leaderBy(monitorUrl: string): Promise<string> {
  const answer = (await (await fetch(`${monitorUrl}/jsz`)).json()) as {
    readonly meta_cluster?: { readonly leader?: string };
  };
  return answer.meta_cluster?.leader ?? '';
}
