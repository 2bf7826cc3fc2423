/** The simulated NATS that all processes of a run share: bus, leases, queue and records, on one virtual clock. */
import {
  MemoryCoordination,
  MemoryHub,
  nodeNameOf,
  shardCount,
  type ProcessId,
} from '@rollcall/cluster';
import type { HandshakeQueue, RecordStore } from '@rollcall/store';
import type { Bus, Coordination } from '@rollcall/cluster';
import type { Dice } from '../run/dice.ts';
import type { Machine } from '../world/machine.ts';
import type { SimClock } from '../world/sim-clock.ts';
import { Connection } from './connection.ts';
import { coordinationOver } from './coordination.ts';
import { QueueFile } from './queue-file.ts';
import { queueOver } from './queue.ts';
import { SimRecords } from './records.ts';
import { calm, type Weather } from './weather.ts';

export const leaseTtlMs = 4_000;

/** The longest that what was acknowledged is not on disk yet. */
export const mayLoseMs = 20_000;

/** One process's ends of everything. */
export interface Attachment {
  readonly joinBus: (self: ProcessId) => Promise<Bus>;
  readonly coordination: Coordination;
  readonly records: RecordStore;
  readonly queue: HandshakeQueue;
  setUp(up: boolean): void;
}

export class Nats {
  readonly records: SimRecords;
  readonly #clock: SimClock;
  readonly #dice: Dice;
  readonly #queue: QueueFile;
  readonly #coordination: MemoryCoordination;
  readonly #hub: MemoryHub;
  readonly #connections = new Map<string, Connection>();
  /** Pairs of nodes whose frames to each other are lost, though both reach everything else. */
  readonly #apart = new Set<string>();
  #weather = calm;
  #members: ReadonlySet<string> = new Set();
  /** By life of a node: when it left the shard map. */
  readonly #buried = new Map<string, number>();
  /** Told whenever the shard map says anew who is in the cluster. */
  onMembers: () => void = () => undefined;

  constructor(clock: SimClock, dice: Dice) {
    this.#clock = clock;
    this.#dice = dice;
    this.records = new SimRecords(clock, mayLoseMs);
    this.#queue = new QueueFile(clock, mayLoseMs);
    this.#coordination = new MemoryCoordination({ timers: clock, leaseTtlMs });
    this.#hub = new MemoryHub({
      turns: clock,
      timers: clock,
      delayMs: () => dice.between(0, this.#weather.latencyMs),
      throughCodec: true,
      loses: (to, { from }) => this.#loses(from, to),
    });
    void this.#coordination.connect().facts.watch(({ key, value }) => {
      if (key !== 'map' || value === undefined) return;
      const { engines, frontEnds } = JSON.parse(value) as Record<string, string[]>;
      const before = this.#members;
      this.#members = new Set([...(engines ?? []), ...(frontEnds ?? [])]);
      for (const member of before)
        if (!this.#members.has(member)) this.#buried.set(member, clock.passedMs);
      this.onMembers();
    });
  }

  /** Whether the cluster counts that life of a node among the living: it alone decides (ARCHITECTURE.md). */
  isMember(process: string): boolean {
    return this.#members.has(process);
  }

  /** When the cluster has declared that life of a node dead. */
  buriedMs(process: string): number | undefined {
    return this.#buried.get(process);
  }

  attach(name: string, machine: Machine): Attachment {
    const connection = new Connection(machine, this.#clock, this.#dice);
    connection.weather = this.#weather;
    this.#connections.set(name, connection);
    const leases = this.#coordination.connect(connection.delayMs);
    return {
      joinBus: async (self) => {
        connection.process = self;
        return heldBack(await this.#hub.join(self), machine);
      },
      coordination: coordinationOver(leases, connection),
      records: this.records.over(connection),
      queue: queueOver(this.#queue, connection, this.#clock),
      setUp: (up) => {
        connection.setUp(up);
        leases.setConnected(up);
        if (connection.process !== undefined) this.#hub.setConnected(connection.process, up);
      },
    };
  }

  setWeather(weather: Weather): void {
    this.#weather = weather;
    for (const connection of this.#connections.values()) connection.weather = weather;
  }

  setApart(one: string, other: string, apart: boolean): void {
    for (const pair of [`${one} ${other}`, `${other} ${one}`])
      if (apart) this.#apart.add(pair);
      else this.#apart.delete(pair);
  }

  together(): void {
    this.#apart.clear();
  }

  /**
   * As when the machine loses power: of records and handshakes, each a file of its own, what was acknowledged last is
   * gone. Leases and the shard map are kept.
   */
  async lose(recordsMs: number, handshakesMs: number): Promise<void> {
    this.records.lose(recordsMs);
    await this.#queue.lose(handshakesMs);
  }

  /** The shards of handshakes that nobody has acknowledged. */
  async queued(): Promise<readonly number[]> {
    if ((await this.#queue.depth()) === 0) return [];
    const shards = Array.from({ length: shardCount }, (_, shard) => shard);
    const depths = await Promise.all(shards.map((shard) => this.#queue.depth(shard)));
    return shards.filter((shard) => depths[shard]! > 0);
  }

  #loses(from: ProcessId, to: ProcessId): boolean {
    if (this.#apart.size > 0 && this.#apart.has(`${nodeNameOf(from)} ${nodeNameOf(to)}`))
      return true;
    const { lostFrames } = this.#weather;
    return lostFrames > 0 && this.#dice.chance(lostFrames);
  }
}

/** What comes to a process that is paused comes when it goes on. */
function heldBack(bus: Bus, machine: Machine): Bus {
  return {
    self: bus.self,
    get connected() {
      return bus.connected;
    },
    send: (to, frame) => {
      if (!machine.dead) bus.send(to, frame);
    },
    sendTogether: (frames) => {
      if (!machine.dead) bus.sendTogether(frames);
    },
    onFrame: (handler) => bus.onFrame((frame) => machine.happen(() => handler(frame))),
    onUnreadable: (handler) => bus.onUnreadable(handler),
    onState: (handler) => bus.onState((up) => machine.happen(() => handler(up))),
    close: () => bus.close(),
  };
}
