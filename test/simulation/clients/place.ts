/** A front-end as clients find it. */
import type { FrontEnd } from '@rollcall/front-end';
import type { Machine } from '../world/machine.ts';

export interface Place {
  readonly name: string;
  readonly machine: Machine;
  readonly frontEnd: FrontEnd;
  readonly gate: { readonly frontEnd: string };
}
