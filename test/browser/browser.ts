// Chromium without a window, one for a test file, as people's pages run in it.

import { findChromium } from '@rollcall/testkit';
import { chromium, type Browser } from 'playwright-core';

const executablePath = await findChromium();

/** Undefined where there is no Chromium and none may be installed: such tests are reported as skipped. */
export const hasBrowser = executablePath !== undefined;

export function launchBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('install chromium, or name one with CHROMIUM');
  // Chromium refuses to be root with its sandbox on; what it loads here is ours, and comes from this machine alone.
  const onlyHere = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
  return chromium.launch({ executablePath, args: ['--no-sandbox', onlyHere] });
}
