/**
 * What a gate says to the owners of its sessions' users, and says again to the next ones. Where there is no owner it waits
 * in the session: `repeat` says it when there is one.
 */
import type { Timers } from '@rollcall/store';
import type { Stanza } from '@rollcall/xmpp';
import type { AnnouncedSession } from '../envelope/envelope.ts';
import type { Lost } from '../ownership/routes.ts';
import type { Post } from '../post/post.ts';
import type { OpenSession } from './open-session.ts';
import type { SessionTable } from './session-table.ts';

export interface OwnerLineOptions {
  readonly post: Post;
  readonly timers: Timers;
  readonly sessions: SessionTable;
  /** A memo counts as new for so long. */
  readonly memoryMs: number;
}

export class OwnerLine {
  readonly #options: OwnerLineOptions;

  constructor(options: OwnerLineOptions) {
    this.#options = options;
  }

  bind(session: OpenSession): void {
    if (this.#canSpeak(session)) this.#sendBind(session);
  }

  say(session: OpenSession, seq: number, stanza: Stanza): void {
    if (this.#canSpeak(session)) this.#sendStanza(session, seq, stanza, false);
  }

  end(session: OpenSession): void {
    if (this.#canSpeak(session)) this.#sendEnd(session, false);
  }

  /** Says to the owner of the shard what it has not acknowledged; `again` if a former owner may have acted on it. */
  repeat(shard: number, again: boolean): void {
    for (const session of this.#options.sessions.ofShard(shard)) {
      // Nobody waits any longer for one that ends unbound: it is not to take another's place.
      if (session.memo === undefined && session.phase !== 'ending') this.#sendBind(session);
      for (const { seq, stanza } of session.waiting.all())
        this.#sendStanza(session, seq, stanza, again);
      if (session.phase === 'ending') this.#sendEnd(session, again);
    }
  }

  /** What the next owner of the shard has to know of the sessions here. */
  announced(shard: number, lost: Lost): readonly AnnouncedSession[] {
    const { timers, sessions, memoryMs } = this.#options;
    const recentMs = timers.now() - memoryMs;
    return sessions.ofShard(shard).flatMap((session) => {
      const { user, ref, resource, askedMs, memo, memoAtMs, waiting } = session;
      if (memo === undefined) return []; // not bound yet
      const recent = memoAtMs >= recentMs;
      const sayAgain = lost === 'anything' || (lost === 'recent' && recent);
      const { id } = ref;
      const seq = waiting.acknowledged;
      return [{ user, id, resource, askedMs, seq, memo, recent, sayAgain }];
    });
  }

  #canSpeak({ shard }: OpenSession): boolean {
    return this.#options.post.ownerOf(shard) !== undefined;
  }

  #sendBind({ user, ref, resource, askedMs, shard }: OpenSession): void {
    this.#options.post.toShard(shard, { kind: 'bind', user, session: ref, resource, askedMs });
  }

  #sendStanza(
    { user, ref, resource, shard }: OpenSession,
    seq: number,
    stanza: Stanza,
    again: boolean,
  ): void {
    const named = { user, session: ref, resource };
    this.#options.post.toShard(shard, {
      kind: 'stanza',
      ...named,
      seq,
      stanza,
      ...(again && { again }),
    });
  }

  #sendEnd({ user, ref, resource, shard, endSeq: seq }: OpenSession, again: boolean): void {
    const named = { user, session: ref, resource };
    this.#options.post.toShard(shard, { kind: 'end', ...named, seq, ...(again && { again }) });
  }
}
