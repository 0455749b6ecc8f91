/** The files of docs/monitoring: whole by their schemas, with the design's thresholds, and about metrics that there are. */
import { readFileSync } from 'node:fs';
import { parser as promQl } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { openServer, type TestServer } from '../../../../tests/support/server.ts';
import { metricsAnswer } from './metrics-answer.ts';

const text = z.string().min(1);
const rules = z.strictObject({
	groups: z
		.array(
			z.strictObject({
				name: text,
				rules: z
					.array(
						z.strictObject({
							alert: z.string().regex(/^Escale[A-Za-z]+$/),
							expr: text,
							for: z
								.string()
								.regex(/^\d+[smhd]$/)
								.optional(),
							labels: z.strictObject({ severity: z.enum(['warning', 'critical']) }),
							annotations: z.strictObject({ summary: text, runbook: text.optional() })
						})
					)
					.min(1)
			})
		)
		.min(1)
});
const dashboard = z.looseObject({
	title: text,
	panels: z
		.array(
			z.looseObject({
				id: z.int(),
				title: text,
				gridPos: z.strictObject({ x: z.int().max(23), y: z.int(), w: z.int().max(24), h: z.int() }),
				targets: z.array(z.looseObject({ refId: text, expr: text, legendFormat: text })).min(1)
			})
		)
		.min(1)
});

const alerts = () =>
	rules.parse(parse(readFileSync('docs/monitoring/alerts.yml', 'utf8'))).groups.flatMap((group) => group.rules);
const panels = () => dashboard.parse(JSON.parse(readFileSync('docs/monitoring/grafana-dashboard.json', 'utf8'))).panels;

/** Prometheus makes `up` itself. */
const metricsIn = (expr: string): string[] => expr.match(/\b(?:wms|process|nodejs)_\w+/g) ?? [];

/** The expression with a mark where it stops making sense; null: it is good. */
function mistakeIn(expr: string): string | null {
	let mistake: string | null = null;
	promQl.parse(expr).iterate({
		enter({ type, from }) {
			if (type.isError) mistake ??= `${expr.slice(0, from)} <here> ${expr.slice(from)}`;
		}
	});
	return mistake;
}

let server: TestServer;
let told: string;
beforeAll(async () => {
	server = await openServer();
	const { metrics } = server.world;
	metrics.watchProcess();
	metrics.request('GET', '/login', 200, 0.01);
	const local = { headers: new Headers({ host: 'localhost' }), address: () => '127.0.0.1' };
	// Garbage collection and the event loop are told after the first look.
	await metricsAnswer(server.world, local);
	told = await (await metricsAnswer(server.world, local)).text();
});
afterAll(() => server.close());

const isTold = (metric: string) =>
	new RegExp(`^# TYPE (?:${metric}|${metric.replace(/_(?:bucket|sum|count)$/, '')}) `, 'm').test(told);

describe('docs/monitoring', () => {
	test('alert rules and dashboard ask for metrics that there are', () => {
		const asked = [...alerts(), ...panels().flatMap(({ targets }) => targets)].flatMap(({ expr }) => metricsIn(expr));
		expect(new Set(asked).size).toBeGreaterThan(20);
		expect([...new Set(asked)].filter((metric) => !isTold(metric))).toEqual([]);
	});

	test('every metric of the design is told', () => {
		const names = [
			...['wms_http_requests_total', 'wms_http_request_duration_seconds', 'wms_inventory_stock_total'],
			...['wms_inventory_expiry_warnings_total', 'wms_db_connections_active', 'wms_tasks_total', 'wms_errors_total'],
			...['wms_sync_mutations_total', 'wms_sync_queue_depth', 'wms_sync_lag_seconds', 'wms_sync_replicas_seen'],
			...['wms_sync_streams', 'nodejs_eventloop_lag_seconds', 'process_resident_memory_bytes']
		];
		expect(names.filter((name) => !isTold(name))).toEqual([]);
	});

	test.for([
		['EscaleProcessorBusy', 'warning', '> 0.70'],
		['EscaleProcessorSaturated', 'critical', '> 0.90'],
		['EscaleMemoryLow', 'warning', '> 0.80'],
		['EscaleMemoryExhausted', 'critical', '> 0.95'],
		['EscaleDiskFilling', 'warning', '> 0.80'],
		['EscaleDiskFull', 'critical', '> 0.90'],
		['EscaleSlow', 'warning', '> 0.5'],
		['EscaleVerySlow', 'critical', '> 2'],
		['EscaleErrors', 'warning', '> 0.01'],
		['EscaleManyErrors', 'critical', '> 0.05']
	] as const)('%s is %s at %s', ([name, severity, threshold]) => {
		const rule = alerts().find(({ alert }) => alert === name);
		expect(rule?.labels.severity).toBe(severity);
		expect(rule?.expr.endsWith(threshold)).toBe(true);
	});

	test('Prometheus can read every expression, by its own grammar', () => {
		expect(mistakeIn('sum(rate(wms_requests_total[5m]) > 1')).not.toBeNull();
		const found = [...alerts(), ...panels().flatMap(({ targets }) => targets)].map(({ expr }) => mistakeIn(expr));
		expect(found.filter((mistake) => mistake !== null)).toEqual([]);
	});

	test('names are told once, and every playbook that is named is in the runbook', () => {
		const names = alerts().map(({ alert }) => alert);
		expect(new Set(names).size).toBe(names.length);
		const runbook = readFileSync('docs/operations.md', 'utf8');
		const anchors = new Set(
			[...runbook.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
				title!
					.toLowerCase()
					.replace(/[^\w -]/g, '')
					.replaceAll(' ', '-')
			)
		);
		for (const { annotations } of alerts()) {
			const [file, anchor] = annotations.runbook?.split('#') ?? [];
			if (anchor === undefined) continue;
			expect(file).toBe('docs/operations.md');
			expect([...anchors]).toContain(anchor);
		}
	});
});
