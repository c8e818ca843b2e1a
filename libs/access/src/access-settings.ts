import { isLoopback, optional, secret, setting, SettingError, text } from '#platform';
import { signingKeyFrom } from './tokens/signing-key.js';

/** Keys fetched over an open line could be anybody's. */
const keySetUrl = (value: string): string => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return value;
  throw new SettingError('must be an https:// URL');
};

/** Settings of log-in. */
export const accessSettings = {
  tokenKey: secret('PORTOLAN_TOKEN_KEY', signingKeyFrom, 'Signs access tokens: an Ed25519 private key in PEM (EdDSA), or at least 32 bytes of secret text (HS256). Not set: the launcher makes one in the data directory.'),
  tokenIssuer: setting('PORTOLAN_TOKEN_ISSUER', text, 'Issuer (`iss`) of access tokens.', 'portolan'),
  tokenAudience: setting('PORTOLAN_TOKEN_AUDIENCE', text, 'Audience (`aud`) of access tokens.', 'portolan'),
  oidcIssuer: optional('PORTOLAN_OIDC_ISSUER', text, 'Issuer of an OpenID Connect provider whose tokens are accepted as well.'),
  oidcJwksUrl: optional('PORTOLAN_OIDC_JWKS_URL', keySetUrl, 'Where that provider publishes its keys.'),
  oidcAudience: setting('PORTOLAN_OIDC_AUDIENCE', text, 'Audience its tokens must be for.', 'portolan'),
  oidcCompanyClaim: setting('PORTOLAN_OIDC_COMPANY_CLAIM', text, 'Path of the claim with the company id.', 'company'),
  oidcRolesClaim: setting('PORTOLAN_OIDC_ROLES_CLAIM', text, 'Path of the claim with the list of roles.', 'roles'),
};
