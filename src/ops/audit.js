// @ts-check
/**
 * Known weaknesses of the packages, as `npm audit` tells them, against docs/accepted-findings.json: the ones that were looked
 * at and cannot be mended yet, each with a reason and a date. The list only shrinks: what is not found any more or has
 * outlived its date must leave it.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * @typedef {{ id: string, package: string, severity: string, title: string }} Finding
 * @typedef {{ id: string, reason: string, until: string }} Accepted `until`: `YYYY-MM-DD`
 */

/**
 * @param {unknown} report what `npm audit --json` printed
 * @returns {Finding[] | null} null: it is no report, so nothing was looked up
 */
export function findingsIn(report) {
	const vulnerabilities = /** @type {any} */ (report)?.vulnerabilities;
	if (typeof vulnerabilities !== 'object' || vulnerabilities === null) return null;
	const found = new Map();
	for (const { via } of Object.values(vulnerabilities)) {
		for (const cause of via) {
			if (typeof cause === 'string') continue;
			const id = /GHSA-[\w-]+/.exec(cause.url ?? '')?.[0] ?? String(cause.source);
			found.set(id, { id, package: cause.name, severity: cause.severity, title: cause.title });
		}
	}
	return [...found.values()];
}

/**
 * @param {Finding[]} findings
 * @param {Accepted[]} accepted
 * @param {string} today `YYYY-MM-DD`
 * @returns {string[]} a sentence for each that must be looked at
 */
export function auditFaults(findings, accepted, today) {
	const known = new Map(accepted.map((entry) => [entry.id, entry]));
	const faults = findings
		.filter(({ id }) => !known.has(id))
		.map((finding) => `${finding.id} in ${finding.package} (${finding.severity}): ${finding.title}`);
	for (const { id, until } of accepted) {
		if (!findings.some((finding) => finding.id === id)) faults.push(`${id} is accepted and not found any more.`);
		else if (until < today) faults.push(`${id} was accepted until ${until}.`);
	}
	return faults;
}

/**
 * Asks the registry: what is wrong, or null when nobody answered. Without a network there is no audit.
 * @param {string} today
 * @returns {string[] | null}
 */
export function audit(today) {
	const { stdout } = spawnSync('npm', ['audit', '--json'], {
		encoding: 'utf8',
		timeout: 60_000,
		maxBuffer: 64 * 1024 * 1024,
		shell: process.platform === 'win32'
	});
	let findings = null;
	try {
		findings = findingsIn(JSON.parse(stdout));
	} catch {
		return null;
	}
	return findings && auditFaults(findings, JSON.parse(readFileSync('docs/accepted-findings.json', 'utf8')), today);
}
