/** A cluster in one process: nodes on memory stores and a memory bus, on one clock that stands still. For tests. */
import {
  accountsOver,
  decoyVerifiers,
  MemoryHandshakeQueue,
  MemoryRecordStore,
} from '@rollcall/store';
import { bareOf, type BareJid } from '@rollcall/xmpp';
import { pino, type Logger } from 'pino';
import { MemoryHub } from '../bus/bus.memory.ts';
import { MemoryCoordination } from '../coordination/coordination.memory.ts';
import type { Frame } from '../link/frame.ts';
import { createNode, type ClusterNode, type NodeOptions } from '../node/node.ts';
import type { ProcessId } from '../process/process-id.ts';
import { TestClient } from './test-client.ts';
import { VirtualClock } from './virtual-clock.ts';

export const leaseTtlMs = 4_000;

export type Role = 'engine' | 'front-end' | 'all';

export interface TestNode {
  readonly node: ClusterNode;
  /** Its connection to the bus and to the coordination service. */
  setConnected(connected: boolean): void;
}

export class ClusterWorld {
  readonly clock = new VirtualClock();
  readonly records = new MemoryRecordStore();
  readonly queue = new MemoryHandshakeQueue({ timers: this.clock });
  readonly coordination = new MemoryCoordination({ timers: this.clock, leaseTtlMs });
  /** Whether the bus is to lose a frame. */
  loses: (to: ProcessId, frame: Frame) => boolean = () => false;
  /** Frames sent so far. */
  frames: { readonly to: ProcessId; readonly frame: Frame }[] = [];
  readonly hub = new MemoryHub({
    turns: this.clock,
    timers: this.clock,
    throughCodec: true,
    loses: (to, frame) => this.loses(to, frame),
    watch: (to, frame) => this.frames.push({ to, frame }),
  });
  readonly log: Logger = pino({ level: process.env['ROLLCALL_TEST_LOG'] ?? 'silent' });

  async start(name: string, role: Role, more: Partial<NodeOptions> = {}): Promise<TestNode> {
    const coordination = this.coordination.connect();
    const node = createNode({
      name,
      roles: { engine: role !== 'front-end', frontEnd: role !== 'engine' },
      joinBus: (self) => this.hub.join(self),
      coordination,
      records: this.records,
      accounts: accountsOver(this.records),
      queue: this.queue,
      domains: ['localhost'],
      timers: this.clock,
      turns: this.clock,
      random: () => 0.5,
      // Nobody is slowed down: every change is to be seen.
      rules: { presenceBurst: 1_000_000 },
      log: this.log.child({ node: name }),
      ...more,
    });
    try {
      await this.during(node.start(), 10_000);
    } catch (error) {
      node.crash();
      throw error;
    }
    return {
      node,
      setConnected: (connected) => {
        coordination.setConnected(connected);
        if (node.process) this.hub.setConnected(node.process, connected);
      },
    };
  }

  /** Lets time pass until the promise is settled, at most so long. */
  async during<T>(promise: Promise<T>, atMostMs: number): Promise<T> {
    const state = { settled: false };
    const watched = promise.finally(() => {
      state.settled = true;
    });
    watched.catch(() => undefined);
    for (let passed = 0; passed <= atMostMs; passed += 50) {
      await this.clock.advance(50);
      if (state.settled) return watched;
    }
    throw new Error(`not settled within ${atMostMs} ms`);
  }

  async addUsers(node: TestNode, ...users: readonly BareJid[]): Promise<void> {
    for (const user of users)
      await this.during(node.node.admin.createUser(user, decoyVerifiers(user, 'secret')), 1_000);
  }

  login(node: TestNode, user: BareJid, resource: string): Promise<TestClient> {
    return this.during(TestClient.login(node.node.gate, user, resource), 15_000);
  }

  /** `watcher` asks to see `watched`, who agrees. What both are told of it is taken. */
  async subscribe(watcher: TestClient, watched: TestClient): Promise<void> {
    watcher.subscription('subscribe', bareOf(watched.address));
    await this.clock.advance(100);
    watched.subscription('subscribed', bareOf(watcher.address));
    await this.clock.advance(100);
    watcher.take();
    watched.take();
  }
}
