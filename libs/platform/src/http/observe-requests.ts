import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../health/metrics.js';
import type { Logger } from '../logging/logger.js';
import { pathOf } from '../problems/problem.filter.js';
import { CORRELATION_HEADER } from './correlation.js';

/** Every answer carries its correlation id, is measured, and leaves one record in the log: never a query or a body. */
export const observeRequests = (fastify: FastifyInstance, logger: Logger, metrics: Metrics): void => {
  fastify.decorateRequest('actor', null);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header(CORRELATION_HEADER, request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method, actor } = request;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    metrics.requestAnswered(method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    const who = actor && { actor: actor.id, company: actor.companyId };
    logger.info({ correlationId: request.id, method, path: pathOf(request.url), status: reply.statusCode, ms, address: request.ip, ...who }, 'request');
    done();
  });
};
