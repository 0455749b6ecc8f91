/** What a person reads after an admin's act: one sentence, and the status that says the same to programs. */
import { fail } from '@sveltejs/kit';
import { peopleRefusal } from '#lib/domain/people.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { Acted } from '#lib/server/access/acting.ts';
import type { Answer } from '#lib/server/desk/run.ts';

/** @param done what is said when it was done */
export function told<T extends object>(acted: Acted<T>, done: string) {
	if (acted.kind === 'ok') return { answer: { kind: 'ok', text: done } satisfies Answer as Answer };
	const status = acted.why === 'forbidden' ? 403 : acted.why === 'unknown' ? 404 : 409;
	return fail(status, {
		answer: { kind: 'no', text: peopleRefusal(acted.why, getLocale()) } satisfies Answer as Answer
	});
}

/** Said of a form that held nothing usable. */
export const untold = (text: string) => fail(400, { answer: { kind: 'no', text } satisfies Answer as Answer });
