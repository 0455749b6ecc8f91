import { describe, expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import TodoCard from './TodoCard.svelte';

function props(done: string[]) {
	return {
		uid: 'u1',
		what: 'Affecter',
		code: 'CN-004055-X',
		sentence: 'Ce colis est déjà dans l’expédition 260139.',
		when: '11:20',
		followers: [{ uid: 'u2', what: 'Étiqueter', code: 'CN-004055-X', sentence: 'Colis pas affecté.' }],
		open: { label: 'Ouvrir le colis', href: '/scan/cartons/c1' },
		onsettle: () => void done.push('settle'),
		onredo: () => void done.push('redo')
	};
}

describe('one refused gesture', () => {
	test('[ux] says what was meant, what stood in the way, what followed, and where the truth stands', async () => {
		const screen = await render(TodoCard, props([]));
		await expect.element(screen.getByRole('heading', { name: 'Affecter CN-004055-X' })).toBeVisible();
		await expect.element(screen.getByText(/déjà dans l’expédition/)).toBeVisible();
		await expect.element(screen.getByText('Refusé aussi, à cause de cela :')).toBeVisible();
		await expect
			.element(screen.getByRole('link', { name: 'Ouvrir le colis' }))
			.toHaveAttribute('href', '/scan/cartons/c1');
	});

	test('[ux] can be settled and redone', async () => {
		const done: string[] = [];
		const screen = await render(TodoCard, props(done));
		await screen.getByRole('button', { name: 'Classer' }).click();
		await screen.getByRole('button', { name: 'Refaire' }).click();
		expect(done).toEqual(['settle', 'redo']);
	});

	test('[ux] what cannot be done again does not offer it', async () => {
		const screen = await render(TodoCard, { ...props([]), onredo: null, open: null, followers: [] });
		expect(screen.getByRole('button', { name: 'Refaire' }).query()).toBeNull();
		expect(screen.getByRole('link').query()).toBeNull();
		await expect.element(screen.getByRole('button', { name: 'Classer' })).toBeVisible();
	});
});
