import { hash as digest } from 'node:crypto';
import { stringify as canonical } from 'safe-stable-stringify';
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

/** The identity of a command. */
export const identify = (command: Command): CommandIdentity => {
  const name = command.constructor.name;
  // Equal payloads are equal texts whatever the order of their fields.
  const hash = digest('sha256', `${name}\n${command.target}\n${canonical(command.payload)}`, 'base64url');
  return { id: `${command.envelope.actor.companyId}/${command.envelope.commandId}`, name, hash };
};

/** The id of the command's n-th event. The hash is part of it, so that a reused key with another payload is not mistaken for a repetition. */
export const eventId = (identity: CommandIdentity, stream: string, index: number): string =>
  uuidV5(`${identity.id}\n${identity.hash}\n${stream}\n${index}`, EVENT_ID_NAMESPACE);
