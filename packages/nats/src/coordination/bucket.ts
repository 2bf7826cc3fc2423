// One KV bucket as the coordination port wants it.

import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { NatsConnection, QueuedIterator } from '@nats-io/nats-core';
import type { Bucket, BucketChange, BucketEntry, BucketWrite } from '@rollcall/cluster';
import { isWrongLastSequence } from '../connection/nats-error.ts';
import { asCoordinationError } from './coordination-failure.ts';

const firstRetryMs = 100;
const lastRetryMs = 5_000;

export class NatsBucket implements Bucket {
  readonly #kv: KV;
  readonly #connection: NatsConnection;

  constructor(kv: KV, connection: NatsConnection) {
    this.#kv = kv;
    this.#connection = connection;
  }

  read(key: string): Promise<BucketEntry | undefined> {
    return answered(`reading ${key}`, async () => {
      const entry = await this.#kv.get(key);
      if (entry?.operation !== 'PUT') return undefined;
      return { key, value: entry.string(), revision: entry.revision };
    });
  }

  entries(): Promise<readonly BucketEntry[]> {
    return answered('listing', async () => {
      // A key that is written while they are listed is listed again.
      const keys = new Set<string>();
      for await (const key of await this.#kv.keys()) keys.add(key);
      const found = await Promise.all([...keys].map((key) => this.read(key)));
      return found.filter((entry) => entry !== undefined);
    });
  }

  write(key: string, value: string, expectedRevision: number): Promise<BucketWrite> {
    return answered(`writing ${key}`, async () => {
      try {
        const revision =
          expectedRevision === 0
            ? await this.#kv.create(key, value)
            : await this.#kv.update(key, value, expectedRevision);
        return { ok: true, revision };
      } catch (error) {
        if (isWrongLastSequence(error)) return { ok: false };
        throw error;
      }
    });
  }

  remove(key: string, expectedRevision: number): Promise<boolean> {
    // The client takes 0 for "whatever it is".
    if (expectedRevision === 0) return Promise.resolve(false);
    return answered(`removing ${key}`, async () => {
      try {
        await this.#kv.delete(key, { previousSeq: expectedRevision });
        return true;
      } catch (error) {
        if (isWrongLastSequence(error)) return false;
        throw error;
      }
    });
  }

  async watch(onChange: (change: BucketChange) => void): Promise<{ readonly stop: () => void }> {
    const watch = new Watch(this.#kv, this.#connection, onChange);
    await answered('watching', () => watch.open());
    return { stop: () => watch.stop() };
  }
}

/** A watcher that is made anew after each lost connection, so that everything is told again. */
class Watch {
  readonly #kv: KV;
  readonly #connection: NatsConnection;
  readonly #onChange: (change: BucketChange) => void;
  #entries: QueuedIterator<KvWatchEntry> | undefined;
  #stopped = false;

  constructor(kv: KV, connection: NatsConnection, onChange: (change: BucketChange) => void) {
    this.#kv = kv;
    this.#connection = connection;
    this.#onChange = onChange;
  }

  async open(): Promise<void> {
    await this.#begin();
    void this.#followConnection();
  }

  stop(): void {
    this.#stopped = true;
    this.#entries?.stop();
  }

  async #begin(): Promise<void> {
    const entries = await this.#kv.watch();
    if (this.#stopped) {
      entries.stop();
      return;
    }
    this.#entries?.stop();
    this.#entries = entries;
    void this.#tell(entries);
  }

  async #tell(entries: QueuedIterator<KvWatchEntry>): Promise<void> {
    for await (const { key, operation, revision, value } of entries) {
      if (this.#stopped) return;
      const text = operation === 'PUT' ? Buffer.from(value).toString() : undefined;
      this.#onChange({ key, value: text, revision });
    }
  }

  async #followConnection(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (this.#stopped) return;
      if (type === 'reconnect') await this.#beginAgain();
    }
  }

  async #beginAgain(): Promise<void> {
    for (let waitMs = firstRetryMs; !this.#stopped && !this.#connection.isClosed(); waitMs *= 2) {
      try {
        await this.#begin();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, lastRetryMs)));
      }
    }
  }
}

async function answered<T>(doing: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw asCoordinationError(error, doing);
  }
}
