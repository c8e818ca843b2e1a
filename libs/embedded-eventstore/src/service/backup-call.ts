import { Client, credentials, type MethodDefinition, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { toRpcError } from '../rpc-error.js';

const toBytes = (text: string): Buffer => Buffer.from(text);
const fromBytes = (bytes: Buffer): string => bytes.toString();

/** The only method that EventStoreDB does not have: the request is the directory, in UTF-8; the answer is empty. */
const backup: MethodDefinition<string, string> = {
  path: '/portolan.eventstore.Node/Backup',
  requestStream: false,
  responseStream: false,
  requestSerialize: toBytes,
  requestDeserialize: fromBytes,
  responseSerialize: toBytes,
  responseDeserialize: fromBytes,
};

export const NODE_SERVICE = { backup };

export function handleBackup(backUp: (directory: string) => Promise<void>) {
  return ({ request }: ServerUnaryCall<string, string>, answer: sendUnaryData<string>): void => {
    backUp(request)
      .then(() => answer(null, ''))
      .catch((error: unknown) => answer(toRpcError(error)));
  };
}

/**
 * Has the node that listens on this machine copy its data.
 *
 * @param directory absolute; as the node sees it
 * @throws Error that says why there is no backup
 */
export async function requestBackup(port: number, directory: string): Promise<void> {
  const client = new Client(`localhost:${port}`, credentials.createInsecure());
  try {
    await new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest(backup.path, toBytes, fromBytes, directory, (error) => (error ? reject(new Error(error.details)) : resolve()));
    });
  } finally {
    client.close();
  }
}
