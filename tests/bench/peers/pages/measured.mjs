/** What the pages of all peers share: how a change is timed, and how the server is asked what has reached it. */

/** As in the page of ours (tests/bench/pages/scan-commit.ts): between two scans, and the scans that only warm up. */
const PAUSE_MS = 25;
const WARM_UP = 100;

/**
 * @param {number} count
 * @param {(n: number) => Promise<() => Promise<unknown>>} prepare reads what the change needs, untimed; what it returns is timed
 * @returns {Promise<number[]>} milliseconds of `count` changes
 */
export async function changeTimes(count, prepare) {
	const times = [];
	for (let n = 0; n < count + WARM_UP; n++) {
		const change = await prepare(n);
		const started = performance.now();
		await change();
		times.push(performance.now() - started);
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}
	return times.slice(WARM_UP);
}

/** @returns {Promise<unknown>} the JSON that this origin's server answers; a body makes it a POST */
export async function ask(path, body) {
	const answer = await fetch(path, body === undefined ? {} : post(body));
	if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
	return await answer.json();
}

const post = (body) => ({
	method: 'POST',
	headers: { 'content-type': 'application/json' },
	body: JSON.stringify(body)
});

/** @throws when not exactly `wanted` cartons are there: a bench that did less than it says is no bench */
export function expectCount(what, found, wanted) {
	if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}

/** @throws when the server does not have all labelled cartons */
export async function expectLabelled(wanted) {
	expectCount('labelled on the server', (await ask('/labelled')).count, wanted);
}
