import { NS } from '../../namespaces.ts';
import { defaultNameLength, type XmlLimits } from '../strict/limits.ts';
import type { Violation } from '../strict/violation.ts';

/** What RFC 3986 allows in a URI, which is what namespace names are (Namespaces in XML §2.2). */
const uri = /^[\w.~:/?#[\]@!$&'()*+,;=%-]*$/;

/**
 * What is wrong with declaring `prefix` ('' is the default namespace) for `ns`.
 *
 * Namespace names are held to the letters of a URI because expat, given a separator such as `}`,
 * fails on a name that has it (Python's clients do so), and relayed content must not do that.
 */
export function namespaceDeclarationViolation(
  prefix: string,
  ns: string,
  { nameLength = defaultNameLength }: XmlLimits,
): Violation | undefined {
  if (ns.length > nameLength) {
    return {
      condition: 'policy-violation',
      text: `a namespace name longer than ${nameLength} bytes`,
    };
  }
  if (prefix === 'xmlns') return misuse('the prefix xmlns is never declared');
  if ((prefix === 'xml') !== (ns === NS.xml)) return misuse('the prefix xml has one namespace');
  if (ns === NS.xmlns) return misuse('the namespace of xmlns is never declared');
  if (ns === '' && prefix !== '') return misuse('a prefix cannot be undeclared');
  return uri.test(ns) ? undefined : misuse('a namespace name that is not a URI');
}

/** RFC 6120 §4.9.3.13 names this for violations of the rules of XML namespaces. */
function misuse(text: string): Violation {
  return { condition: 'not-well-formed', text };
}
