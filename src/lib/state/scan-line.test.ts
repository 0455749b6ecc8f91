import { describe, expect, test } from 'vitest';
import type { ReadSourceName } from '#lib/scanner/ports.ts';
import { MAX_WAITING, ScanLine, type TakenRead } from './scan-line.ts';

/** A line whose handler waits until the test lets each scan through. */
function slowLine() {
	const begun: string[] = [];
	const done: string[] = [];
	const failed: string[] = [];
	const repeated: string[] = [];
	const overflowed: string[] = [];
	const gates: (() => void)[] = [];
	const line = new ScanLine({
		scan: async ({ text }: TakenRead) => {
			begun.push(text);
			await new Promise<void>((resolve) => gates.push(resolve));
			if (text.startsWith('BUG')) throw new Error('a bug');
			done.push(text);
		},
		failed: ({ text }) => void failed.push(text),
		repeated: ({ text }) => void repeated.push(text),
		overflowed: ({ text }) => void overflowed.push(text)
	});
	let at = 0;
	return {
		line,
		begun,
		done,
		failed,
		repeated,
		overflowed,
		take: (text: string, source: ReadSourceName = 'wedge', afterMs = 10_000) =>
			line.take({ text, source, at: (at += afterMs) }),
		/** Lets the scan that is being committed end, and the next one begin. */
		letThrough: async () => {
			gates.shift()?.();
			for (let turn = 0; turn < 10; turn++) await Promise.resolve();
		}
	};
}

describe('the line of scans', () => {
	test('[I16] scans are taken in the order they came, one at a time, none lost while another is committed', async () => {
		const { take, begun, done, letThrough } = slowLine();
		take('A');
		take('B');
		take('C');
		expect(begun).toEqual(['A']);
		await letThrough();
		expect([begun, done]).toEqual([['A', 'B'], ['A']]);
		await letThrough();
		await letThrough();
		expect(done).toEqual(['A', 'B', 'C']);
	});

	test('[ux] two scanners within 300 ms are one scan, and the same trigger twice says so', () => {
		const { take, begun, repeated } = slowLine();
		take('A', 'wedge');
		take('a ', 'camera', 299);
		expect([begun, repeated]).toEqual([['A'], []]);
		take('A', 'wedge', 500);
		expect(repeated).toEqual(['A']);
	});

	test('[ux] the re-arm delay is the one that was set', async () => {
		const { line, take, begun, letThrough } = slowLine();
		line.rearmAfter(3000);
		take('A');
		take('A', 'wedge', 2999);
		await letThrough();
		expect(begun).toEqual(['A']);
		take('A', 'wedge', 3000);
		expect(begun).toEqual(['A', 'A']);
	});

	test('[I37] a scan whose handling fails is told, and the next one is taken', async () => {
		const { take, failed, done, letThrough } = slowLine();
		take('BUG-1');
		take('B');
		await letThrough();
		await letThrough();
		expect([failed, done]).toEqual([['BUG-1'], ['B']]);
	});

	test('[I30] a line that is full says so instead of growing', () => {
		const { take, overflowed } = slowLine();
		for (let n = 0; n <= MAX_WAITING + 1; n++) take(`S-${n}`);
		expect(overflowed).toEqual([`S-${MAX_WAITING + 1}`]);
	});

	test('[ux] empty text is no scan', () => {
		const { take, begun } = slowLine();
		take('  ');
		expect(begun).toEqual([]);
	});

	test('[ux] idle resolves when nothing waits any more', async () => {
		const { line, take, done, letThrough } = slowLine();
		take('A');
		const idle = line.idle().then(() => [...done]);
		await letThrough();
		await expect(idle).resolves.toEqual(['A']);
	});

	test('[I16] a press waits for the scans before it, and what it throws comes back to whoever pressed', async () => {
		const { line, take, begun, letThrough } = slowLine();
		take('A');
		const seen: string[][] = [];
		const pressed = line.press(() => void seen.push([...begun]));
		take('B');
		expect(seen).toEqual([]);
		await letThrough();
		await pressed;
		expect([seen, begun]).toEqual([[['A']], ['A', 'B']]);
		await letThrough();
		await expect(line.press(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
		await line.idle();
	});
});
