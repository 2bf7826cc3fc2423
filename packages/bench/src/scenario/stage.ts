// Where a scenario plays: the target, the crowd, and the record of what was measured.

import { Crowd, type LostSession } from '../crowd/crowd.ts';
import { pool } from '../client/pool.ts';
import { phaseFigures, type Figure } from '../measure/figure.ts';
import { Histogram } from '../measure/histogram.ts';
import { addFaults, noFaults, type Faults, type Tally } from '../measure/ledger.ts';
import { measure, quiet, restingCpu } from '../measure/measurement.ts';
import type { Operation, Phase } from '../measure/phase.ts';
import { probe, type ServerProbe } from '../measure/server-probe.ts';
import type { Progress } from '../report/progress.ts';
import type { Target } from '../target/target.ts';

export interface StageSettings {
  /** Logins under way at once, where a scenario does not say otherwise. */
  readonly concurrency: number;
  readonly patienceMs: number;
  readonly presenceBytes: number;
  /** For so long the server must be at rest before and after what is measured. */
  readonly quietMs: number;
}

export interface PhasePlan {
  readonly name: string;
  readonly operation: Operation;
  /** From what to what deliveries are timed; without it they are not. */
  readonly latency?: string;
  /** That cost is to be told per operation alone. */
  readonly isDelivery?: false;
}

/** What a phase's work hands back. */
export interface PhaseResult {
  readonly operations: number;
  /** Timed by the work itself, in µs. */
  readonly latency?: Histogram;
}

export interface Outcome {
  readonly phases: readonly Phase[];
  readonly figures: readonly Figure[];
  readonly faults: Faults;
  readonly replaced: number;
  readonly lostSessions: readonly LostSession[];
}

export class Stage {
  readonly target: Target;
  readonly crowd: Crowd;
  readonly settings: StageSettings;
  readonly progress: Progress;
  readonly #probe: ServerProbe;
  readonly #phases: Phase[] = [];
  readonly #figures: Figure[] = [];
  #faults: Faults = noFaults;
  readonly #lostElsewhere: LostSession[] = [];
  #replaced = 0;

  constructor(target: Target, settings: StageSettings, progress: Progress) {
    this.target = target;
    this.settings = settings;
    this.progress = progress;
    this.crowd = new Crowd({ ...settings, target });
    this.#probe = probe(target);
  }

  /** Does something for each user, several at once, with a bar. */
  async each(
    label: string,
    users: readonly number[],
    work: (user: number) => Promise<unknown>,
    atOnce = this.settings.concurrency,
  ): Promise<void> {
    const bar = this.progress.begin(label, users.length);
    try {
      await pool(users, atOnce, async (user) => {
        await work(user);
        bar.advance(1);
      });
    } finally {
      bar.done();
    }
  }

  /** Measures the work, which is over when it says so and everything outstanding has come. */
  async phase(plan: PhasePlan, work: () => Promise<PhaseResult>): Promise<Phase> {
    const { crowd } = this;
    this.#note(crowd.ledger.take());
    const timing = plan.latency === undefined ? undefined : new Histogram();
    crowd.timing = timing;
    const { value, spent } = await measure(
      this.#probe,
      { count: () => crowd.ledger.delivered, quietMs: this.settings.quietMs },
      async () => {
        const result = await work();
        await crowd.settled();
        return result;
      },
    );
    crowd.timing = undefined;
    const tally = this.#note(crowd.ledger.take());
    const phase: Phase = {
      name: plan.name,
      operation: plan.operation,
      operations: value.operations,
      isDelivery: plan.isDelivery ?? true,
      latency: value.latency ?? timing,
      latencyLabel: plan.latency ?? '',
      tally,
      spent,
    };
    this.#phases.push(phase);
    this.#figures.push(...phaseFigures(phase));
    return phase;
  }

  /** What the server spends while nothing happens, in ms of CPU per second; looked at for so long. */
  atRest(forMs: number): Promise<number> {
    return restingCpu(this.#probe, forMs);
  }

  /** All streams are cut; resolves when the server is at rest. */
  disperse(): Promise<void> {
    this.crowd.disperse();
    return quiet(this.#probe, this.settings.quietMs);
  }

  /** Another stage on the same target, with a crowd and a ledger of its own; `join` brings its outcome home. */
  beside(): Stage {
    return new Stage(this.target, this.settings, this.progress);
  }

  /** A number of this scenario's own. */
  add(...figures: readonly Figure[]): void {
    this.#figures.push(...figures);
  }

  /** Takes over what another stage has measured. */
  join(outcome: Outcome): void {
    this.#phases.push(...outcome.phases);
    this.#figures.push(...outcome.figures);
    this.#faults = addFaults(this.#faults, outcome.faults);
    this.#replaced += outcome.replaced;
    this.#lostElsewhere.push(...outcome.lostSessions);
  }

  outcome(): Outcome {
    this.#note(this.crowd.ledger.take());
    return {
      phases: this.#phases,
      figures: this.#figures,
      faults: this.#faults,
      replaced: this.#replaced,
      lostSessions: [...this.crowd.lostSessions, ...this.#lostElsewhere],
    };
  }

  #note(tally: Tally): Tally {
    this.#faults = addFaults(this.#faults, tally.faults);
    this.#replaced += tally.replaced;
    return tally;
  }
}
