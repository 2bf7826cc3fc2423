// What the people of a conversation need of it.

import type { ServerUnderTest, XmppClient } from '@rollcall/testkit';

export interface Setting {
  readonly server: ServerUnderTest;
  /** A stream of that account, with a bound resource. */
  logIn(name: string, resource: string): Promise<XmppClient>;
  /** Resolves when whatever has been sent so far has had its effect on all. */
  settles(): Promise<void>;
  /** As `settles`, and forgets what has arrived: the set-up of a test ends so. */
  quiets(): Promise<void>;
}
