/** `ops check`: is this installation as it should be? Exit code 1 when something is at or above `--fail-level`. */
import { resolve } from 'node:path';
import { readSettings } from '#lib/server/config.ts';
import { LEVELS, type Check, type Finding, type Level, type Looked } from '../checks/check.ts';
import { DEPLOY_CHECKS } from '../checks/deploy-checks.ts';
import { INSTALLATION_CHECKS } from '../checks/installation-checks.ts';
import { look } from '../checks/look.ts';
import { WrongUse, type OpsCommand } from '../command.ts';

export const check: OpsCommand = {
	options: {
		deploy: { type: 'boolean', about: 'also what a server that others rely on needs' },
		'fail-level': { type: 'string', about: `from which level on the exit code is 1: ${LEVELS.join(', ')} (ERROR)` }
	},
	run: async ({ deploy, 'fail-level': failLevel = 'ERROR' }) => {
		const level = LEVELS.find((one) => one === failLevel);
		if (level === undefined) throw new WrongUse(`--fail-level takes one of ${LEVELS.join(', ')}.`);
		const checks = deploy === true ? [...INSTALLATION_CHECKS, ...DEPLOY_CHECKS] : INSTALLATION_CHECKS;
		const looked = await look(readSettings(), resolve('.env'));
		try {
			const found = findings(checks, looked);
			const fails = found.filter((finding) => isAtLeast(finding.level, level));
			return {
				exitCode: fails.length === 0 ? 0 : 1,
				lines: [
					...found.map(({ id, level, finding, remedy }) => `${level.padEnd(7)} ${id}: ${finding} ${remedy}`),
					`${checks.length} checks, ${found.length} findings.`
				],
				json: { checks: checks.map(({ id }) => id), findings: found }
			};
		} finally {
			looked.db?.close();
		}
	}
};

/** What each check has to say, by its id. */
export const findings = (checks: readonly Check[], looked: Looked): (Finding & { id: string })[] =>
	checks.flatMap(({ id, look }) => {
		const finding = look(looked);
		return finding === null ? [] : [{ id, ...finding }];
	});

const isAtLeast = (level: Level, lowest: Level): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(lowest);
