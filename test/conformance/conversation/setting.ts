// What the people of a conversation need of it.

import type { ServerUnderTest, XmppClient } from '@rollcall/testkit';

export interface Setting {
  readonly server: ServerUnderTest;
  /** A stream of that account, with a bound resource. */
  logIn(name: string, resource: string): Promise<XmppClient>;
  /** Resolves when whatever these have sent so far, or all, has had its effect on all of them. */
  settles(among?: readonly XmppClient[]): Promise<void>;
  /** As `settles`, and forgets what has arrived: the set-up of a test ends so. */
  quiets(): Promise<void>;
}
