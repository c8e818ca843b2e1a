import { parseArgs } from 'node:util';
import type { Benchmark, Line, Run } from './benchmark.js';
import { commandRate } from './benchmarks/command-rate.js';
import { dashboardPage } from './benchmarks/dashboard-page.js';
import { eventStore } from './benchmarks/event-store.js';
import { hotStream } from './benchmarks/hot-stream.js';
import { mongoStore } from './benchmarks/mongo-store.js';
import { projectionLatency } from './benchmarks/projection-latency.js';
import { rebuild } from './benchmarks/rebuild.js';
import { table } from './report.js';

const benchmarks: readonly Benchmark[] = [commandRate, hotStream, projectionLatency, rebuild, dashboardPage, mongoStore, eventStore];

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false }, only: { type: 'string' } },
});

const chosen = benchmarks.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  process.stderr.write(`--only takes one of ${benchmarks.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

const lines: Line[] = [];
const run: Run = { scale: values.quick ? 'quick' : 'full', say: (text) => process.stderr.write(`${text}\n`) };
for (const benchmark of chosen) {
  run.say(`${benchmark.name} …`);
  const measured = await benchmark.measure(run);
  lines.push(...measured);
  if (values.json) for (const line of measured) process.stdout.write(`${JSON.stringify(line)}\n`);
}
if (!values.json) process.stdout.write(`\n${table(lines)}\n`);
process.exitCode = lines.every(({ ok }) => ok) ? 0 : 1;
