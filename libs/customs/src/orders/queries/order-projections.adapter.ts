import type { Db } from 'mongodb';
import { documentConsumer, logConsumer, type BatchConsumer } from '#event-sourcing';
import { auditLog } from '../audit-log.js';
import { customsTimeline } from '../customs-timeline.js';
import { draftBox } from '../draft-box.js';
import { todos } from '../notices-todos.js';
import { notices } from '../notices.js';
import { orderDashboard } from '../order-dashboard.js';
import { orderDetail } from '../order-detail.js';
import { supportCases } from '../support-cases.js';

/** The consumers that keep every read model of customs orders, for the worker to run. */
export const orderProjections = (db: Db): readonly BatchConsumer[] => [
  documentConsumer(db, orderDashboard),
  documentConsumer(db, orderDetail),
  documentConsumer(db, draftBox),
  logConsumer(db, customsTimeline),
  logConsumer(db, auditLog),
  logConsumer(db, notices),
  documentConsumer(db, todos),
  documentConsumer(db, supportCases),
];
