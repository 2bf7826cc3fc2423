// Before a node starts: may its credentials do all that it will have to? What is found later is found by users.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { headers } from '@nats-io/nats-core';
import type { NatsConnection } from '@nats-io/nats-core';
import type { NatsLink } from './connection.ts';
import { forbiddenError, refusalBehind } from './forbidden.ts';
import type { Permissions } from './forbidden.ts';
import { neededBy } from './needed-permissions.ts';
import type { NatsRole } from './needed-permissions.ts';

/** Rejects with `NatsError` `nats_forbidden`, which names every subject that is missing. Changes nothing in NATS. */
export async function requirePermissions(link: NatsLink, role: NatsRole): Promise<void> {
  const { connection, options } = link;
  const needed = neededBy(role, options);
  const refused = await refusedOf(connection, needed, options.requestTimeoutMs);
  if (refused.publish.length + refused.subscribe.length === 0) return;
  throw forbiddenError(role.engine ? 'an engine' : 'a front-end', refused);
}

async function refusedOf(
  connection: NatsConnection,
  needed: Permissions,
  timeoutMs: number,
): Promise<Permissions> {
  const publish = new Set<string>();
  const subscribe = new Set<string>();
  const subscriptions = needed.subscribe.map((subject) =>
    connection.subscribe(subject, {
      callback: (error) => {
        if (error !== null) subscribe.add(subject);
      },
    }),
  );
  for (const subject of needed.publish) {
    connection
      .request(probeOf(subject), '', { timeout: timeoutMs, headers: refusedByStreams() })
      .catch((error: unknown) => {
        if (refusalBehind(error)?.operation === 'publish') publish.add(subject);
      });
  }
  // The server answers in order: what it refuses, it has refused before it answers this.
  await connection.flush();
  await nextTurn();
  for (const subscription of subscriptions) subscription.unsubscribe();
  return { publish: [...publish], subscribe: [...subscribe] };
}

/** A subject that the permission covers and that nobody acts upon: no such process, no such consumer, no valid request. */
function probeOf(subject: string): string {
  return subject.replaceAll('*', '0').replace(/>$/, 'permission-check');
}

/** No stream takes a message that is meant for another. */
function refusedByStreams() {
  const marks = headers();
  marks.set('Nats-Expected-Stream', 'none');
  return marks;
}
