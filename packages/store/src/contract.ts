/**
 * The suites that every adapter of the store's ports passes, to be run under vitest from the adapter's own tests.
 */
export { ConsumerInbox } from './queue/contract/consumer-inbox.ts';
export { recordStoreContract, type RecordStoreFixture } from './record/record-store.contract.ts';
export {
  handshakeQueueContract,
  handshakeQueueContractBounds,
  type HandshakeQueueFixture,
} from './queue/handshake-queue.contract.ts';
export {
  accountStoreContract,
  type AccountStoreFixture,
} from './account/account-store.contract.ts';
