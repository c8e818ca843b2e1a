import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { INestApplicationContext } from '@nestjs/common';
import { AccessModule, accessSettings } from '#access';
import { companyId, EventSourcingModule, PLATFORM_COMPANY, systemClock, type Actor, type CommandEnvelope } from '#event-sourcing';
import { createLogger, mongoSettings, MongoModule, PlatformModule, readConfig, type Environment } from '#platform';

/** Does what the platform does, and what the exporters of the demo company would do first of all. */
const LAUNCHER: Actor = { id: 'system:launcher', roles: ['system', 'ops', 'exporter'], companyId: PLATFORM_COMPANY };

/** Users and keys without an API: for the first log-ins of an instance. Close it when done. Throws what the stores and the configuration throw. */
export const openAdministration = async (env: Environment): Promise<INestApplicationContext> => {
  const config = readConfig({ ...mongoSettings, tokenKey: accessSettings.tokenKey, tokenIssuer: accessSettings.tokenIssuer, tokenAudience: accessSettings.tokenAudience }, env);
  const eventStoreUrl = env['EVENTSTORE_URL'];
  if (config.tokenKey === undefined || config.mongoUrl === undefined || eventStoreUrl === undefined) {
    throw new Error('EVENTSTORE_URL, MONGODB_URL and PORTOLAN_TOKEN_KEY are needed to administer an instance');
  }
  const logger = createLogger({ service: 'launcher', level: 'error' });
  return NestFactory.createApplicationContext(
    {
      module: class Administration {},
      imports: [
        PlatformModule.forRoot(logger),
        CqrsModule.forRoot(),
        EventSourcingModule.forRoot({ connectionString: eventStoreUrl, clock: systemClock }),
        MongoModule.forRoot({ url: config.mongoUrl, database: config.mongoDatabase, appName: 'portolan-launcher' }),
        AccessModule.forRoot({ tokens: { signingKey: config.tokenKey, issuer: config.tokenIssuer, audience: config.tokenAudience } }),
      ],
    },
    { logger: false, abortOnError: false },
  );
};

/** The envelope of a step that the launcher takes for a company; repeated steps of the same name are done once. */
export const launcherEnvelope = (step: string, company: string): CommandEnvelope => ({
  commandId: `launcher/${step}`,
  actor: LAUNCHER,
  companyId: companyId(company),
  correlationId: `launcher/${step}`,
  origin: { via: 'launcher' },
});
