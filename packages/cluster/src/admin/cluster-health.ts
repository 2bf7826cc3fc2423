/** What is wrong with a cluster, in words for the person on call, made from what its nodes say of themselves. */
import { shardCount } from '../shard/shard-of.ts';
import type { ClusterStatus, NodeStatus } from './cluster-status.ts';

export interface Finding {
  /** For scripts; stable. */
  readonly code: FindingCode;
  readonly text: string;
}

export type FindingCode =
  | 'no_engine'
  | 'no_front_end'
  | 'no_leader'
  | 'shards_without_owner'
  | 'node_silent'
  | 'node_not_listed'
  | 'node_behind'
  | 'node_lags'
  | 'handshakes_wait'
  | 'draining'
  | 'shards_moving';

export interface ClusterHealth {
  /** Clients suffer from it, or soon will. */
  readonly problems: readonly Finding[];
  /** What goes on, and ends by itself or was asked for. */
  readonly notes: readonly Finding[];
}

/** Frames that should have been acknowledged by now; in good health there are none. */
const manyFrames = 1_000;
/** Handshakes in the durable queue; in good health they are gone within milliseconds. */
const manyHandshakes = 1_000;

export function clusterHealth(status: ClusterStatus, handshakesWaiting: number): ClusterHealth {
  const { nodes } = status;
  const problems = [...problemsOf(status), ...nodes.flatMap(problemsOfNode)];
  // A node that has just come, or is busy settling, follows within a moment: the map has moved on under it.
  const behind = nodes.filter(({ epoch, listed }) => listed && epoch + 1 < status.epoch);
  for (const { name, epoch } of behind) {
    const text = `${name} follows the shard map of epoch ${epoch}, which is ${status.epoch} by now: is it cut off?`;
    problems.push({ code: 'node_behind', text });
  }
  if (handshakesWaiting >= manyHandshakes) {
    const text = `${handshakesWaiting} handshakes wait in the durable queue: do the engines keep up with JetStream?`;
    problems.push({ code: 'handshakes_wait', text });
  }
  return { problems, notes: nodes.flatMap(notesOfNode) };
}

function problemsOf(status: ClusterStatus): Finding[] {
  const { nodes, leader, silent, shardsWithoutOwner } = status;
  const problems: Finding[] = [];
  const say = (code: FindingCode, text: string) => problems.push({ code, text });
  const hasEngine = nodes.some(({ engine }) => engine);
  if (!hasEngine) say('no_engine', 'No engine lives: nobody owns users. Start one.');
  if (!nodes.some(({ frontEnd }) => frontEnd))
    say('no_front_end', 'No front-end lives: clients cannot connect. Start one.');
  if (hasEngine && leader === undefined)
    say(
      'no_leader',
      'Nobody leads: nodes that come or go are not noticed. An election takes seconds.',
    );
  if (hasEngine && shardsWithoutOwner > 0)
    say(
      'shards_without_owner',
      `${shardsWithoutOwner} of ${shardCount} shards have no owner: their users wait.`,
    );
  for (const process of silent)
    say('node_silent', `${process} has let its lease run out and is about to be taken for dead.`);
  return problems;
}

function problemsOfNode({ name, listed, lag }: NodeStatus): Finding[] {
  const problems: Finding[] = [];
  if (!listed)
    problems.push({ code: 'node_not_listed', text: `${name} is not part of the shard map yet.` });
  if (lag >= manyFrames)
    problems.push({
      code: 'node_lags',
      text: `${lag} frames of ${name} are not acknowledged by others.`,
    });
  return problems;
}

function notesOfNode({
  name,
  draining,
  drainRequested,
  owned,
  moving,
  engine,
  frontEnd,
  sessions,
}: NodeStatus): Finding[] {
  const notes: Finding[] = [];
  if (draining || drainRequested) {
    const has = [
      ...(engine ? [`${owned} shards`] : []),
      ...(frontEnd ? [`${sessions} sessions`] : []),
    ];
    notes.push({
      code: 'draining',
      text: `${name} is being drained, and has ${has.join(' and ')} left.`,
    });
  }
  if (moving > 0)
    notes.push({
      code: 'shards_moving',
      text: `${moving} shards are on their way to or from ${name}.`,
    });
  return notes;
}
