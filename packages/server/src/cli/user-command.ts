// `rollcall user add|remove|list`

import type { Command } from 'commander';
import { deriveVerifiers } from '@rollcall/store';
import { domainOf, localOf, parseBareJid, type BareJid } from '@rollcall/xmpp';
import { administer } from './administer.ts';
import { CommandFailure, exitCodes } from './exit.ts';
import { readPassword } from './password.ts';
import { addSettingOptions, settingsInForce } from './setting-options.ts';

export function define(command: Command): void {
  const add = command
    .command('add <JID>')
    .description('make an account; the password is asked for')
    .option('--password-stdin', 'read the password from standard input')
    .action(addUser);
  const remove = command
    .command('remove <JID>')
    .description('delete an account; its contacts are told, and all its subscriptions end')
    .action(removeUser);
  const list = command
    .command('list')
    .description('print the JIDs of all accounts, one a line')
    .action(listUsers);
  for (const one of [add, remove, list]) addSettingOptions(one, ['data', 'nats']);
}

async function addUser(
  text: string,
  options: Record<string, unknown> & { readonly passwordStdin?: boolean },
): Promise<void> {
  const { passwordStdin, ...given } = options;
  const settings = settingsInForce(given);
  const user = accountIn(text);
  const password = await readPassword({
    fromStandardInput: passwordStdin === true,
    input: process.stdin,
    prompts: process.stderr,
  });
  const verifiers = await deriveVerifiers(password, { iterations: settings.scramIterations });
  if (!verifiers.ok) throw new CommandFailure(`${verifiers.problem}; nothing was changed.`);
  const outcome = await administer(settings, (administration) =>
    administration.createUser(user, verifiers.value),
  );
  if (outcome === 'exists') throw new CommandFailure(`There is an account ${user} already.`);
  process.stdout.write(`Added ${user}.\n`);
  if (!settings.domain.includes(domainOf(user)))
    process.stdout.write(`Serve it with: rollcall start --domain ${domainOf(user)}\n`);
}

async function removeUser(text: string, options: Record<string, unknown>): Promise<void> {
  const user = accountIn(text);
  const removed = await administer(settingsInForce(options), (administration) =>
    administration.removeUser(user),
  );
  if (!removed) throw new CommandFailure(`There is no account ${user}.`);
  process.stdout.write(`Removed ${user}.\n`);
}

async function listUsers(options: Record<string, unknown>): Promise<void> {
  const users: BareJid[] = [];
  await administer(settingsInForce(options), async (administration) => {
    for await (const user of administration.listUsers()) users.push(user);
  });
  process.stdout.write(
    users
      .sort()
      .map((user) => `${user}\n`)
      .join(''),
  );
}

function accountIn(text: string): BareJid {
  const jid = parseBareJid(text);
  if (jid.ok && localOf(jid.value) !== undefined) return jid.value;
  const problem = jid.ok ? 'a name before the @ is missing' : jid.problem;
  throw new CommandFailure(`${JSON.stringify(text)} is no account's JID: ${problem}.`, {
    exitCode: exitCodes.misused,
  });
}
