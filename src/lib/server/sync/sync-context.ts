/**
 * What every sync call is given: who this server is, its time, its randomness and the rule book. Wired once in
 * `store/store.ts`; tests hand in a rule book that throws.
 */
import type { Changes, Context, Decision, Footprint, World } from '#lib/domain/decision.ts';
import type { Command } from '#lib/domain/commands.ts';
import type { Original } from '#lib/domain/undo.ts';
import type { NoticeSettings } from '#lib/server/notices/notice-text.ts';
import type { HighWater } from '#lib/server/store/high-water.ts';

/** The pure rule, as both sides run it. */
export interface RuleBook {
	footprint: (command: Command) => Footprint;
	undoFootprint: (original: Pick<Original, 'memo'>) => Footprint;
	decide: (command: Command, world: World, context: Context) => Decision;
	undo: (original: Original, world: World, context: Context) => Decision;
	applyChanges: (world: World, changes: Changes) => void;
}

export interface SyncContext {
	readonly epoch: string;
	readonly instance: string;
	readonly siteTimeZone: string;
	/** P5: the name that `DEFAULT_SHIPPER` gives; null: none. */
	readonly defaultShipper: string | null;
	readonly clock: () => Date;
	readonly randomBytes: (size: number) => Uint8Array;
	readonly highWater: HighWater;
	/** [R3, I32] This database was restored once: phones may hold ranges of codes that it does not remember. */
	readonly mayHaveForgotten: boolean;
	/** What is decided is durable when the journal says so, not yet at COMMIT. */
	readonly isJournaled: boolean;
	readonly rules: RuleBook;
	/**
	 * Where notices of status changes lead; null: none are queued. Healing and replaying hand in null: what happened once is
	 * not told twice.
	 */
	readonly notices: NoticeSettings | null;
	readonly warn: (event: string, detail: Record<string, unknown>) => void;
}
