import type { ClientSession, Db } from 'mongodb';
import type { Claim } from './checkpoints.js';

/** Runs writes in a transaction; one that is under way is finished even when a claim is revoked, but not begun again. */
export const transact = async (db: Db, claims: readonly Pick<Claim, 'signal'>[], write: (session: ClientSession) => Promise<void>): Promise<void> => {
  let attempts = 0;
  await db.client.withSession((session) =>
    session.withTransaction(async () => {
      if (attempts > 0) for (const { signal } of claims) signal.throwIfAborted();
      attempts += 1;
      await write(session);
    }),
  );
};
