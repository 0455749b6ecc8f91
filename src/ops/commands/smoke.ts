/**
 * `ops smoke BASE_URL`: does a server that was just started answer? Without a user nothing may be a 5xx; with one, the floor,
 * the desk and the API answer 200.
 */
import { readFileSync } from 'node:fs';
import { WrongUse, type OpsCommand } from '../command.ts';
import { StepFailed } from '../progress.js';

/** Where nobody is signed in: a page may send to the sign-in, the API may refuse. */
const OPEN = [
	'/login',
	'/scan',
	'/',
	'/scan/shipments-ready',
	'/scan/shipments-tracking',
	'/track/smoke',
	'/api/health'
];
const SIGNED_IN = ['/scan', '/scan/shipments-ready', '/scan/shipments-tracking', '/api/trpc/session.me'];

/** Longer than any answer of a server that is well, in milliseconds. */
const PATIENCE_MS = 15_000;

interface Answer {
	path: string;
	/** Null: none. */
	status: number | null;
	ok: boolean;
}

export const smoke: OpsCommand = {
	takes: [{ word: 'BASE_URL', about: 'what people open: https://escale.example.org' }],
	options: {
		user: { type: 'string', about: 'sign in with this login' },
		'password-file': { type: 'string', about: 'a file with its password and nothing else' }
	},
	run: async ({ user, 'password-file': file }, [base = '']) => {
		if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol))
			throw new WrongUse(`"${base}" is no address like https://escale.example.org`);
		if ((user === undefined) !== (file === undefined)) throw new WrongUse('--user and --password-file go together.');
		const { origin } = new URL(base);
		const answers = [];
		for (const path of OPEN) answers.push(await ask(origin, path, (status) => status < 500));
		if (typeof user === 'string' && typeof file === 'string') {
			const cookie = await signIn(origin, user, readPassword(file));
			for (const path of SIGNED_IN) answers.push(await ask(origin, path, (status) => status === 200, cookie));
		}
		const failed = answers.filter(({ ok }) => !ok);
		return {
			exitCode: failed.length === 0 ? 0 : 1,
			lines: [
				...answers.map(({ path, status, ok }) => `${ok ? '✓' : '✗'} ${status ?? 'no answer'} ${path}`),
				failed.length === 0 ? `${origin} answers.` : `${failed.length} of ${answers.length} are not as they should be.`
			],
			json: { origin, answers }
		};
	}
};

async function ask(origin: string, path: string, isFine: (status: number) => boolean, cookie = ''): Promise<Answer> {
	try {
		const headers = { accept: 'text/html,application/json', ...(cookie === '' ? {} : { cookie }) };
		const signal = AbortSignal.timeout(PATIENCE_MS);
		const { status, body } = await fetch(origin + path, { redirect: 'manual', headers, signal });
		await body?.cancel();
		return { path, status, ok: isFine(status) };
	} catch {
		return { path, status: null, ok: false };
	}
}

function readPassword(file: string): string {
	try {
		return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
	} catch {
		throw new WrongUse(`${file} cannot be read.`);
	}
}

/** As a browser's form does it. @returns the cookies @throws StepFailed when the server does not let the user in */
async function signIn(origin: string, login: string, password: string): Promise<string> {
	const answer = await fetch(`${origin}/login`, {
		method: 'POST',
		redirect: 'manual',
		headers: { origin, accept: 'text/html' },
		body: new URLSearchParams({ login, password }),
		signal: AbortSignal.timeout(PATIENCE_MS)
	}).catch(() => null);
	const cookies = answer?.headers.getSetCookie().map((line) => line.split(';')[0]) ?? [];
	if (answer?.status !== 303 || cookies.length === 0)
		throw new StepFailed(`${login} could not sign in at ${origin} (${answer?.status ?? 'no answer'}).`);
	return cookies.join('; ');
}
