/** `ops devices` and `ops revoke-device`: the devices of /admin, beside a running server too. */
import { runAtServer } from '../at-the-server.ts';
import { textOf, type OpsCommand } from '../command.ts';

export const devices: OpsCommand = {
	options: { all: { type: 'boolean', about: 'list revoked devices, too' } },
	run: ({ all }) => runAtServer('devices.list', { all: all === true })
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
