/** A front-end with a fake cluster behind it and clients in memory before it. */
import {
  createFrontEnd,
  type FrontEnd,
  type FrontEndOptions,
  type HandOver,
} from '../src/index.ts';
import type { Authenticator } from '../src/index.ts';
import { pino } from 'pino';
import { duplexPair } from './duplex-pair.ts';
import { FakeGate } from './fake-gate.ts';
import { ManualTimers } from './manual-timers.ts';
import { verifiersOf } from './scram-client.ts';
import { TextClient } from './text-client.ts';

/** Everybody's password is their name followed by `-pw`; nobody else exists. */
export function smallAuthenticator(...names: readonly string[]): Authenticator {
  const known = new Map(names.map((name) => [`${name}@localhost`, `${name}-pw`]));
  return {
    verifiers: (user) => {
      const password = known.get(user);
      return Promise.resolve(password === undefined ? undefined : verifiersOf(password));
    },
    checkPassword: (user, password) =>
      Promise.resolve(
        known.get(user) === password
          ? { ok: true, user }
          : { ok: false, condition: 'not-authorized' },
      ),
  };
}

export interface World {
  readonly frontEnd: FrontEnd;
  readonly gate: FakeGate;
  readonly timers: ManualTimers;
  /** Log lines, oldest first. */
  readonly logged: readonly Record<string, unknown>[];
  readonly client: (handOver?: HandOver) => TextClient;
}

export interface WorldOptions extends Partial<Omit<FrontEndOptions, 'gate' | 'timers'>> {
  readonly gate?: FakeGate;
  readonly timers?: ManualTimers;
}

export function makeWorld({
  gate = new FakeGate(),
  timers = new ManualTimers(),
  ...options
}: WorldOptions = {}): World {
  const logged: Record<string, unknown>[] = [];
  const log = pino(
    { level: 'debug' },
    { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const frontEnd = createFrontEnd({
    gate,
    timers,
    log,
    domains: ['localhost'],
    authenticator: smallAuthenticator('alice', 'bob'),
    cleartextAuth: true,
    ...options,
  });
  return {
    frontEnd,
    gate,
    timers,
    logged,
    client: (handOver) => {
      const [ours, theirs] = duplexPair();
      frontEnd.handleStream(theirs, handOver);
      return new TextClient(ours);
    },
  };
}
