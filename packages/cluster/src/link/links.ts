/**
 * The links of one process to all others. What is sent to one process arrives there in order and once, as long as both
 * live; where that could not be held, both ends are told that something was lost.
 */
import type { Timers } from '@rollcall/store';
import type { Bus } from '../bus/bus.ts';
import type { Envelope } from '../envelope/envelope.ts';
import type { ProcessId } from '../process/process-id.ts';
import { Alarm } from '../time/alarm.ts';
import type { Turns } from '../time/turns.ts';
import type { DataFrame, Frame } from './frame.ts';
import { Inbound } from './inbound.ts';
import type { LinkLimits } from './link-limits.ts';
import { Outbound } from './outbound.ts';
import { arrived, departing } from './times.ts';

export interface LinksOptions {
  readonly bus: Bus;
  readonly timers: Timers;
  readonly turns: Turns;
  readonly limits: LinkLimits;
  /** Of the shard map that this process follows. */
  readonly epoch: () => number;
  /** Whether a process is part of the cluster, as far as this one knows; others are not listened to. */
  readonly isMember: (process: ProcessId) => boolean;
  readonly deliver: (from: ProcessId, envelopes: readonly Envelope[]) => void;
  /** Something that this process sent to the other, or the other to this one, will never arrive. */
  readonly lost: (peer: ProcessId, direction: 'sent' | 'received') => void;
  /** A frame waits for a newer shard map. */
  readonly behind: (epoch: number) => void;
  /** The bus is there again, after it was not. */
  readonly reconnected?: () => void;
}

interface Link {
  readonly outbound: Outbound;
  readonly inbound: Inbound;
}

export class Links {
  readonly #options: LinksOptions;
  readonly #links = new Map<ProcessId, Link>();
  readonly #collecting = new Set<Outbound>();
  /** Frames of processes that this one does not know yet: their map may be newer. By their epoch, bounded. */
  #early: DataFrame[] = [];
  #flushDue = false;
  /** For the first of the links that is to say how far it is. */
  readonly #alarm: Alarm;
  /** What this turn sends, by receiver, until it leaves together. */
  #leaving: Map<ProcessId, Frame[]> | undefined;
  #stopped = false;
  #whenDrained: (() => void)[] = [];

