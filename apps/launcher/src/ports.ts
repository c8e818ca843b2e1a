import { connect, createServer } from 'node:net';

/** A port is taken, by another instance or another program. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/** The loopback port if it is free, any free one for 0. Throws `PortTaken` naming the variable that chooses another. */
export const choosePort = async (wanted: number, variable: string): Promise<number> => {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(wanted, '127.0.0.1', resolve));
  } catch (error) {
    throw new PortTaken(`port ${wanted} is in use; ${variable} chooses another (0: any free one)`, { cause: error });
  }
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
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
