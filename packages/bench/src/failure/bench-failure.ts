/** The measurement cannot be made as things are; the message is for the person who asked. */
export class BenchFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BenchFailure';
  }
}
