import { createHash } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';
import type { Command } from './command.js';

/** Namespace of the event ids that are derived from commands (a random UUID, fixed for ever). */
const EVENT_ID_NAMESPACE = '6f1c3f0e-52a7-4c0b-9a60-3f1f3d9c7d11';

/** Who a command is, so that doing it twice can be told from doing two. */
export interface CommandIdentity {
  /** `<caller's company>/<idempotency key>`. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 (base64url) over name, target and payload. */
  readonly hash: string;
}

/** JSON with sorted keys, so that equal payloads are equal texts. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

/** The identity of a command. */
export const identify = (command: Command): CommandIdentity => {
  const name = command.constructor.name;
  const hash = createHash('sha256').update(`${name}\n${command.target}\n${canonical(command.payload)}`).digest('base64url');
  return { id: `${command.envelope.actor.companyId}/${command.envelope.commandId}`, name, hash };
};

/** The id of the command's n-th event. The hash is part of it, so that a reused key with another payload is not mistaken for a repetition. */
export const eventId = (identity: CommandIdentity, stream: string, index: number): string =>
  uuidV5(`${identity.id}\n${identity.hash}\n${stream}\n${index}`, EVENT_ID_NAMESPACE);
