import rateLimitPlugin, { normalizeIP } from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { tooManyRequests } from '../problems/http-problem.js';

/** Counts requests. */
export interface RateLimit {
  /** Counts one request against its actor, or its address if nobody is logged in; throws `tooManyRequests` (429) beyond the limit. */
  count(request: FastifyRequest): Promise<void>;
}

const NO_LIMIT: RateLimit = { count: () => Promise.resolve() };

/** How many callers are remembered; the least recent are forgotten first. */
const REMEMBERED_CALLERS = 50_000;

/** A limit of so many requests per minute and caller; 0 is none. */
export const createRateLimit = async (app: NestFastifyApplication, perMinute: number): Promise<RateLimit> => {
  if (perMinute === 0) return NO_LIMIT;
  await app.register(rateLimitPlugin, { global: false, cache: REMEMBERED_CALLERS });
  const check = app.getHttpAdapter().getInstance().createRateLimit({ max: perMinute, timeWindow: 60_000, keyGenerator: callerOf });
  return {
    count: async (request) => {
      const verdict = await check(request);
      if (!verdict.isAllowed && verdict.isExceeded) throw tooManyRequests(verdict.ttlInSeconds);
    },
  };
};

const callerOf = ({ actor, ip }: FastifyRequest): string => actor?.id ?? `address:${normalizeIP(ip)}`;
