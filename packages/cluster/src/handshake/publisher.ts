/**
 * The sending half of the durable way: puts a handshake into the queue of the contact's shard, trying again for as long
 * as its actor lives. Order between two of the same contact is the core's: it publishes one at a time.
 */
import { unnumbered, type Handshake } from '@rollcall/presence';
import type { HandshakeQueue, Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { Logger } from 'pino';
import type { Actor } from '../actor/actor.ts';
import { Retry, type RetryLimits } from '../actor/retry.ts';
import { Complaint } from '../complaint/complaint.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { shardOf } from '../shard/shard-of.ts';
import { encodeQueueBody } from './handshake-message.ts';

export interface PublisherOptions {
  readonly queue: HandshakeQueue;
  readonly timers: Timers;
  readonly limits: RetryLimits;
  readonly metrics: Metrics;
  readonly log: Logger;
}

interface Circumstances {
  readonly isWanted: () => boolean;
  /** Whether it is in a saved outbox, from which it would be published again after a crash. */
  readonly kept: boolean;
}

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #complaint: Complaint;
  #underWay = 0;
  #stopped = false;
  #whenDone: (() => void)[] = [];

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { log, timers, limits } = options;
    const quietMs = 2 * limits.retryMaxMs;
    this.#complaint = new Complaint({ log, timers, what: 'handshake_publish', quietMs });
    options.metrics.gauge('handshakes_publishing', () => this.#underWay);
  }

  publish(actor: Actor, contact: BareJid, handshake: Handshake): void {
    actor.publishing += 1;
    const isWanted = () => !actor.isStopped();
    // What has no number is in nobody's outbox.
    const kept = handshake.number !== unnumbered;
    void this.deliver(contact, handshake, { isWanted, kept }).then((isThere) => {
      actor.publishing -= 1;
      if (isThere) actor.post({ input: { kind: 'handshakePublished', contact, id: handshake.id } });
    });
  }

  /** Resolves when the queue has it, with false if it is given up: when `isWanted` says so, or the publisher stops. */
  async deliver(
    contact: BareJid,
    handshake: Handshake,
    circumstances: Circumstances,
  ): Promise<boolean> {
    this.#underWay += 1;
    const isThere = await this.#untilPublished(contact, handshake, circumstances);
    this.#underWay -= 1;
    if (this.#underWay === 0) for (const done of this.#whenDone.splice(0)) done();
    return isThere;
  }

  /** Resolves when nothing is on its way. */
  drained(): Promise<void> {
    return this.#underWay === 0
      ? Promise.resolve()
      : new Promise((resolve) => this.#whenDone.push(resolve));
  }

  /** Gives up what is on its way: it is in the records, flagged as unsettled. */
  stop(): void {
    this.#stopped = true;
    this.#complaint.stop();
    for (const done of this.#whenDone.splice(0)) done();
  }

  async #untilPublished(
    contact: BareJid,
    handshake: Handshake,
    { isWanted, kept }: Circumstances,
  ): Promise<boolean> {
    const { queue, timers, limits, metrics } = this.#options;
    const retry = new Retry(timers, limits);
    const message = {
      id: handshake.id,
      shard: shardOf(contact),
      body: encodeQueueBody({ kind: 'handshake', handshake }),
      ...(kept && { kept }),
    };
    while (!this.#isOver() && isWanted()) {
      try {
        await queue.publish(message);
        metrics.count('handshakes_published');
        return true;
      } catch (error) {
        if (this.#isOver()) return false;
        metrics.count('handshakes_retried');
        this.#complaint.failed(error, { id: handshake.id });
        await retry.wait();
      }
    }
    return false;
  }

  #isOver(): boolean {
    return this.#stopped;
  }
}
