import { createHash } from 'node:crypto';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { PLATFORM_COMPANY, systemActor, type CommandEnvelope } from '#event-sourcing';
import { LOGGER, type Logger } from '#platform';
import { CHANNELS } from '../customs-settings.js';
import { Inbox, UnreadableMessage, type Channel } from '../gateway/index.js';
import { ReceiptDesk } from './receipt-desk.js';

/** The same file handed over again after a crash is the same delivery; a file that comes again later is another. */
const deliveryOf = (channel: Channel, content: Buffer, fileName: string): CommandEnvelope => {
  const id = `file-drop/${channel.code}/${createHash('sha256').update(fileName).update(content).digest('hex')}`;
  return { commandId: id, actor: systemActor('file-drop'), companyId: PLATFORM_COMPANY, correlationId: id, origin: { via: 'file-drop' } };
};

/** Takes the receipts that e-port clients put into the inboxes of file-drop channels, for as long as the worker runs. */
@Injectable()
export class ReceiptInboxes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private inboxes: readonly Inbox[] = [];

  constructor(
    @Inject(ReceiptDesk) private readonly desk: ReceiptDesk,
    @Inject(CHANNELS) private readonly channels: ReadonlyMap<string, Channel>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const directories = new Map<string, Channel>();
    // Channels may share an inbox; it is watched once.
    for (const channel of this.channels.values()) if (channel.transport.kind === 'file-drop') directories.set(channel.transport.inbox, channel);
    this.inboxes = [...directories].map(([directory, channel]) => this.watch(directory, channel));
    for (const inbox of this.inboxes) inbox.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.inboxes.map((inbox) => inbox.stop()));
  }

  private watch(directory: string, channel: Channel): Inbox {
    return new Inbox({
      directory,
      onReceipt: async (content, fileName) => this.receive(channel, content, fileName),
      onFailure: (error, fileName) => this.logger.warn({ err: error, channel: channel.code, fileName }, 'a receipt stays in the inbox'),
    });
  }

  private async receive(channel: Channel, content: Buffer, fileName: string): Promise<void> {
    try {
      await this.desk.receive(content, deliveryOf(channel, content, fileName));
    } catch (error) {
      if (error instanceof UnreadableMessage) {
        const sha256 = createHash('sha256').update(content).digest('hex');
        this.logger.warn({ sha256, reason: error.reason, channel: channel.code, fileName }, 'a receipt cannot be read');
      }
      throw error;
    }
  }
}
