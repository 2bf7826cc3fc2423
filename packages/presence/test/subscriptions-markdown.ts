// SUBSCRIPTIONS.md: the tables of `tables.ts` for people to read.

import {
  inboundTables,
  outboundTables,
  type InboundRequestRow,
  type InboundRow,
  type OutboundRow,
  type Table,
} from '../src/subscription/tables.ts';
import type { SubscriptionState } from '../src/subscription/state.ts';

const head = `# What a server does with each subscription stanza

Generated from \`src/subscription/tables.ts\`; to write it anew: \`npx vitest run --project unit packages/presence -u\`.

The state is that of the server's own user towards the contact (RFC 3921 §9.1). "Push" is whether clients see the roster
item change. A new state of "–" is the one before.
`;

export function subscriptionsMarkdown(): string {
  const sections = [head, '## Outbound: from the user to the contact\n'];
  for (const [type, table] of Object.entries(outboundTables)) sections.push(outbound(type, table));
  sections.push('## Inbound: from the contact to the user\n');
  for (const [type, table] of Object.entries(inboundTables)) sections.push(inbound(type, table));
  return sections.join('\n');
}

function outbound(type: string, { section, rows }: Table<OutboundRow>): string {
  const cells = Object.entries(rows).map(([state, row]) => [
    state,
    row.route ? 'routed' : 'not routed',
    nextOf(state, row.next),
    row.push ? 'yes' : 'no',
    row.deviation ?? '',
  ]);
  const titles = ['State', 'Stanza', 'New state', 'Push', 'Deviation from RFC 3921'];
  return `${titleOf(type, section)}\n${tableOf([titles, ...cells])}`;
}

function inbound(type: string, { section, rows }: Table<InboundRequestRow>): string {
  const cells = Object.entries(rows).flatMap(([state, row]) => {
    const rowCells = inboundCells(state, state, row);
    return row.preApproved === undefined
      ? [rowCells]
      : [rowCells, inboundCells(`${state}, pre-approved`, state, row.preApproved)];
  });
  const titles = ['State', 'Stanza', 'New state', 'Push', 'Answer', 'Deviation from RFC 3921'];
  return `${titleOf(type, section)}\n${tableOf([titles, ...cells])}`;
}

function inboundCells(title: string, state: string, row: InboundRow): readonly string[] {
  return [
    title,
    row.deliver ? 'shown' : 'not shown',
    nextOf(state, row.next),
    row.push ? 'yes' : 'no',
    row.autoReply ?? '',
    row.deviation ?? '',
  ];
}

function nextOf(state: string, next: SubscriptionState): string {
  return next === state ? '–' : next;
}

function titleOf(type: string, section: string): string {
  return `### \`${type}\` (${section})\n`;
}

/** Columns as wide as their widest cell, as the formatter wants them. Those that are empty throughout are left out. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''));
  const used = columns.filter((cells) => cells.slice(1).some((cell) => cell !== ''));
  const widths = used.map((cells) => Math.max(...cells.map((cell) => cell.length)));
  const lines = rows.map((_, row) =>
    lineOf(used.map((cells, column) => (cells[row] ?? '').padEnd(widths[column] ?? 0))),
  );
  const rule = lineOf(widths.map((width) => '-'.repeat(width)));
  return [lines[0], rule, ...lines.slice(1)].join('\n') + '\n';
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
