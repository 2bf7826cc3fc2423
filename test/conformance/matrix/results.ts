// What a run found out, rule by rule.

export interface RuleResult {
  /** `RFC 6121 §4.3.2`; several are separated by `; `. */
  readonly section: string;
  readonly sentence: string;
  readonly chapter: string;
  readonly passed: boolean;
  /** Why not: the first line of the error. */
  readonly reason?: string;
}

export interface RunResults {
  /** Name and version, `prosody 0.12.3`. */
  readonly server: string;
  readonly rules: readonly RuleResult[];
}

/** The sections that a rule speaks for, one by one. */
export function citations(section: string): readonly string[] {
  return section.split(';').map((one) => one.trim());
}
