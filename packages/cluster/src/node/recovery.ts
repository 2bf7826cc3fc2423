/**
 * What is said again when something that was said may be lost: an owner has died, or a link could not be kept whole
 * (ARCHITECTURE.md, "When an owner dies").
 */
import type { Logger } from 'pino';
import type { Succession } from '../engine/succession.ts';
import type { Gate } from '../gate/gate.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Opened, Routes } from '../ownership/routes.ts';
import type { PeerExchange } from '../peers/exchange.ts';
import type { ClusterPost } from '../post/post.cluster.ts';
import type { ProcessId } from '../process/process-id.ts';
import { membersOf, type ShardMap } from '../shard/shard-map.ts';
import { announce } from './announce.ts';
import { audit } from './audit.ts';

export interface RecoveryOptions {
  readonly self: ProcessId;
  readonly isEngine: boolean;
  readonly peers: PeerExchange;
  readonly gate: Gate;
  readonly post: ClusterPost;
  readonly routes: Routes;
  readonly succession: Succession;
  readonly map: () => ShardMap;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export class Recovery {
  readonly #options: RecoveryOptions;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  /** These shards have an owner that may be spoken to. */
  opened(shards: readonly Opened[]): void {
    const { gate, post, succession } = this.#options;
    announce(shards, post, gate);
    for (const { shard } of shards) post.flush(shard);
    const lossy = shards.filter(({ lost }) => lost !== 'nothing').map(({ shard }) => shard);
    if (lossy.length === 0) return;
    // Who came or changed, and who has gone, without users of these shards being told.
    succession.sayRecentAgain(new Set(lossy));
    audit(gate.audience.shownTo(new Set(lossy)), post);
  }

  /**
   * What was sent may be gone. What is told to an owner is told again; engines say again what they show, and gates ask
   * which of those that they show are gone.
   */
  lost(peer: ProcessId, direction: 'sent' | 'received'): void {
    const { self, isEngine, peers, post, routes, succession, map, metrics, log } = this.#options;
    const { engines, frontEnds } = map();
    metrics.count('links_reset');
    log.warn({ event: 'link_reset', process: self, peer, direction });
    routes.repeat(peer);
    peers.gone(peer);
    if (membersOf(map()).has(peer)) peers.joined(peer);
    if (direction === 'received' && engines.includes(peer)) post.send(self, { kind: 'mayBeGone' });
    if (!isEngine || !engines.includes(peer)) return;
    succession.sayAllAgain();
    for (const frontEnd of frontEnds) post.send(frontEnd, { kind: 'mayBeGone' });
  }
}
