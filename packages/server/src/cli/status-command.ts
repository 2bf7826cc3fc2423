// `rollcall status`

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { serverStatus } from '../administration/control-client.ts';
import { answers, socketPathIn } from '../administration/control-socket.ts';
import { openData } from '../compose/open-data.ts';
import type { Settings } from '../configuration/settings.ts';
import {
  clusterReport,
  type ServerReport,
  type StatusReport,
} from '../operations/status-report.ts';
import { statusText } from '../operations/status-view.ts';
import { commandLog } from './command-log.ts';
import { CommandFailure, exitCodes, Verdict } from './exit.ts';
import { addSettingOptions, settingsInForce } from './setting-options.ts';

const explanation = `
With --nats it reports on the cluster, else on the server that runs on --data. The first line says whether all is well;
what is wrong follows it, marked with "!", and what goes on, with "-". In the table:

  LIFE      how often the node has started
  SHARDS    shards that it owns, of 256; together they are all users
  EPOCH     of the shard map that it follows
  LAG       frames that other nodes have not acknowledged to it; thousands mean that one of them does not keep up

The exit code is 0 if all is well, else 1.`;

export function define(command: Command): void {
  command
    .option('--json', 'print one JSON object instead of text')
    .addHelpText('after', explanation);
  addSettingOptions(command, ['data', 'nats']);
  command.action(status);
}

async function status(
  options: Record<string, unknown> & { readonly json?: boolean },
): Promise<void> {
  const { json, ...given } = options;
  const settings = settingsInForce(given);
  const report = await (settings.nats === undefined ? ofServer(settings) : ofCluster(settings));
  process.stdout.write(
    json === true ? `${JSON.stringify(report)}\n` : statusText(report, Date.now()),
  );
  if (!report.healthy) throw new Verdict(exitCodes.failed);
}

async function ofCluster(settings: Settings): Promise<StatusReport> {
  const cluster = await import('../operations/cluster-operations.ts').then(
    ({ openClusterOperations }) => openClusterOperations(settings, commandLog(settings)),
  );
  try {
    return clusterReport(await cluster.status(), await cluster.handshakesWaiting());
  } finally {
    await cluster.close();
  }
}

async function ofServer(settings: Settings): Promise<StatusReport> {
  const { data } = settings;
  if (!existsSync(data))
    throw new CommandFailure(
      `There is no server and no data in ${data}; name its directory with --data, or a cluster with --nats.`,
    );
  const socket = await socketPathIn(data);
  try {
    if (!(await answers(socket.path))) return await ofDirectory(settings);
    const { ready, ...rest } = await serverStatus(socket.path);
    const problems = ready
      ? []
      : [{ code: 'not_ready' as const, text: 'The server is starting or stopping.' }];
    return { kind: 'server', healthy: ready, running: true, data, problems, ...rest };
  } finally {
    await socket.release();
  }
}

async function ofDirectory(settings: Settings): Promise<ServerReport> {
  const { data } = settings;
  const opened = await openData(settings, commandLog(settings));
  try {
    const text = `No server runs on ${data}; start it with rollcall start --data ${data}.`;
    return {
      kind: 'server',
      healthy: false,
      problems: [{ code: 'not_running', text }],
      running: false,
      data,
      actorsResident: 0,
      mailboxDepth: 0,
      queueDepth: await opened.queue.depth(),
    };
  } finally {
    await opened.close();
  }
}
