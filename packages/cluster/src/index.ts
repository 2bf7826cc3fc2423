/**
 * Actors, shards, ownership, and the ports that join processes.
 *
 * @module @rollcall/cluster
 */
export type {
  GateSession,
  OpenOutcome,
  OpenRequest,
  OutboundStanza,
  PresenceAnswers,
  PresenceQuery,
  SendOutcome,
  SessionGate,
  SessionReceiver,
} from './gate/session-gate.ts';
export type { Peers, PeerListener, PeerMessage } from './peers/peers.ts';
export type { PresenceAnswer } from './envelope/envelope.ts';
export { createEmbedded, type Embedded, type EmbeddedOptions } from './embedded/embedded.ts';

export type { EngineAdmin, EngineStats, ExportedUser, ImportedUser } from './admin/engine-admin.ts';
export type { AuditEvent, AuditSummary } from './audit/audit-event.ts';
export type { Disagreement } from './audit/finding.ts';
export type { OfflineStore } from './engine/offline-store.ts';
export type { DomainHandler } from './engine/served.ts';
export { defaultClusterLimits, type ClusterLimits } from './limits/cluster-limits.ts';
export {
  counters,
  gauges,
  histograms,
  noMetrics,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type Metrics,
} from './metrics/metrics.ts';
export {
  nodeNameOf,
  nodeNamePattern,
  parseProcessId,
  processIdOf,
  type ProcessId,
} from './process/process-id.ts';
export { mapKey } from './membership/keys.ts';
export { decodeShardMap, type ShardMap } from './shard/shard-map.ts';
export { shardCount, shardOf } from './shard/shard-of.ts';
export { systemRandom, systemTurns } from './time/system.ts';
export type { Turns } from './time/turns.ts';
export type { Bus, FramesByProcess, JoinBus } from './bus/bus.ts';
export { MemoryHub, type MemoryHubOptions } from './bus/bus.memory.ts';
export {
  CoordinationError,
  type Bucket,
  type BucketChange,
  type BucketEntry,
  type BucketWrite,
  type Coordination,
  type CoordinationErrorCode,
  type Leases,
} from './coordination/coordination.ts';
export {
  MemoryCoordination,
  type MemoryCoordinationOptions,
} from './coordination/coordination.memory.ts';
export { decodeBundle, encodeBundle } from './link/bundle-codec.ts';
export type { DataFrame, Frame } from './link/frame.ts';
export { decodeFrame, encodeFrame } from './link/frame-codec.ts';
export { presenceCore, type PresenceCore } from './actor/presence-core.ts';
export { createNode, type ClusterNode, type NodeOptions } from './node/node.ts';
export { timingOf, type ClusterTiming } from './membership/cluster-timing.ts';
export { defaultLinkLimits, type LinkLimits } from './link/link-limits.ts';
export { clusterHealth, type ClusterHealth, type Finding } from './admin/cluster-health.ts';
export { clusterStatus, type ClusterStatus, type NodeStatus } from './admin/cluster-status.ts';
export { cancelDrain, requestDrain, type DrainOutcome } from './admin/drain.ts';
export type { Member } from './membership/member.ts';
