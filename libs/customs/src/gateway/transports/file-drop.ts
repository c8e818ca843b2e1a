import type { FileDropTransportConfig } from '../channels.js';
import { upperCaseGuid } from '../guid.js';
import { ensureDirectory, writeDurably } from './durable-files.js';
import { TransportError, type SealedMessage, type Transport } from './transport.js';

/** Puts messages into the directory from which an e-port client takes them; the file is named after the message's guid and nothing else. */
export class FileDropTransport implements Transport {
  constructor(private readonly config: FileDropTransportConfig) {}

  async deliver(message: SealedMessage, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const guid = upperCaseGuid(message.guid);
    if (guid === undefined) throw new TransportError('the message has no guid to be named after', false);
    try {
      await ensureDirectory(this.config.outbox);
      await writeDurably(this.config.outbox, `${guid}.xml`, message.envelope);
    } catch (error) {
      throw new TransportError(`the outbox cannot be written: ${error instanceof Error ? error.message : String(error)}`, true, { cause: error });
    }
  }
}
