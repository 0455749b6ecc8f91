import { describe, expect, test } from 'vitest';
import '../../../app.css';
import { render } from 'vitest-browser-svelte';
import QuantityPad from './QuantityPad.svelte';

/** A pad whose number is what it last said, as a screen would keep it. */
async function pad(from: number, most?: number) {
	const said: number[] = [];
	const props = { quantity: from, ...(most === undefined ? {} : { most }) };
	const screen = await render(QuantityPad, {
		...props,
		onchange: (quantity: number) => {
			said.push(quantity);
			void screen.rerender({ quantity });
		}
	});
	const press = async (...names: string[]) => {
		for (const name of names) await screen.getByRole('button', { name, exact: true }).click();
	};
	return { screen, said, press };
}

describe('quantity pad', () => {
	test('[ux] digits replace what was proposed and build the number that is shown', async () => {
		const { screen, said, press } = await pad(1);
		await press('2', '4');
		expect(said).toEqual([2, 24]);
		await expect.element(screen.getByTestId('quantity')).toHaveTextContent('24');
	});

	test('[ux] × boîte multiplies, and says what it multiplies', async () => {
		const { screen, said, press } = await pad(1);
		await press('2', '4', '× boîte');
		await expect.element(screen.getByText('24 par boîte × … boîtes')).toBeVisible();
		await press('3');
		expect(said.at(-1)).toBe(72);
	});

	test('[C13] no more can come out than is inside', async () => {
		const { said, press } = await pad(5, 5);
		await press('Un de plus', '9');
		expect(said.every((quantity) => quantity <= 5)).toBe(true);
	});

	test('[ux] keys are 56 px and more, plus and minus 72', async () => {
		const { screen } = await pad(1);
		const heights = screen
			.getByRole('button')
			.elements()
			.map((key) => key.getBoundingClientRect().height);
		expect(Math.min(...heights)).toBeGreaterThanOrEqual(56);
		const plus = screen.getByRole('button', { name: 'Un de plus' }).element().getBoundingClientRect();
		expect([plus.width, plus.height]).toEqual([72, 72]);
	});
});
