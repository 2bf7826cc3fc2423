// The signals that ask the server to stop: the first in good order, the next at once.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof signals)[number];

export interface StopSignals {
  /** Resolves with the first. From then on another ends the process with the exit code that shells give to signals. */
  readonly first: Promise<StopSignal>;
}

/** Ctrl-C in `npm start` reaches the server twice, from the terminal and from npm. */
const sameKeystrokeMs = 500;

const exitCodesOfSignals: Readonly<Record<StopSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
};

export function stopSignals(target: NodeJS.Process): StopSignals {
  let firstAtMs: number | undefined;
  const first = new Promise<StopSignal>((resolve) => {
    for (const signal of signals)
      target.on(signal, () => {
        const nowMs = performance.now();
        firstAtMs ??= nowMs;
        resolve(signal);
        if (nowMs - firstAtMs > sameKeystrokeMs) target.exit(exitCodesOfSignals[signal]);
      });
  });
  return { first };
}
