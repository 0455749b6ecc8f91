import { expect, test } from 'vitest';
import { passwordFault } from './password-rules.ts';

test.for([
	['right horse battery staple', null],
	['ünïcödé counts äs it reads', null],
	['manager loves long sentences', null],
	['elevenchars', 'too_short'],
	['x1y2z3'.repeat(22), 'too_long'],
	['aaaaaaaaaaaaaaa', 'too_plain'],
	['abababababab', 'too_plain'],
	['123456789012', 'too_plain'],
	['abcdefghijklm', 'too_plain'],
	['manager12345', 'too_close'],
	['Escale-Escale-24', 'too_close'],
	['manager-escale1', 'too_close']
] as const)('%s: %s', ([password, fault]) => expect(passwordFault(password, ['manager', 'Al'])).toBe(fault));
