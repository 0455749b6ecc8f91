import { expect, test } from 'vitest';
import { expiryUrgency } from './expiry.ts';

test.for([
	['2026-03-01', 'expired'],
	['2026-03-02', 'critical'],
	['2026-03-08', 'critical'],
	['2026-03-09', 'high'],
	['2026-03-15', 'high'],
	['2026-03-16', 'medium'],
	['2026-03-31', 'medium'],
	['2026-04-01', null]
] as const)('[L7] on 2 March what expires on %s is %s', ([expiresOn, urgency]) => {
	expect(expiryUrgency(expiresOn, '2026-03-02')).toBe(urgency);
});
