/** Asks the owners of many users what a viewer may know of them, and puts the answers together. */
import type { Timers } from '@rollcall/store';
import type { BareJid } from '@rollcall/xmpp';
import type { PresenceAnswer, ToGate } from '../envelope/envelope.ts';
import type { Post } from '../post/post.ts';
import { shardOf } from '../shard/shard-of.ts';
import type { PresenceAnswers, PresenceQuery } from './session-gate.ts';

interface Question {
  readonly users: readonly BareJid[];
  readonly answers: Map<BareJid, PresenceAnswer>;
  awaited: number;
  epoch: number;
  readonly finish: () => void;
}

/** Users that one envelope asks about. */
const usersAtOnce = 500;

export class Questions {
  readonly #post: Post;
  readonly #timers: Timers;
  readonly #timeoutMs: number;
  readonly #open = new Map<number, Question>();
  #lastNumber = 0;

  constructor(post: Post, timers: Timers, timeoutMs: number) {
    this.#post = post;
    this.#timers = timers;
    this.#timeoutMs = timeoutMs;
  }

  ask({ viewer, users }: PresenceQuery): Promise<PresenceAnswers> {
    if (users.length === 0)
      return Promise.resolve({ epoch: this.#post.epoch, answers: [], missing: [] });
    const number = ++this.#lastNumber;
    return new Promise((resolve) => {
      const finish = () => {
        cancel();
        this.#open.delete(number);
        resolve(resultOf(question));
      };
      const cancel = this.#timers.setTimeout(finish, this.#timeoutMs);
      const question: Question = {
        users,
        answers: new Map(),
        awaited: users.length,
        epoch: 0,
        finish,
      };
      this.#open.set(number, question);
      for (const [shard, some] of byShard(users)) this.#send(number, viewer, shard, some);
    });
  }

  answered({
    question: number,
    epoch,
    answers,
  }: Extract<ToGate, { readonly kind: 'asked' }>): void {
    const question = this.#open.get(number);
    if (question === undefined) return;
    question.epoch = Math.max(question.epoch, epoch);
    question.awaited -= answers.length;
    for (const answer of answers) question.answers.set(answer.user, answer);
    if (question.awaited <= 0) question.finish();
  }

  #send(
    question: number,
    viewer: PresenceQuery['viewer'],
    shard: number,
    users: readonly BareJid[],
  ) {
    const base = { kind: 'ask', question, replyTo: this.#post.self, viewer } as const;
    for (let start = 0; start < users.length; start += usersAtOnce)
      this.#post.toShard(shard, { ...base, users: users.slice(start, start + usersAtOnce) });
  }
}

function byShard(users: readonly BareJid[]): ReadonlyMap<number, readonly BareJid[]> {
  const shards = new Map<number, BareJid[]>();
  for (const user of users) {
    const shard = shardOf(user);
    const some = shards.get(shard);
    if (some === undefined) shards.set(shard, [user]);
    else some.push(user);
  }
  return shards;
}

function resultOf({ users, answers, epoch }: Question): PresenceAnswers {
  const given = users.flatMap((user) => answers.get(user) ?? []);
  return { epoch, answers: given, missing: users.filter((user) => !answers.has(user)) };
}
