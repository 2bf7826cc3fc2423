/** The port through which accounts are made, changed and removed by their owners (XEP-0077). */
import type { BareJid, StanzaErrorCondition } from '@rollcall/xmpp';

/** What a client fills in (XEP-0077 §3.1). */
export interface RegistrationForm {
  readonly user: BareJid;
  readonly password: string;
}

/** Done, or the stanza error that the client gets. */
export type RegistrationOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly condition: StanzaErrorCondition;
      readonly text: string;
    };

/** A rejection is an operational failure: the client is told `internal-server-error`, the log why. */
export interface Registrar {
  /** `conflict` where the name is taken. */
  register(form: RegistrationForm): Promise<RegistrationOutcome>;
  /** Of whoever has logged in (XEP-0077 §3.3). */
  changePassword(form: RegistrationForm): Promise<RegistrationOutcome>;
  /** The account goes, with all that it had; its sessions are closed by the cluster. */
  remove(user: BareJid): Promise<RegistrationOutcome>;
}
