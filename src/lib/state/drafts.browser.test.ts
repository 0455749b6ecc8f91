import { afterEach, beforeEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';

import { Drafts } from './drafts.ts';

let drafts: Drafts;
let stop: () => void;

beforeEach(() => {
	document.body.innerHTML = `
		<form id="sent" method="post"><input aria-label="note"><button>Envoyer</button></form>
		<form id="asked" method="get"><input aria-label="search"></form>
		<input aria-label="free"><input type="checkbox" aria-label="choice" checked>`;
	document.getElementById('sent')?.addEventListener('submit', (event) => event.preventDefault());
	drafts = new Drafts(document);
	stop = drafts.start();
});

afterEach(() => {
	stop();
	document.body.innerHTML = '';
});

function field(label: string): HTMLInputElement {
	return document.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!;
}

it('[update] an untouched page holds nothing back', async () => {
	field('free').focus();
	expect(drafts.pending).toBe(false);
	await drafts.settled();
	field('choice').focus();
	expect(drafts.pending).toBe(false);
});

it('[update] a form that was filled in counts until it is sent, wherever the focus is', async () => {
	await userEvent.type(field('note'), 'fragile');
	field('note').blur();
	expect(drafts.pending).toBe(true);
	await userEvent.click(document.querySelector('button')!);
	document.querySelector('button')?.blur();
	expect(drafts.pending).toBe(false);
});

it('[update] a form that left the page counts no more', async () => {
	await userEvent.type(field('note'), 'fragile');
	document.getElementById('sent')?.remove();
	expect(drafts.pending).toBe(false);
});

it('[update] a search is in the address: only the field that is being typed in counts', async () => {
	await userEvent.type(field('search'), 'ABJ');
	expect(drafts.pending).toBe(true);
	let settled = false;
	const waiting = drafts.settled().then(() => (settled = true));
	expect(settled).toBe(false);
	field('search').blur();
	await waiting;
	expect(settled).toBe(true);
});
