import { isIPv4 } from 'node:net';
import { ConfigError } from './read-config.js';

/** Whether nothing but this machine reaches the address. */
export const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));

/** What must be there before the world may reach a service. */
export interface Exposure {
  /** `PORTOLAN_HOST`. */
  readonly host: string;
  /** Variables that must be set by the operator, with what was read; a default or a generated value does not count. */
  readonly required: Readonly<Record<string, unknown>>;
}

/**
 * Refuses to listen beyond loopback by accident: a host other than loopback needs every listed variable (the signing key of access tokens, the
 * URLs of real stores) to be set by hand, since generated keys and embedded stores are for one machine. Throws `ConfigError` naming the missing.
 */
export const assertMayListen = ({ host, required }: Exposure): void => {
  if (isLoopback(host)) return;
  const missing = Object.entries(required).flatMap(([variable, value]) => (value === undefined ? [variable] : []));
  const [first, ...others] = missing.map((variable) => `${variable} is required to listen beyond loopback (PORTOLAN_HOST is ${host})`);
  if (first !== undefined) throw new ConfigError([first, ...others]);
};
