import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HealthController } from '../health/health.controller.js';
import { metricsControllerFor, type MetricsAudience } from '../health/metrics.controller.js';
import { Metrics } from '../health/metrics.js';
import { Readiness } from '../health/readiness.js';
import { Authenticators } from '../identity/authenticator.js';
import { IdentityGuard } from '../identity/identity.guard.js';
import { RouteAudit } from '../identity/route-audit.js';
import type { Logger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { answerProblem, ProblemFilter } from '../problems/problem.filter.js';
import { CompiledValidationPipe } from '../validation/validation.pipe.js';
import { correlationIdOf } from './correlation.js';
import { observeRequests } from './observe-requests.js';
import { PlatformModule } from './platform.module.js';
import { createRateLimit } from './rate-limit.js';
import { secureAnswers } from './security-headers.js';
import { HttpApp } from './http-app.js';

/** How a service answers HTTP; the values of `httpSettings` and what the app decides itself. */
export interface HttpAppOptions {
  readonly logger: Logger;
  readonly host: string;
  readonly port: number;
  readonly bodyLimitBytes: number;
  readonly requestTimeoutSeconds: number;
  readonly drainSeconds: number;
  readonly rateLimitPerMinute: number;
  /** Who reads `/metrics`; default `ops`. A service without log-in has no one else than `everyone`. */
  readonly metricsFor?: MetricsAudience;
  /** Largest uploaded file in bytes, one file a request; without it multipart bodies are refused. */
  readonly uploadLimitBytes?: number;
  /** Media types whose bodies reach handlers as text (`@Body() text: string`), besides JSON. */
  readonly textTypes?: readonly string[];
}

@Module({})
class HttpRoot {}

/**
 * Nest on Fastify with everything every service has: problem details, compiled validation, log-in by default, rate and size limits, security
 * headers, correlation ids, request log, health, metrics. Not listening yet. Throws what modules throw when they start, and for routes that are
 * open to nobody knows whom or take inputs that nobody described.
 */
export const createHttpApp = async (appModule: Type | DynamicModule, options: HttpAppOptions): Promise<HttpApp> => {
  const { logger } = options;
  const app = await NestFactory.create<NestFastifyApplication>(rootModule(appModule, options), fastifyAdapter(options), {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const fastify = app.getHttpAdapter().getInstance();
  observeRequests(fastify, logger, app.get(Metrics));
  secureAnswers(fastify);
  acceptTexts(fastify, options.textTypes ?? []);
  app.useGlobalFilters(new ProblemFilter(logger));
  app.useGlobalPipes(new CompiledValidationPipe());
  app.useGlobalGuards(new IdentityGuard(app.get(Authenticators), await createRateLimit(app, options.rateLimitPerMinute)));
  try {
    await app.init();
  } catch (error) {
    await app.close();
    throw error;
  }
  return new HttpApp(app, app.get(Readiness), options);
};

const rootModule = (appModule: Type | DynamicModule, { logger, metricsFor = 'ops' }: HttpAppOptions): DynamicModule => ({
  module: HttpRoot,
  imports: [PlatformModule.forRoot(logger), DiscoveryModule, appModule],
  controllers: [HealthController, metricsControllerFor(metricsFor)],
  providers: [RouteAudit],
});

const fastifyAdapter = ({ logger, bodyLimitBytes, requestTimeoutSeconds, uploadLimitBytes }: HttpAppOptions): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutSeconds * 1000,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    genReqId: correlationIdOf,
    // What the router refuses (a malformed or overlong path) reaches neither hooks nor filters.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => void answerProblem(logger, error, request, reply),
    routerOptions: { maxParamLength: 200 },
    skipMiddie: true,
    multipart: uploadLimitBytes === undefined ? false : { limits: { fileSize: uploadLimitBytes, files: 1, fields: 20, fieldSize: 10_000, parts: 21, headerPairs: 100 } },
  });

const acceptTexts = (fastify: ReturnType<ReturnType<NestFastifyApplication['getHttpAdapter']>['getInstance']>, types: readonly string[]): void => {
  // Fastify takes text/plain by default; a service says itself what it takes.
  fastify.removeContentTypeParser('text/plain');
  if (types.length > 0) fastify.addContentTypeParser([...types], { parseAs: 'string' }, (_request, body, done) => done(null, body));
};
