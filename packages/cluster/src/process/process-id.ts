/**
 * One life of one node: its name and an incarnation that is higher each time the node starts. Two lives of a node are
 * two processes; what the older one held is gone.
 */

declare const processId: unique symbol;

/** `name~incarnation`; also the `frontEnd` of a `SessionRef`. */
export type ProcessId = string & { readonly [processId]: true };

/** What a node may be called: it becomes part of bus subjects and of keys. */
export const nodeNamePattern = /^[a-zA-Z0-9][-_a-zA-Z0-9]{0,62}$/;

export function processIdOf(name: string, incarnation: number): ProcessId {
  if (!nodeNamePattern.test(name))
    throw new TypeError(`not a node name: ${JSON.stringify(name)} (letters, digits, - and _)`);
  if (!Number.isSafeInteger(incarnation) || incarnation < 1)
    throw new TypeError(`an incarnation is a whole number from 1, not ${incarnation}`);
  return `${name}~${incarnation}` as ProcessId;
}

/** Undefined for text that names no process. */
export function parseProcessId(
  text: string,
): { readonly id: ProcessId; readonly name: string; readonly incarnation: number } | undefined {
  const tilde = text.indexOf('~');
  const name = text.slice(0, tilde);
  const incarnation = Number(text.slice(tilde + 1));
  if (!nodeNamePattern.test(name)) return undefined;
  if (!Number.isSafeInteger(incarnation) || incarnation < 1) return undefined;
  return { id: text as ProcessId, name, incarnation };
}

export function partsOf(process: ProcessId): {
  readonly name: string;
  readonly incarnation: number;
} {
  return parseProcessId(process) ?? { name: process, incarnation: 0 };
}

export function nodeNameOf(id: ProcessId): string {
  return id.slice(0, id.indexOf('~'));
}
