// The page that says where servers differ: made from what their runs found out, never written by hand.

import type { RuleResult, RunResults } from './results.ts';
import { chaptersTable, differencesTable } from './tables.ts';

/** Markdown. `runs` are of the same suite. */
export function comparisonPage(runs: readonly RunResults[]): string {
  const names = runs.map((run) => run.server);
  return `# Conformance compared

${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? 'nobody'}, held to the same rules over the wire. Made by
\`npm run conformance -- --against all --report test/conformance/COMPARISON.md\`; [README.md](README.md) says how the
suite works, and \`packages/testkit/src/servers/\` how each server is configured: the peers as Debian packages them, with
their modules for presence, rosters, privacy, blocking, client state and last activity.

What RFC 6121 or an extension leaves to a server as a SHOULD counts as a rule here, and so does an extension that a server
does not have (Prosody has no privacy lists any more, ejabberd no presence of its domain). A row of chapter 9 stands for a
whole walk: one step in which a server differs, and the row is a no.

## Rules kept, by chapter

${chaptersTable(runs)}

## Where a peer keeps a rule and Rollcall does not

${peersAhead(runs)}

## Where they differ

${differencesTable(runs)}
`;
}

function peersAhead(runs: readonly RunResults[]): string {
  const ours = runs.find(({ server }) => server.startsWith('rollcall'));
  if (ours === undefined) return 'Rollcall was not asked.';
  const peers = runs.filter((run) => run !== ours);
  const missed = ours.rules.filter((rule) => !rule.passed && peers.some((run) => keeps(run, rule)));
  if (missed.length === 0) return 'There is none.';
  return missed.map(({ section, sentence }) => `- ${section}: ${sentence}`).join('\n');
}

function keeps(run: RunResults, { section, sentence }: RuleResult): boolean {
  return run.rules.some(
    (rule) => rule.passed && rule.section === section && rule.sentence === sentence,
  );
}
