import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import Held from './Held.svelte';

class FakeList {
	news = 0;
	pointed = false;
	focused = false;
	shown = 0;
	point(inside: boolean): void {
		this.pointed = inside;
	}
	focus(inside: boolean): void {
		this.focused = inside;
	}
	show(): void {
		this.shown++;
	}
}

const children = createRawSnippet(() => ({
	render: () => '<p><a href="#one">un</a> <a href="#two">deux</a></p>'
}));

test('tells the list when somebody points into it or has the focus in it', async () => {
	const steady = new FakeList();
	await render(Held, { steady, children });
	await userEvent.hover(page.getByText('deux'));
	expect([steady.pointed, steady.focused]).toEqual([true, false]);
	page.getByText('un').element().closest('a')?.focus();
	expect(steady.focused).toBe(true);
	page.getByText('deux').element().closest('a')?.focus();
	expect(steady.focused).toBe(true);
	(document.activeElement as HTMLElement).blur();
	expect(steady.focused).toBe(false);
});

test('offers what waits, and keeps the focus in the list when it is shown', async () => {
	const steady = Object.assign(new FakeList(), { news: 3 });
	await render(Held, { steady, children });
	await page.getByRole('button', { name: /3/ }).click();
	expect(steady.shown).toBe(1);
	expect(steady.focused).toBe(true);
});
