// Keys by which the server knows a repetition. Not `crypto.randomUUID`, which plain HTTP pages of a local network lack.

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
