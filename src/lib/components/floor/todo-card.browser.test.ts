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
		onhandover: (note: string) => void done.push(`office: ${note}`),
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

	test('[§11] can be handed to the office, with a word for it', async () => {
		const done: string[] = [];
		const screen = await render(TodoCard, props(done));
		expect(screen.getByRole('textbox').query()).toBeNull();
		await screen.getByRole('button', { name: 'Au bureau', exact: true }).click();
		await screen.getByRole('textbox', { name: /Un mot pour le bureau/ }).fill(' Il est sur le quai ');
		await screen.getByRole('button', { name: 'Envoyer au bureau' }).click();
		expect(done).toEqual(['office: Il est sur le quai']);
	});

	test('[ux] what cannot be done again does not offer it', async () => {
		const screen = await render(TodoCard, { ...props([]), onredo: null, open: null, followers: [] });
		expect(screen.getByRole('button', { name: 'Refaire' }).query()).toBeNull();
		expect(screen.getByRole('link').query()).toBeNull();
		await expect.element(screen.getByRole('button', { name: 'Classer' })).toBeVisible();
	});
});
