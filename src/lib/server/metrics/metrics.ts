/**
 * What Prometheus reads at /metrics. Counters grow as things happen and cost a microsecond each; gauges are looked up when
 * somebody asks (figures.ts). Names are those of the design; labels are bounded (labels.ts).
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { commandLabel, endpointLabel, methodLabel, Words } from './labels.ts';

/** Seconds. The alerts ask about 0.5 and 2. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10];

const MOST_ERROR_TYPES = 100;
const MOST_TASKS = 50;

export type Severity = 'warning' | 'error' | 'critical';

export class Metrics {
	readonly registry = new Registry();
	readonly #requests: Counter<'method' | 'endpoint' | 'status_code'>;
	readonly #durations: Histogram<'method' | 'endpoint'>;
	readonly #mutations: Counter<'name' | 'verdict'>;
	readonly #errors: Counter<'error_type' | 'severity'>;
	readonly #tasks: Counter<'task_name' | 'status'>;
	readonly #errorTypes = new Words(MOST_ERROR_TYPES);
	readonly #taskNames = new Words(MOST_TASKS);

	constructor() {
		const registers = [this.registry];
		this.#requests = new Counter({
			name: 'wms_http_requests_total',
			help: 'Answered requests. endpoint: the route or procedure, "other" for what is neither.',
			labelNames: ['method', 'endpoint', 'status_code'],
			registers
		});
		this.#durations = new Histogram({
			name: 'wms_http_request_duration_seconds',
			help: 'Time until an answer began.',
			labelNames: ['method', 'endpoint'],
			buckets: DURATIONS,
			registers
		});
		this.#mutations = new Counter({
			name: 'wms_sync_mutations_total',
			help: 'Mutations and commands decided since the start, by name and verdict.',
			labelNames: ['name', 'verdict'],
			registers
		});
		this.#errors = new Counter({
			name: 'wms_errors_total',
			help: 'Warnings and errors of the log, by their event.',
			labelNames: ['error_type', 'severity'],
			registers
		});
		this.#tasks = new Counter({
			name: 'wms_tasks_total',
			help: 'Ended runs of scheduled jobs.',
			labelNames: ['task_name', 'status'],
			registers
		});
	}

	/** Memory, processor, garbage collection and event loop of this process. Once, by the web server. */
	watchProcess(): void {
		collectDefaultMetrics({ register: this.registry });
	}

	/** @param endpoint a route id, a procedure that exists, or null */
	request(method: string, endpoint: string | null, status: number, seconds: number): void {
		const labels = { method: methodLabel(method), endpoint: endpointLabel(endpoint) };
		this.#requests.inc({ ...labels, status_code: String(status) });
		this.#durations.observe(labels, seconds);
	}

	mutation(name: string, verdict: string): void {
		this.#mutations.inc({ name: commandLabel(name), verdict });
	}

	error(type: unknown, severity: Severity): void {
		this.#errors.inc({ error_type: this.#errorTypes.label(type), severity });
	}

	task(name: string, status: string): void {
		this.#tasks.inc({ task_name: this.#taskNames.label(name), status: this.#taskNames.label(status) });
	}

	/** A gauge of this registry, made at first use. */
	gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
		const made = this.registry.getSingleMetric(name) as Gauge<L> | undefined;
		return made ?? new Gauge({ name, help, labelNames, registers: [this.registry] });
	}
}
