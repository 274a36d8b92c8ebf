/** Makes a forgotten case of a union a compile error, and a bug at run time. */
export function unreachable(value: never): never {
  throw new Error(`a case was forgotten: ${JSON.stringify(value)}`);
}
