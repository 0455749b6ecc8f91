/**
 * What a scan does while somebody's PIN is asked for: another badge asks for that one's; anything else is said not to be for
 * now, since whoever holds the phone is not yet who works.
 */
import type { Thing } from '#lib/sync/client.ts';
import { Work } from './work.ts';

export class PinWork extends Work {
	protected readonly expects = [];

	protected act(meaning: Thing, code: string): Promise<void> {
		return this.notForHere(meaning, code);
	}
}
