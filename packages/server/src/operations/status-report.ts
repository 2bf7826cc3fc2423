// What `rollcall status` reports, as data: the same for scripts (`--json`) and for the table.

import {
  clusterHealth,
  shardCount,
  type ClusterStatus,
  type EngineStats,
  type Finding,
  type NodeStatus,
} from '@rollcall/cluster';

export interface NodeReport {
  readonly name: string;
  readonly incarnation: number;
  readonly role: 'engine' | 'front-end' | 'all';
  readonly version: string;
  readonly startedAt: string;
  readonly shardsOwned: number;
  readonly shardsMoving: number;
  readonly sessions: number;
  readonly epoch: number;
  /** Frames that others have not acknowledged to it. */
  readonly lag: number;
  readonly draining: boolean;
  readonly listed: boolean;
}

export interface ClusterReport {
  readonly kind: 'cluster';
  readonly healthy: boolean;
  readonly problems: readonly Finding[];
  readonly notes: readonly Finding[];
  readonly epoch: number;
  readonly leader: string | null;
  readonly shards: {
    readonly total: number;
    readonly withoutOwner: number;
    readonly moving: number;
  };
  readonly sessions: number;
  readonly handshakesWaiting: number;
  readonly nodes: readonly NodeReport[];
}

export interface ServerReport extends EngineStats {
  readonly kind: 'server';
  readonly healthy: boolean;
  /** Why it is not healthy, and what to do. */
  readonly problems: readonly {
    readonly code: 'not_ready' | 'not_running';
    readonly text: string;
  }[];
  readonly running: boolean;
  readonly data: string;
  /** Of a server that runs. */
  readonly version?: string;
  readonly startedAt?: string;
  readonly sessions?: number;
}

export type StatusReport = ClusterReport | ServerReport;

export function clusterReport(status: ClusterStatus, handshakesWaiting: number): ClusterReport {
  const { nodes, epoch, leader, shardsWithoutOwner } = status;
  const { problems, notes } = clusterHealth(status, handshakesWaiting);
  return {
    kind: 'cluster',
    healthy: problems.length === 0,
    problems,
    notes,
    epoch,
    leader: leader ?? null,
    shards: {
      total: shardCount,
      withoutOwner: shardsWithoutOwner,
      // Each is counted by the node that it leaves and by the one that it goes to.
      moving: Math.max(0, ...nodes.map(({ moving }) => moving)),
    },
    sessions: nodes.reduce((sum, { sessions }) => sum + sessions, 0),
    handshakesWaiting,
    nodes: nodes.map(nodeReport),
  };
}

function nodeReport(node: NodeStatus): NodeReport {
  const { name, incarnation, version, owned, moving, sessions, epoch, lag, listed } = node;
  return {
    name,
    incarnation,
    role: roleOf(node),
    version,
    startedAt: new Date(node.startedAtMs).toISOString(),
    shardsOwned: owned,
    shardsMoving: moving,
    sessions,
    epoch,
    lag,
    draining: node.draining || node.drainRequested,
    listed,
  };
}

function roleOf({ engine, frontEnd }: NodeStatus): NodeReport['role'] {
  if (engine && frontEnd) return 'all';
  return engine ? 'engine' : 'front-end';
}
