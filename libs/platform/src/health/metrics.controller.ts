import { Controller, Get, Header, Inject, type Type } from '@nestjs/common';
import { Allow, PublicUnlimited } from '../identity/access.decorators.js';
import { Metrics } from './metrics.js';

class MetricsPage {
  constructor(@Inject(Metrics) protected readonly metrics: Metrics) {}
}

/** Metrics for scrapers that log in, of a service that others can reach. */
@Controller('metrics')
export class OpsMetricsController extends MetricsPage {
  @Get()
  @Allow('ops')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}

/** Metrics for everyone who reaches the port, of a service that has no log-in. */
@Controller('metrics')
export class PublicMetricsController extends MetricsPage {
  @Get()
  @PublicUnlimited()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}

/** Who may read `/metrics`. */
export type MetricsAudience = 'ops' | 'everyone';

/** The controller that answers `/metrics` to this audience. */
export const metricsControllerFor = (audience: MetricsAudience): Type => (audience === 'ops' ? OpsMetricsController : PublicMetricsController);
