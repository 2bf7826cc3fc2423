/** Addresses of peers, as admission counts them. */

/** IPv4 addresses are written as such, also where they arrive mapped into IPv6. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}

/** What admission counts by: whoever has one IPv6 address usually has all of its /64. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const known = tail === undefined ? 0 : tail.split(':').filter((group) => group !== '').length;
  const zeros = tail === undefined ? 0 : 8 - groups.length - known;
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0')];
  return `${all.slice(0, 4).join(':')}::/64`;
}
