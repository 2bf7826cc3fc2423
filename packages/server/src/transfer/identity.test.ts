import fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createEmbedded } from '@rollcall/cluster';
import {
  MemoryHandshakeQueue,
  MemoryRecordStore,
  accountsOver,
  systemTimers,
} from '@rollcall/store';
import { localAdministration } from '../administration/local-administration.ts';
import type { Administration } from '../administration/administration.ts';
import { importUsers } from './import-users.ts';
import { asks, subscriptions } from './subscription.ts';
import { textLines } from './text-lines.ts';
import { formatUserLine } from './user-line.ts';

function emptyServer(): Administration {
  const records = new MemoryRecordStore();
  const engine = createEmbedded({
    records,
    accounts: accountsOver(records),
    queue: new MemoryHandshakeQueue({ timers: systemTimers }),
    domains: ['localhost'],
    log: pino({ level: 'silent' }),
  });
  return localAdministration(engine.admin);
}

async function importInto(administration: Administration, lines: readonly string[]) {
  const source = async function* () {
    yield await Promise.resolve(Buffer.from(lines.join('\n')));
  };
  const bad: string[] = [];
  await importUsers(textLines(source()), {
    administration,
    hash: () => Promise.reject(new Error('there is no password in these lines')),
    onBadLine: (_number, problem) => bad.push(problem),
    onProgress: () => undefined,
  });
  expect(bad).toEqual([]);
}

async function exportFrom(administration: Administration): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const { jid, credentials, roster } of administration.exportUsers())
    lines.push(formatUserLine({ jid, verifiers: credentials, roster }));
  return lines.sort();
}

const key = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((data) => Buffer.from(data).toString('base64'));

const name = fc.nat(20).map((number) => `user${number}@localhost`);

const line = fc.record(
  {
    jid: name,
    scram: fc.record({
      storedkey: key(32),
      serverkey: key(32),
      salt: key(12),
      iterationcount: fc.nat(9_999).map((n) => n + 1),
    }),
    roster: fc.uniqueArray(
      fc.record(
        {
          jid: fc.nat(40).map((number) => `contact${number}@localhost`),
          subscription: fc.constantFrom(...subscriptions),
          ask: fc.constantFrom(...asks),
          name: fc.string(),
          groups: fc.uniqueArray(fc.string()),
        },
        { requiredKeys: ['jid'] },
      ),
      { selector: ({ jid }) => jid },
    ),
  },
  { requiredKeys: ['jid'] },
);

test('what one server exports, another that imported it exports too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 10 }), async (lines) => {
      const [first, second] = [emptyServer(), emptyServer()];
      await importInto(
        first,
        lines.map((user) => JSON.stringify(user)),
      );
      const exported = await exportFrom(first);
      await importInto(second, exported);
      expect(await exportFrom(second)).toEqual(exported);
      // And to itself it changes nothing.
      await importInto(first, exported);
      expect(await exportFrom(first)).toEqual(exported);
    }),
    { numRuns: 50 },
  );
});
