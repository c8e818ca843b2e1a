import { DEMO_COMPANY } from '../../apps/launcher/src/credentials.js';
import type { System } from '../support/system.js';
import type { TradeParties } from '../support/trade-orders.js';
import type { Cast } from './journey.js';
import { PatientClient } from './patient-client.js';

/** The demo company's people as they agree on trade orders and ship them; its assurance service is opened and its credit line is set. */
export interface TradeCast extends Cast {
  readonly parties: TradeParties;
}

/** Logs everybody in. */
export const tradeCast = async (system: System): Promise<TradeCast> => {
  const { users, paymentKey = '' } = system.credentials;
  const api = system.address('api');
  const logIn = (username: string): Promise<PatientClient> => {
    const user = users.find((candidate) => candidate.username === username);
    if (user === undefined) throw new Error(`the instance has no ${username}`);
    return PatientClient.logIn(api, user);
  };
  const [exporter, reviewer, buyer, ops] = [await logIn('lin'), await logIn('reviewer'), await logIn('buyer'), await logIn('ops')];
  return { exporter, reviewer, parties: { supplier: exporter.send, buyer: buyer.send, ops: ops.send, company: DEMO_COMPANY, api, paymentKey } };
};

/** Moves the clock on; answers what it says then. */
export const advance = async ({ ops }: TradeParties, seconds: number): Promise<string> => String((await ops('POST', '/v1/ops/clock/advance', { seconds }))['now']);

const DAY_SECONDS = 86_400;

/** Moves the clock on by a day; answers what it says then. */
export const nextDay = (parties: TradeParties): Promise<string> => advance(parties, DAY_SECONDS);
