/** Presence of many users as one viewer may see it, asked for at once. */
import type { PresenceAnswer, PresenceAnswers, SessionGate } from '@rollcall/cluster';
import { parseJid, type BareJid, type Jid } from '@rollcall/xmpp';
import { FrontEndError } from '../front-end-error.ts';
import { readPresenceContent, type ReadPresence } from './presence-content.ts';

/** Whose presence, and for whose eyes. */
export interface PresenceQuestion {
  /** Who wants to know, as a JID: they are told what they may see, no more. */
  readonly viewer: string;
  /** Bare JIDs. */
  readonly users: readonly string[];
}

/** What the viewer may know of one user. */
export interface UserPresence {
  readonly user: BareJid;
  /** When this was true: epoch milliseconds. */
  readonly atMs: number;
  /** Where the user is there: on which devices, best first. Empty where not, or where the viewer may not know. */
  readonly devices: readonly DevicePresence[];
  /** The last words of a user who has gone, where the viewer may see them (XEP-0318). */
  readonly last?: ReadPresence;
}

export interface DevicePresence extends ReadPresence {
  readonly address: Jid;
}

/** What `ask` resolves with. */
export interface PresenceReport {
  /** Grows when users change hands within the cluster; of two reports on one user, the higher counts. */
  readonly epoch: number;
  readonly users: readonly UserPresence[];
  /** Those of whom nobody could tell now: ask again. */
  readonly missing: readonly BareJid[];
}

/** Throws `front_end_jid_malformed`; rejects with `front_end_question_failed`. */
export async function askPresence(
  gate: SessionGate,
  { viewer, users }: PresenceQuestion,
): Promise<PresenceReport> {
  const query = { viewer: jidOf(viewer), users: users.map(bareJidOf) };
  const answers = await gate.ask(query).catch((cause: unknown): PresenceAnswers => {
    const text = 'The cluster could not be asked for presence; try again later.';
    throw new FrontEndError('front_end_question_failed', text, { cause });
  });
  return {
    epoch: answers.epoch,
    users: answers.answers.map(readAnswer),
    missing: answers.missing,
  };
}

function jidOf(text: string): Jid {
  const jid = parseJid(text);
  if (jid.ok) return jid.value;
  throw new FrontEndError('front_end_jid_malformed', `'${text}' is not a JID: ${jid.problem}.`);
}

function bareJidOf(text: string): BareJid {
  const jid = jidOf(text);
  if (!jid.includes('/')) return jid as BareJid;
  throw new FrontEndError('front_end_jid_malformed', `'${text}' is a device; name its user.`);
}

function readAnswer({ user, atMs, outcome }: PresenceAnswer): UserPresence {
  switch (outcome.kind) {
    case 'available': {
      const devices = outcome.presences.map(({ stanza }) => ({
        ...readPresenceContent(stanza.content),
        address: stanza.from ?? user,
      }));
      return { user, atMs, devices: devices.sort((a, b) => b.priority - a.priority) };
    }
    case 'unavailable':
      return { user, atMs, devices: [], last: readPresenceContent(outcome.stanza.content) };
    case 'unsubscribed':
      return { user, atMs, devices: [] };
  }
}
