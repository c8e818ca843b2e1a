import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { AppliedBatch } from '#event-sourcing';
import { Metrics } from '#platform';

/** What operations watch of projections, processes and effects. */
@Injectable()
export class FeedMetrics {
  private readonly events: Counter;
  private readonly durations: Histogram;
  private readonly positions: Gauge;
  private readonly parkedEvents: Counter;

  constructor(@Inject(Metrics) { registry }: Metrics) {
    const common = { labelNames: ['consumer'], registers: [registry] };
    this.events = new Counter({ name: 'portolan_feed_events_total', help: 'Events applied', ...common });
    this.durations = new Histogram({ name: 'portolan_feed_batch_seconds', help: 'Duration of batches', buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5], ...common });
    this.positions = new Gauge({ name: 'portolan_feed_position', help: 'Log position reached by this worker', ...common });
    this.parkedEvents = new Counter({ name: 'portolan_feed_parked_total', help: 'Events parked', ...common });
  }

  applied({ consumer, events, position, milliseconds }: AppliedBatch): void {
    this.events.inc({ consumer }, events);
    this.durations.observe({ consumer }, milliseconds / 1000);
    this.positions.set({ consumer }, position);
  }

  parked(consumer: string): void {
    this.parkedEvents.inc({ consumer });
  }
}