  constructor(options: LinksOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.timers, () => this.#sayWhatIsDue());
    options.bus.onFrame((frame) => this.#take(arrived(frame, options.timers.now())));
    // What was sent before the connection broke may be lost: asked for at once, not at the next pulse.
    options.bus.onState((connected) => {
      if (!connected) return;
      this.#sayHowFar('all');
      options.reconnected?.();
    });
  }

  /** Frames that the other processes have not acknowledged. */
  get unacknowledged(): number {
    let sum = 0;
    for (const { outbound } of this.#links.values()) sum += outbound.unacknowledged;
    return sum;
  }

  /** Of these, those that the others should have acknowledged by now. */
  get overdue(): number {
    const { timers, limits } = this.#options;
    const sinceMs = timers.now() - 2 * limits.acknowledgeMs;
    let sum = 0;
    for (const { outbound } of this.#links.values()) sum += outbound.unacknowledgedSince(sinceMs);
    return sum;
  }

  /** Leaves with everything else for the same process in this turn. */
  send(to: ProcessId, envelope: Envelope): void {
    const { outbound } = this.#linkTo(to);
    outbound.collect(envelope);
    this.#collecting.add(outbound);
    if (this.#flushDue) return;
    this.#flushDue = true;
    this.#options.turns.soon(() => this.flush());
  }

  flush(): void {
    this.#flushDue = false;
    this.#together(() => {
      for (const outbound of this.#collecting) outbound.flush();
    });
    for (const outbound of this.#collecting) this.#sayLater(outbound.pulseDueAtMs);
    this.#collecting.clear();
  }

  /** The shard map has changed: goes on with frames that waited for it, forgets processes that are gone. */
  mapChanged(): void {
    for (const [peer, link] of [...this.#links]) {
      if (this.#options.isMember(peer)) continue;
      this.#collecting.delete(link.outbound);
      this.#links.delete(peer);
    }
    this.#tellDrained();
    const early = this.#early;
    this.#early = [];
    for (const frame of early) this.#take(frame);
    for (const { inbound } of [...this.#links.values()]) inbound.resume();
  }

  /** Resolves when the other processes have everything that was sent. */
  async drained(): Promise<void> {
    this.flush();
    if (this.unacknowledged === 0) return;
    const drained = new Promise<void>((resolve) => this.#whenDrained.push(resolve));
    this.#sayHowFar('urgently');
    await drained;
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm.cancel();
    this.#links.clear();
    this.#collecting.clear();
  }

  #take(frame: Frame): void {
    if (this.#stopped) return;
    if (!this.#options.isMember(frame.from)) {
      this.#takeOfStranger(frame);
      return;
    }
    const { inbound, outbound } = this.#linkTo(frame.from);
    if (frame.kind === 'pulse') inbound.pulsed(frame);
    else if (frame.kind === 'data') {
      if (frame.received !== undefined) this.#acknowledged(outbound, frame.received);
      inbound.take(frame);
    } else this.#acknowledged(outbound, frame);
    this.#sayLater(inbound.wordDueAtMs);
  }

  #acknowledged(outbound: Outbound, position: Parameters<Outbound['acknowledged']>[0]): void {
    outbound.acknowledged(position);
    this.#tellDrained();
  }

  #tellDrained(): void {
    if (this.#whenDrained.length === 0 || this.unacknowledged > 0) return;
    for (const resolve of this.#whenDrained.splice(0)) resolve();
  }

  /** One that is gone by our map is fenced off; one that our map does not have yet is heard when it has. */
  #takeOfStranger(frame: Frame): void {
    const { epoch, limits, behind } = this.#options;
    if (frame.kind !== 'data' || frame.epoch <= epoch()) return;
    if (this.#early.length < limits.framesHeld) this.#early.push(frame);
    behind(frame.epoch);
  }

  #linkTo(peer: ProcessId): Link {
    const known = this.#links.get(peer);
    if (known !== undefined) return known;
    const { bus, limits, epoch, timers, deliver, lost, behind } = this.#options;
    const end = {
      self: bus.self,
      limits,
      epoch,
      now: () => timers.now(),
      transmit: (frame: Frame) => this.#transmit(peer, departing(frame, timers.now())),
    };
    const inbound = new Inbound({
      ...end,
      deliver: ({ envelopes }) => deliver(peer, envelopes),
      lost: () => lost(peer, 'received'),
      behind,
    });
    const outbound = new Outbound({
      ...end,
      received: () => inbound.rideAlong(),
      lost: () => lost(peer, 'sent'),
    });
    const link = { outbound, inbound };
    this.#links.set(peer, link);
    return link;
  }

  #transmit(peer: ProcessId, frame: Frame): void {
    if (this.#leaving === undefined) {
      this.#options.bus.send(peer, frame);
      return;
    }
    const own = this.#leaving.get(peer);
    if (own === undefined) this.#leaving.set(peer, [frame]);
    else own.push(frame);
  }

  /** What `say` sends leaves as one message if it is for most of those whom this process speaks with. */
  #together(say: () => void): void {
    const leaving = (this.#leaving = new Map<ProcessId, Frame[]>());
    say();
    const isForMost = leaving.size > 1 && leaving.size * 2 >= this.#links.size;
    if (isForMost) this.#letAllRideAlong();
    this.#leaving = undefined;
    const { bus } = this.#options;
    if (isForMost) bus.sendTogether(leaving);
    else for (const [peer, frames] of leaving) for (const frame of frames) bus.send(peer, frame);
  }

  /** The others hear a message to most as well, so that it costs none to acknowledge what they have said. */
  #letAllRideAlong(): void {
    const { self } = this.#options.bus;
    for (const [peer, { inbound }] of this.#links) {
      const position = inbound.rideAlong();
      if (position !== undefined)
        this.#transmit(peer, { kind: 'received', from: self, ...position });
    }
  }

  #sayLater(dueAtMs: number): void {
    if (this.#stopped) return;
    if (dueAtMs < Infinity) this.#alarm.set(dueAtMs);
    const { timers, limits } = this.#options;
    if (this.#whenDrained.length > 0) this.#alarm.set(timers.now() + limits.urgentPulseMs);
  }

  /** While anything is unacknowledged: a lost tail shows, and so does a lost acknowledgement. */
  #sayWhatIsDue(): void {
    const nowMs = this.#options.timers.now();
    if (this.#whenDrained.length > 0) this.#sayHowFar('urgently');
    else if (this.#nextDueAtMs() <= nowMs) this.#sayHowFar('due');
    else this.#sayLater(this.#nextDueAtMs());
  }

  /** To all at once, since it is one message: each acknowledgement that is owed, and the pulses that are asked for. */
  #sayHowFar(pulses: 'due' | 'all' | 'urgently'): void {
    if (this.#stopped) return;
    const nowMs = this.#options.timers.now();
    this.#together(() => {
      for (const { outbound, inbound } of this.#links.values()) {
        if (pulses === 'due' ? outbound.pulseDueAtMs <= nowMs : outbound.needsPulse)
          outbound.pulse(pulses === 'urgently');
        if (inbound.owesAcknowledgement) inbound.sayHowFar();
      }
    });
    this.#sayLater(this.#nextDueAtMs());
  }

  #nextDueAtMs(): number {
    let earliestMs = Infinity;
    for (const { outbound, inbound } of this.#links.values())
      earliestMs = Math.min(earliestMs, outbound.pulseDueAtMs, inbound.wordDueAtMs);
    return earliestMs;
  }
}
