import { describe, expect, test } from 'vitest';
import { render } from 'vitest-browser-svelte';
import AnswerPanel from './AnswerPanel.svelte';

const SAVED = {
	tone: 'ok' as const,
	headline: 'Étiqueté',
	code: 'CN-004217-O',
	sentence: '',
	fate: 'queued' as const,
	other: null
};
const REFUSED = {
	tone: 'no' as const,
	headline: 'Pas cette expédition',
	code: null,
	sentence: 'Le colis CN-003880-N est dans l’expédition 260139.',
	fate: null,
	other: null
};

/** The live region that an element stands in. */
const regionOf = (element: Element): string | null => element.closest('[aria-live]')?.getAttribute('aria-live') ?? null;

describe('answer panel', () => {
	test('[ux] says saved on this phone, and accepted only when it is', async () => {
		const screen = await render(AnswerPanel, { answer: SAVED, sequence: 1 });
		await expect.element(screen.getByText('enregistré sur ce téléphone')).toBeVisible();
		expect(screen.getByText('accepté par le serveur').query()).toBeNull();
		await screen.rerender({ answer: { ...SAVED, fate: 'accepted' }, sequence: 1 });
		await expect.element(screen.getByText('accepté par le serveur')).toBeVisible();
		expect(screen.getByText('enregistré sur ce téléphone').query()).toBeNull();
	});

	test('[ux] a refusal interrupts, the rest waits its turn; both regions stand before they are used', async () => {
		const screen = await render(AnswerPanel, { answer: null, sequence: 0 });
		expect(screen.container.querySelectorAll('[aria-live]')).toHaveLength(2);
		await screen.rerender({ answer: REFUSED, sequence: 1 });
		expect(regionOf(screen.getByText('Pas cette expédition').element())).toBe('assertive');
		await screen.rerender({ answer: SAVED, sequence: 2 });
		expect(regionOf(screen.getByText('Étiqueté').element())).toBe('polite');
	});

	test('[ux] the same words twice are a new answer', async () => {
		const screen = await render(AnswerPanel, { answer: SAVED, sequence: 1 });
		const first = screen.getByTestId('answer').element();
		await screen.rerender({ answer: { ...SAVED }, sequence: 2 });
		expect(first.isConnected).toBe(false);
		await expect.element(screen.getByTestId('answer')).toBeVisible();
	});

	test('[ux] never by colour alone: every tone has its sign', async () => {
		const screen = await render(AnswerPanel, { answer: SAVED, sequence: 1 });
		const signs = new Set<string>();
		for (const tone of ['ok', 'warn', 'no', 'info'] as const) {
			await screen.rerender({ answer: { ...SAVED, tone }, sequence: 1 });
			signs.add(screen.getByTestId('answer').element().querySelector('svg')?.outerHTML ?? '');
		}
		expect(signs.size).toBe(4);
	});

	test('[sync §2] a refusal that can be kept offers it', async () => {
		let kept = 0;
		const other = { label: 'Garder quand même', run: () => void kept++ };
		const screen = await render(AnswerPanel, { answer: { ...REFUSED, other }, sequence: 1 });
		await screen.getByRole('button', { name: 'Garder quand même' }).click();
		expect(kept).toBe(1);
	});
});
