/** What all connections of one front-end share. */
import type { SecureContext } from 'node:tls';
import type { Timers } from '@rollcall/store';
import type { ReaderPool, XmlLimits } from '@rollcall/xmpp';
import type { Admission } from '../admission/admission.ts';
import type { LoginDesk } from '../authentication/login-desk.ts';
import type { Registrar } from '../service/registrar.ts';
import type { Transports } from '../stats/transports.ts';
import type { SessionHouse } from '../session/session-house.ts';

export interface ConnectionHouse extends SessionHouse {
  readonly desk: LoginDesk;
  readonly admission: Admission;
  readonly registrar: Registrar | undefined;
  /** Of clients that have not logged in. */
  readonly strangerXmlLimits: XmlLimits;
  /** The certificate as it is now; undefined where there is no TLS. */
  readonly secureContext: () => SecureContext | undefined;
  readonly timers: Timers;
  readonly readers: ReaderPool;
  /** Counted where streams come and go. */
  readonly transports: Transports;
}
