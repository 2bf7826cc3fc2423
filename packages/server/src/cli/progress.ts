// How far an import is, where a person looks on.

import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  advance(bytes: number): void;
  /** A line that stays. */
  say(line: string): void;
  stop(): void;
}

/** A bar on a terminal, when the length is known; elsewhere nothing but what is said. */
export function showProgress(totalBytes: number, output: NodeJS.WriteStream): Progress {
  if (!output.isTTY || totalBytes === 0)
    return {
      advance: () => undefined,
      say: (line) => void output.write(`${line}\n`),
      stop: () => undefined,
    };
  const bar = new SingleBar(
    { format: '{bar} {percentage}% | {duration_formatted}', stream: output, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(totalBytes, 0);
  return {
    advance: (bytes) => bar.increment(bytes),
    // Written over the bar, which is drawn again below it.
    say: (line) => void output.write(`\r\u001b[2K${line}\n`),
    stop: () => bar.stop(),
  };
}
