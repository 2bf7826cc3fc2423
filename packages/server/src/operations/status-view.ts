// The report of `rollcall status` for a person at a terminal: first whether all is well, then what is not, then the rest.

import type { ClusterReport, NodeReport, ServerReport, StatusReport } from './status-report.ts';

export function statusText(report: StatusReport, nowMs: number): string {
  const lines =
    report.kind === 'cluster' ? clusterLines(report, nowMs) : serverLines(report, nowMs);
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function clusterLines(report: ClusterReport, nowMs: number): readonly string[] {
  const { healthy, problems, notes, epoch, leader, nodes, shards } = report;
  const verdict = healthy ? 'All is well.' : 'Not all is well:';
  return [
    verdict,
    ...problems.map(({ text }) => `  ! ${text}`),
    ...notes.map(({ text }) => `  - ${text}`),
    '',
    ...table(nodes, report, nowMs),
    '',
    `Shard map of epoch ${epoch}, written by ${leader ?? 'nobody'}: ` +
      `${shards.total - shards.withoutOwner} of ${shards.total} shards owned, ${shards.moving} moving.`,
    `${report.sessions} sessions; ${report.handshakesWaiting} handshakes wait.`,
  ];
}

interface Column {
  readonly title: string;
  readonly cell: (node: NodeReport) => string;
  readonly isNumber?: true;
}

function table(
  nodes: readonly NodeReport[],
  { epoch }: ClusterReport,
  nowMs: number,
): readonly string[] {
  const columns: readonly Column[] = [
    { title: 'NODE', cell: ({ name }) => name },
    { title: 'ROLE', cell: ({ role }) => role },
    { title: 'LIFE', cell: ({ incarnation }) => String(incarnation), isNumber: true },
    {
      title: 'UP',
      cell: ({ startedAt }) => duration(nowMs - Date.parse(startedAt)),
      isNumber: true,
    },
    { title: 'SHARDS', cell: shardsOf, isNumber: true },
    { title: 'SESSIONS', cell: sessionsOf, isNumber: true },
    { title: 'EPOCH', cell: (node) => String(node.epoch), isNumber: true },
    { title: 'LAG', cell: ({ lag }) => String(lag), isNumber: true },
    { title: 'STATE', cell: (node) => stateOf(node, epoch) },
  ];
  const rows = [
    columns.map(({ title }) => title),
    ...nodes.map((node) => columns.map(({ cell }) => cell(node))),
  ];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) =>
        columns[at]?.isNumber ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
      )
      .join('  '),
  );
}

function shardsOf({ role, shardsOwned }: NodeReport): string {
  return role === 'front-end' ? '-' : String(shardsOwned);
}

function sessionsOf({ role, sessions }: NodeReport): string {
  return role === 'engine' ? '-' : String(sessions);
}

function stateOf({ listed, draining, shardsMoving, epoch }: NodeReport, current: number): string {
  const words = [
    ...(listed ? [] : ['joining']),
    ...(draining ? ['draining'] : []),
    ...(shardsMoving > 0 ? [`${shardsMoving} moving`] : []),
    ...(listed && epoch + 1 < current ? ['behind'] : []),
  ];
  return words.length === 0 ? 'ok' : words.join(', ');
}

function serverLines(report: ServerReport, nowMs: number): readonly string[] {
  const { data, problems, healthy, queueDepth } = report;
  const verdict = healthy ? 'All is well.' : 'Not all is well:';
  const waiting = `${queueDepth} handshakes wait.`;
  if (!report.running) return [verdict, ...problems.map(({ text }) => `  ! ${text}`), waiting];
  const { version = '', startedAt = '', sessions = 0, actorsResident, mailboxDepth } = report;
  return [
    verdict,
    ...problems.map(({ text }) => `  ! ${text}`),
    `Rollcall ${version} runs on ${data}, for ${duration(nowMs - Date.parse(startedAt))}.`,
    `${sessions} sessions; ${actorsResident} users in memory, for whom ${mailboxDepth} inputs wait; ${waiting}`,
  ];
}

const units = [
  { letter: 'd', ms: 86_400_000 },
  { letter: 'h', ms: 3_600_000 },
  { letter: 'm', ms: 60_000 },
  { letter: 's', ms: 1_000 },
] as const;

/** The two largest units: `3d 4h`, `12s`. */
function duration(ms: number): string {
  const first = units.findIndex((unit) => ms >= unit.ms);
  if (first === -1) return '0s';
  let rest = ms;
  const words: string[] = [];
  for (const { letter, ms: unitMs } of units.slice(first, first + 2)) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) words.push(`${count}${letter}`);
  }
  return words.join(' ');
}
