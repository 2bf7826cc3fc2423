/**
 * Builds elements from text that has passed the strict layer: ltx reads it, namespaces are resolved
 * on the way, and each element's content is cut from the text as it came.
 */
import type { XmlElement } from '../element.ts';
import { serializeChildren } from '../serialize.ts';
import type { XmlLimits } from '../strict/limits.ts';
import type { Violation } from '../strict/violation.ts';
import { everywhere, NamespaceBindings, type RootNamespaces } from './namespace-bindings.ts';
import { resolveTag, type ResolvedTag } from './resolve-tag.ts';
import { createSax, type Sax } from './sax.ts';

/** The text of one element as the scanner found it. */
export interface ElementSource {
  readonly text: string;
  /** What ltx is to read instead of `text`, where that is not the same. */
  readonly ltxInput: string;
  /** Where the content of each element in `text` begins and ends, in the order of start tags. */
  readonly spans: readonly number[];
}

/** The start tag that surrounds all top-level elements. */
export interface RootTag extends ResolvedTag {
  readonly defaultNs: string;
  readonly prefixes: Readonly<Record<string, string>>;
}

interface OpenElement {
  readonly tag: ResolvedTag;
  readonly span: number;
  /** The default namespace within. */
  readonly defaultNs: string;
  readonly children: (XmlElement | string)[];
  /** The depth of the outermost declarations that the content makes use of: of prefixes, … */
  prefixDepth: number;
  /** … and of the default namespace. */
  defaultDepth: number;
}

const noSource: ElementSource = { text: '', ltxInput: '', spans: [] };

export class TreeBuilder {
  limits: XmlLimits;
  readonly #sax: Sax;
  readonly #bindings = new NamespaceBindings();
  readonly #open: OpenElement[] = [];
  #source = noSource;
  #span = 0;
  #root: ResolvedTag | undefined;
  #finished: XmlElement | undefined;
  #violation: Violation | undefined;

  constructor(limits: XmlLimits) {
    this.limits = limits;
    this.#sax = createSax({
      onStart: (name, attrs) => {
        if (!this.#violation) this.#start(name, attrs);
      },
      onText: (text) => {
        this.#open.at(-1)?.children.push(text);
      },
      onEnd: () => {
        if (!this.#violation) this.#end();
      },
    });
  }

  /** Goes on within a root that declares so much, or before one. Not in the middle of an element. */
  enter(root: RootNamespaces | undefined): void {
    this.#bindings.enter(root);
    this.#root = undefined;
  }

  /** What the root declares. */
  get namespaces(): RootNamespaces {
    return this.#bindings.ofRoot();
  }

  /** Reads the start tag that surrounds all that follows: what it declares holds from now on. */
  root(tag: string): RootTag | Violation {
    this.#sax.write(tag);
    if (this.#violation) return this.#violation;
    if (!this.#root) throw new Error('the strict layer let something pass that is no start tag');
    const defaultNs = this.#bindings.default.ns;
    return { ...this.#root, defaultNs, prefixes: this.#bindings.prefixes() };
  }

  /** Reads one top-level element. After a violation the builder is of no more use. */
  element(source: ElementSource): XmlElement | Violation {
    this.#begin(source);
    this.#sax.write(source.ltxInput);
    const element = this.#violation ?? this.#finished;
    this.#begin(noSource);
    if (!element) throw new Error('the strict layer let something pass that is no element');
    return element;
  }

  #begin(source: ElementSource): void {
    this.#source = source;
    this.#span = 0;
    this.#finished = undefined;
  }

  #start(name: string, attrs: Record<string, string>): void {
    const isRoot = this.#source === noSource;
    const depth = isRoot ? 0 : this.#open.length + 1;
    const tag = resolveTag(name, attrs, depth, this.#bindings, this.limits);
    if ('condition' in tag) {
      this.#violation = tag;
    } else if (isRoot) {
      this.#root = tag;
    } else {
      this.#open.push({
        tag,
        span: this.#span,
        defaultNs: this.#bindings.default.ns,
        children: [],
        prefixDepth: everywhere,
        defaultDepth: everywhere,
      });
      this.#span += 2;
    }
  }

  #end(): void {
    const depth = this.#open.length;
    const closed = this.#open.pop();
    if (!closed) return;
    const { name, ns, prefix, attrs, attrPrefixes, declared } = closed.tag;
    for (const declaredPrefix of declared) this.#bindings.withdraw(declaredPrefix);
    const { children } = closed;
    const content = this.#content(closed, depth);
    const element: XmlElement =
      attrPrefixes === undefined
        ? { name, ns, prefix, attrs, children, content }
        : { name, ns, prefix, attrs, attrPrefixes, children, content };
    const parent = this.#open.at(-1);
    if (parent) adopt(parent, closed, element);
    else this.#finished = element;
  }

  /** As it came, unless it needs declarations from further out: then it is written with them. */
  #content(open: OpenElement, depth: number): string {
    const { tag, span, defaultNs, children } = open;
    const needsPrefix = open.prefixDepth <= depth;
    const needsDefault = open.defaultDepth <= depth && defaultNs !== tag.ns;
    if (!needsPrefix && !needsDefault) {
      const { text, spans } = this.#source;
      return text.slice(spans[span], spans[span + 1]);
    }
    const content = serializeChildren(children, tag.ns);
    if (content.length > this.limits.stanzaBytes) {
      const text = 'an element that is too large with the namespaces that it uses declared in it';
      this.#violation = { condition: 'policy-violation', text };
    }
    return content;
  }
}

function adopt(parent: OpenElement, closed: OpenElement, element: XmlElement): void {
  const { tag, prefixDepth, defaultDepth } = closed;
  parent.children.push(element);
  parent.prefixDepth = Math.min(parent.prefixDepth, tag.prefixDepth, prefixDepth);
  parent.defaultDepth = Math.min(parent.defaultDepth, tag.defaultDepth, defaultDepth);
}
