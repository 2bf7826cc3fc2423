// Why a file could not be used, in words.

const words = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission was denied'],
  ['EISDIR', 'it is a directory'],
  ['EMFILE', 'too many files are open'],
]);

export function fileFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return words.get(code ?? '') ?? message;
}
