// `rollcall drain NODE`

import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { NodeStatus } from '@rollcall/cluster';
import type { ClusterOperations } from '../operations/cluster-operations.ts';
import { commandLog } from './command-log.ts';
import { CommandFailure, exitCodes } from './exit.ts';
import { showProgress } from './progress.ts';
import { addSettingOptions, settingsInForce } from './setting-options.ts';

const explanation = `
An engine hands all its shards to the others, and no client notices; the command waits until it is done. A front-end
takes no new sessions: those that it has stay until their clients go, or it is stopped, and its /readyz answers 404, so
that a load balancer sends clients elsewhere. The request ends with the node's life: after a restart it takes part again.
Ctrl-C ends the waiting, not the request.`;

export function define(command: Command): void {
  command
    .argument('<NODE>', 'name of the node, as rollcall status shows it')
    .option('--cancel', 'take the request back: the node takes part again')
    .addHelpText('after', explanation);
  addSettingOptions(command, ['nats']);
  command.action(drain);
}

async function drain(
  nodeName: string,
  options: Record<string, unknown> & { readonly cancel?: boolean },
): Promise<void> {
  const { cancel, ...given } = options;
  const settings = settingsInForce(given);
  if (settings.nats === undefined)
    throw new CommandFailure(
      'Only a node of a cluster can be drained: name its NATS with --nats.',
      {
        exitCode: exitCodes.misused,
      },
    );
  const cluster = await import('../operations/cluster-operations.ts').then(
    ({ openClusterOperations }) => openClusterOperations(settings, commandLog(settings)),
  );
  try {
    if (cancel === true) await cancelled(cluster, nodeName);
    else await drained(cluster, nodeName);
  } finally {
    await cluster.close();
  }
}

async function cancelled(cluster: ClusterOperations, nodeName: string): Promise<void> {
  const wasAsked = await cluster.cancelDrain(nodeName);
  say(wasAsked ? `${nodeName} takes part again.` : `${nodeName} was not being drained.`);
}

async function drained(cluster: ClusterOperations, nodeName: string): Promise<void> {
  const outcome = await cluster.requestDrain(nodeName);
  switch (outcome.kind) {
    case 'no-such-node': {
      const names = outcome.nodes.join(', ') || 'none';
      throw new CommandFailure(`No node named ${nodeName} lives; those that do: ${names}.`);
    }
    case 'only-engine':
      throw new CommandFailure(
        `${nodeName} is the only engine that could own its users; start another one first. Nothing was changed.`,
      );
    case 'requested':
      await untilDone(cluster, outcome.node);
  }
}

const lookEveryMs = 300;
/** With nothing moving for so long, something is wrong that waiting does not mend. */
const patienceMs = 60_000;

async function untilDone(cluster: ClusterOperations, first: NodeStatus): Promise<void> {
  const { name, owned: total } = first;
  const progress = showProgress('Handing over', total, process.stderr);
  let left = total;
  let movedAtMs = performance.now();
  try {
    for (;;) {
      const { nodes } = await cluster.status();
      const node = nodes.find((each) => each.name === name);
      if (node?.incarnation !== first.incarnation) {
        say(`${name} has left the cluster.`);
        return;
      }
      const leftNow = Math.max(node.owned, node.shards);
      if (leftNow < left) {
        progress.advance(left - leftNow);
        left = leftNow;
        movedAtMs = performance.now();
      }
      if (leftNow === 0 && node.draining) {
        say(conclusion(node));
        return;
      }
      if (performance.now() - movedAtMs > patienceMs) throw stuck(node);
      await delay(lookEveryMs);
    }
  } finally {
    progress.stop();
  }
}

function conclusion({ name, engine, frontEnd, sessions }: NodeStatus): string {
  const owner = `${name} owns no shards any more`;
  const host = `${name} takes no new sessions; ${sessions} are open, until their clients go or it is stopped`;
  if (engine && frontEnd) return `${owner}. ${host}.`;
  return engine ? `${owner}: it may be stopped, and no client will notice.` : `${host}.`;
}

function stuck({ name, owned, shards, moving }: NodeStatus): CommandFailure {
  return new CommandFailure(
    `${name} still has ${Math.max(owned, shards)} shards, ${moving} of them on their way, and for ` +
      `${patienceMs / 1000} s none has gone. The request stays; rollcall status says what is wrong, and ` +
      `rollcall drain ${name} --cancel takes it back.`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
