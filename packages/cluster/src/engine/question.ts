/** Answers what a viewer may know of many users at once, without waking anybody. */
import type { UserState } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';
import type { PresenceCore } from '../actor/presence-core.ts';
import type { PresenceAnswer, ToOwner } from '../envelope/envelope.ts';
import type { Post } from '../post/post.ts';
import type { Timers } from '@rollcall/store';
import type { Residents } from './residents.ts';
import type { UserRecords } from './user-records.ts';

export interface Answerer {
  readonly core: PresenceCore;
  readonly timers: Timers;
  readonly residents: Residents;
  readonly records: Pick<UserRecords, 'peek'>;
}

/** Records read at once for the users of a question who are not in memory. */
const readingAtOnce = 32;

export async function answerQuestion(
  { question, replyTo, viewer, users }: Extract<ToOwner, { kind: 'ask' }>,
  answerer: Answerer,
  post: Post,
): Promise<void> {
  const answers: PresenceAnswer[] = [];
  for (let start = 0; start < users.length; start += readingAtOnce) {
    const some = users.slice(start, start + readingAtOnce);
    const states = await Promise.all(some.map((user) => stateOf(user, answerer)));
    for (const [index, user] of some.entries()) {
      const state = states[index];
      if (state === undefined) continue;
      const atMs = Math.floor(answerer.timers.now());
      answers.push({ user, atMs, outcome: answerer.core.visiblePresence(state, viewer) });
    }
  }
  post.toGate(replyTo, { kind: 'asked', question, epoch: post.epoch, answers });
}

/** Undefined where the store fails: no answer is better than a wrong one. */
async function stateOf(user: BareJid, answerer: Answerer): Promise<UserState | undefined> {
  const resident = answerer.residents.find(user)?.state;
  if (resident !== undefined) return resident;
  try {
    return await answerer.records.peek(user);
  } catch {
    return undefined;
  }
}
