// Where the tests' browser comes from, in this order: $CHROMIUM, the path, Debian's package.

import { installedByApt, onPath } from '../processes/installed.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path of its program; undefined where there is none and none may be installed. */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env['CHROMIUM'];
  if (named !== undefined && named !== '') return named;
  const present = await onPath(names);
  if (present !== undefined) return present;
  return (await installedByApt('chromium')) ? onPath(names) : undefined;
}
