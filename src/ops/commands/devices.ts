/** `ops devices`, `ops confirm-device` and `ops revoke-device`: the devices of /admin, beside a running server too. */
import { runAtServer } from '../at-the-server.ts';
import { textOf, WrongUse, type OpsCommand } from '../command.ts';

export const devices: OpsCommand = {
	options: { all: { type: 'boolean', about: 'list revoked devices, too' } },
	run: ({ all }) => runAtServer('devices.list', { all: all === true })
};

export const confirmDevice: OpsCommand = {
	takes: [{ word: 'DEVICE', about: 'its id, as ops devices shows it; or --all', optional: true }],
	options: {
		all: { type: 'boolean', about: 'every device that a restore left unconfirmed' },
		'dry-run': { type: 'boolean', about: 'say what would be done and do nothing' }
	},
	run: ({ all, 'dry-run': dryRun }, [id]) => {
		if ((id === undefined) !== (all === true)) throw new WrongUse('Say which: DEVICE or --all.');
		return runAtServer('devices.confirm', { id: id ?? null, dryRun: dryRun === true });
	}
};

export const revokeDevice: OpsCommand = {
	takes: [{ word: 'DEVICE', about: 'its id, as ops devices shows it' }],
	options: {
		reason: { type: 'string', about: 'why, for who reads it later' },
		'dry-run': { type: 'boolean', about: 'say what would be done and do nothing' }
	},
	run: ({ reason, 'dry-run': dryRun }, [id]) =>
		runAtServer('devices.revoke', { id, reason: textOf(reason), dryRun: dryRun === true })
};
