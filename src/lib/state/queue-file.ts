/**
 * Everything undecided or refused on this phone, as a file in the worker's hands: what *Exporter* gives.
 */
import { exportQueue } from '#lib/local/queue-export.ts';
import type { ReplicaClient } from '#lib/sync/client.ts';

export async function downloadQueue(client: Pick<ReplicaClient, 'ask'>): Promise<void> {
	const text = await client.ask(exportQueue);
	const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
	const link = document.createElement('a');
	link.href = url;
	link.download = `escale-${new Date().toISOString().slice(0, 16).replaceAll(':', '')}.json`;
	link.click();
	URL.revokeObjectURL(url);
}
