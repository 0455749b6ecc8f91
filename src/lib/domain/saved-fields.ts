/**
 * [§11] Saving an entity whole: which fields its author really changed, what somebody else changed since they looked, and
 * who changed which field last. Contacts and destinations are saved alike.
 */
import { byWhom, refuse } from './refuse.ts';
import type { Rejection } from './rejections.ts';
import type { FieldStamps } from './rows.ts';

type Value = string | boolean | null | readonly string[];

/** Lists are sets: their order means nothing. */
export function isSame(a: unknown, b: unknown): boolean {
	if (!Array.isArray(a) || !Array.isArray(b)) return a === b;
	return a.length === b.length && a.every((each) => b.includes(each));
}

export interface Saving<E> {
	fields: readonly (keyof E & string)[];
	given: E;
	/** What its author saw in the fields that they edited; absent: they did not say, and mean all of it. */
	was: { [F in keyof E]?: E[F] | undefined } | undefined;
	/** The row as it is; null: it is new. */
	known: (E & { changed?: FieldStamps | undefined }) | null;
}

/** The fields that this really changes: all of a new entity. */
export function changedFields<E>({ fields, given, was, known }: Saving<E>): (keyof E & string)[] {
	if (known === null) return [...fields];
	const isEdited = (field: keyof E) => !was || (was[field] !== undefined && !isSame(was[field], given[field]));
	return fields.filter((field) => isEdited(field) && !isSame(given[field], known[field]));
}

/** `stale_base`: the first field that reads neither what its author saw nor what they want. */
export function staleField<E>(saving: Saving<E>, id: string): Rejection | null {
	const { was, known } = saving;
	if (known === null || !was) return null;
	for (const field of changedFields(saving)) {
		if (isSame(was[field], known[field])) continue;
		const stamp = known.changed?.[field];
		const params = { field, value: readable(known[field] as Value), ...byWhom(stamp?.by, stamp?.at) };
		return refuse('stale_base', params, id);
	}
	return null;
}

/** A list of ids is no sentence: the form shows beside the field what it reads now. */
const readable = (value: Value): string => (typeof value === 'string' ? value : '');

/** The values of the fields that change, and their stamps. Of a new entity nothing was changed yet. */
export function savedValues<E>(saving: Saving<E>, by: string, at: string): Partial<E> & { changed?: FieldStamps } {
	const { given, known } = saving;
	const changing = changedFields(saving);
	const values = Object.fromEntries(changing.map((field) => [field, given[field]])) as Partial<E>;
	if (known === null) return values;
	return {
		...values,
		changed: { ...known.changed, ...Object.fromEntries(changing.map((field) => [field, { by, at }])) }
	};
}
