/**
 * Who may read the metrics: whoever brings METRICS_TOKEN. Without such a token only a program on this machine that asks
 * directly. Behind a proxy every request comes from this machine: then nobody.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Settings } from '#lib/server/config.ts';

export interface MetricsRequest {
	headers: Headers;
	/** Of the connection itself. */
	address: () => string;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** A page in a browser of this machine could have its own name lead here; it cannot choose one of these. */
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/;
/** What proxies add. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

export function mayReadMetrics(
	{ headers, address }: MetricsRequest,
	{ metricsToken, xffDepth }: Pick<Settings, 'metricsToken' | 'xffDepth'>
): boolean {
	if (metricsToken !== null) return isSame(headers.get('authorization') ?? '', `Bearer ${metricsToken}`);
	if (xffDepth > 0 || FORWARDED.some((name) => headers.has(name))) return false;
	return LOOPBACK.test(address()) && LOOPBACK_HOST.test(headers.get('host') ?? '');
}

/** Takes as long for a wrong token as for the right one. */
const isSame = (given: string, wanted: string): boolean => timingSafeEqual(digest(given), digest(wanted));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
