// `rollcall audit`

import type { Command } from 'commander';
import type { AuditEvent, AuditSummary, Disagreement } from '@rollcall/cluster';
import { administer } from './administer.ts';
import { CommandFailure, exitCodes, Verdict } from './exit.ts';
import { showProgress, type Progress } from './progress.ts';
import { addSettingOptions, settingsInForce } from './setting-options.ts';

const explanation = `
Whoever is subscribed to a contact is noted by the contact as somebody who may see them, and the other way round; so are
requests. Each line is one pair of users that disagree. With --repair each is mended as the RFC has it, and clients see
their rosters change:

  one is subscribed, the other does not know of it      the subscription ends
  one has asked, the other has not heard of it, or      the request is sent again
    has approved it; or a repeated request was lost
  one is noted or has a request that the other does     it ends
    not know of

Everything may go on running meanwhile. The exit code is 0 if all agree or all was mended, else 1.`;

export function define(command: Command): void {
  command
    .option('--repair', 'mend what does not agree')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', explanation);
  addSettingOptions(command, ['data', 'nats']);
  command.action(audit);
}

async function audit(
  options: Record<string, unknown> & { readonly repair?: boolean; readonly json?: boolean },
): Promise<void> {
  const { repair = false, json = false, ...given } = options;
  const settings = settingsInForce(given);
  const summary = await administer(settings, (administration) =>
    report(administration.audit({ repair }), json),
  );
  if (!json) process.stdout.write(`${sentence(summary)}\n`);
  const isWell = summary.disagreements === summary.mended && summary.unreadable === 0;
  if (!isWell) throw new Verdict(exitCodes.failed);
}

async function report(events: AsyncIterable<AuditEvent>, json: boolean): Promise<AuditSummary> {
  let progress: Progress | undefined;
  let shown = 0;
  let total = 0;
  try {
    for await (const event of events) {
      if (event.kind === 'progress') {
        // How much there is to do is known better after the first reading.
        if (event.total !== total) {
          progress?.stop();
          progress = showProgress('Comparing', event.total, process.stderr);
          shown = 0;
          total = event.total;
        }
        progress?.advance(event.done - shown);
        shown = event.done;
      } else {
        if (json) progress?.say(JSON.stringify(event), process.stdout);
        else if (event.kind !== 'done') progress?.say(lineOf(event), process.stdout);
        if (event.kind === 'done') return event.summary;
      }
    }
  } finally {
    progress?.stop();
  }
  throw new CommandFailure('The audit was cut off; run it again.');
}

function lineOf(event: Exclude<AuditEvent, { readonly kind: 'progress' | 'done' }>): string {
  if (event.kind === 'unreadable')
    return `${event.user}: the record is damaged; nothing could be compared.`;
  const { disagreement, outcome } = event;
  const after = { found: '', mended: ' Mended.', left: ' Not mended yet.' }[outcome];
  return `${descriptionOf(disagreement)}.${after}`;
}

const asking = { subscribed: 'is subscribed to', asked: 'has asked to see' } as const;

function descriptionOf(disagreement: Disagreement): string {
  const { asker, giver } = disagreement;
  if (disagreement.asking === 'subscribed' || disagreement.asking === 'asked') {
    const claim = `${asker} ${asking[disagreement.asking]} ${giver}`;
    switch (disagreement.giving) {
      case 'approved':
        return `${claim}, who has approved that`;
      case 'requested':
        return `${claim}, who has not answered the request`;
      case 'nothing':
        return `${claim}, who does not know of it`;
      case 'unheard':
        return `${claim}, who has not heard of the last request for that`;
      case 'no-account':
        return `${claim}, who has no account`;
    }
  }
  const who =
    disagreement.asking === 'no-account' ? 'who has no account' : 'who does not know of it';
  const verb = disagreement.giving === 'approved' ? 'lets itself be seen by' : 'has a request of';
  return `${giver} ${verb} ${asker}, ${who}`;
}

function sentence(summary: AuditSummary): string {
  const { users, contacts, elsewhere, unreadable, disagreements, mended } = summary;
  const compared = `Compared ${contacts} contacts of ${users} users`;
  const remote = elsewhere === 0 ? '' : ` (${elsewhere} elsewhere left out)`;
  const damaged = unreadable === 0 ? '' : ` ${unreadable} records are damaged.`;
  if (disagreements === 0) return `${compared}${remote}: all agree.${damaged}`;
  const repaired = mended === 0 ? '' : `, ${mended} mended`;
  return `${compared}${remote}: ${disagreements} disagree${repaired}.${damaged}`;
}
