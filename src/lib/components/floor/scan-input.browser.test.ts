import { describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import ScanInput from './ScanInput.svelte';

describe('scan field', () => {
	test('[ux] takes a typed code with Enter, trimmed, and is empty for the next one', async () => {
		const codes: string[] = [];
		const screen = await render(ScanInput, { oncode: (code: string) => void codes.push(code) });
		const field = screen.getByTestId('scan-input');
		await field.fill(' CN-004217-O ');
		await userEvent.keyboard('{Enter}');
		await userEvent.keyboard('{Enter}');
		expect(codes).toEqual(['CN-004217-O']);
		await expect.element(field).toHaveValue('');
	});

	test('[ux] the on-screen keyboard comes only when the worker asks for it, and goes when another screen opens', async () => {
		const screen = await render(ScanInput, { oncode: () => undefined });
		const field = screen.getByTestId('scan-input');
		await expect.element(field).toHaveAttribute('inputmode', 'none');
		await screen.getByRole('button', { name: 'Clavier' }).click();
		await expect.element(field).toHaveAttribute('inputmode', 'text');
		await expect.element(field).toHaveFocus();
		screen.component.rest();
		await expect.element(field).toHaveAttribute('inputmode', 'none');
	});
});
