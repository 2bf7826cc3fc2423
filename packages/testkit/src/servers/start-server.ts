// Where tests get their servers from.

import { startEjabberd } from './ejabberd.ts';
import { startProsody } from './prosody.ts';
import { startRollcall } from './rollcall.ts';
import type { ServerKind, ServerOptions, ServerUnderTest } from './server-under-test.ts';

/** Throws one sentence on how to install the server when it is not there. */
export function startServer(
  kind: ServerKind,
  options: ServerOptions = {},
): Promise<ServerUnderTest> {
  switch (kind) {
    case 'rollcall':
      return startRollcall(options);
    case 'prosody':
      return startProsody(options);
    case 'ejabberd':
      return startEjabberd(options);
  }
}
