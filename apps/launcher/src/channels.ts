import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Writes the channels of a local instance, both to the simulator: one over HTTP, one by exchanging files. Written at each start, since the
 * simulator's port may differ. Answers the file's path, for `PORTOLAN_CHANNELS_FILE`.
 */
export const ensureChannels = async (dataDir: string, eportUrl: string): Promise<string> => {
  const outbox = join(dataDir, 'file-drop', 'outbox');
  const inbox = join(dataDir, 'file-drop', 'inbox');
  await mkdir(outbox, { recursive: true, mode: 0o700 });
  await mkdir(inbox, { recursive: true, mode: 0o700 });
  const us = { dxpId: 'DXPTEST000000001', copCode: '123456789X', copName: '成都示范出口有限公司' };
  const channels = [
    { code: 'SiChuanEport', name: { zh: '四川电子口岸', en: 'Sichuan e-port' }, ...us, transport: { kind: 'http', url: `${eportUrl}/messages` } },
    { code: 'FoshanEport', name: { zh: '佛山电子口岸', en: 'Foshan e-port' }, ...us, transport: { kind: 'file-drop', outbox, inbox } },
  ];
  const path = join(dataDir, 'channels.json');
  await writeFile(path, JSON.stringify(channels, null, 2));
  return path;
};
