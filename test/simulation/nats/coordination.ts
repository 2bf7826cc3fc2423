/** Leases and facts as one process has them: questions may fail or seem to, and answers may be old. */
import {
  CoordinationError,
  type Bucket,
  type BucketChange,
  type BucketEntry,
  type Coordination,
} from '@rollcall/cluster';
import type { Connection } from './connection.ts';

/** `inner` is cut together with the connection, and delays by itself. */
export function coordinationOver(inner: Coordination, connection: Connection): Coordination {
  const leases = new BucketOver(inner.leases, connection);
  const facts = new BucketOver(inner.facts, connection);
  return { leases: Object.assign(leases, { ttlMs: inner.leases.ttlMs }), facts };
}

class BucketOver implements Bucket {
  readonly #inner: Bucket;
  readonly #connection: Connection;
  /** What this process was told when it last looked: a follower may say so once more. */
  readonly #lastSeen = new Map<string, BucketEntry | undefined>();

  constructor(inner: Bucket, connection: Connection) {
    this.#inner = inner;
    this.#connection = connection;
  }

  read(key: string): Promise<BucketEntry | undefined> {
    return this.#ask(async () => {
      const entry = await this.#inner.read(key);
      const isStale = this.#lastSeen.has(key) && this.#connection.happens('stale');
      const answer = isStale ? this.#lastSeen.get(key) : entry;
      this.#lastSeen.set(key, entry);
      return answer;
    });
  }

  entries(prefix?: string): Promise<readonly BucketEntry[]> {
    return this.#ask(() => this.#inner.entries(prefix));
  }

  write(key: string, value: string, expectedRevision: number) {
    return this.#ask(() => this.#inner.write(key, value, expectedRevision));
  }

  remove(key: string, expectedRevision: number): Promise<boolean> {
    return this.#ask(() => this.#inner.remove(key, expectedRevision));
  }

  watch(onChange: (change: BucketChange) => void) {
    const { machine } = this.#connection;
    return machine.ask(() => this.#inner.watch((change) => machine.happen(() => onChange(change))));
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return this.#connection.machine.ask(async () => {
      if (this.#connection.happens('refused')) throw away();
      const answer = await question();
      if (this.#connection.happens('unanswered')) throw away();
      return answer;
    });
  }
}

function away(): CoordinationError {
  return new CoordinationError(
    'coordination_unavailable',
    'The simulated service does not answer.',
  );
}
