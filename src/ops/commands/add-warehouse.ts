/** `ops add-warehouse`: makes a warehouse, or gives it another name. Beside a running server, too. */
import { runAtServer } from '../at-the-server.ts';
import { textOf, type OpsCommand } from '../command.ts';

export const addWarehouse: OpsCommand = {
	takes: [{ word: 'CODE', about: 'short and for good: ORLY' }],
	options: {
		name: { type: 'string', about: 'what people read' },
		'dry-run': { type: 'boolean', about: 'say what would be done and do nothing' }
	},
	run: ({ name, 'dry-run': dryRun }, [code]) =>
		runAtServer('places.warehouse', { code, name: textOf(name), dryRun: dryRun === true })
};
