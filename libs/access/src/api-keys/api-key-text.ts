import { hash, randomBytes } from 'node:crypto';
import { API_KEY_PREFIX } from '#platform';

/** The two parts of a key as its holder knows it: `ptl_<keyId>_<secret>`. */
export interface ApiKeyParts {
  readonly keyId: string;
  readonly secret: string;
}

const SECRET_BYTES = 32;
const API_KEY = new RegExp(`^${API_KEY_PREFIX}([0-9a-f]{20})_([A-Za-z0-9_-]{43})$`);

/** The parts of a key, or undefined for a text that is none. */
export const parseApiKey = (text: string): ApiKeyParts | undefined => {
  const [, keyId, secret] = API_KEY.exec(text) ?? [];
  return keyId === undefined || secret === undefined ? undefined : { keyId, secret };
};

/** A new secret of 256 random bits, 43 characters. */
export const newApiKeySecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** The key as its holder gets to know it. */
export const formatApiKey = ({ keyId, secret }: ApiKeyParts): string => `${API_KEY_PREFIX}${keyId}_${secret}`;

/** SHA-256 of credentials, under which their verdict is remembered: the process keeps no secret in memory longer than a request. */
export const digestOf = (credentials: string): string => hash('sha256', credentials, 'base64');
