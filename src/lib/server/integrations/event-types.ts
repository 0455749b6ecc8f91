/** What integrations are told of: a carton's status (C11), and a shipment's making and its timeline. As the triggers write them. */
import { TIMELINE_KINDS } from '#lib/domain/rows.ts';

export const EVENT_TYPES = [
	'carton.status',
	'shipment.create',
	...TIMELINE_KINDS.map((kind) => `shipment.${kind}` as const)
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** Of a delivery that somebody asked for to see whether it arrives. */
export const TEST_EVENT = 'test';
