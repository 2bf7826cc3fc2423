// What all scenarios are: a population, things that happen to it, and a sentence about how it went.

import type { Figure } from '../measure/figure.ts';
import { valuesOf, type OptionSet, type ValuesOf } from '../option/option.ts';
import type { Population } from '../population/population.ts';
import type { Accounts } from '../target/accounts.ts';
import type { TargetSource } from '../target/target.ts';
import type { Stage } from './stage.ts';

export interface Scenario {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  readonly options: OptionSet;
  /** The cluster that is started for it where no server is named, because one process cannot show it. */
  readonly cluster?: string;
  play(given: Readonly<Record<string, unknown>>): Play;
}

/** A scenario with its options filled in. */
export interface Play {
  /** Its size in words: "1 user, 1,000 contacts online". */
  readonly title: string;
  readonly population: Population;
  /** Open at once, at most; as many as there are accounts, where nothing is said. */
  readonly streams?: number;
  /** Where it plays, if it needs no server. */
  readonly source?: (accounts: Accounts) => TargetSource;
  act(stage: Stage): Promise<void>;
  /** How it went, for a person who reads nothing else. */
  conclude(figures: FigureBook): string;
}

export interface ScenarioDefinition<Options extends OptionSet> {
  readonly name: string;
  readonly summary: string;
  readonly options: Options;
  readonly cluster?: string;
  readonly play: (values: ValuesOf<Options>) => Play;
}

/** With its options' types behind it, so that all scenarios are of one type. */
export function scenario<Options extends OptionSet>(
  definition: ScenarioDefinition<Options>,
): Scenario {
  const { options, play } = definition;
  return { ...definition, play: (given) => play(valuesOf(options, given)) };
}

/** Figures by key. */
export class FigureBook {
  readonly #values: ReadonlyMap<string, number>;

  constructor(figures: readonly Figure[]) {
    this.#values = new Map(figures.map(({ key, value }) => [key, value]));
  }

  /** Undefined when it could not be measured. */
  get(key: string): number | undefined {
    return this.#values.get(key);
  }
}
