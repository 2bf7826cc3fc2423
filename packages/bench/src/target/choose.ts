// Which server is measured, as the command line says it.

import { mechanisms, type Mechanism } from '../client/negotiation.ts';
import type { Endpoint } from '../client/endpoint.ts';
import { flag, list, optionalText, refuse, text, word, type ValuesOf } from '../option/option.ts';
import { Accounts } from './accounts.ts';
import { ejabberd } from './ejabberd.ts';
import { external } from './external.ts';
import { prosody } from './prosody.ts';
import { rollcall } from './rollcall.ts';
import { rollcallCluster, type ClusterSize } from './rollcall-cluster.ts';
import { moduleSets, type StartOptions } from './start-options.ts';
import { BenchFailure } from '../failure/bench-failure.ts';
import type { TargetSource } from './target.ts';

export const serverNames = ['rollcall', 'prosody', 'ejabberd'] as const;
export type ServerName = (typeof serverNames)[number];

export const targetOptions = {
  server: word('rollcall', serverNames, 'what to start and measure'),
  cluster: optionalText(
    '<ENGINES+FRONT-ENDS[+NATS]>',
    'start Rollcall as a cluster of so many processes, such as 2+2 or 2+2+3',
  ),
  modules: word('lean', moduleSets, "a peer's modules: presence and rosters alone, or Debian's"),
  target: list(
    '<HOST:PORT>',
    'measure a server that runs already; several are one cluster',
    endpoint,
  ),
  domain: text('localhost', '<NAME>', 'its domain'),
  users: text('u%d', '<PATTERN>', 'its accounts; %d is their number, from 0'),
  password: text('secret', '<WORD>', 'the password of all accounts'),
  pids: list('<PID>', 'its processes on this machine, to measure CPU and memory', processId),
  natsMonitor: list('<URL>', 'HTTP monitoring of its NATS servers, to count messages', url),
  prepare: flag('make the rosters that a scenario needs, by subscribing'),
  mechanism: word('default', ['default', ...mechanisms], 'how clients authenticate'),
  rollcall: optionalText('<FILE>', 'bin/rollcall.js of another build'),
  profile: optionalText('<DIR>', 'keep CPU profiles of the Rollcall processes there'),
};

export type TargetValues = ValuesOf<typeof targetOptions>;

export function chooseTarget(values: TargetValues): TargetSource {
  const [first, ...others] = values.target;
  if (first !== undefined) {
    refuseStarting(values);
    return external({
      endpoints: [first, ...others],
      accounts: accountsOf(values),
      mechanism: values.mechanism === 'default' ? 'PLAIN' : values.mechanism,
      pids: values.pids,
      natsMonitors: values.natsMonitor,
    });
  }
  if (values.pids.length > 0 || values.prepare)
    throw new BenchFailure('--pids and --prepare are for a server that runs already: --target.');
  return startable(values.server, values);
}

/** A server that runs already is as it is. */
function refuseStarting(values: TargetValues): void {
  const { server, cluster, modules, rollcall: build, profile } = values;
  const said = [
    ...(server === targetOptions.server.fallback ? [] : ['--server']),
    ...(modules === targetOptions.modules.fallback ? [] : ['--modules']),
    ...(cluster === undefined ? [] : ['--cluster']),
    ...(build === undefined ? [] : ['--rollcall']),
    ...(profile === undefined ? [] : ['--profile']),
  ];
  if (said.length > 0)
    throw new BenchFailure(`${said.join(', ')}: for a server that is started here, not --target.`);
}

export function startable(server: ServerName, values: TargetValues): TargetSource {
  const mechanism = values.mechanism === 'default' ? defaultMechanisms[server] : values.mechanism;
  const options: StartOptions = {
    accounts: accountsOf(values),
    mechanism,
    modules: values.modules,
  };
  switch (server) {
    case 'prosody':
      return prosody(options);
    case 'ejabberd':
      return ejabberd(options);
    case 'rollcall': {
      const build = {
        ...(values.rollcall === undefined ? {} : { command: values.rollcall }),
        ...(values.profile === undefined ? {} : { profileDirectory: values.profile }),
      };
      return values.cluster === undefined
        ? rollcall(options, build)
        : rollcallCluster(options, build, clusterSize(values.cluster));
    }
  }
}

/** "2+2" or "2+2+3". */
export function clusterSize(given: string): ClusterSize {
  const [, engines, frontEnds, natsServers = '1'] =
    /^([1-9]\d?)\+([1-9]\d?)(?:\+([135]))?$/.exec(given) ?? [];
  if (engines === undefined || frontEnds === undefined)
    throw new BenchFailure(
      `--cluster ${given}: engines+front-ends are wanted, such as 2+2, or with NATS servers, 2+2+3.`,
    );
  return {
    engines: Number(engines),
    frontEnds: Number(frontEnds),
    natsServers: Number(natsServers),
  };
}

/** Those by which the server has no password to hash, so that logins are compared without that. */
const defaultMechanisms: Readonly<Record<ServerName, Mechanism>> = {
  rollcall: 'SCRAM-SHA-256',
  prosody: 'PLAIN',
  ejabberd: 'PLAIN',
};

export function accountsOf({ domain, users, password }: TargetValues): Accounts {
  return new Accounts({ domain, users, password });
}

function endpoint(given: string): Endpoint {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(given) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535)
    return refuse('HOST:PORT is wanted, such as 127.0.0.1:5222 or [::1]:5222.');
  return { host, port: Number(port) };
}

function processId(given: string): number {
  return /^[1-9]\d*$/.test(given) ? Number(given) : refuse('process ids are wanted.');
}

function url(given: string): string {
  return URL.canParse(given) ? given : refuse('a URL is wanted, such as http://127.0.0.1:8222.');
}
