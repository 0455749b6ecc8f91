/** The answer of /metrics: looks up what is not counted as it happens, then says everything in Prometheus' text format. */
import type { ServerWorld } from '#lib/server/server-world.ts';
import { mayReadMetrics, type MetricsRequest } from './metrics-access.ts';
import { setServerFigures } from './server-figures.ts';
import { setSyncFigures } from './sync-figures.ts';

/** 401 for who may not read them. */
export async function metricsAnswer(world: ServerWorld, request: MetricsRequest): Promise<Response> {
	if (!mayReadMetrics(request, world.settings))
		return new Response('Metrics need their token.\n', { status: 401, headers: { 'www-authenticate': 'Bearer' } });
	const { metrics, inventory } = world;
	setServerFigures(metrics, world);
	setSyncFigures(metrics, world);
	await inventory.refresh(world);
	return new Response(await metrics.registry.metrics(), {
		headers: { 'content-type': metrics.registry.contentType, 'cache-control': 'no-store' }
	});
}
