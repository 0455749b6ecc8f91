/**
 * The floor's modes: where each is, in which order they are offered, and what it is for in a few words.
 */
import type { Mode } from '#lib/domain/codes.ts';
import { m } from '#lib/paraglide/messages.js';

/** Where each mode is; null: this version does not have it. */
export const MODE_PATHS = {
	pack: '/scan/pack',
	assign: '/scan/assign',
	label: '/scan/label',
	load: '/scan/load',
	remove: '/scan/remove',
	unpack: '/scan/unpack',
	count: null,
	step: '/scan/step',
	dispute: '/scan/dispute'
} as const satisfies Record<Mode, string | null>;

export type FloorMode = { [M in Mode]: (typeof MODE_PATHS)[M] extends string ? M : never }[Mode];

/** In the order of a carton's way; what takes something back, and what goes wrong, last. */
export const FLOOR_MODES = [
	'pack',
	'assign',
	'label',
	'load',
	'step',
	'dispute',
	'remove',
	'unpack'
] as const satisfies readonly FloorMode[];

const HINTS: Record<FloorMode, () => string> = {
	pack: m.floor_mode_pack_hint,
	assign: m.floor_mode_assign_hint,
	label: m.floor_mode_label_hint,
	load: m.modes_load_hint,
	step: m.modes_step_hint,
	dispute: m.modes_dispute_hint,
	remove: m.modes_remove_hint,
	unpack: m.modes_unpack_hint
};

/** What the mode is for: "Remplir un colis". */
export const modeHint = (mode: FloorMode): string => HINTS[mode]();
