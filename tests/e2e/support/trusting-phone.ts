/**
 * A phone that trusts a local authority. Where NSS's certutil is installed the authority itself is taken in, as a person does it;
 * elsewhere Chromium is told the one public key of the server that it may trust.
 */
import { spawnSync } from 'node:child_process';
import { createHash, createPublicKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lanFiles } from '../../../src/ops/lan/lan-files.ts';
import { Phone } from './phone.ts';

/** @param der what the server's page about trust gave the phone */
export function trustingPhone(der: Buffer, databaseFile: string): { phone: Phone; how: 'authority' | 'key' } {
	const home = mkdtempSync(join(tmpdir(), 'escale-home-'));
	const store = join(home, '.pki', 'nssdb');
	mkdirSync(store, { recursive: true });
	const file = join(home, 'escale.crt');
	writeFileSync(file, der);
	const certutil = (...args: string[]): boolean => spawnSync('certutil', ['-d', `sql:${store}`, ...args]).status === 0;
	if (certutil('-N', '--empty-password') && certutil('-A', '-t', 'C,,', '-n', 'Escale', '-i', file))
		return { phone: new Phone([], home), how: 'authority' };
	const certificate = readFileSync(lanFiles(databaseFile).certificate, 'utf8');
	const key = createPublicKey(certificate).export({ type: 'spki', format: 'der' });
	const pin = createHash('sha256').update(key).digest('base64');
	return { phone: new Phone([`--ignore-certificate-errors-spki-list=${pin}`], home), how: 'key' };
}
