import { describe, expect, test } from 'vitest';
import { offlineWaitMs, pinWeakness } from './badge.ts';
import { codeUsability } from './codes.ts';
import { cappedRole } from './roles.ts';

describe('[§9] a PIN', () => {
	test.each(['4071', '90210', '28467193'])('%s is taken', (pin) => {
		expect(pinWeakness(pin, 'BADGE-7K2QX1')).toBeNull();
	});

	test.each([
		['407', 'form'],
		['407193847', 'form'],
		['40a1', 'form'],
		['', 'form'],
		['٤٠٧١', 'form'],
		['0000', 'repeated'],
		['7777777', 'repeated'],
		['1212', 'repeated'],
		['45454545', 'repeated'],
		['1234', 'run'],
		['4321', 'run'],
		['7890', 'run'],
		['0987', 'run'],
		['23456789', 'run']
	])('%s is refused: %s', (pin, weakness) => {
		expect(pinWeakness(pin, null)).toBe(weakness);
	});

	test('that stands on the badge is refused, and so is one around its digits', () => {
		expect(pinWeakness('4071', 'BADGE-A4B0C71')).toBe('badge');
		expect(pinWeakness('0719', 'BADGE-A40C7193')).toBe('badge');
		expect(pinWeakness('940712', 'BADGE-4071')).toBe('badge');
		expect(pinWeakness('4071', 'BADGE-4X')).toBeNull();
	});
});

test('[§9] badge and PIN give at most operator, and nobody more than they have', () => {
	expect((['admin', 'manager', 'operator', 'viewer'] as const).map((role) => cappedRole(role, 'pin'))).toEqual([
		'operator',
		'operator',
		'operator',
		'viewer'
	]);
	expect(cappedRole('manager', 'password')).toBe('manager');
});

test('wrong PINs without network: four are free, then one minute, five, and fifteen each', () => {
	const minutes = Array.from({ length: 10 }, (_, failures) => offlineWaitMs(failures) / 60_000);
	expect(minutes).toEqual([0, 0, 0, 0, 0, 1, 5, 15, 15, 15]);
});

test('[R3] the badge of a colleague whom this side does not know becomes no carton', () => {
	expect(codeUsability('badge-7k2qx1', null)).toMatchObject({ code: 'code_not_usable', params: { kind: 'person' } });
});
