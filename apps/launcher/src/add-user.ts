import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { EMAIL, Users } from '#access';
import { ROLES, type Role } from '#event-sourcing';
import { launcherEnvelope, openAdministration } from './administration.js';

const USAGE = `usage: node dist/apps/launcher/src/add-user.js --username NAME --company ID --roles ${ROLES.join('|')}[,…] [--name 'DISPLAY NAME'] [--email ADDRESS]`;

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** Adds a user to the instance of `EVENTSTORE_URL` and `MONGODB_URL`: the first one, who then adds the others over HTTP. Prints the password, once. */
const run = async (): Promise<void> => {
  const { values } = parseArgs({ options: { username: { type: 'string' }, company: { type: 'string' }, roles: { type: 'string' }, name: { type: 'string' }, email: { type: 'string' } } });
  const { username, company, roles: list, email } = values;
  const roles = list?.split(',') ?? [];
  if (username === undefined || company === undefined || roles.length === 0 || !roles.every(isRole) || (email !== undefined && !EMAIL.test(email))) throw new Error(USAGE);
  const administration = await openAdministration(process.env);
  try {
    const password = randomBytes(18).toString('base64url');
    const envelope = launcherEnvelope(`user/${username}/${Date.now()}`, company);
    await administration.get(Users).register(username, password, { displayName: values.name ?? username, roles, ...(email !== undefined && { email }) }, envelope);
    process.stdout.write(`${username} ${password}\n`);
  } finally {
    await administration.close();
  }
};

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
