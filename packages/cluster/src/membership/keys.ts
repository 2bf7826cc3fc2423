/** The keys that a cluster uses of its coordination service. */

/** Leases: one per node, and that of the leader. */
export const nodeKeyPrefix = 'node.';
export const leaderKey = 'leader';

/** Facts: the shard map, how often each node has started, and which nodes are to be drained. */
export const mapKey = 'map';
export const incarnationKeyPrefix = 'incarnation.';
export const drainKeyPrefix = 'drain.';
