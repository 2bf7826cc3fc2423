// One KV bucket as the coordination port wants it.

import type { JetStreamManager } from '@nats-io/jetstream';
import type { KV, KvWatchEntry } from '@nats-io/kv';
import type { NatsConnection, QueuedIterator } from '@nats-io/nats-core';
import type { Bucket, BucketChange, BucketEntry, BucketWrite } from '@rollcall/cluster';
import { isWrongLastSequence } from '../connection/nats-error.ts';
import { asCoordinationError } from './coordination-failure.ts';

const firstRetryMs = 100;
const lastRetryMs = 5_000;

export interface NatsBucketOptions {
  readonly kv: KV;
  /** The same, with more patience: a watch takes a consumer, which several servers have to agree on. */
  readonly watched: KV;
  /** Of the bucket. */
  readonly name: string;
  readonly jsm: JetStreamManager;
  readonly connection: NatsConnection;
}

export class NatsBucket implements Bucket {
  readonly #kv: KV;
  readonly #options: NatsBucketOptions;

  constructor(options: NatsBucketOptions) {
    this.#kv = options.kv;
    this.#options = options;
  }

  read(key: string): Promise<BucketEntry | undefined> {
    return answered(`reading ${key}`, async () => {
      const entry = await this.#kv.get(key);
      if (entry?.operation !== 'PUT') return undefined;
      return { key, value: entry.string(), revision: entry.revision };
    });
  }

  /**
   * The keys are asked of the stream. The client's own way makes a consumer, for which JetStream may choose a server that
   * hangs; then nothing comes.
   */
  entries(prefix = ''): Promise<readonly BucketEntry[]> {
    const { name, jsm } = this.#options;
    return answered('listing', async () => {
      const { state } = await jsm.streams.info(streamOf(name), { subjects_filter: '>' });
      const keys = Object.keys(state.subjects ?? {}).map((subject) => keyIn(subject, name));
      const wanted = keys.filter((key) => key.startsWith(prefix));
      const found = await Promise.all(wanted.map((key) => this.read(key)));
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
    const watch = new Watch(this.#options.watched, this.#options.connection, onChange);
    await answered('watching', () => watch.open());
    return { stop: () => watch.stop() };
  }
}

/** How NATS stores a bucket (ADR-8): one stream, and a subject for each key. */
function streamOf(bucket: string): string {
  return `KV_${bucket}`;
}

function keyIn(subject: string, bucket: string): string {
  return subject.slice(`$KV.${bucket}.`.length);
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
