import { accessSettings, type AccessOptions } from '#access';
import { customsSettings } from '#customs';
import { clockSettings, storeSettings } from '#operations';
import { paymentSettings, tradeSettings } from '#trade';
import { assertMayListen, ConfigError, httpSettings, readConfig, setting, wholeNumber, type ConfigOf, type Environment } from '#platform';

/** Everything the API can be told by its environment. */
export const apiSettings = {
  ...httpSettings,
  ...storeSettings,
  ...accessSettings,
  ...customsSettings,
  ...paymentSettings,
  ...tradeSettings,
  ...clockSettings,
  uploadLimitBytes: setting('PORTOLAN_UPLOAD_LIMIT', wholeNumber(1024, 1024 * 1024 * 1024), 'Largest uploaded file in bytes.', '10485760'),
};

export type ApiConfig = ConfigOf<typeof apiSettings>;

/** Reads and checks the configuration. Throws `ConfigError`. */
export const readApiConfig = (env: Environment): ApiConfig => {
  const config = readConfig(apiSettings, env);
  const { eventStoreUrl, mongoUrl, tokenKey } = config;
  assertMayListen({ host: config.host, required: { EVENTSTORE_URL: eventStoreUrl, MONGODB_URL: mongoUrl, PORTOLAN_TOKEN_KEY: tokenKey } });
  return config;
};

/** How callers log in. Throws `ConfigError` without a signing key, and for half an OpenID Connect issuer. */
export const accessOptions = (config: ApiConfig): AccessOptions => {
  const { tokenKey, tokenIssuer, tokenAudience, oidcIssuer, oidcJwksUrl, oidcAudience, oidcCompanyClaim, oidcRolesClaim } = config;
  if (tokenKey === undefined) throw new ConfigError(['PORTOLAN_TOKEN_KEY is required']);
  const tokens = { signingKey: tokenKey, issuer: tokenIssuer, audience: tokenAudience };
  if (oidcIssuer === undefined && oidcJwksUrl === undefined) return { tokens };
  if (oidcIssuer === undefined || oidcJwksUrl === undefined) throw new ConfigError(['PORTOLAN_OIDC_ISSUER and PORTOLAN_OIDC_JWKS_URL are set together or not at all']);
  return { tokens, oidc: { issuer: oidcIssuer, jwksUrl: oidcJwksUrl, audience: oidcAudience, companyClaim: oidcCompanyClaim, rolesClaim: oidcRolesClaim } };
};
