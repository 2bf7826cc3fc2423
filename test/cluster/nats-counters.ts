// What NATS has counted, from its monitoring. A listener's subscription makes it count each message between nodes once,
// however many of them get it.

import { connectNats } from '@rollcall/nats';
import type { NatsUnderTest } from '@rollcall/testkit';
import { pino } from 'pino';

export interface BusCounter {
  /** Messages that nodes have sent to nodes so far: data, acknowledgements and all. */
  betweenNodes(): Promise<number>;
  close(): Promise<void>;
}

interface Connections {
  readonly connections: readonly {
    readonly name?: string;
    readonly subscriptions_list_detail?: readonly { readonly msgs: number }[];
  }[];
}

const listener = 'counts the messages between nodes';

export async function countBus({ urls, monitorUrls }: NatsUnderTest): Promise<BusCounter> {
  const { connection } = await connectNats(
    { urls: urls.slice(0, 1), connectionName: listener },
    pino({ level: 'silent' }),
  );
  for (const subject of ['rollcall.v1.frame.>', 'rollcall.v1.frames.>'])
    connection.subscribe(subject, { callback: () => undefined });
  await connection.flush();
  return {
    async betweenNodes() {
      const answer = await fetch(`${monitorUrls[0] ?? ''}/connz?subs=detail`);
      const { connections } = (await answer.json()) as Connections;
      const own = connections.find(({ name }) => name === listener);
      const counts = (own?.subscriptions_list_detail ?? []).map(({ msgs }) => msgs);
      return counts.reduce((sum, count) => sum + count, 0);
    },
    close: () => connection.close(),
  };
}
