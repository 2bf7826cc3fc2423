import type { XmlLimits } from '../strict/limits.ts';
import type { Violation } from '../strict/violation.ts';
import { namespaceDeclarationViolation } from './declaration-rules.ts';
import { everywhere, type NamespaceBindings } from './namespace-bindings.ts';

/** A start tag with its names resolved. */
export interface ResolvedTag {
  readonly prefix: string;
  readonly name: string;
  readonly ns: string;
  /** Without declarations. */
  readonly attrs: Readonly<Record<string, string>>;
  /** What the prefixes in `attrs` stand for; undefined if there are none but `xml`. */
  readonly attrPrefixes: Readonly<Record<string, string>> | undefined;
  /** The prefixes that the tag declares, to be withdrawn when its element ends. */
  readonly declared: readonly string[];
  /** The depth of the outermost element whose declaration of a prefix the tag makes use of. */
  readonly prefixDepth: number;
  /** The same for the declaration of the default namespace. */
  readonly defaultDepth: number;
}

const none: readonly string[] = [];

/** Declares what the tag declares, and resolves its names (Namespaces in XML §5, §6). */
export function resolveTag(
  qualifiedName: string,
  written: Readonly<Record<string, string>>,
  depth: number,
  bindings: NamespaceBindings,
  limits: XmlLimits,
): ResolvedTag | Violation {
  let declared = none;
  let prefixed = none;
  for (const key in written) {
    if (isDeclaration(key)) declared = [...declared, key.slice(6)];
    else if (key.includes(':') && !key.startsWith('xml:')) prefixed = [...prefixed, key];
  }
  const attrs = declared.length === 0 ? written : withoutDeclarations(written);
  const violation = declare(declared, written, depth, bindings, limits);
  if (violation) return violation;
  const attrPrefixes = prefixed.length === 0 ? noPrefixes : resolveKeys(prefixed, bindings);
  if ('condition' in attrPrefixes) return attrPrefixes;

  const colon = qualifiedName.indexOf(':');
  const prefix = colon < 0 ? '' : qualifiedName.slice(0, colon);
  const binding = bindings.lookUp(prefix);
  if (!binding || prefix === 'xml') return undeclared(prefix);
  return {
    prefix,
    name: qualifiedName.slice(colon + 1),
    ns: binding.ns,
    attrs,
    attrPrefixes: attrPrefixes.prefixes,
    declared,
    prefixDepth: prefix === '' ? attrPrefixes.depth : Math.min(attrPrefixes.depth, binding.depth),
    defaultDepth: prefix === '' ? binding.depth : everywhere,
  };
}

function isDeclaration(key: string): boolean {
  return key.startsWith('xmlns') && (key.length === 5 || key.charAt(5) === ':');
}

function declare(
  declared: readonly string[],
  written: Readonly<Record<string, string>>,
  depth: number,
  bindings: NamespaceBindings,
  limits: XmlLimits,
): Violation | undefined {
  for (const prefix of declared) {
    const ns = written[prefix === '' ? 'xmlns' : `xmlns:${prefix}`] ?? '';
    const violation = namespaceDeclarationViolation(prefix, ns, limits);
    if (violation) return violation;
    bindings.declare(prefix, ns, depth);
  }
  return undefined;
}

function withoutDeclarations(written: Readonly<Record<string, string>>): Record<string, string> {
  const attrs: Record<string, string> = {};
  for (const key in written) if (!isDeclaration(key)) attrs[key] = written[key] ?? '';
  return attrs;
}

interface ResolvedKeys {
  readonly prefixes: Readonly<Record<string, string>> | undefined;
  readonly depth: number;
}

const noPrefixes: ResolvedKeys = { prefixes: undefined, depth: everywhere };

/** Resolves the prefixes of attributes; no two may be the same by namespace and local name. */
function resolveKeys(
  keys: readonly string[],
  bindings: NamespaceBindings,
): ResolvedKeys | Violation {
  const prefixes = new Map<string, string>();
  const expanded = new Set<string>();
  let depth = everywhere;
  for (const key of keys) {
    const colon = key.indexOf(':');
    const prefix = key.slice(0, colon);
    const binding = bindings.lookUp(prefix);
    if (!binding) return undeclared(prefix);
    prefixes.set(prefix, binding.ns);
    expanded.add(`${binding.ns} ${key.slice(colon + 1)}`);
    depth = Math.min(depth, binding.depth);
  }
  if (expanded.size < keys.length) {
    return { condition: 'not-well-formed', text: 'an attribute that is given twice' };
  }
  return { prefixes: Object.fromEntries(prefixes), depth };
}

function undeclared(prefix: string): Violation {
  return { condition: 'bad-namespace-prefix', text: `no element can have the prefix ${prefix}` };
}
