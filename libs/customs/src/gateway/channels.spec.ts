import { describe, expect, it } from '@jest/globals';
import { InvalidChannels, readChannels } from './index.js';

const channel = (changes: object = {}) => ({
  code: 'SiChuanEport',
  name: { zh: '四川电子口岸', en: 'Sichuan e-port' },
  dxpId: 'DXPTEST000000001',
  copCode: '123456789X',
  copName: '测试出口公司',
  transport: { kind: 'http', url: 'http://127.0.0.1:3303/messages' },
  ...changes,
});
const faultsOf = (config: unknown): readonly string[] => {
  try {
    readChannels(config);
  } catch (error) {
    if (error instanceof InvalidChannels) return error.faults;
    throw error;
  }
  return [];
};

describe('channel configuration', () => {
  it('9710-C8 knows a channel by its code and shows it by its name', () => {
    const channels = readChannels([channel(), channel({ code: 'FoShanEport', name: { zh: '佛山电子口岸', en: 'Foshan e-port' } })]);
    expect(channels.get('FoShanEport')?.name).toEqual({ zh: '佛山电子口岸', en: 'Foshan e-port' });
    expect(channels.get('佛山电子口岸')).toBeUndefined();
  });

  it('reads both transports and gives HTTP 10 s a try', () => {
    const [http, files] = [
      readChannels([channel()]).get('SiChuanEport'),
      readChannels([channel({ transport: { kind: 'file-drop', outbox: '/var/eport/out', inbox: '/var/eport/in' } })]).get('SiChuanEport'),
    ];
    expect(http?.transport).toMatchObject({ kind: 'http', timeoutMs: 10_000 });
    expect(files?.transport).toMatchObject({ kind: 'file-drop', outbox: '/var/eport/out' });
  });

  it.each<[string, unknown, RegExp]>([
    ['no list', {}, /list of channels/],
    ['something that is no channel', [null], /channels/],
    ['a code that could be a path', [channel({ code: '../x' })], /^channels\.0\.code:/],
    ['no English name', [channel({ name: { zh: '四川' } })], /^channels\.0\.name\.en:/],
    ['a node id of 17 characters', [channel({ dxpId: 'D'.repeat(17) })], /dxpId/],
    ['a sender that is no customs code', [channel({ copCode: 'acme' })], /copCode must be/],
    ['an unknown setting', [channel({ password: 'x' })], /password/],
    ['no transport', [channel({ transport: undefined })], /transport/],
    ['an unknown transport', [channel({ transport: { kind: 'ftp' } })], /transport/],
    ['plain http that leaves the machine', [channel({ transport: { kind: 'http', url: 'http://eport.example.com/m' } })], /https, or http on loopback/],
    ['credentials in the address', [channel({ transport: { kind: 'http', url: 'https://a:b@eport.example.com/m' } })], /url/],
    ['no time at all for a try', [channel({ transport: { kind: 'http', url: 'https://eport.example.com/m', timeoutMs: null } })], /timeoutMs/],
    ['a relative directory', [channel({ transport: { kind: 'file-drop', outbox: 'out', inbox: '/in' } })], /outbox must be an absolute path/],
    ['a code given twice', [channel(), channel()], /SiChuanEport is defined twice/],
  ])('refuses %s', (_, config, fault) => {
    expect(faultsOf(config).join('\n')).toMatch(fault);
  });
});
