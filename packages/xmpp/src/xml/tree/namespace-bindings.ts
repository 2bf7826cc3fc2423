import { NS } from '../../namespaces.ts';

/** What a prefix stands for, and how deep the element lies that declared it. */
export interface Binding {
  readonly ns: string;
  /** 0 is outside of every top-level element; `everywhere` is not declared at all. */
  readonly depth: number;
  readonly outer: Binding | undefined;
}

/** What the root declares: in force between any two top-level elements. */
export interface RootNamespaces {
  readonly default: Binding;
  /** By prefix; undefined where there are none. */
  readonly prefixed: ReadonlyMap<string, Binding> | undefined;
}

export const everywhere = 0x3fffffff;

/** Namespaces in XML 1.0 §3: bound without being declared. */
const xmlBinding: Binding = { ns: NS.xml, depth: everywhere, outer: undefined };

const noDefault: Binding = { ns: '', depth: 0, outer: undefined };

/** The namespaces in force at the place being read. The default namespace has the prefix ''. */
export class NamespaceBindings {
  /** The default namespace, which nearly every name needs. */
  default = noDefault;
  /** None until one is declared. */
  #prefixed: Map<string, Binding> | undefined;
  /** What was entered last. Where nothing is open, the bindings are as they were then. */
  #entered: RootNamespaces | undefined;

  /** From now on what that root declares is in force, and nothing else. */
  enter(root: RootNamespaces | undefined): void {
    if (root !== undefined && root === this.#entered) return;
    this.#entered = root;
    this.default = root?.default ?? noDefault;
    this.#prefixed = root?.prefixed && new Map(root.prefixed);
  }

  /** What is in force where nothing is open but the root. */
  ofRoot(): RootNamespaces {
    return { default: this.default, prefixed: this.#prefixed && new Map(this.#prefixed) };
  }

  lookUp(prefix: string): Binding | undefined {
    if (prefix === '') return this.default;
    return prefix === 'xml' ? xmlBinding : this.#prefixed?.get(prefix);
  }

  declare(prefix: string, ns: string, depth: number): void {
    const binding = { ns, depth, outer: this.lookUp(prefix) };
    if (prefix === '') this.default = binding;
    else (this.#prefixed ??= new Map()).set(prefix, binding);
  }

  /** Takes back the innermost declaration of a prefix, when its element ends. */
  withdraw(prefix: string): void {
    const outer = this.lookUp(prefix)?.outer;
    if (!outer) this.#prefixed?.delete(prefix);
    else if (prefix === '') this.default = outer;
    else this.#prefixed?.set(prefix, outer);
  }

  /** All that is declared, without the default namespace and `xml`. */
  prefixes(): Readonly<Record<string, string>> {
    const declared = [...(this.#prefixed ?? [])];
    return Object.fromEntries(declared.map(([prefix, { ns }]) => [prefix, ns]));
  }
}
