import { describe, expect, test } from 'vitest';
import { processIdOf } from '../process/process-id.ts';
import { clusterHealth } from './cluster-health.ts';
import type { ClusterStatus, NodeStatus } from './cluster-status.ts';

function node(name: string, more: Partial<NodeStatus> = {}): NodeStatus {
  return {
    process: processIdOf(name, 1),
    name,
    incarnation: 1,
    engine: name.startsWith('engine'),
    frontEnd: name.startsWith('front'),
    draining: false,
    drainRequested: false,
    epoch: 5,
    moving: 0,
    owned: 256,
    shards: 256,
    sessions: 0,
    lag: 0,
    listed: true,
    startedAtMs: 0,
    version: '',
    ...more,
  };
}

const well: ClusterStatus = {
  epoch: 5,
  leader: processIdOf('engine-1', 1),
  nodes: [node('engine-1'), node('front-1')],
  silent: [],
  shardsWithoutOwner: 0,
};

test('of a cluster in which all is well there is nothing to say', () => {
  expect(clusterHealth(well, 3)).toEqual({ problems: [], notes: [] });
});

describe('a problem is', () => {
  test.each([
    ['no_engine', { ...well, nodes: [node('front-1')] }],
    ['no_front_end', { ...well, nodes: [node('engine-1')] }],
    ['no_leader', { ...well, leader: undefined }],
    ['shards_without_owner', { ...well, shardsWithoutOwner: 12 }],
    ['node_silent', { ...well, silent: [processIdOf('engine-2', 3)] }],
    ['node_not_listed', { ...well, nodes: [...well.nodes, node('engine-2', { listed: false })] }],
    ['node_behind', { ...well, nodes: [...well.nodes, node('engine-2', { epoch: 2 })] }],
    ['node_lags', { ...well, nodes: [...well.nodes, node('engine-2', { lag: 5_000 })] }],
  ] as const)('%s', (code, status) => {
    expect(clusterHealth(status, 0).problems.map((finding) => finding.code)).toEqual([code]);
  });

  test('a queue of handshakes that grows', () => {
    expect(clusterHealth(well, 5_000).problems.map(({ code }) => code)).toEqual([
      'handshakes_wait',
    ]);
  });
});

test('what was asked for, or ends by itself, is no problem', () => {
  const nodes = [...well.nodes, node('engine-2', { drainRequested: true, owned: 3, moving: 2 })];
  expect(clusterHealth({ ...well, nodes }, 0)).toEqual({
    problems: [],
    notes: [
      { code: 'draining', text: 'engine-2 is being drained, and has 3 shards left.' },
      { code: 'shards_moving', text: '2 shards are on their way to or from engine-2.' },
    ],
  });
});
