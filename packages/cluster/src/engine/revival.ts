/** What becomes of the sessions of an actor that has failed: they are closed, and those who saw them are told. */
import type { Session } from '@rollcall/presence';
import type { BareJid } from '@rollcall/xmpp';
import type { Actor } from '../actor/actor.ts';
import type { PresenceCore } from '../actor/presence-core.ts';
import type { Post } from '../post/post.ts';
import type { Residents } from './residents.ts';

export class Revival {
  readonly #core: PresenceCore;
  readonly #residents: Residents;
  readonly #post: Post;
  /** Users whose actor failed and was woken again to end its sessions properly: not a second time in a row. */
  readonly #reviving = new Set<BareJid>();

  constructor(core: PresenceCore, residents: Residents, post: Post) {
    this.#core = core;
    this.#residents = residents;
    this.#post = post;
  }

  /** A fresh actor, from the record, tells those who saw the sessions; if that one fails too, nobody is told. */
  endSessionsOf({ user, state }: Actor): void {
    const sessions = state ? [...state.sessions.values()] : [];
    for (const { ref } of sessions)
      this.#post.toGate(ref.frontEnd, {
        kind: 'close',
        session: ref.id,
        condition: 'internal-server-error',
      });
    if (sessions.length === 0 || this.#reviving.has(user)) return;
    this.#reviving.add(user);
    for (const session of sessions) this.#endAfresh(user, session);
  }

  /** The actor has dealt with all it had. */
  rested(user: BareJid): void {
    this.#reviving.delete(user);
  }

  #endAfresh(user: BareJid, session: Session): void {
    const { ref, resource, seq, askedMs } = session;
    const memo = this.#core.memoOf(session);
    const named = { session: ref, resource };
    this.#residents.tell(user, {
      input: { kind: 'sessionRestored', ...named, seq, memo, askedMs },
    });
    this.#residents.tell(user, { input: { kind: 'sessionEnded', ...named, seq: seq + 1 } });
  }
}
