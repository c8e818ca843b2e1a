import { refusal } from '#event-sourcing';
import type { CustomsProfileEntry } from './events.js';
import { profileAt, type CustomsProfile } from './profile.js';

/** What decisions about orders get to know of the company at customs. */
export interface WithProfile {
  readonly profile: CustomsProfile;
}

/** The entry in force, known to be there and with the 9710 service activated (9710-R5, 9710-R30). Throws `Refusal`. */
export const activeProfile = (profile: CustomsProfile, now: Date): CustomsProfileEntry => {
  const entry = profileAt(profile, now);
  if (entry === undefined) {
    throw refusal('9710-R5', { en: 'the company has no customs profile yet', zh: '企业尚未登记海关资料' }, { code: 'no-customs-profile' });
  }
  if (!entry.service9710Active) {
    throw refusal('9710-R30', { en: 'the company has not activated the 9710 service', zh: '企业尚未开通 9710 服务，请立即开通' }, { code: 'service-not-active' });
  }
  return entry;
};
