export { ceb303Message, UnwritableOrder, writeCeb303, type AppType, type Ceb303Line, type Ceb303Order, type CustomsMessage, type Transfer } from './ceb303.js';
export type { FieldProblem } from './field-checks.js';
export { DXP_NAMESPACE, EXPORT_CUSTOMS_NODE, readDxpMsg, writeDxpMsg, type DxpEnvelope, type ReceivedEnvelope } from './dxp-envelope.js';
export {
  DEFAULT_SUCCESS_STATUSES,
  outcomeOf,
  readReceipts,
  type CustomsReceipt,
  type FormatErrorReceipt,
  type OrderReceipt,
  type ReceiptOutcome,
} from './receipts.js';
export { UnreadableMessage, type UnreadableReason } from './unreadable-message.js';
export { Channel, ChannelName, FileDropTransportConfig, HttpTransportConfig, InvalidChannels, readChannels } from './channels.js';
export { CustomsGateway, TransportFailure, type GatewayOptions } from './gateway.js';
export { Inbox, type InboxOptions } from './transports/inbox.js';
export { TransportError } from './transports/transport.js';
export { beijingTime, compactBeijingTime, parseBeijingTime } from './beijing-time.js';
