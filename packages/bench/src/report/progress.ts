// How far a run is: on a terminal one line that is written over, elsewhere a line now and then of what takes long.

export interface Bar {
  advance(by: number): void;
  done(): void;
}

export interface Progress {
  /** Without a total there is a label alone. */
  begin(label: string, total?: number): Bar;
}

export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export const noProgress: Progress = {
  begin: () => ({ advance: () => undefined, done: () => undefined }),
};

const redrawEveryMs = 100;
const clearLine = '\r\u001b[2K';
const barWidth = 24;

export function progressOn(output: ProgressOutput, now = () => performance.now()): Progress {
  if (output.isTTY !== true) return linesOn(output, now);
  return {
    begin(label, total) {
      let reached = 0;
      let drawnAtMs = -Infinity;
      const draw = () => {
        drawnAtMs = now();
        const line = total === undefined ? label : `${label} ${bar(reached, total)}`;
        output.write(`${clearLine}${line.slice(0, widthOf(output) - 1)}`);
      };
      draw();
      return {
        advance(by) {
          reached += by;
          if (now() - drawnAtMs >= redrawEveryMs) draw();
        },
        done: () => void output.write(clearLine),
      };
    },
  };
}

const lineEveryMs = 5_000;

function linesOn(output: ProgressOutput, now: () => number): Progress {
  return {
    begin(label, total = 0) {
      let reached = 0;
      let saidAtMs = now();
      return {
        advance(by) {
          reached += by;
          if (now() - saidAtMs < lineEveryMs) return;
          saidAtMs = now();
          output.write(`${label}: ${reached} of ${total}\n`);
        },
        done: () => undefined,
      };
    },
  };
}

/** Some terminals say that they have no columns at all. */
function widthOf({ columns = 0 }: ProgressOutput): number {
  return columns > 0 ? columns : 80;
}

function bar(reached: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, reached / total);
  const filled = Math.round(share * barWidth);
  return `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${reached}/${total}`;
}
