import { createPrivateKey, createPublicKey, randomBytes, type KeyObject } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SettingError } from '#platform';

/** The key that signs our own access tokens. The algorithm belongs to the key: a token's header never chooses it. */
export interface SigningKey {
  readonly algorithm: 'HS256' | 'EdDSA';
  readonly sign: KeyObject | Uint8Array;
  readonly verify: KeyObject | Uint8Array;
}

/** RFC 7518 section 3.2: a key for HS256 has at least 256 bits. */
const MIN_SECRET_BYTES = 32;

/** A key from configuration: an Ed25519 private key in PEM (PKCS #8) signs by EdDSA, any other text of at least 32 bytes by HS256. Throws `SettingError`. */
export const signingKeyFrom = (text: string): SigningKey => {
  if (text.includes('-----BEGIN')) return edKey(text);
  const secret = Buffer.from(text, 'utf8');
  if (secret.byteLength < MIN_SECRET_BYTES) throw new SettingError(`must be an Ed25519 private key in PEM or at least ${MIN_SECRET_BYTES} bytes`);
  return { algorithm: 'HS256', sign: secret, verify: secret };
};

const edKey = (pem: string): SigningKey => {
  let sign: KeyObject;
  try {
    sign = createPrivateKey(pem);
  } catch {
    // The cause could quote the key.
    throw new SettingError('is not a private key in PEM');
  }
  if (sign.asymmetricKeyType !== 'ed25519') throw new SettingError('must be an Ed25519 key');
  return { algorithm: 'EdDSA', sign, verify: createPublicKey(sign) };
};

/** Reads the key file of this machine, or makes one (readable by its owner only). Answers the path, for `PORTOLAN_TOKEN_KEY_FILE`. Throws what the file system throws. */
export const ensureSigningKeyFile = async (path: string): Promise<string> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    // `wx` fails if the file is there: of two processes starting at once, one writes and both read the same key.
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(randomBytes(48).toString('base64url'));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    signingKeyFrom(await readFile(path, 'utf8'));
  }
  return path;
};
