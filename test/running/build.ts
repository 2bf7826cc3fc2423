// System tests run the command as it is built: what they check is the sources as they are now.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Type errors are shown and no reason to stop: `npm run check` is where they fail. */
export default function build(): void {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], {
    cwd: root,
    stdio: 'inherit',
  });
}
