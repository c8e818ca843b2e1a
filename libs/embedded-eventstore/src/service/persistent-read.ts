import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Connection, Consumer } from '../persistent/consumer.js';
import type { Group, NackAction } from '../persistent/group.js';
import { groupName } from '../persistent/group-requests.js';
import type { Groups } from '../persistent/groups.js';
import type { Message } from '../persistent/message.js';
import { idOf } from '../persistent/settings.js';
import { invalidArgument, shuttingDown, toRpcError } from '../rpc-error.js';
import { consumerConfirmed, delivered, readConsumerMessage, resolvedDelivery } from '../wire/persistent-messages.js';

type ConsumerCall = ServerDuplexStream<Buffer, Buffer>;

const NAMELESS = '<unknown>';
/** By number of `ReadReq.Nack.Action`: unknown, park, retry, skip, stop. EventStoreDB stops nothing, but skips. */
const ACTIONS: readonly NackAction[] = ['retry', 'park', 'retry', 'skip', 'skip'];

/** `PersistentSubscriptions.Read`: one consumer of a group, which gets messages and says what became of them. */
export function handleConsumer(groups: Groups, stopping: AbortSignal) {
  return (call: ConsumerCall): void => {
    const session = new ConsumerSession(call, groups);
    call.on('data', (message: Buffer) => void session.receive(message));
    const stop = (): void => session.fail(shuttingDown());
    stopping.addEventListener('abort', stop);
    const over = (): void => {
      stopping.removeEventListener('abort', stop);
      session.abandon();
    };
    // The client sending no more does not end the call: it goes on being given messages, as from the server.
    call.on('close', over).on('cancelled', over);
    if (stopping.aborted) stop();
  };
}

interface Membership {
  readonly group: Group;
  readonly consumer: Consumer;
}

class ConsumerSession {
  #membership: Promise<Membership> | undefined;
  #isOver = false;

  constructor(
    private readonly call: ConsumerCall,
    private readonly groups: Groups,
  ) {}

  async receive(message: Buffer): Promise<void> {
    if (this.#isOver) return;
    try {
      if (this.#membership) this.#answer(await this.#membership, message);
      else await (this.#membership = this.#join(message));
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    if (!this.#isOver) this.call.emit('error', toRpcError(error));
    this.abandon();
  }

  /** The call is over: what the consumer has not acknowledged is for others. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    // Joining that failed has been answered.
    this.#membership?.then(({ group, consumer }) => group.disconnect(consumer)).catch(() => undefined);
  }

  async #join(message: Buffer): Promise<Membership> {
    const options = persistentPb.ReadReq.deserializeBinary(message).getOptions();
    if (!options) throw invalidArgument('the first message of a consumer must be its options');
    const uuid = options.getUuidOption();
    if (!uuid) throw invalidArgument('the uuid option is missing');
    if (options.getBufferSize() < 0) throw invalidArgument('the buffer size is negative');
    const group = this.groups.get(groupName(options));
    const consumer = await group.connect(this.#connection(options.getBufferSize(), !uuid.hasString()));
    this.call.on('drain', () => {
      consumer.resume();
      group.pump();
    });
    this.call.write(consumerConfirmed(idOf(group.config)));
    return { group, consumer };
  }

  #connection(bufferSize: number, structuredIds: boolean): Connection {
    const [name] = this.call.metadata.get('connection-name');
    return {
      name: name === undefined ? NAMELESS : String(name),
      bufferSize,
      send: (message) => this.call.write(delivered(answerOf(message), message.retryCount, structuredIds)),
      end: (error) => this.fail(error),
    };
  }

  #answer({ group }: Membership, message: Buffer): void {
    const answer = readConsumerMessage(message);
    switch (answer.kind) {
      case 'acknowledge':
        group.acknowledge(answer.ids);
        break;
      case 'refuse':
        group.refuse(answer.ids, ACTIONS[answer.action] ?? 'skip', answer.reason);
        break;
      // Ignored, as by the server.
      case 'options':
      case 'nothing':
    }
  }
}

function answerOf({ original, target, isResolvedLink }: Message): Buffer {
  return isResolvedLink ? resolvedDelivery(original.record, original.position, target?.record) : original.record;
}
