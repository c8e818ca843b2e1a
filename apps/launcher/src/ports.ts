import { connect, createServer } from 'node:net';

/** A free loopback port if `wanted` is 0, else `wanted`. */
export const choosePort = async (wanted: number): Promise<number> => {
  if (wanted !== 0) return wanted;
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
};

/** Resolves if something accepts connections on the loopback port; rejects if not. */
export const accepts = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1000, () => socket.destroy(new Error(`no answer on port ${port}`)));
    socket.once('error', reject).once('connect', () => {
      socket.destroy();
      resolve();
    });
  });

/** Resolves if the URL answers 2xx; rejects if not. */
export const answers = async (url: string): Promise<void> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
};
