/**
 * The links of one process to all others. What is sent to one process arrives there in order and once, as long as both
 * live; where that could not be held, both ends are told that something was lost.
 */
import type { Timers } from '@rollcall/store';
import type { Bus } from '../bus/bus.ts';
import type { Envelope } from '../envelope/envelope.ts';
import type { ProcessId } from '../process/process-id.ts';
import type { Turns } from '../time/turns.ts';
import type { DataFrame, Frame } from './frame.ts';
import { Inbound } from './inbound.ts';
import type { LinkLimits } from './link-limits.ts';
import { Outbound } from './outbound.ts';

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
  #pulse: { readonly urgent: boolean; readonly cancel: () => void } | undefined;
  /** What this turn sends, by receiver, until it leaves together. */
  #leaving: Map<ProcessId, Frame[]> | undefined;
  #stopped = false;
  #whenDrained: (() => void)[] = [];

  constructor(options: LinksOptions) {
    this.#options = options;
    options.bus.onFrame((frame) => this.#take(frame));
    // What was sent before the connection broke may be lost: asked for at once, not at the next pulse.
    options.bus.onState((connected) => {
      if (connected) this.#sayHowFar(false);
    });
  }

  /** Frames that the other processes have not acknowledged. */
  get unacknowledged(): number {
    let sum = 0;
    for (const { outbound } of this.#links.values()) sum += outbound.unacknowledged;
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
    this.#collecting.clear();
    this.#pulseLater();
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
    this.#sayHowFar(true);
    await drained;
  }

  stop(): void {
    this.#stopped = true;
    this.#pulse?.cancel();
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
    if (frame.kind === 'data') inbound.take(frame);
    else if (frame.kind === 'pulse') inbound.pulsed(frame);
    else {
      outbound.acknowledged(frame);
      this.#tellDrained();
    }
    this.#pulseLater();
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
    const { bus, limits, epoch, deliver, lost, behind } = this.#options;
    const { self } = bus;
    const transmit = (frame: Frame) => this.#transmit(peer, frame);
    const link = {
      outbound: new Outbound({ self, limits, epoch, transmit, lost: () => lost(peer, 'sent') }),
      inbound: new Inbound({
        self,
        limits,
        epoch,
        transmit,
        deliver: ({ envelopes }) => deliver(peer, envelopes),
        lost: () => lost(peer, 'received'),
        behind,
      }),
    };
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
    this.#leaving = undefined;
    const { bus } = this.#options;
    if (leaving.size > 1 && leaving.size * 2 >= this.#links.size) bus.sendTogether(leaving);
    else for (const [peer, frames] of leaving) for (const frame of frames) bus.send(peer, frame);
  }

  /** While anything is unacknowledged: a lost tail shows, and so does a lost acknowledgement. */
  #pulseLater(): void {
    const urgent = this.#isUrgent();
    if (this.#pulse !== undefined && (this.#pulse.urgent || !urgent)) return;
    if (this.#stopped || !(urgent || this.#hasToSay())) return;
    this.#pulse?.cancel();
    const { timers, limits } = this.#options;
    const cancel = timers.setTimeout(
      () => this.#sayHowFar(urgent),
      urgent ? limits.urgentPulseMs : limits.pulseMs,
    );
    this.#pulse = { urgent, cancel };
  }

  #sayHowFar(urgent: boolean): void {
    if (this.#stopped) return;
    this.#pulse?.cancel();
    this.#pulse = undefined;
    this.#together(() => {
      for (const { outbound, inbound } of this.#links.values()) {
        if (outbound.needsPulse) outbound.pulse(urgent);
        if (inbound.owesAcknowledgement) inbound.sayHowFar();
      }
    });
    this.#pulseLater();
  }

  #isUrgent(): boolean {
    if (this.#whenDrained.length > 0) return true;
    for (const { inbound } of this.#links.values()) if (inbound.isMissingSome) return true;
    return false;
  }

  #hasToSay(): boolean {
    for (const { outbound, inbound } of this.#links.values())
      if (outbound.needsPulse || inbound.owesAcknowledgement) return true;
    return false;
  }
}
