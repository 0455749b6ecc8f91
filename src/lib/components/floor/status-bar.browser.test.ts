import { describe, expect, test } from 'vitest';
import '../../../app.css';
import { render } from 'vitest-browser-svelte';
import StatusBar from './StatusBar.svelte';

const QUIET = {
	connection: 'online' as const,
	offlineFor: null,
	pending: 0,
	pendingFor: null,
	rejected: 0,
	waits: null,
	signIn: null,
	download: null,
	worker: null
};

describe('status bar', () => {
	test('[ux] the stable hooks say state, pending and refused', async () => {
		const screen = await render(StatusBar, {
			...QUIET,
			connection: 'offline',
			offlineFor: '14 min',
			pending: 37,
			rejected: 2
		});
		const bar = screen.getByTestId('sync-status');
		await expect.element(bar).toHaveAttribute('data-state', 'offline');
		await expect.element(bar).toHaveAttribute('data-pending', '37');
		await expect.element(bar).toHaveAttribute('data-rejected', '2');
		await expect.element(screen.getByText('Hors ligne · 14 min')).toBeVisible();
	});

	test('[ux] the numbers lead to their lists, and a screen reader hears what they count', async () => {
		const screen = await render(StatusBar, { ...QUIET, pending: 3, pendingFor: '5 min', rejected: 1 });
		await expect
			.element(screen.getByRole('link', { name: '3 en attente · 5 min' }))
			.toHaveAttribute('href', '/scan/queue');
		await expect.element(screen.getByRole('link', { name: '1 refusé' })).toHaveAttribute('href', '/scan/todo');
	});

	test('[ux] nothing refused, no pill for it', async () => {
		const screen = await render(StatusBar, QUIET);
		await expect.element(screen.getByText('En ligne')).toBeVisible();
		expect(screen.getByText(/refusé/).query()).toBeNull();
	});

	test('[I18] says why the queue waits when that is not simply being offline', async () => {
		const screen = await render(StatusBar, { ...QUIET, pending: 3, waits: 'Le Wi-Fi demande une connexion.' });
		await expect.element(screen.getByText('Le Wi-Fi demande une connexion.')).toBeVisible();
	});

	test('[I23] a phone that the server does not know leads to where one signs in', async () => {
		const screen = await render(StatusBar, { ...QUIET, waits: 'Connectez-vous à nouveau.', signIn: '/login' });
		await expect.element(screen.getByRole('link', { name: 'Se connecter' })).toHaveAttribute('href', '/login');
	});

	test('[ux] targets are 56 px high', async () => {
		const screen = await render(StatusBar, { ...QUIET, rejected: 1, waits: 'Connectez-vous.', signIn: '/login' });
		for (const link of screen.getByRole('link').elements())
			expect(link.getBoundingClientRect().height).toBeGreaterThanOrEqual(56);
	});
});
