/** Sessions that may be resumed, here or at another front-end of the cluster. */
import type { BareJid } from '@rollcall/xmpp';
import type { Relay } from '../relay/relay.ts';
import type { Session } from '../session/session-house.ts';
import type { Claim, Claimant, LocalResumptions, Resumptions } from './resumptions.ts';

export class ClusterResumptions implements Resumptions<Session> {
  readonly #local: LocalResumptions<Session>;
  readonly #relay: Relay;

  constructor(local: LocalResumptions<Session>, relay: Relay) {
    this.#local = local;
    this.#relay = relay;
  }

  register(session: Session): string {
    return this.#local.register(session);
  }

  await(id: string, waitMs: number): boolean {
    return this.#local.await(id, waitMs);
  }

  async claim(id: string, user: BareJid, by: Claimant): Promise<Claim<Session>> {
    const session = this.#local.take(id, user);
    if (session) return { ok: true, session };
    // Where there is none of that name, the peers say so; a session that was here is nowhere else.
    return this.#relay.claim(id.slice(id.lastIndexOf('@') + 1), id, user, by);
  }

  forget(id: string): void {
    this.#local.forget(id);
  }
}
