/**
 * An attachment that lets an element breathe in blue (news) once whenever a value changes, not when it first appears.
 * Someone who asked for reduced motion gets none.
 */
import type { Attachment } from 'svelte/attachments';

export function breathe(value: () => unknown): Attachment<HTMLElement> {
	let known: unknown;
	let first = true;
	return (element) => {
		const now = value();
		if (!first && now !== known && !matchMedia('(prefers-reduced-motion: reduce)').matches)
			element.animate([{ backgroundColor: 'var(--info-bg)' }, { backgroundColor: 'transparent' }], {
				duration: 1800,
				easing: 'ease-out'
			});
		known = now;
		first = false;
	};
}
