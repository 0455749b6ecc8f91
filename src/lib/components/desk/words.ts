/** The desk's short names: the rule book's words in the reader's language, and the board's columns. */
import {
	cartonStatusLabel,
	partyLabel,
	progressLabel,
	roleLabel,
	shipmentStatusLabel,
	stepLabel
} from '#lib/domain/labels.ts';
import type { Progress } from '#lib/domain/progress.ts';
import type { CartonStatus, ContactRole, Role, ShipmentStatus, TrackingStep } from '#lib/domain/rows.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';

export const roleName = (role: Role): string => roleLabel(role, getLocale());
export const contactRoleName = (role: ContactRole): string => partyLabel(role, getLocale());
export const cartonStatusName = (status: CartonStatus): string => cartonStatusLabel(status, getLocale());
export const shipmentStatusName = (status: ShipmentStatus): string => shipmentStatusLabel(status, getLocale());
export const stepName = (step: TrackingStep): string => stepLabel(step, getLocale());
export const progressName = (progress: Progress): string => progressLabel(progress, getLocale());

/** A stop or step in a word or two, as the board's columns and buttons have room for. */
export function stopName(stop: TrackingStep | 'shipped'): string {
	switch (stop) {
		case 'planned':
			return m.desk_stop_planned();
		case 'boarding_ok':
			return m.desk_stop_boarding();
		case 'shipped':
			return m.desk_stop_shipped();
		case 'received_correspondent':
			return m.desk_stop_received();
		case 'received_recipient':
			return m.desk_stop_delivered();
		default:
			return stepName(stop);
	}
}
