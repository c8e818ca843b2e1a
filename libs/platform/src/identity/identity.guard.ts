import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '#event-sourcing';
import { forbidden, Unauthenticated } from '../problems/http-problem.js';
import { ACCESS, type Access } from './access.decorators.js';
import type { Authenticators } from './authenticator.js';
import type { RateLimit } from '../http/rate-limit.js';

/** Lets nobody in who may not: logs in, counts against the caller's rate, checks the role. */
export class IdentityGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(
    private readonly authenticators: Authenticators,
    private readonly rateLimit: RateLimit,
  ) {}

  /** Throws `Unauthenticated` (401), `forbidden` (403) or `tooManyRequests` (429). */
  async canActivate(context: ExecutionContext): Promise<true> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()]);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // The start-up check lets no handler without access rules through; should one appear later, it is closed.
    if (!access) throw forbidden();
    if (access.kind === 'public') {
      if (access.limited) await this.rateLimit.count(request);
      return true;
    }
    const actor = await this.logIn(request);
    request.actor = actor;
    await this.rateLimit.count(request);
    if (access.kind === 'roles' && !actor.roles.some((role) => access.roles.has(role))) throw forbidden();
    return true;
  }

  private async logIn(request: FastifyRequest): Promise<Actor> {
    try {
      return await this.authenticators.authenticate(request.headers);
    } catch (error) {
      // Guessing is counted against the address: there is no caller yet.
      if (error instanceof Unauthenticated) await this.rateLimit.count(request);
      throw error;
    }
  }
}
