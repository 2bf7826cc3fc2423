// A terminal of tmux with one program in it, typed at and looked at as a person would.

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { patienceMs } from '@rollcall/testkit';

const run = promisify(execFile);

const lookEveryMs = 50;

export class Terminal {
  /** The program's home directory; also that of tmux's socket, so that terminals do not see each other. */
  readonly #home: string;

  private constructor(home: string) {
    this.#home = home;
  }

  static async open(command: string): Promise<Terminal> {
    const terminal = new Terminal(await mkdtemp(join(tmpdir(), 'rollcall-test-terminal-')));
    const home = terminal.#home;
    const environment = `HOME=${home} XDG_CONFIG_HOME=${home} XDG_DATA_HOME=${home} LANG=C.UTF-8`;
    // What the program showed last stays to be seen.
    const keep = [';', 'set-option', 'remain-on-exit', 'on'];
    const size = ['-x', '120', '-y', '60'];
    await terminal.#tmux('new-session', '-d', ...size, `env ${environment} ${command}`, ...keep);
    return terminal;
  }

  /** Types a line, with the Enter key at its end. */
  async enter(line: string): Promise<void> {
    await this.#tmux('send-keys', '-l', line);
    await this.#tmux('send-keys', 'Enter');
  }

  /** Waits until it can be read on the screen; fails with the screen. */
  async shows(text: string | RegExp): Promise<void> {
    const deadline = AbortSignal.timeout(patienceMs);
    for (;;) {
      const screen = await this.#screen();
      if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return;
      if (deadline.aborted) throw new Error(`${String(text)} is not on the screen:\n${screen}`);
      await delay(lookEveryMs);
    }
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server');
    await rm(this.#home, { recursive: true, force: true });
  }

  async #screen(): Promise<string> {
    return (await this.#tmux('capture-pane', '-p')).stdout;
  }

  #tmux(...args: readonly string[]): Promise<{ stdout: string }> {
    return run('tmux', ['-S', join(this.#home, 'tmux'), ...args]);
  }
}
