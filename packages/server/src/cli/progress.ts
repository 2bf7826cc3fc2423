// How far a command is, where a person looks on.

import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  advance(by: number): void;
  /** A line that stays; on the output of the bar unless another is named. */
  say(line: string, to?: NodeJS.WriteStream): void;
  stop(): void;
}

/** A bar on a terminal, when it is known how much there is to do; elsewhere nothing but what is said. */
export function showProgress(doing: string, total: number, output: NodeJS.WriteStream): Progress {
  if (!output.isTTY || total === 0)
    return {
      advance: () => undefined,
      say: (line, to = output) => void to.write(`${line}\n`),
      stop: () => undefined,
    };
  const bar = new SingleBar(
    { format: `${doing} {bar} {percentage}%`, stream: output, clearOnComplete: true },
    Presets.shades_classic,
  );
  let done = 0;
  bar.start(total, done);
  return {
    advance: (by) => bar.update((done += by)),
    // The bar is where it began, whatever is written below: it has to make room.
    say: (line, to = output) => {
      bar.stop();
      to.write(`${line}\n`);
      bar.start(total, done);
    },
    stop: () => bar.stop(),
  };
}
