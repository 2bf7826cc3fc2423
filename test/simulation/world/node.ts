/** One node of the simulated cluster: the real engine and front-end on a machine that may fail. */
import {
  createNode,
  type ClusterNode,
  type EngineAdmin,
  type GaugeName,
  type Metrics,
  type NodeOptions,
} from '@rollcall/cluster';
import { createFrontEnd, type FrontEnd } from '@rollcall/front-end';
import { accountsOver } from '@rollcall/store';
import { pino } from 'pino';
import type { Attachment } from '../nats/nats.ts';
import { domain, frontEndLimits, frontEndTimeouts, limits, rules } from './limits.ts';
import { MeasuredGate } from './measured-gate.ts';
import type { Machine } from './machine.ts';
import type { Role } from './shapes.ts';

export interface SimNodeOptions {
  readonly name: string;
  readonly role: Role;
  readonly machine: Machine;
  readonly attachment: Attachment;
  readonly random: () => number;
  /** Told of what must not happen, whatever the faults are. */
  readonly failed: (what: string) => void;
  /** The process gives up, and has to be started anew. */
  readonly gaveUp: (node: SimNode) => void;
  /** Deliberate faults, for the proof that they are found. */
  readonly alter: (options: NodeOptions) => NodeOptions;
}

/** Counters that stay at nothing, whatever happens outside of the process. */
const failures: readonly string[] = [
  'actors_failed',
  'records_corrupt',
  'envelopes_failed',
  'handshakes_poisoned',
];

export class SimNode {
  readonly name: string;
  readonly role: Role;
  readonly machine: Machine;
  readonly frontEnd: FrontEnd;
  readonly cluster: ClusterNode;
  readonly gauges = new Map<GaugeName, () => number>();
  readonly #attachment: Attachment;
  readonly #gate: MeasuredGate;
  up = true;

  constructor(options: SimNodeOptions) {
    const { name, role, machine, attachment, random, failed, gaveUp, alter } = options;
    this.name = name;
    this.role = role;
    this.machine = machine;
    this.#attachment = attachment;
    const log = pino({ level: process.env['ROLLCALL_TEST_LOG'] ?? 'silent' }).child({ node: name });
    const metrics: Metrics = {
      count: (counter) => {
        if (failures.includes(counter)) failed(counter);
      },
      observe: () => undefined,
      gauge: (gauge, read) => void this.gauges.set(gauge, read),
    };
    this.cluster = createNode(
      alter({
        name,
        roles: { engine: role !== 'front-end', frontEnd: role !== 'engine' },
        joinBus: attachment.joinBus,
        coordination: attachment.coordination,
        records: attachment.records,
        accounts: accountsOver(attachment.records),
        queue: attachment.queue,
        domains: [domain],
        timers: machine,
        turns: machine,
        random,
        rules,
        limits,
        metrics,
        log,
        failed: () => gaveUp(this),
      }),
    );
    this.#gate = new MeasuredGate(this.cluster.gate);
    this.frontEnd = createFrontEnd({
      gate: this.#gate,
      authenticator: {},
      domains: [domain],
      decoySecret: 'simulated',
      limits: frontEndLimits,
      timeouts: frontEndTimeouts,
      log,
      timers: machine,
    });
  }

  get gate(): { readonly frontEnd: string } {
    return this.cluster.gate;
  }

  /** Undefined where it has no life at the moment. */
  get admin(): EngineAdmin | undefined {
    try {
      return this.cluster.admin;
    } catch {
      return undefined;
    }
  }

  get mostUnacknowledged(): number {
    return this.#gate.mostUnacknowledged;
  }

  get isFrontEnd(): boolean {
    return this.role !== 'engine';
  }

  /** A process that is gone cannot be reached any more. */
  setUp(up: boolean): void {
    if (up && this.machine.dead) return;
    this.up = up;
    this.#attachment.setUp(up);
  }

  /** As by SIGKILL. */
  crash(): void {
    this.machine.die();
    this.#attachment.setUp(false);
    this.cluster.crash();
  }
}
