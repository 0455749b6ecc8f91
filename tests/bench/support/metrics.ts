/**
 * How a bench speaks: one JSON line a metric on standard output, percentiles for times, `value` for rates, sizes and counts.
 * Everything else a bench has to say goes to standard error.
 */
import os from 'node:os';

const machine = `${os.cpus().length}× ${os.cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;

/** @param sorted at least one, ascending */
export const quantile = (sorted: readonly number[], q: number): number =>
	Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!.toFixed(3));

/** Prints a metric of times. @param samples at least one, in `unit`. */
export function printTimes(bench: string, metric: string, unit: 'ms' | 's', samples: readonly number[]): void {
	const sorted = [...samples].sort((a, b) => a - b);
	const [p50, p95, p99] = [quantile(sorted, 0.5), quantile(sorted, 0.95), quantile(sorted, 0.99)];
	console.log(JSON.stringify({ bench, metric, unit, n: sorted.length, p50, p95, p99, value: null, machine }));
}

/** Prints a metric that is one number: a rate, a size, a count. */
export function printValue(bench: string, metric: string, unit: string, value: number, n = 1): void {
	console.log(
		JSON.stringify({
			bench,
			metric,
			unit,
			n,
			p50: null,
			p95: null,
			p99: null,
			value: Number(value.toFixed(3)),
			machine
		})
	);
}
