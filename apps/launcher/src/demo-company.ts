import type { INestApplicationContext } from '@nestjs/common';
import { ApiKeys, Users } from '#access';
import { CommandExecutor, CommandDispatcher } from '#event-sourcing';
import { profileUseCases, RegisterProfile } from '#customs';
import { ApplyForAssurance, RecordShop, SetCreditLine, tradeUseCases } from '#trade';
import { launcherEnvelope } from './administration.js';
import { DEMO_COMPANY, saveCredentials, type Credentials } from './credentials.js';

/** Invented; the code and the USCC have the right shape and check character. */
const PROFILE = {
  companyName: '成都示范出口有限公司',
  ebcCode: '123456789X',
  uscc: '91330100799655058B',
  channel: 'SiChuanEport',
  service9710Active: true,
  eportDataAuthorised: true,
  effectiveFrom: '2022-01-01T00:00:00.000Z',
};

/** What the platform knows of the company's shop; as a paid member it opens the assurance service by applying. */
const SHOP = { companyName: PROFILE.companyName, uscc: PROFILE.uscc, membership: 'PAID', operating: true };

/** Suffices for a hundred orders like the demo's. */
const CREDIT = { total: '1000000', currency: 'USD' };

/** Makes the demo company, its people and its keys; repeating it changes nothing. Answers the credentials, which the file at `path` then holds too. */
export const seedDemoCompany = async (administration: INestApplicationContext, path: string, credentials: Credentials): Promise<Credentials> => {
  const { instance } = credentials;
  const users = administration.get(Users);
  const keys = administration.get(ApiKeys);
  if (credentials.gatewayKey !== undefined) return credentials;

  for (const { username, password, displayName, roles, company, email } of credentials.users) {
    await users.register(username, password, { displayName, roles: [...roles], ...(email !== undefined && { email }) }, launcherEnvelope(`${instance}/user/${username}`, company));
  }
  const dispatcher = new CommandDispatcher(administration.get(CommandExecutor), [...profileUseCases, ...tradeUseCases]);
  const steps = [
    ['profile', RegisterProfile, PROFILE],
    ['shop', RecordShop, SHOP],
    ['assurance', ApplyForAssurance, {}],
    ['credit', SetCreditLine, CREDIT],
  ] as const;
  for (const [step, command, payload] of steps) await dispatcher.dispatch(command.name, DEMO_COMPANY, payload, launcherEnvelope(`${instance}/${step}`, DEMO_COMPANY));

  // A key is shown once: each try has a name of its own, so that one lost between issuing and saving is replaced, not missed.
  const issue = async (name: string, company: string, role: 'exporter' | 'customs-gateway'): Promise<string> => {
    const { key } = await keys.issue({ name, roles: [role] }, launcherEnvelope(`${instance}/key/${role}/${Date.now()}`, company));
    if (key === undefined) throw new Error(`the key ${name} was issued before`);
    return key;
  };
  const seeded = {
    ...credentials,
    apiKey: await issue('demo', DEMO_COMPANY, 'exporter'),
    gatewayKey: await issue('e-port simulator', 'platform', 'customs-gateway'),
  };
  await saveCredentials(path, seeded);
  return seeded;
};
