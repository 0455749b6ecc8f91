/**
 * While a maintenance is on: what would write says so before it is pressed, and is not sent. Buttons keep what they are, so that
 * they work again at the end; the server refuses in any case.
 */

/** Forms that are open during maintenance: see the server's read-only.ts. */
const OPEN = ['/admin/maintenance', '/admin/jobs', '/logout', '/preferences'];
const MARK = 'data-read-only';

const writes = (form: HTMLFormElement): boolean =>
	form.method === 'post' && !OPEN.includes(new URL(form.action, location.href).pathname);

/**
 * Watches over the forms below `root`. @param noticeId the id of what says why
 * @returns what ends it
 */
export function makeReadOnly(root: HTMLElement, noticeId: string): () => void {
	const mark = () => {
		for (const form of root.querySelectorAll('form')) {
			if (!writes(form)) continue;
			for (const button of form.querySelectorAll<HTMLButtonElement>(`button:not([type=button]):not([${MARK}])`)) {
				button.setAttribute(MARK, button.getAttribute('aria-describedby') ?? '');
				button.setAttribute('aria-disabled', 'true');
				button.setAttribute('aria-describedby', noticeId);
			}
		}
	};
	const refuse = (event: SubmitEvent) => {
		if (!(event.target instanceof HTMLFormElement) || !writes(event.target)) return;
		event.preventDefault();
		event.stopImmediatePropagation();
		document.getElementById(noticeId)?.scrollIntoView({ block: 'center' });
	};
	mark();
	const observer = new MutationObserver(mark);
	observer.observe(root, { childList: true, subtree: true });
	root.addEventListener('submit', refuse, true);
	return () => {
		observer.disconnect();
		root.removeEventListener('submit', refuse, true);
		for (const button of root.querySelectorAll(`[${MARK}]`)) {
			const before = button.getAttribute(MARK);
			if (before) button.setAttribute('aria-describedby', before);
			else button.removeAttribute('aria-describedby');
			button.removeAttribute('aria-disabled');
			button.removeAttribute(MARK);
		}
	};
}
