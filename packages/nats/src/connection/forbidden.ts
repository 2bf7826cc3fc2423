// What NATS refuses because of the permissions of the user, as sentences that say what to allow.

import { errors } from '@nats-io/nats-core';
import { NatsError } from './nats-error.ts';

type PermissionViolation = InstanceType<typeof errors.PermissionViolationError>;

/** Permissions on subjects, with wildcards where names are made up at random or by users. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** The refusal that an error of the client comes from, if one is behind it. */
export function refusalBehind(error: unknown): PermissionViolation | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof errors.PermissionViolationError) return at;
  }
  return undefined;
}

/** What to allow, so that this is not refused again. */
export function sentenceOf(refusal: PermissionViolation): string {
  const { operation, subject } = refusal;
  const doing = operation === 'publish' ? 'publish on' : 'subscribe to';
  const hint = subject.startsWith('$JS.API.STREAM.CREATE.')
    ? 'start an engine first, which makes the streams, or allow it'
    : `allow it to ${doing} "${grantFor(subject)}"`;
  return `The NATS credentials do not allow to ${doing} "${subject}": ${hint}, as in infra/nats/permissions.conf.`;
}

export function forbiddenError(who: string, missing: Permissions, cause?: unknown): NatsError {
  const wishes = [
    ...wish('publish on', missing.publish),
    ...wish('subscribe to', missing.subscribe),
  ];
  return new NatsError(
    'nats_forbidden',
    `The NATS credentials do not allow what ${who} needs: allow them to ${wishes.join(' and to ')}, as in infra/nats/permissions.conf.`,
    { cause },
  );
}

function wish(doing: string, subjects: readonly string[]): readonly string[] {
  if (subjects.length === 0) return [];
  return [`${doing} ${subjects.map((subject) => `"${subject}"`).join(', ')}`];
}

/** Consumers, inboxes and records have a name of their own each time. */
const madeUpNames = [
  /^(\$JS\.API\.CONSUMER\.(?:CREATE|INFO|DELETE|MSG\.NEXT)\.[^.]+)\./,
  /^(\$KV\.[^.]+_(?:records|unsettled))\./,
  /^(.+)\.[0-9A-Z]{22}\./,
];

function grantFor(subject: string): string {
  for (const pattern of madeUpNames) {
    const fixed = pattern.exec(subject)?.[1];
    if (fixed !== undefined) return `${fixed}.>`;
  }
  return subject;
}
