import { describe, expect, test } from 'vitest';
import { LOGIN_FORM, whyNotDeactivate, whyNotReactivate, whyNotRole } from './people.ts';

const ADMIN = { role: 'admin', active: true } as const;

describe('[§9] the last active admin', () => {
	test('is neither deactivated nor demoted', () => {
		expect(whyNotDeactivate(ADMIN, 1)).toBe('last_admin');
		for (const role of ['viewer', 'operator', 'manager'] as const)
			expect(whyNotRole(ADMIN, role, 1)).toBe('last_admin');
	});

	test('is one of several no more', () => {
		expect(whyNotDeactivate(ADMIN, 2)).toBeNull();
		expect(whyNotRole(ADMIN, 'viewer', 2)).toBeNull();
	});

	test('is no admin who was deactivated, and nobody else', () => {
		expect(whyNotRole({ role: 'admin', active: false }, 'viewer', 1)).toBeNull();
		expect(whyNotDeactivate({ role: 'manager', active: true }, 1)).toBeNull();
	});
});

test('what is so already is said', () => {
	expect(whyNotDeactivate({ role: 'viewer', active: false }, 1)).toBe('already');
	expect(whyNotReactivate(ADMIN)).toBe('already');
	expect(whyNotRole(ADMIN, 'admin', 1)).toBe('already');
});

test.each([
	['camille', true],
	['c.m@example.org', true],
	['jo+scan@example.org', true],
	['ab', false],
	['Camille', false],
	['.camille', false],
	['cam ille', false],
	['cam/../x', false],
	['a'.repeat(81), false]
])('"%s" as a login: %s', (login, fits) => {
	expect(LOGIN_FORM.test(login)).toBe(fits);
});
