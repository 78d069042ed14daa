// What a PIN makes unreadable: a key derived from it (PBKDF2), and records sealed with that key (AES-GCM). Four
// digits can be tried out by whoever takes the device's storage away and has the time; against whoever holds the
// telephone for a while, which is what the PIN is for, they hold.
export const rounds = 600_000; // of PBKDF2 with SHA-256, as OWASP asks for

export type Sealed = { plain: unknown } | { iv: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer };

export async function keyOf(pin: string, salt: Uint8Array<ArrayBuffer>, times: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: times },
    typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'],
  );
}

// Without a PIN there is no key, and nothing is sealed.
export async function seal(key: CryptoKey | null, value: unknown): Promise<Sealed> {
  if (!key) return { plain: value };
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(JSON.stringify(value))) };
}

// Undefined for what this key does not open.
export async function open(key: CryptoKey | null, record: Sealed): Promise<unknown> {
  if ('plain' in record) return record.plain;
  if (!key) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: record.iv }, key, record.sealed)));
  } catch {
    return undefined;
  }
}
