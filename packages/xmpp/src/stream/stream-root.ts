import type { RootNamespaces } from '../xml/tree/namespace-bindings.ts';

/** What of a stream's start tag is needed for as long as the stream lives. */
export interface StreamRoot {
  /** As it was written: the stream's end tag has to say the same. */
  readonly name: Uint8Array;
  readonly namespaces: RootNamespaces;
}

export function isSameRoot(a: StreamRoot, b: StreamRoot): boolean {
  return isSameName(a.name, b.name) && isSameScope(a.namespaces, b.namespaces);
}

function isSameName(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function isSameScope(a: RootNamespaces, b: RootNamespaces): boolean {
  if (a.default.ns !== b.default.ns || a.prefixed?.size !== b.prefixed?.size) return false;
  for (const [prefix, { ns }] of a.prefixed ?? [])
    if (b.prefixed?.get(prefix)?.ns !== ns) return false;
  return true;
}
