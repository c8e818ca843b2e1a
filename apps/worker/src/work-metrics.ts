import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import type { AppliedBatch, FeedObserver, ParkedEvent } from '#event-sourcing';
import { LOGGER, Metrics, type Logger } from '#platform';

/** Tells metrics and the log what the worker's consumers do. */
@Injectable()
export class WorkMetrics implements FeedObserver {
  private readonly events: Counter;
  private readonly position: Gauge;
  private readonly parkedEvents: Counter;
  private readonly partitions: Gauge;

  constructor(
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) { registry }: Metrics,
  ) {
    const registers = [registry];
    const labelNames = ['consumer'];
    this.events = new Counter({ name: 'portolan_consumer_events_total', help: 'Events applied', labelNames, registers });
    this.position = new Gauge({ name: 'portolan_consumer_position', help: 'Log position reached by the partitions held here', labelNames, registers });
    this.parkedEvents = new Counter({ name: 'portolan_consumer_parked_total', help: 'Events parked', labelNames, registers });
    this.partitions = new Gauge({ name: 'portolan_consumer_partitions', help: 'Partitions held here', labelNames, registers });
  }

  readonly applied = ({ consumer, events, position }: AppliedBatch): void => {
    this.events.inc({ consumer }, events);
    this.position.set({ consumer }, position);
  };

  readonly parked = ({ consumer, eventId, stream, type, state, error }: ParkedEvent): void => {
    this.parkedEvents.inc({ consumer });
    this.logger.error({ consumer, eventId, stream, type, state, error }, 'an event is parked and waits for operations');
  };

  readonly interrupted = (subject: string, error: unknown): void => {
    this.logger.warn({ subject, err: error }, 'work was interrupted and is resumed by itself');
  };

  readonly claimed = (consumer: string, partitions: readonly number[]): void => {
    this.partitions.set({ consumer }, partitions.length);
    this.logger.info({ consumer, partitions }, 'partitions claimed');
  };
}
