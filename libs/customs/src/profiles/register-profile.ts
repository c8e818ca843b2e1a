import { Command, refusal, type CompanyId, type Decide } from '#event-sourcing';
import type { CustomsProfileEvent } from './events.js';
import { requireOps, requireOwner } from './profile-access.js';
import { type CustomsProfileInput, entryOf } from './profile-input.js';
import type { CustomsProfile } from './profile.js';

/** Registers a company's first customs profile; the target is the company's id. */
export class RegisterProfile extends Command<CustomsProfileInput> {}

/** May begin in the past, so that a company brings its history along. */
export const registerProfile: Decide<CustomsProfileInput, CustomsProfile, CustomsProfileEvent, { company: CompanyId }> = (input, profile, world) => {
  requireOps(world.actor);
  requireOwner(world.id, world.company);
  if (profile.entries.length > 0) {
    throw refusal('9710-C16', { en: 'the company has a customs profile: change it', zh: '该企业已有海关资料，请使用变更' });
  }
  return [{ type: 'CustomsProfileRegistered', data: { companyId: world.id, entry: entryOf(input, world.now) } }];
};
