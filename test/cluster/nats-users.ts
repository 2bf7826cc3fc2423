// The users of infra/nats/permissions.conf, as the tests give them to a NATS server and to nodes.

import { readFile } from 'node:fs/promises';

export interface NatsUser {
  readonly name: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const conf = new URL('../../infra/nats/permissions.conf', import.meta.url);

/** The password of a user in these tests. */
export function passwordOf(user: string): string {
  return `password-of-${user}`;
}

/** The file as it is shipped, with passwords in the place of the variables. */
export async function shippedConfig(): Promise<string> {
  const text = await readFile(conf, 'utf8');
  return text.replace(/user: (\S+), password: \$\w+/g, (_, name: string) => {
    return `user: ${name}, password: ${passwordOf(name)}`;
  });
}

export async function shippedUsers(): Promise<readonly NatsUser[]> {
  const blocks = (await readFile(conf, 'utf8')).split(/^ +user: /m).slice(1);
  return blocks.map((block) => {
    const [name = ''] = block.split(',');
    const [publish = '', subscribe = ''] = block.split('subscribe:');
    return { name, publish: quotedIn(publish), subscribe: quotedIn(subscribe) };
  });
}

export function configOf(users: readonly NatsUser[]): string {
  const blocks = users.map(
    ({ name, publish, subscribe }) => `{ user: ${name}, password: ${passwordOf(name)}, permissions {
      publish: ${JSON.stringify(publish)}, subscribe: ${JSON.stringify(subscribe)} } }`,
  );
  return `authorization { users: [ ${blocks.join('\n')} ] }`;
}

/** What a node or a command is given to be this user. */
export function environmentOf(user: string): Readonly<Record<string, string>> {
  return {
    ROLLCALL_NATS_CONNECTION_USER: user,
    ROLLCALL_NATS_CONNECTION_PASSWORD: passwordOf(user),
    ROLLCALL_NATS_CONNECTION_INBOX_PREFIX: `_INBOX_${user}`,
  };
}

function quotedIn(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]+)"/g)].map(([, subject]) => subject ?? '');
}
