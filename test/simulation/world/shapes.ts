/** Which processes a cluster consists of. */

export type Role = 'engine' | 'front-end' | 'all';

export type Shape = readonly (readonly [name: string, role: Role])[];

export const shapes = [
  [
    ['engine1', 'engine'],
    ['engine2', 'engine'],
    ['engine3', 'engine'],
    ['front1', 'front-end'],
    ['front2', 'front-end'],
  ],
  [
    ['one', 'all'],
    ['two', 'all'],
    ['three', 'all'],
  ],
  [
    ['engine1', 'engine'],
    ['engine2', 'engine'],
    ['both', 'all'],
    ['front', 'front-end'],
  ],
] as const satisfies readonly Shape[];
