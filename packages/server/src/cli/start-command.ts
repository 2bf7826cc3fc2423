// `rollcall start`

import type { Command } from 'commander';
import type { Logger } from 'pino';
import type { Listening, RunningServer } from '../compose/running-server.ts';
import { formatEndpoint } from '../configuration/endpoint.ts';
import { withoutPasswords } from '../configuration/mistakes.ts';
import type { Settings } from '../configuration/settings.ts';
import { openLog } from '../log/open-log.ts';
import { inlineLess } from '../process/inlining.ts';
import { exitCodes, Verdict } from './exit.ts';
import { addSettingOptions, settingsInForce } from './setting-options.ts';
import { stopSignals } from './stop-signals.ts';

const elsewhere = `
Every option can also be set by a variable (--listen-xmpp is ROLLCALL_LISTEN_XMPP) and in the JSON file of
--config ("listenXmpp"). The command line goes before the environment, the environment before the file.
Both have more settings, all limits among them: the README lists them.`;

export function define(command: Command): void {
  command
    .option('--config <FILE>', 'read settings from this JSON file')
    .addHelpText('after', elsewhere);
  addSettingOptions(command);
  command.action(start);
}

async function start(options: Record<string, unknown>): Promise<void> {
  const settings = settingsInForce(options);
  inlineLess();
  const log = openLog(settings.logLevel, process.stdout);
  const signals = stopSignals(process);
  const server = await Promise.race([startAsConfigured(settings, log), signals.first]);
  if (typeof server === 'string') {
    log.info({ event: 'stopped', signal: server }, 'Stopped before it had started.');
    return;
  }
  log.info({ event: 'started' }, announcement(server, settings));
  const signal = await signals.first;
  log.info(
    { event: 'stopping', signal },
    'Stopping: all streams are ended. Once more ends it at once.',
  );
  const unfinished = await server.stop();
  if (unfinished.length === 0) log.info({ event: 'stopped' }, 'Stopped.');
  else {
    log.warn({ event: 'stop_incomplete', unfinished }, incomplete(settings.stopTimeoutMs));
    throw new Verdict(exitCodes.failed);
  }
}

function incomplete(stopTimeoutMs: number): string {
  return (
    `Stopped after ${stopTimeoutMs} ms (--stop-timeout), not everything in good order. ` +
    'What was confirmed to clients is durable; the cluster takes this node for one that has died.'
  );
}

function startAsConfigured(settings: Settings, log: Logger): Promise<RunningServer> {
  // Only one of the two is ever needed, and each takes a while to load.
  return settings.nats === undefined
    ? import('../compose/embedded.ts').then(({ startEmbedded }) => startEmbedded(settings, log))
    : import('../compose/cluster.ts').then(({ startClusterNode }) =>
        startClusterNode(settings, log),
      );
}

function announcement({ listening, admin }: RunningServer, settings: Settings): string {
  const { domain, data, nats } = settings;
  const health = `health and metrics on http://${formatEndpoint(admin)}`;
  if (listening.xmpp === undefined)
    return `Rollcall owns users of ${domain.join(', ')} as an engine of the cluster, ${health}.`;
  const elsewhere = data === './data' ? '' : ` --data ${data}`;
  const where = nats === undefined ? elsewhere : ` --nats ${withoutPasswords(nats.join(','))}`;
  return (
    `Rollcall serves ${domain.join(', ')} to XMPP clients on ${formatEndpoint(listening.xmpp)}, ` +
    `${[...otherListeners(listening, settings), health].join(', ')}. ` +
    `Make an account with: npx rollcall user add alice@${domain[0] ?? ''}${where}`
  );
}

function otherListeners(
  { webSocket, directTls, component }: Listening,
  { websocket: { path } }: Settings,
): readonly string[] {
  return [
    ...(webSocket === undefined ? [] : [`browsers on ws://${formatEndpoint(webSocket)}${path}`]),
    ...(directTls === undefined ? [] : [`direct TLS on ${formatEndpoint(directTls)}`]),
    ...(component === undefined ? [] : [`components on ${formatEndpoint(component)}`]),
  ];
}
