/** What goes wrong in operation: `code` stays over versions, for programs; `message` says to people what to do. */
export class OperationalError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
