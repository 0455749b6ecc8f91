import { describe, expect, it } from 'vitest';

import { ScanGate, sameCodeKey, type GateVerdict } from './scan-gate.ts';
import type { ReadSourceName } from './ports.ts';

/** Feeds `[at, source, text?]` and returns what each became. */
function verdicts(gate: ScanGate, reads: [number, ReadSourceName, string?][]): GateVerdict[] {
	return reads.map(([at, source, text = 'CN-004217-K']) => gate.admit({ at, source, text }));
}

describe('scan gate', () => {
	it('[scanner] a code held in view counts once, however long', () => {
		const held = Array.from({ length: 100 }, (_, n): [number, ReadSourceName] => [n * 50, 'camera']);
		expect(verdicts(new ScanGate(), held).filter((verdict) => verdict === 'new')).toHaveLength(1);
	});

	it('[scanner] it counts again after 600 ms of absence, not before', () => {
		expect(
			verdicts(new ScanGate(), [
				[0, 'camera'],
				[500, 'camera'],
				[1099, 'camera'],
				[1699, 'camera']
			])
		).toEqual(['new', 'held', 'held', 'new']);
	});

	it('[ux] two scanners within 300 ms are one scan, in either order', () => {
		expect(
			verdicts(new ScanGate(), [
				[0, 'camera'],
				[299, 'wedge']
			])
		).toEqual(['new', 'twin']);
		expect(
			verdicts(new ScanGate(), [
				[0, 'wedge'],
				[299, 'camera']
			])
		).toEqual(['new', 'twin']);
		expect(
			verdicts(new ScanGate(), [
				[0, 'wedge'],
				[300, 'camera']
			])
		).toEqual(['new', 'new']);
	});

	it('[ux] a camera that keeps looking at what the wedge delivered adds nothing', () => {
		expect(
			verdicts(new ScanGate(), [
				[0, 'wedge'],
				[200, 'camera'],
				[400, 'camera'],
				[900, 'camera']
			])
		).toEqual(['new', 'twin', 'held', 'held']);
	});

	it('[ux] a trigger pulled twice repeats within 1.5 s, adjustable', () => {
		expect(
			verdicts(new ScanGate(), [
				[0, 'wedge'],
				[1499, 'wedge'],
				[1500, 'wedge']
			])
		).toEqual(['new', 'repeat', 'new']);
		expect(
			verdicts(new ScanGate({ repeatMs: 200 }), [
				[0, 'wedge'],
				[250, 'wedge']
			])
		).toEqual(['new', 'new']);
	});

	it('[ux] what a person types again is meant again', () => {
		expect(
			verdicts(new ScanGate(), [
				[0, 'typed'],
				[100, 'typed'],
				[400, 'typed']
			])
		).toEqual(['new', 'repeat', 'new']);
	});

	it('[ux] another code in between does not re-arm the first', () => {
		expect(
			verdicts(new ScanGate(), [
				[0, 'camera', 'A-1'],
				[100, 'camera', 'B-2'],
				[200, 'camera', 'A-1']
			])
		).toEqual(['new', 'new', 'held']);
	});

	it('[R4] codes compare trimmed and without case, GTINs at any length', () => {
		expect(sameCodeKey(' cn-1 ')).toBe(sameCodeKey('CN-1'));
		expect(sameCodeKey('012345678905')).toBe(sameCodeKey('0012345678905'));
		expect(sameCodeKey('1234567')).not.toBe(sameCodeKey('01234567'));
	});

	it('[scanner] a clock set back does not lock a code', () => {
		expect(
			verdicts(new ScanGate(), [
				[10_000, 'wedge'],
				[2_000, 'wedge']
			])
		).toEqual(['new', 'new']);
	});
});
