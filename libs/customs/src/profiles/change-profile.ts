import { Command, invalid, type Decide } from '#event-sourcing';
import type { CustomsProfileEvent } from './events.js';
import { requireOps } from './profile-access.js';
import { type CustomsProfileInput, entryOf } from './profile-input.js';
import type { CustomsProfile } from './profile.js';

/** Adds an entry to a company's customs profile, from now or a later instant on; the target is the company's id. */
export class ChangeProfile extends Command<CustomsProfileInput> {}

/** What was in force stays on record: a change cannot begin in the past (9710-C16). */
export const changeProfile: Decide<CustomsProfileInput, CustomsProfile, CustomsProfileEvent> = (input, _, { actor, id, now }) => {
  requireOps(actor);
  const entry = entryOf(input, now);
  if (new Date(entry.effectiveFrom) < now) {
    throw invalid('9710-C16', 'effectiveFrom', { en: 'a change cannot begin in the past', zh: '变更的生效时间不能早于当前时间' });
  }
  return [{ type: 'CustomsProfileChanged', data: { companyId: id, entry } }];
};
