/** An operator relieves a node of its shards and of new sessions, and takes that back: a fact that the node and the leader see. */
import type { Coordination } from '../coordination/coordination.ts';
import { drainKeyPrefix } from '../membership/keys.ts';
import { clusterStatus, type NodeStatus } from './cluster-status.ts';

export type DrainOutcome =
  | { readonly kind: 'requested'; readonly node: NodeStatus }
  | { readonly kind: 'no-such-node'; readonly nodes: readonly string[] }
  /** Nobody is left who could take its shards: nothing was asked for. */
  | { readonly kind: 'only-engine' };

/**
 * Asks that the node give up its shards and take no new sessions, for as long as this life of it lasts. Rejects with
 * `CoordinationError`.
 */
export async function requestDrain(
  coordination: Coordination,
  nodeName: string,
): Promise<DrainOutcome> {
  const { nodes } = await clusterStatus(coordination);
  const node = nodes.find(({ name }) => name === nodeName);
  if (node === undefined) return { kind: 'no-such-node', nodes: nodes.map(({ name }) => name) };
  const takers = nodes.filter(
    ({ name, engine, drainRequested, draining }) =>
      engine && name !== nodeName && !drainRequested && !draining,
  );
  if (node.engine && takers.length === 0) return { kind: 'only-engine' };
  // If it is there already, somebody else has asked.
  await coordination.facts.write(drainKeyPrefix + nodeName, 'requested', 0);
  return { kind: 'requested', node };
}

/** Takes the request back; false if there was none. Rejects with `CoordinationError`. */
export async function cancelDrain({ facts }: Coordination, nodeName: string): Promise<boolean> {
  const request = await facts.read(drainKeyPrefix + nodeName);
  return request !== undefined && (await facts.remove(request.key, request.revision));
}
