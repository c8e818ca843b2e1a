import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor, Role } from '#event-sourcing';
import { Unauthenticated } from '../problems/http-problem.js';
import './request-actor.js';

/** Who may call a handler. */
export type Access =
  | { readonly kind: 'public'; readonly limited: boolean }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'roles'; readonly roles: ReadonlySet<string> };

export const ACCESS = Symbol('portolan:access');

const access = (value: Access) => SetMetadata(ACCESS, value);

/** Anyone may call it, without log-in. */
export const Public = () => access({ kind: 'public', limited: true });

/** Anyone may call it as often as they like: for health checks, which must not fail because somebody asks too much. */
export const PublicUnlimited = () => access({ kind: 'public', limited: false });

/** Whoever is logged in may call it. */
export const SignedIn = () => access({ kind: 'signed-in' });

/** Whoever has one of the roles may call it. A handler (or its controller) without any of these decorators keeps the app from starting. */
export const Allow = (...roles: readonly [Role, ...Role[]]) => access({ kind: 'roles', roles: new Set<string>(roles) });

/** The actor of a request that was let in by log-in. Throws `Unauthenticated` in a handler open to the public that nobody logged in to. */
export const actorOf = ({ actor }: FastifyRequest): Actor => {
  if (actor === null) throw new Unauthenticated('no credentials');
  return actor;
};

/** Parameter decorator: the `Actor` who calls. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => actorOf(context.switchToHttp().getRequest<FastifyRequest>()));
