/** An embedded engine on memory stores and a clock that stands still, with users and clients: for tests. */
import {
  accountsOver,
  DirectHandshakeQueue,
  decoyVerifiers,
  MemoryHandshakeQueue,
  MemoryRecordStore,
  userKey,
  type HandshakeQueue,
  type RecordStore,
} from '@rollcall/store';
import { bareOf, type BareJid } from '@rollcall/xmpp';
import { pino } from 'pino';
import type { EngineStats, ExportedUser } from '../admin/engine-admin.ts';
import { createEmbedded, type Embedded, type EmbeddedOptions } from '../embedded/embedded.ts';
import { TestClient } from './test-client.ts';
import { VirtualClock } from './virtual-clock.ts';

export class EmbeddedWorld {
  readonly clock = new VirtualClock();
  /** What outlives a crash. Tests may put something in front that fails. */
  records: RecordStore = new MemoryRecordStore();
  queue: HandshakeQueue = new MemoryHandshakeQueue({ timers: this.clock });
  #server: Embedded | undefined;

  get server(): Embedded {
    if (this.#server === undefined) throw new Error('not launched');
    return this.#server;
  }

  async launch(more: Partial<EmbeddedOptions> = {}): Promise<void> {
    this.#server = createEmbedded({
      records: this.records,
      accounts: accountsOver(this.records),
      queue: new DirectHandshakeQueue(this.queue, { timers: this.clock }),
      timers: this.clock,
      turns: this.clock,
      random: () => 0.5,
      domains: ['localhost'],
      log: pino({ level: 'silent' }),
      ...more,
    });
    await this.settling(this.server.start());
  }

  async addUsers(...users: readonly BareJid[]): Promise<void> {
    for (const user of users)
      await this.settling(this.server.admin.createUser(user, decoyVerifiers(user, 'secret')));
  }

  settle(): Promise<void> {
    return this.clock.settle();
  }

  /** Lets happen what a promise waits for, time standing still. */
  async settling<T>(promise: Promise<T>): Promise<T> {
    const [value] = await Promise.all([promise, this.settle()]);
    return value;
  }

  login(user: BareJid, resource?: string): Promise<TestClient> {
    return this.settling(TestClient.login(this.server.gate, user, resource));
  }

  /** `watcher` asks to see `watched`, who agrees. What both are told of it is taken. */
  async subscribe(watcher: TestClient, watched: TestClient): Promise<void> {
    watcher.subscription('subscribe', bareOf(watched.address));
    await this.settle();
    watched.subscription('subscribed', bareOf(watcher.address));
    await this.settle();
    watcher.take();
    watched.take();
  }

  stats(): Promise<EngineStats> {
    return this.settling(this.server.admin.stats());
  }

  async exported(): Promise<readonly ExportedUser[]> {
    const users: ExportedUser[] = [];
    for await (const user of this.server.admin.exportUsers()) users.push(user);
    return users;
  }

  async recordKeysOf(user: BareJid): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const key of this.records.keys(`user/${userKey(user)}/`)) keys.push(key);
    return keys;
  }
}
