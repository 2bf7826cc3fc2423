/** The suites that every adapter of the cluster's ports passes, to be run under vitest from the adapter's own tests. */
export { busContract, type BusFixture } from './bus/bus.contract.ts';
export {
  coordinationContract,
  type CoordinationFixture,
} from './coordination/coordination.contract.ts';
