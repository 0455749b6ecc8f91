import { describe, expect, test, vi } from 'vitest';
import '../../../app.css';
import { render } from 'vitest-browser-svelte';
import CameraTest from './CameraTest.svelte';
import CheckList from './CheckList.svelte';
import ScannerTest from './ScannerTest.svelte';

const CODE = 'ESCALE-TEST';
const CAMERA = {
	...{ isOn: true, isRunning: true, trouble: null, perSecond: 25, torch: null, read: null, testCode: CODE },
	...{ attach: () => undefined, ontoggle: () => undefined, ontorch: () => undefined }
};

describe('self-tests of the device page', () => {
	test('[ux] each line says how it is in words, and what to do when it is not well', async () => {
		const lines = [
			{ name: 'Horloge', value: 'À l’heure', tone: 'ok' as const, advice: null },
			{ name: 'À envoyer', value: '3', tone: 'no' as const, advice: 'Exportez la file.' }
		];
		const screen = await render(CheckList, { lines });
		await expect.element(screen.getByText('À l’heure')).toBeVisible();
		await expect.element(screen.getByText('Exportez la file.')).toBeVisible();
	});

	test('[scanner] the camera counts its pictures, and one that gives none is not called well', async () => {
		const screen = await render(CameraTest, CAMERA);
		const said = screen.getByTestId('camera-check');
		await expect.element(said).toHaveTextContent('25 images par seconde');
		await screen.rerender({ ...CAMERA, perSecond: 0 });
		await expect.element(said).toHaveTextContent('ne donne pas d’image');
		await screen.rerender({ ...CAMERA, isRunning: false, trouble: 'Caméra refusée.' });
		await expect.element(said).toHaveTextContent('Caméra refusée.');
	});

	test('[scanner] the torch is offered where there is one', async () => {
		const ontorch = vi.fn();
		const screen = await render(CameraTest, { ...CAMERA, torch: false, ontorch });
		await screen.getByRole('button', { name: 'Lampe' }).click();
		expect(ontorch).toHaveBeenCalledOnce();
		await screen.rerender({ ...CAMERA, torch: null });
		await expect.element(screen.getByRole('button', { name: 'Lampe' })).not.toBeInTheDocument();
	});

	test('[scanner] what arrived is the test code, or is shown with its length and its hidden separators', async () => {
		const screen = await render(ScannerTest, { isOn: true, read: null, testCode: CODE, ontoggle: () => undefined });
		const read = screen.getByTestId('test-read');
		await expect.element(screen.getByRole('img', { name: `Code de test ${CODE}` })).toBeVisible();
		await expect.element(read).toBeEmptyDOMElement();
		await screen.rerender({ read: CODE });
		await expect.element(read).toHaveTextContent('tout va bien');
		await screen.rerender({ read: '10A\x1d17' });
		await expect.element(read).toHaveTextContent('10A␝17 (6 caractères)');
	});
});
