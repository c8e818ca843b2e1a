import type { Behaviour, BehaviourSetting } from './customs/behaviour.js';
import { instantOf, objectionTo, type Objection } from './customs/order-checks.js';
import { applied, type AppType } from './customs/register.js';
import type { DeclaredOrder } from './messages/ceb303-schema.js';
import { readMessage, type OrderMessage, type RefusedMessage, type ReturnAddress } from './messages/read-message.js';
import { writeFormatReceipt, writeOrderReceipt, type ReceiptSubject } from './messages/write-receipts.js';
import type { Door, Store } from './store.js';

/** `taken`: answers will follow; `refused-connection`: the sender must not learn that anyone was there. */
export type Reception = 'taken' | 'refused-connection';

type Answer = Readonly<{ status: string; info: string }>;

const SCHEMA_ERROR = '0002';
const STORED: Answer = { status: '1', info: '电子口岸已暂存' };
const SENT: Answer = { status: '3', info: '发送海关成功' };
const IN_CUSTOMS: Answer = { status: '120', info: '海关入库' };
const DECLARED: Readonly<Record<string, string>> = { '1': '新增申报成功', '2': '变更申报成功', '3': '删除申报成功' };
/** appStatus: only stored at the e-port, not declared. */
const STORE_ONLY = '1';

const isObjection = (outcome: string | Objection): outcome is Objection => typeof outcome !== 'string';

const subjectOf = ({ head }: DeclaredOrder): ReceiptSubject => ({
  guid: head['guid'] ?? '',
  ebpCode: head['ebpCode'] ?? '',
  ebcCode: head['ebcCode'] ?? '',
  orderNo: head['orderNo'] ?? '',
});

const declaredAnswer = (order: DeclaredOrder): Answer => ({
  status: '2',
  info: `${DECLARED[order.head['appType'] ?? ''] ?? '申报成功'}[${order.head['guid'] ?? ''}]`,
});

/** Takes messages in, decides what becomes of each order, and puts the receipts into the queue. */
export class Desk {
  constructor(
    private readonly store: Store,
    /** Milliseconds before each receipt of a chain. */
    private readonly delayMs: number,
    private readonly onReceiptsQueued: () => void,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Receives a message. When this returns, what customs holds and every receipt to come are on disk. Throws `MalformedXml`. */
  receive(source: string, door: Door): Reception {
    const message = readMessage(source);
    const reception = this.store.atomically(() => (message.kind === 'refused' ? this.refuse(message, door) : this.takeIn(message, door)));
    this.onReceiptsQueued();
    return reception;
  }

  private refuse(message: RefusedMessage, door: Door): Reception {
    this.queue(message.replyTo.copMsgId, [writeFormatReceipt(message, this.now())], door);
    return 'taken';
  }

  private takeIn(message: OrderMessage, door: Door): Reception {
    const settings = message.orders.map((order) => this.settingFor(order));
    const behaviours = settings.map((setting): Behaviour => setting?.behaviour ?? { mode: 'accept' });
    if (behaviours.some(({ mode }) => mode === 'refuse-connections')) {
      this.useUp(settings);
      return 'refused-connection';
    }
    // The same message again is not a second order: it is answered as the first time.
    const replies = this.store.replies(message.guid);
    if (replies) {
      this.queue(message.guid, replies, door);
      return 'taken';
    }
    this.useUp(settings);
    if (behaviours.some(({ mode }) => mode === 'ceb900')) {
      return this.refuse({ kind: 'refused', replyTo: message.replyTo, messageType: 'CEB303Message', code: SCHEMA_ERROR, info: '报文格式校验错误' }, door);
    }
    const all = message.orders.flatMap((order, index) => this.answer(order, behaviours[index] ?? { mode: 'accept' }, message, door));
    if (all.length > 0) this.store.putReplies(message.guid, all);
    return 'taken';
  }

  /** Decides about one order, queues its receipts as the behaviour says, and gives them in their natural order. */
  private answer(order: DeclaredOrder, behaviour: Behaviour, message: OrderMessage, door: Door): readonly string[] {
    if (behaviour.mode === 'silent') return [];
    const chain = behaviour.mode === 'reject' ? rejection(order, behaviour) : this.decide(order, message.guid);
    const receipts = this.written(chain, order, message.replyTo);
    switch (behaviour.mode) {
      case 'slow':
        this.queue(message.guid, receipts, door, behaviour.delayMs);
        break;
      case 'twice':
        this.queue(message.guid, receipts.flatMap((receipt) => [receipt, receipt]), door);
        break;
      case 'out-of-order':
        this.queue(message.guid, receipts.toReversed(), door);
        break;
      default:
        this.queue(message.guid, receipts, door);
    }
    return receipts;
  }

  private decide(order: DeclaredOrder, messageGuid: string): readonly Answer[] {
    const objection = objectionTo(order);
    if (objection) return [{ status: objection.code, info: objection.info }];
    if (order.head['appStatus'] === STORE_ONLY) return [STORED];
    const { orderNo, ebpCode, ebcCode } = subjectOf(order);
    const state = applied((order.head['appType'] ?? '1') as AppType, this.store.order(orderNo, ebpCode, ebcCode)?.state);
    if (isObjection(state)) return [{ status: state.code, info: state.info }];
    this.store.putOrder({ orderNo, ebpCode, ebcCode, state, messageGuid, content: order, updatedAt: this.now().toISOString() });
    return [STORED, declaredAnswer(order), SENT, IN_CUSTOMS];
  }

  /** Customs' clock never runs behind the sender's: a receipt older than its message would be dropped as stale. */
  private written(chain: readonly Answer[], order: DeclaredOrder, replyTo: ReturnAddress): readonly string[] {
    const told = instantOf(order.head['appTime'] ?? '')?.getTime() ?? 0;
    const begin = Math.max(this.now().getTime(), told);
    const step = Math.max(this.delayMs, 1);
    return chain.map(({ status, info }, index) => writeOrderReceipt({ subject: subjectOf(order), status, info, at: new Date(begin + (index + 1) * step) }, replyTo));
  }

  private queue(messageGuid: string, receipts: readonly string[], door: Door, extraDelayMs = 0): void {
    const begin = this.now().getTime() + extraDelayMs;
    for (const [index, body] of receipts.entries()) this.store.addDelivery({ messageGuid, door, body, dueAt: begin + (index + 1) * this.delayMs });
  }

  /** What is set for the order number, else for the enterprise. */
  private settingFor({ head }: DeclaredOrder): BehaviourSetting | undefined {
    return this.store.behaviour(head['orderNo'] ?? '') ?? this.store.behaviour(head['ebcCode'] ?? '');
  }

  /** Counts down the behaviours that hold for a number of times only. */
  private useUp(settings: readonly (BehaviourSetting | undefined)[]): void {
    for (const setting of settings) {
      if (setting?.remaining === undefined) continue;
      if (setting.remaining > 1) this.store.putBehaviour({ ...setting, remaining: setting.remaining - 1 });
      else this.store.removeBehaviour(setting.key);
    }
  }
}

/** Errors (below 0) are found at once; what customs returns has first passed the e-port. */
const rejection = (order: DeclaredOrder, { code, info }: Readonly<{ code: string; info: string }>): readonly Answer[] => {
  const last = { status: code, info };
  return code.startsWith('-') ? [last] : [STORED, declaredAnswer(order), last];
};
