import { secret, setting, SettingError, text } from '#platform';
import { InvalidChannels, readChannels, type Channel } from './gateway/index.js';

/** Injection token of the configured channels, by code. */
export const CHANNELS = Symbol('customs channels');

const channels = (value: string): ReadonlyMap<string, Channel> => {
  try {
    return readChannels(JSON.parse(value));
  } catch (error) {
    if (error instanceof InvalidChannels) throw new SettingError(error.message, { cause: error });
    if (error instanceof SyntaxError) throw new SettingError('must be JSON', { cause: error });
    throw error;
  }
};

/** Settings of what customs is told, and how. */
export const customsSettings = {
  channels: secret('PORTOLAN_CHANNELS', channels, 'The channels to customs: a JSON list of code, name, dxpId, copCode, copName and transport each.'),
  ebpCode: setting('PORTOLAN_EBP_CODE', text, "The platform's code at customs (CEB `ebpCode`); `无` for a foreign platform that has none.", '无'),
  ebpName: setting('PORTOLAN_EBP_NAME', text, "The platform's name at customs (CEB `ebpName`).", 'Portolan'),
};
