// ROUTING.md is written from the tables: `npx vitest run packages/presence/src/routing --update` writes it anew.

import { expect, it } from 'vitest';
import { iqRules, messageRules, presenceRules } from './arrival-rules.ts';

type Rules = Readonly<
  Record<string, { readonly section: string; readonly actions: Readonly<Record<string, string>> }>
>;

const situations: Readonly<Record<string, string>> = {
  nobody: 'no such user, or the sender is blocked',
  bareOffline: 'bare JID, no resource is online',
  bareOnline: 'bare JID, some are online',
  fullMatch: 'full JID of a resource',
  fullOffline: 'full JID of none, no other is online',
  fullOnline: 'full JID of none, others are online',
  account: 'bare JID, whether there is such a user or not',
  fullKnown: 'full JID of a resource that shares its presence with the sender',
  fullStranger: 'full JID of a resource that does not',
  fullNobody: 'full JID of none, no such user, or the sender is blocked',
  fullNone: 'full JID of none',
  bare: 'bare JID',
};
const actions: Readonly<Record<string, string>> = {
  match: 'to it',
  mostAvailable: 'to the highest priority',
  nonNegative: 'to all online',
  available: 'to all available',
  offline: 'offline store, or error',
  error: 'error',
  ignore: '—',
};

const document = (tables: readonly string[]) => `# Where stanzas go

What a user's server does with a stanza from somebody else, written from \`src/routing/arrival-rules.ts\`. "Online" is a
resource that is available with a priority that is not negative; an error is \`service-unavailable\`; a dash is silence.

${tables.join('\n')}`;

it('ROUTING.md shows the tables as they are', async () => {
  const tables = [
    `## Messages\n\n${table(messageRules)}`,
    `## IQs\n\n${table(iqRules)}`,
    `## Presence: directed, and errors\n\n${table(presenceRules)}`,
  ];
  await expect(document(tables)).toMatchFileSnapshot('../../ROUTING.md');
});

function table(rules: Rules): string {
  const columns = Object.keys(Object.values(rules)[0]?.actions ?? {});
  const rows = Object.entries(rules).map(([situation, row]) => [
    worded(situations, situation),
    ...columns.map((column) => worded(actions, row.actions[column] ?? '')),
    row.section,
  ]);
  const all = [['finds', ...columns, 'section'], ...rows];
  const widths = all[0]!.map((_, index) => Math.max(...all.map((row) => row[index]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index]!)).join(' | ')} |`;
  const rule = line(widths.map((width) => '-'.repeat(width)));
  return [line(all[0]!), rule, ...all.slice(1).map(line), ''].join('\n');
}

function worded(words: Readonly<Record<string, string>>, key: string): string {
  const word = words[key];
  if (word === undefined) throw new Error(`there are no words for ${key}`);
  return word;
}
