import { NS } from '../../namespaces.ts';

/** What a prefix stands for, and how deep the element lies that declared it. */
export interface Binding {
  readonly ns: string;
  /** 0 is outside of every top-level element; `everywhere` is not declared at all. */
  readonly depth: number;
  readonly outer: Binding | undefined;
}

export const everywhere = 0x3fffffff;

/** The namespaces in force at the place being read. The default namespace has the prefix ''. */
export class NamespaceBindings {
  /** The default namespace, which nearly every name needs. */
  default: Binding = { ns: '', depth: 0, outer: undefined };
  readonly #prefixed = new Map<string, Binding>([
    ['xml', { ns: NS.xml, depth: everywhere, outer: undefined }],
  ]);

  lookUp(prefix: string): Binding | undefined {
    return prefix === '' ? this.default : this.#prefixed.get(prefix);
  }

  declare(prefix: string, ns: string, depth: number): void {
    const binding = { ns, depth, outer: this.lookUp(prefix) };
    if (prefix === '') this.default = binding;
    else this.#prefixed.set(prefix, binding);
  }

  /** Takes back the innermost declaration of a prefix, when its element ends. */
  withdraw(prefix: string): void {
    const outer = this.lookUp(prefix)?.outer;
    if (!outer) this.#prefixed.delete(prefix);
    else if (prefix === '') this.default = outer;
    else this.#prefixed.set(prefix, outer);
  }

  /** All that is declared, without the default namespace and `xml`. */
  prefixes(): Readonly<Record<string, string>> {
    const declared = [...this.#prefixed].filter(([prefix]) => prefix !== 'xml');
    return Object.fromEntries(declared.map(([prefix, { ns }]) => [prefix, ns]));
  }
}
