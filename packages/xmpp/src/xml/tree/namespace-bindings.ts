import { NS } from '../../namespaces.ts';

/** What a prefix stands for, and how deep the element lies that declared it. */
export interface Binding {
  readonly ns: string;
  /** 0 is outside of every top-level element; `everywhere` is not declared at all. */
  readonly depth: number;
  readonly outer: Binding | undefined;
}

export const everywhere = Number.POSITIVE_INFINITY;

/** The namespaces in force at the place being read. The default namespace has the prefix ''. */
export class NamespaceBindings {
  readonly #innermost = new Map<string, Binding>([
    ['', { ns: '', depth: 0, outer: undefined }],
    ['xml', { ns: NS.xml, depth: everywhere, outer: undefined }],
  ]);

  lookUp(prefix: string): Binding | undefined {
    return this.#innermost.get(prefix);
  }

  get defaultNs(): string {
    return this.#innermost.get('')?.ns ?? '';
  }

  declare(prefix: string, ns: string, depth: number): void {
    this.#innermost.set(prefix, { ns, depth, outer: this.#innermost.get(prefix) });
  }

  /** Takes back the innermost declaration of a prefix, when its element ends. */
  withdraw(prefix: string): void {
    const outer = this.#innermost.get(prefix)?.outer;
    if (outer) this.#innermost.set(prefix, outer);
    else this.#innermost.delete(prefix);
  }

  /** All that is declared, without the default namespace and `xml`. */
  prefixes(): Readonly<Record<string, string>> {
    const declared = [...this.#innermost].filter(([prefix]) => prefix !== '' && prefix !== 'xml');
    return Object.fromEntries(declared.map(([prefix, { ns }]) => [prefix, ns]));
  }
}
