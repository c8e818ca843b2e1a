import { DEMO_COMPANY } from './credentials.js';
import type { Instance } from './instance.js';

/** What `npm start` prints: where everything is and how to get in. */
export const welcome = ({ addresses, credentials, credentialsFile, logDir }: Instance): string =>
  [
    '',
    `Portolan is running. Nothing listens on any address but loopback.`,
    '',
    `  API            ${addresses.api}        health ${addresses.api}/health/ready`,
    `  worker         ${addresses.worker}        health ${addresses.worker}/health/ready`,
    `  e-port         ${addresses.eport}        simulator of the customs e-port`,
    `  EventStoreDB   ${addresses.eventStore}`,
    `  MongoDB        ${addresses.mongo}`,
    '',
    `  company        ${DEMO_COMPANY}`,
    ...credentials.users.map(({ username, password, roles, email }) => `  log-in         ${username.padEnd(10)} ${password}   ${roles.join(', ')}${email === undefined ? '' : `, ${email}`}`),
    `  API key        ${credentials.apiKey ?? ''}   exporter`,
    '',
    `  log-ins are kept in ${credentialsFile}, logs in ${logDir}`,
    `  Ctrl-C stops everything; the data stay.`,
    '',
  ].join('\n');
