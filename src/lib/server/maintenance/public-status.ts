/** [operations] What anybody may know about this server without signing in: does it work, is a maintenance planned or on, what happened last. */
import type { MaintenanceState, MaintenanceWindow } from '#lib/domain/maintenance.ts';
import { checkHealth } from '#lib/server/health.ts';
import type { ServerWorld } from '#lib/server/server-world.ts';
import type { IncidentNote } from './maintenance.ts';

export interface PublicStatus {
	status: 'ok' | 'degraded' | 'maintenance';
	maintenance: ({ state: MaintenanceState } & MaintenanceWindow) | null;
	note: IncidentNote | null;
}

export function publicStatus(world: ServerWorld): PublicStatus {
	const { state, window, note } = world.maintenance;
	const health = checkHealth(world).status;
	return {
		status: health === 'ok' && state === 'on' ? 'maintenance' : health,
		maintenance: window === null ? null : { state, ...window },
		note
	};
}
