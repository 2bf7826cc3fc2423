/** The port through which accounts are made, changed and removed by their owners (XEP-0077). */
import type { BareJid, StanzaErrorCondition } from '@rollcall/xmpp';

export interface RegistrationForm {
  readonly user: BareJid;
  readonly password: string;
}

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
  changePassword(form: RegistrationForm): Promise<RegistrationOutcome>;
  /** The account goes, with all that it had; its sessions are closed by the cluster. */
  remove(user: BareJid): Promise<RegistrationOutcome>;
}
