// Every rule of every chapter against one server: Rollcall, or the peer that `npm run conformance -- --against` names.

import { patienceMs, serverKinds, startServer } from '@rollcall/testkit';
import type { ServerUnderTest } from '@rollcall/testkit';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { chapters } from './chapters.ts';
import { Conversation, password } from './conversation/conversation.ts';
import { castNames } from './conversation/rule.ts';
import type { Rule } from './conversation/rule.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What the matrix is made from. */
    conformance?: { readonly section: string; readonly sentence: string; readonly server: string };
  }
}

const wanted = process.env['CONFORMANCE_AGAINST'] ?? 'rollcall';
const kind = serverKinds.find((candidate) => candidate === wanted);
if (kind === undefined)
  throw new Error(`no such server: ${wanted}; one of ${serverKinds.join(', ')}`);

/** What a peer does not do, it should not take long about. */
const ownPatienceMs = kind === 'rollcall' ? patienceMs : 1_500;

describe(`conformance of ${kind}`, () => {
  let started: ServerUnderTest | undefined;
  const numbered = new Map<Rule, number>(
    chapters.flatMap((chapter) => chapter.rules).map((rule, index) => [rule, index]),
  );

  beforeAll(async () => {
    const names = [...numbered.values()].flatMap((number) =>
      castNames.map((name) => `${name}${number}`),
    );
    started = await startServer(kind, { accounts: names.map((name) => ({ name, password })) });
  });

  afterAll(() => started?.stop());

  for (const chapter of chapters) {
    describe(chapter.title, () => {
      for (const rule of chapter.rules) {
        test(`${rule.section}: ${rule.sentence}`, async ({ task }) => {
          const server = started;
          if (server === undefined) throw new Error('the server was not started');
          const { section, sentence } = rule;
          task.meta.conformance = { section, sentence, server: `${kind} ${server.version}` };
          await converse(rule, server, numbered.get(rule) ?? 0);
        });
      }
    });
  }
});

async function converse(rule: Rule, server: ServerUnderTest, number: number): Promise<void> {
  const conversation = new Conversation(server, ownPatienceMs);
  const [alice, bob, carol, dave] = castNames.map((name) =>
    conversation.person(`${name}${number}`),
  );
  if (!alice || !bob || !carol || !dave) throw new Error('the cast is not complete');
  try {
    await rule.shows({ alice, bob, carol, dave, server, conversation });
  } finally {
    await conversation.ends();
  }
}
