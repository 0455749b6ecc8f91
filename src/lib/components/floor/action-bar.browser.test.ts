import { describe, expect, test } from 'vitest';
import '../../../app.css';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import ActionBar from './ActionBar.svelte';

const none = () => undefined;

/** At this very moment, without waiting until the button takes presses: as a thumb does it. */
function tapMiddleOf(button: Element): void {
	const { left, top, width, height } = button.getBoundingClientRect();
	const hit = document.elementFromPoint(left + width / 2, top + height / 2);
	if (hit instanceof HTMLElement) hit.click();
}

describe('the thumb zone', () => {
	test('[ux] a second tap on a button that has just become another one does nothing', async () => {
		const pressed: string[] = [];
		const ready = { label: 'Prêt', run: () => void pressed.push('ready') };
		const undo = { label: 'Annuler', run: () => void pressed.push('undo') };
		const screen = await render(ActionBar, { primary: null, secondary: ready });
		await screen.getByRole('button', { name: 'Prêt' }).click();
		await screen.rerender({ primary: null, secondary: undo });
		tapMiddleOf(screen.getByRole('button', { name: 'Annuler' }).element());
		expect(pressed).toEqual(['ready']);
		await screen.getByRole('button', { name: 'Annuler' }).click();
		expect(pressed).toEqual(['ready', 'undo']);
	});

	test('[ux] a button that only counts on takes every tap', async () => {
		const pressed: string[] = [];
		const add = (count: number) => ({
			label: `Ajouter ${count}`,
			kind: 'in',
			run: () => void pressed.push(String(count))
		});
		const screen = await render(ActionBar, { primary: add(1), secondary: null });
		await screen.getByRole('button', { name: 'Ajouter 1' }).click();
		await screen.rerender({ primary: add(2), secondary: null });
		tapMiddleOf(screen.getByRole('button', { name: 'Ajouter 2' }).element());
		expect(pressed).toEqual(['1', '2']);
	});

	test('[ux] who presses by keyboard keeps the focus when the button becomes another one', async () => {
		const screen = await render(ActionBar, { primary: { label: 'Prêt', run: none }, secondary: null });
		await userEvent.tab();
		await screen.rerender({ primary: { label: 'Ouvrir', run: none }, secondary: null });
		await expect.element(screen.getByRole('button', { name: 'Ouvrir' })).toHaveFocus();
	});

	test('[ux] a disabled button says why', async () => {
		const screen = await render(ActionBar, {
			primary: { label: 'Prêt', run: none, disabledBecause: 'Le colis est vide.' },
			secondary: null
		});
		const button = screen.getByRole('button', { name: 'Prêt' });
		await expect.element(button).toBeDisabled();
		await expect.element(button).toHaveAccessibleDescription('Le colis est vide.');
	});
});
