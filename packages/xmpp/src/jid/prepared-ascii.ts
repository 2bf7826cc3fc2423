/**
 * What preparation leaves as it is, of ASCII, which nearly every JID is made of. Sources of regular
 * expressions, since the parts are matched alone and in one go.
 */

/** The IdentifierClass less capitals and what RFC 7622 §3.3.1 keeps out. */
export const localpartSource = '[a-z0-9!#$%()*+,\\-.;=?[\\\\\\]^_`{|}~]+';

/** Labels of letters, digits and inner hyphens, none of them an A-label; the last is no number. */
export const domainSource = (() => {
  const label = '(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
  return `(?:${label}\\.)*(?=[a-z0-9-]*[a-z-])${label}`;
})();

/** Visible ASCII and spaces. */
export const resourceSource = '[ -~]+';
