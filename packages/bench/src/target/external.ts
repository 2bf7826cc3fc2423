// A server that somebody else has started, with accounts that somebody else has made.

import type { Endpoint } from '../client/endpoint.ts';
import type { Mechanism } from '../client/negotiation.ts';
import { busTraffic } from '../measure/nats-traffic.ts';
import { isAlive } from '../measure/process-usage.ts';
import type { Accounts } from './accounts.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { TargetSource } from './target.ts';

export interface ExternalOptions {
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
  readonly accounts: Accounts;
  readonly mechanism: Mechanism;
  /** Of the server's processes on this machine; their children count too. */
  readonly pids: readonly number[];
  readonly natsMonitors: readonly string[];
}

export function external(options: ExternalOptions): TargetSource {
  const { endpoints, pids, accounts, mechanism, natsMonitors } = options;
  const name = endpoints.map(({ host, port }) => `${host}:${port}`).join(', ');
  const open = async () => {
    const missing = pids.filter((pid) => !isAlive(pid));
    if (missing.length > 0)
      throw new BenchFailure(`There is no process ${missing.join(', ')} (--pids) on this machine.`);
    if ((await busTraffic(natsMonitors)) === undefined)
      throw new BenchFailure(
        `No NATS server tells of itself at ${natsMonitors.join(', ')} (--nats-monitor); does it run with http_port?`,
      );
    return {
      name,
      version: '',
      endpoints,
      accounts,
      mechanism,
      natsMonitors,
      protocol: 'xmpp' as const,
      processes: () => pids.map((pid) => ({ pid, role: 'server' })),
      stop: () => Promise.resolve(),
    };
  };
  return { name, open };
}
