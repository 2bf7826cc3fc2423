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
    { format: 'Importing {bar} {percentage}%', stream: output, clearOnComplete: true },
    Presets.shades_classic,
  );
  let done = 0;
  bar.start(totalBytes, done);
  return {
    advance: (bytes) => bar.update((done += bytes)),
    // The bar is where it began, whatever is written below: it has to make room.
    say: (line) => {
      bar.stop();
      output.write(`${line}\n`);
      bar.start(totalBytes, done);
    },
    stop: () => bar.stop(),
  };
}
