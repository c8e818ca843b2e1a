import type { Actor } from '#event-sourcing';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent the request, once it is known; null for nobody. */
    actor: Actor | null;
  }
}
