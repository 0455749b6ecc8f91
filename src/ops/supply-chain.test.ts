/** What the product is made of: licences, known weaknesses, and that the lists of exceptions only shrink. */
import { describe, expect, test } from 'vitest';
import { auditFaults, findingsIn } from './audit.js';
import { isFineUnder, licenceFaults, lockedLicenceFaults } from './licences.js';

describe('licences', () => {
	test('of every locked package are permissive, or were looked at', () => {
		expect(lockedLicenceFaults()).toEqual([]);
	});

	test.for(['GPL-3.0-only', 'AGPL-3.0', 'LGPL-2.1-or-later', 'SSPL-1.0', 'MPL-2.0', undefined])(
		'%s may not be in the product',
		(license) => {
			const faults = licenceFaults(
				{ '': {}, 'node_modules/@x/evil': { version: '1.0.0', ...(license && { license }) } },
				{}
			);
			expect(faults).toEqual([expect.stringContaining('@x/evil 1.0.0 comes under')]);
		}
	);

	test('a tool may ask for its own changes; copyleft not even a tool', () => {
		const under = (license: string) => licenceFaults({ 'node_modules/x': { license, dev: true } }, {});
		expect(under('MPL-2.0')).toEqual([]);
		expect(under('GPL-3.0-only')).toHaveLength(1);
	});

	test('of a choice one is enough, of several all are needed', () => {
		const isMit = (licence: string) => licence === 'MIT';
		expect(isFineUnder('(MIT OR GPL-3.0)', isMit)).toBe(true);
		expect(isFineUnder('MIT AND GPL-3.0', isMit)).toBe(false);
	});

	test('an exception that nothing needs any more is a fault', () => {
		expect(licenceFaults({}, { gone: { licence: 'MIT', reason: 'x' } })).toEqual([expect.stringContaining('gone')]);
	});
});

const REPORT = {
	vulnerabilities: {
		left: { via: [{ source: 1, name: 'left', severity: 'high', title: 'Pads', url: 'https://x/GHSA-aaaa-bbbb-cccc' }] },
		user: { via: ['left'] }
	}
};

describe('known weaknesses', () => {
	test('that are new are faults, accepted ones are not until their date', () => {
		const findings = findingsIn(REPORT)!;
		expect(auditFaults(findings, [], '2026-01-01')).toEqual(['GHSA-aaaa-bbbb-cccc in left (high): Pads']);
		const accepted = [{ id: 'GHSA-aaaa-bbbb-cccc', reason: 'only while building', until: '2026-06-30' }];
		expect(auditFaults(findings, accepted, '2026-06-30')).toEqual([]);
		expect(auditFaults(findings, accepted, '2026-07-01')).toEqual([expect.stringContaining('until 2026-06-30')]);
	});

	test('that are gone must leave the list', () => {
		const stale = [{ id: 'GHSA-gone', reason: 'x', until: '2099-01-01' }];
		expect(auditFaults([], stale, '2026-01-01')).toEqual([expect.stringContaining('not found any more')]);
	});

	test('are unknown, not none, when the registry did not answer', () => {
		expect(findingsIn({ message: '405', error: {} })).toBeNull();
		expect(findingsIn({ vulnerabilities: {} })).toEqual([]);
	});
});
