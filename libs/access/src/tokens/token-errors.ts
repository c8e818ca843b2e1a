import { decodeJwt, errors } from 'jose';
import { Unauthenticated } from '#platform';

/** Who says to have issued a token, before anything is verified: only to find who can judge it. Undefined for what is no JWT. */
export const issuerOf = (token: string): string | undefined => {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
};

/** Makes a verdict of jose's on a token an `Unauthenticated`; any other error (an issuer's key set out of reach) stays what it is. */
export const rejected = (error: unknown): never => {
  if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) throw new Unauthenticated(`token ${error.code}`, 'invalid_token');
  throw error;
};
